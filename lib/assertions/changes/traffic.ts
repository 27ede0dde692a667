import { answerAt, rangesOf, type Answer, type TrafficAnswer } from '../network';

/** A range of ports of one protocol, on which the answer changed. */
export interface TrafficChange {
  /** IANA number. 1 is ping, 255 every protocol that no rule names. */
  readonly protocol: number;
  readonly from: number;
  readonly to: number;
  readonly before: Answer;
  readonly after: Answer;
}

/** The traffic that both states answer in some way, one entry for each range of ports of one pair of answers. */
export function compareTraffic(
  before: readonly TrafficAnswer[],
  after: readonly TrafficAnswer[],
): readonly TrafficChange[] {
  const all = [...before, ...after];
  const protocols = [...new Set(all.map(({ protocol }) => protocol))].sort((a, b) => a - b);
  return protocols.flatMap((protocol) => {
    const ruled = all.map((one) => ({ protocol: one.protocol, ports: one }));
    const joined: TrafficChange[] = [];
    for (const range of rangesOf(ruled, protocol)) {
      const old = answerAt(before, protocol, range.from);
      const now = answerAt(after, protocol, range.from);
      const last = joined.at(-1);
      if (last?.before === old && last.after === now) joined[joined.length - 1] = { ...last, to: range.to };
      else joined.push({ protocol, ...range, before: old, after: now });
    }
    return joined;
  });
}

const NAMES: Readonly<Record<number, string>> = { 1: 'ping', 6: 'tcp', 17: 'udp', 255: 'other protocols' };

/** `tcp 22`, `tcp 80, 443 and udp 53`, `all traffic`: what changed in one way. */
export function trafficTexts(changes: readonly TrafficChange[]): readonly string[] {
  const isWhole = (protocol: number) =>
    changes.some((one) => one.protocol === protocol && one.from === 0 && one.to === 65535);
  if ([1, 6, 17, 255].every(isWhole)) return ['all traffic'];
  const protocols = [...new Set(changes.map(({ protocol }) => protocol))].sort((a, b) => order(a) - order(b));
  return protocols.map((protocol) => {
    const name = NAMES[protocol] ?? `protocol ${protocol}`;
    if (protocol !== 6 && protocol !== 17) return name;
    if (isWhole(protocol)) return `${name} on all ports`;
    const ranges = changes
      .filter((one) => one.protocol === protocol)
      .map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`));
    return `${name} ${ranges.join(', ')}`;
  });
}

/** TCP and UDP first. */
const order = (protocol: number): number => ({ 6: 0, 17: 1, 1: 2, 255: 999 })[protocol] ?? 3 + protocol;
