import type { DnsQuery } from '../../lib/assertions/dns';
import { downFor, type Faults, type World } from './world';

/** What Route 53 answers, in one line: `Primary`, or `Blue 90 %, Green 10 %`. */
export function answerInShort(world: World, faults: Faults, query: DnsQuery): string {
  try {
    const down = namedIn(world, downFor(world, faults));
    const shares = world.dns.probabilities({ ...query, down });
    return Object.entries(shares)
      .map(([name, share]) => {
        const short = name.includes('/') && !name.includes(' ') ? (name.split('/').at(-1) ?? name) : name;
        return share > 0.9999 ? short : `${short} ${Math.round(share * 1000) / 10} %`;
      })
      .join(', ');
  } catch (error) {
    return (error as Error).message;
  }
}

/** `Dns` takes only what the templates have. */
export function namedIn({ templates }: World, paths: readonly string[]): string[] {
  return paths.filter((path) => templates.below(path).length > 0 || /\[\d+\]$/.test(path));
}

/** Names whose answer depends on more than the name: they have a routing policy or a health check. */
export function namesWithPolicies({ dns }: World): { readonly name: string; readonly type: string }[] {
  const found = dns.zones.flatMap(({ records }) =>
    records.flatMap(({ name, type, policy, healthCheck }) =>
      name === undefined || (policy.kind === 'simple' && healthCheck === undefined) ? [] : [{ name, type }],
    ),
  );
  return [...new Map(found.map((one) => [`${one.name} ${one.type}`, one])).values()];
}
