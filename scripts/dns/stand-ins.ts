import { createHash } from 'node:crypto';

/**
 * What stands for the names and addresses that AWS gives at deployment. The same thing always has the same stand-in,
 * and nobody else has it: `.invalid` is no domain (RFC 2606), and the addresses are those for benchmarks (RFC 2544,
 * RFC 5180), which no router forwards. Those for documentation are left to the records of the templates.
 */
export function addressFor(target: string, type: 'A' | 'AAAA'): string {
  const hash = createHash('sha256').update(target).digest();
  const [a = 0, b = 0, c = 0] = hash;
  return type === 'A'
    ? `198.${18 + (a % 2)}.${b}.${c}`
    : `2001:2::${hash.readUInt16BE(0).toString(16)}:${hash.readUInt16BE(2).toString(16)}`;
}

/** Values that are known only once deployed are in these brackets. */
export const isKnown = (value: string): boolean => !value.includes('⟨');

/** `⟨Web.Alb.DNSName⟩` becomes `dnsname.alb.web.invalid`. */
export function nameFor(value: string): string {
  return value.replace(/⟨([^⟨⟩]*)⟩/g, (_, reference: string) => {
    const labels = reference.toLowerCase().split('.').reverse();
    return [...labels.map((label) => label.replace(/[^a-z0-9-]/g, '-').slice(0, 63)), 'invalid'].join('.');
  });
}

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html */
export const NAME_SERVERS = [1, 2, 3, 4].map((number) => `ns-${number}.awsdns.invalid`);
export const SOA = `${NAME_SERVERS[0] ?? ''} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`;

/** The name servers that a zone's list, or one element of it, stands for; undefined for anything else. */
export function nameServersFor(value: string): readonly string[] | undefined {
  const [list, element] = /^⟨[^⟨⟩]*\.NameServers(?:\[(\d)\])?⟩$/.exec(value) ?? [];
  if (list === undefined) return undefined;
  return element === undefined ? NAME_SERVERS : NAME_SERVERS.slice(Number(element), Number(element) + 1);
}
