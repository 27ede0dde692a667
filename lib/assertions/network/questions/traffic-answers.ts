import type { Answer, Verdict } from '../forwarding/verdict';
import type { PortRange } from '../model/components';
import { protocolName } from '../model/protocols';
import { ANY_OTHER_PROTOCOL } from './traffic-classes';

/** The answer for a range of ports of one protocol. Protocols without ports have the range 0-65535. */
export interface TrafficAnswer extends PortRange {
  /** IANA number. 1 is ping, by IPv4 or IPv6; 255 stands for all protocols that no rule names. */
  readonly protocol: number;
  readonly answer: Answer;
}

/** An answer with its reasons. */
export interface TrafficVerdict extends PortRange {
  readonly protocol: number;
  readonly verdict: Verdict;
}

const TRANSPORT: readonly number[] = [6, 17];

/** One verdict for each range of ports, of several lists for the same traffic. An empty list has no verdict. */
export function combineTraffic(
  lists: readonly (readonly TrafficVerdict[])[],
  combine: (verdicts: readonly (Verdict | undefined)[]) => Verdict,
): readonly TrafficVerdict[] {
  const [only, ...others] = lists;
  if (only && others.length === 0) return only;
  const protocols = [...new Set(lists.flat().map(({ protocol }) => protocol))].sort((a, b) => a - b);
  return protocols.flatMap((protocol) => {
    const starts = new Set(
      lists.flat().flatMap((one) => (one.protocol === protocol ? [one.from, one.to + 1] : [])),
    );
    const sorted = [...starts].filter((start) => start <= 65535).sort((a, b) => a - b);
    return sorted.flatMap((from, i): TrafficVerdict[] => {
      const verdicts = lists.map((list) => verdictAt(list, protocol, from));
      if (verdicts.every((one) => one === undefined)) return [];
      return [{ protocol, from, to: (sorted[i + 1] ?? 65536) - 1, verdict: combine(verdicts) }];
    });
  });
}

function verdictAt(list: readonly TrafficVerdict[], protocol: number, port: number): Verdict | undefined {
  const at = (wanted: number) =>
    list.find((one) => one.protocol === wanted && one.from <= port && port <= one.to);
  return (at(protocol) ?? at(ANY_OTHER_PROTOCOL))?.verdict;
}

/** The answers without reasons, neighbouring ranges of one answer as one range. */
export function answersOf(verdicts: readonly TrafficVerdict[]): readonly TrafficAnswer[] {
  const joined: TrafficAnswer[] = [];
  for (const { protocol, from, to, verdict } of verdicts) {
    const last = joined.at(-1);
    const continues = last?.protocol === protocol && last.answer === verdict.answer && last.to + 1 === from;
    if (continues) joined[joined.length - 1] = { ...last, to };
    else joined.push({ protocol, from, to, answer: verdict.answer });
  }
  return joined;
}

/** Reachable when some traffic is, not reachable when none is. */
export function overall(answers: readonly { readonly answer: Answer }[]): Answer {
  const has = (wanted: Answer) => answers.some(({ answer }) => answer === wanted);
  return has('reachable') ? 'reachable' : has('unknown') ? 'unknown' : 'not reachable';
}

/**
 * What is open: `tcp 80 only`, `tcp 22, 443; udp none`, `everything`, `nothing`. TCP and UDP are always named where they
 * are asked for and differ, other protocols where they are not closed.
 */
export function openText(answers: readonly TrafficAnswer[]): string {
  const isAll = (wanted: Answer) => answers.every(({ answer }) => answer === wanted);
  if (isAll('not reachable')) return 'nothing';
  if (isAll('unknown')) return 'unknown';
  if (isAll('reachable') && answers.some(({ protocol }) => protocol === ANY_OTHER_PROTOCOL))
    return 'everything';
  const open = answers.filter(({ answer }) => answer !== 'not reachable');
  const [only] = open;
  if (
    open.length === 1 &&
    only?.answer === 'reachable' &&
    !(TRANSPORT.includes(only.protocol) && isWhole(only))
  )
    return answers.length === 1 ? part(only) : `${part(only)} only`;
  const protocols = [...new Set(answers.map(({ protocol }) => protocol))].sort((a, b) => order(a) - order(b));
  return protocols
    .flatMap(
      (protocol) =>
        protocolText(
          protocol,
          open.filter((one) => one.protocol === protocol),
        ) ?? [],
    )
    .join('; ');
}

const order = (protocol: number): number => ({ 6: -3, 17: -2, 1: -1 })[protocol] ?? protocol;

const isWhole = ({ from, to }: PortRange): boolean => from === 0 && to === 65535;

const part = ({ protocol, ...range }: TrafficAnswer): string =>
  TRANSPORT.includes(protocol) ? `${nameOf(protocol)} ${rangeText(range)}` : nameOf(protocol);

const rangeText = ({ from, to }: PortRange): string => (from === to ? String(from) : `${from}-${to}`);

function nameOf(protocol: number): string {
  if (protocol === 1) return 'ping';
  return protocol === ANY_OTHER_PROTOCOL ? 'other protocols' : protocolName(protocol);
}

/** What is open of one protocol. Undefined for one without ports that is closed. */
function protocolText(protocol: number, open: readonly TrafficAnswer[]): string | undefined {
  const name = nameOf(protocol);
  const [first] = open;
  if (!TRANSPORT.includes(protocol)) {
    return first && (first.answer === 'unknown' ? `${name} unknown` : name);
  }
  if (!first) return `${name} none`;
  const texts = (answer: Answer) => open.filter((one) => one.answer === answer).map(rangeText);
  if (isWhole(first)) return first.answer === 'unknown' ? `${name} unknown` : `${name} on all ports`;
  const [known, unknown] = [texts('reachable'), texts('unknown')];
  const doubt = unknown.length > 0 ? ` (unknown: ${unknown.join(', ')})` : '';
  return `${name} ${known.length > 0 ? known.join(', ') : 'none'}${doubt}`;
}

/** The answer for one port. A protocol that no rule names is answered like any other such protocol. */
export function answerAt(answers: readonly TrafficAnswer[], protocol: number, port: number): Answer {
  const at = (number: number) =>
    answers.find((one) => one.protocol === number && one.from <= port && port <= one.to);
  const isNamed = answers.some((one) => one.protocol === protocol);
  return (isNamed ? at(protocol) : at(ANY_OTHER_PROTOCOL))?.answer ?? 'not reachable';
}

/** The ranges of ports of a protocol, cut where a rule begins or ends. */
export function rangesOf(
  ruled: readonly { readonly protocol?: number; readonly ports?: PortRange }[],
  protocol: number,
): readonly PortRange[] {
  const starts = new Set([0]);
  for (const { protocol: own, ports } of ruled) {
    if (!ports || (own !== undefined && !Number.isNaN(own) && own !== protocol)) continue;
    starts.add(ports.from);
    if (ports.to < 65535) starts.add(ports.to + 1);
  }
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.map((from, i) => ({ from, to: (sorted[i + 1] ?? 65536) - 1 }));
}
