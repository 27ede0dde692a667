import { Token } from 'aws-cdk-lib';
import { parseCidr } from '../../shared/cidr';
import { InvalidValue } from '../../shared/invalid-value';

/**
 * `all`, `tcp 443`, `udp 1024-65535`, or `path-mtu`. The last one is the ICMP message "fragmentation needed" (type 3,
 * code 4), which path MTU discovery needs. Without it, large packets are lost without an error.
 * https://docs.aws.amazon.com/vpc/latest/userguide/path_mtu_discovery.html
 */
export type Traffic =
  'all' | 'path-mtu' | `${'tcp' | 'udp'} ${number}` | `${'tcp' | 'udp'} ${number}-${number}`;

export interface Rule {
  /** Rule number, 1 to 32766. AWS evaluates rules in order, from the lowest number. The first match decides. */
  readonly number: number;
  readonly action: 'allow' | 'deny';
  /** Protocol and destination ports. */
  readonly traffic: Traffic;
  /** IPv4 network: the source of inbound traffic, or the destination of outbound traffic. */
  readonly cidr: string;
}

/** One rule for each network. The numbers start with `first` and increase by 100. */
export function rulesFor(
  first: number,
  action: Rule['action'],
  traffic: Traffic,
  cidrs: readonly string[],
): Rule[] {
  return cidrs.map((cidr, index) => ({ number: first + 100 * index, action, traffic, cidr }));
}

/** AWS's default quota of rules for each direction of a network ACL: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const MOST_RULES = 20;

/**
 * Sorts rules by number. Throws `InvalidValue` with the name of the table for a number that is out of range or used twice,
 * for more than 20 rules, and for a rule that can never match because an earlier rule covers it.
 */
export function inOrder(table: string, rules: readonly Rule[]): readonly Rule[] {
  if (rules.length > MOST_RULES) {
    throw new InvalidValue(table, rules.length, `at most ${MOST_RULES} rules, including the denied networks`);
  }
  const sorted = [...rules].sort((a, b) => a.number - b.number);
  sorted.forEach((rule, index) => {
    if (!Number.isInteger(rule.number) || rule.number < 1 || rule.number > 32766) {
      throw new InvalidValue(table, text(rule), 'a whole number from 1 to 32766');
    }
    if (sorted[index + 1]?.number === rule.number) {
      throw new InvalidValue(table, text(rule), 'a number that no other rule has');
    }
    portsOf(table, rule);
    if (!Token.isUnresolved(rule.cidr)) parseCidr(table, rule.cidr);
    const earlier = sorted.slice(0, index).find((candidate) => covers(table, candidate, rule));
    if (earlier) {
      throw new InvalidValue(table, text(rule), `a rule that can match: it is covered by ${text(earlier)}`);
    }
  });
  return sorted;
}

const text = ({ number, action, traffic, cidr }: Rule): string =>
  `rule ${number}, ${action} ${traffic} ${cidr}`;

interface Ports {
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
}

/** Returns the protocol and ports of a rule. Throws `InvalidValue` for malformed traffic. */
export function portsOf(table: string, rule: Rule): Ports {
  const { traffic } = rule;
  if (traffic === 'all' || traffic === 'path-mtu') return { protocol: traffic, from: 0, to: 65535 };
  const [, protocol = '', first, last = first] = /^(tcp|udp) (\d{1,5})(?:-(\d{1,5}))?$/.exec(traffic) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (protocol === '' || from > to || to > 65535) {
    throw new InvalidValue(table, text(rule), 'all, path-mtu, or tcp or udp with ports from 0 to 65535');
  }
  return { protocol, from, to };
}

function covers(table: string, earlier: Rule, later: Rule): boolean {
  const [a, b] = [portsOf(table, earlier), portsOf(table, later)];
  const traffic = a.protocol === 'all' || (a.protocol === b.protocol && a.from <= b.from && a.to >= b.to);
  return traffic && contains(earlier.cidr, later.cidr);
}

function contains(outer: string, inner: string): boolean {
  if (outer === inner || outer === '0.0.0.0/0') return true;
  // A network that is known at deployment only cannot be compared.
  if (Token.isUnresolved(outer) || Token.isUnresolved(inner)) return false;
  const [a, b] = [parseCidr('cidr', outer), parseCidr('cidr', inner)];
  const size = 2 ** (32 - a.prefix);
  return a.prefix <= b.prefix && Math.floor(b.address / size) === a.address / size;
}
