import type { Verdict } from '../forwarding/verdict';
import { groupAlike, type PartOfNetwork } from './grouping';
import { MatrixView } from './matrix-view';
import type { Question } from './question';
import { answersOf, combineTraffic, openText, overall, type TrafficAnswer } from './traffic-answers';

export type MatrixOptions = Pick<Question, 'protocol' | 'port'>;

/** What is open between each of some sources and each of some destinations. */
export interface MatrixRow {
  /** Construct paths of resources that behave alike, or `internet`. */
  readonly sources: readonly string[];
  /** Where these are the sources: from each to the others. */
  readonly destinations: readonly string[];
  /** `tcp 80 only` */
  readonly open: string;
  readonly traffic: readonly TrafficAnswer[];
}

export interface Matrix {
  /** The resources that have network interfaces, in groups that behave alike. */
  readonly groups: readonly (readonly string[])[];
  /**
   * The pairs between which something is open or unknown. They are found while they are read, so that the matrix of a
   * large network takes little memory.
   */
  readonly rows: Iterable<MatrixRow>;
  /** One line for each row. */
  toString(): string;
}

type Agree = (verdicts: readonly (Verdict | undefined)[]) => Verdict;

/** All pairs of resources that have interfaces. `networks`: the cases of what the templates leave open. */
export function buildMatrix(
  networks: readonly PartOfNetwork[],
  agree: Agree,
  options: MatrixOptions,
): Matrix {
  const groups = groupAlike(networks);
  const rows: Iterable<MatrixRow> = {
    *[Symbol.iterator]() {
      const views = networks.map((network, i) => new MatrixView(network, groups, i, options));
      for (const destination of groups) {
        const sources = new Set(views.flatMap((view) => [...view.sourcesOf(destination)]));
        for (const source of sources) {
          const found = views.map((view) => view.between(source, destination));
          const traffic = answersOf(combineTraffic(found, agree));
          if (overall(traffic) === 'not reachable') continue;
          const { members } = destination;
          yield {
            sources: source?.members ?? ['internet'],
            destinations: members,
            open: openText(traffic),
            traffic,
          };
        }
      }
    },
  };
  const text = () => [...rows].map(rowText).join('\n');
  return { groups: groups.map(({ members }) => members), rows, toString: text };
}

/** A line for a row: `internet -> Web/Server: tcp 443 only`. */
export function rowText({ sources, destinations, open }: MatrixRow): string {
  const to = sources === destinations ? 'each other' : namesText(destinations);
  return `${namesText(sources)} -> ${to}: ${open}`;
}

const namesText = (names: readonly string[]): string =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 2).join(', ')} and ${names.length - 2} alike`;
