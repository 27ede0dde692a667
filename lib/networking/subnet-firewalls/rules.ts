import { Token } from 'aws-cdk-lib';
import { parseCidr } from '../../shared/cidr';
import { InvalidValue } from '../../shared/invalid-value';

/**
 * `all`, `tcp 443`, `udp 1024-65535`; or `path-mtu`, the ICMP message (type 3, code 4) by which a router asks for
 * smaller packets, and without which large ones are lost in silence.
 * https://docs.aws.amazon.com/vpc/latest/userguide/path_mtu_discovery.html
 */
export type Traffic =
  'all' | 'path-mtu' | `${'tcp' | 'udp'} ${number}` | `${'tcp' | 'udp'} ${number}-${number}`;

export interface Rule {
  /** 1 to 32766. Rules are tried from the lowest number on, and the first that matches decides. */
  readonly number: number;
  readonly action: 'allow' | 'deny';
  /** The ports are those of the destination. */
  readonly traffic: Traffic;
  /** IPv4 network that inbound traffic comes from, or that outbound traffic goes to. */
  readonly cidr: string;
}

/** One rule for each network, numbered in steps of 100. */
export function rulesFor(
  first: number,
  action: Rule['action'],
  traffic: Traffic,
  cidrs: readonly string[],
): Rule[] {
  return cidrs.map((cidr, index) => ({ number: first + 100 * index, action, traffic, cidr }));
}

/** What AWS allows for each direction by default: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const MOST_RULES = 20;

/**
 * The rules in the order in which they are tried. Throws `InvalidValue`, in the name of the given table, for a
 * number that is out of range or taken twice, for more rules than fit, and for a rule that can never match.
 */
export function inOrder(table: string, rules: readonly Rule[]): readonly Rule[] {
  if (rules.length > MOST_RULES) {
    throw new InvalidValue(table, rules.length, `${MOST_RULES} rules at most, the deny list among them`);
  }
  const sorted = [...rules].sort((a, b) => a.number - b.number);
  sorted.forEach((rule, index) => {
    if (!Number.isInteger(rule.number) || rule.number < 1 || rule.number > 32766) {
      throw new InvalidValue(table, text(rule), 'a whole number from 1 to 32766');
    }
    if (sorted[index + 1]?.number === rule.number) {
      throw new InvalidValue(table, text(rule), 'a number of its own');
    }
    portsOf(table, rule);
    if (!Token.isUnresolved(rule.cidr)) parseCidr(table, rule.cidr);
    const earlier = sorted.slice(0, index).find((candidate) => covers(table, candidate, rule));
    if (earlier) {
      throw new InvalidValue(table, text(rule), `a rule that can match: all of it is in ${text(earlier)}`);
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

/** The protocol and ports of a rule. Throws `InvalidValue` for ports that are none. */
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
  // Of a network that is known on deployment only, nothing more can be said.
  if (Token.isUnresolved(outer) || Token.isUnresolved(inner)) return false;
  const [a, b] = [parseCidr('cidr', outer), parseCidr('cidr', inner)];
  const size = 2 ** (32 - a.prefix);
  return a.prefix <= b.prefix && Math.floor(b.address / size) === a.address / size;
}
