import type { Resource } from '../../templates';
import { isInterfaceRemoved } from '../forwarding/direction';
import type { Answer } from '../forwarding/verdict';
import type { NetworkInterface } from '../model/components';
import type { Model } from '../model/model';
import { answerBetween } from './answer';
import { resolvePlace } from './places';
import type { Question } from './question';

export interface MatrixOptions {
  /** @default - of each destination, the ports that its security groups and listeners name */
  readonly ports?: readonly number[];
  /** @default tcp */
  readonly protocol?: 'tcp' | 'udp';
}

export interface MatrixCell {
  /** Construct path, or `internet`. */
  readonly source: string;
  readonly destination: string;
  /** Undefined: all ports, because a rule of the destination allows all. */
  readonly port?: number;
  readonly answer: Answer;
}

export interface Matrix {
  readonly cells: readonly MatrixCell[];
  /** A line for each source, destination and port that is reachable or unknown. */
  toString(): string;
}

/** All pairs of resources that have interfaces, on the ports that matter. */
export function buildMatrix(model: Model, removed: ReadonlySet<Resource>, options: MatrixOptions): Matrix {
  const { protocol = 'tcp' } = options;
  const owners = [...model.interfacesOf].filter(
    ([, nics]) =>
      nics.some((nic) => !isInterfaceRemoved(removed, nic)) &&
      nics.every(({ requesterManaged }) => requesterManaged !== true),
  );
  const sources = ['internet', ...owners.map(([resource]) => resource)].map((place) => ({
    place,
    group: resolvePlace(model, removed, place),
  }));
  const cells = owners.flatMap(([resource, nics]) => {
    const destination = resolvePlace(model, removed, resource);
    return (options.ports ?? portsOf(nics, protocol === 'tcp' ? 6 : 17)).flatMap((port) =>
      sources
        .filter(({ place }) => place !== resource)
        .map(({ place, group }): MatrixCell => {
          const question: Question = { source: place, destination: resource, protocol, port };
          const { answer } = answerBetween(model, removed, question, group, destination);
          return { source: group.name, destination: resource.path, port, answer };
        }),
    );
  });
  return toMatrix(cells, protocol);
}

/** The answers that all cases agree on. What they do not agree on is unknown. */
export function combineMatrices(matrices: readonly Matrix[], { protocol = 'tcp' }: MatrixOptions): Matrix {
  const [only, ...others] = matrices;
  if (only && others.length === 0) return only;
  const cells = new Map<string, MatrixCell[]>();
  for (const cell of matrices.flatMap((matrix) => matrix.cells)) {
    const key = JSON.stringify([cell.source, cell.destination, cell.port]);
    cells.set(key, [...(cells.get(key) ?? []), cell]);
  }
  const combined = [...cells.values()].flatMap(([first, ...rest]): MatrixCell[] => {
    if (!first) return [];
    const agree = rest.length === others.length && rest.every(({ answer }) => answer === first.answer);
    return [agree ? first : { ...first, answer: 'unknown' }];
  });
  return toMatrix(combined, protocol);
}

function toMatrix(cells: readonly MatrixCell[], protocol: string): Matrix {
  const text = () =>
    cells
      .filter(({ answer }) => answer !== 'not reachable')
      .map(({ source, destination, port, answer }) => {
        const doubt = answer === 'unknown' ? ' (unknown)' : '';
        return `${source} -> ${destination} ${protocol} ${port ?? 'all'}${doubt}`;
      })
      .join('\n');
  return { cells, toString: text };
}

/** The first port of each range. Undefined stands for all ports, where a rule allows all. */
function portsOf(nics: readonly NetworkInterface[], protocol: number): readonly (number | undefined)[] {
  const rules = nics
    .flatMap(({ groups }) => groups ?? [])
    .flatMap(({ inbound }) => inbound)
    .filter((rule) => rule.protocol === undefined || rule.protocol === protocol);
  const listeners = nics.flatMap(({ listens }) => listens ?? []).map(({ port }) => port);
  const unlimited = nics.some(({ groups, listens }) => groups === undefined && listens === undefined);
  return [
    ...new Set([...rules.map(({ ports }) => ports?.from), ...listeners, ...(unlimited ? [undefined] : [])]),
  ];
}
