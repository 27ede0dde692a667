import { Dns, latencyByDistance, type Answer, type AnsweredRecord, type Client } from '../dns';
import { clientsOf, failuresOf, queriesOf, type Failure, type Query } from './dns-queries';
import { silentChanges } from './dns-settings';
import type { Behaviour, Change } from './model';
import type { Pair, Side } from './pair';

/** The names that Route 53 answers differently, from each place, and with one thing down at a time. */
export function nameChanges(pair: Pair): readonly Change[] {
  if (pair.changed.size === 0) return [];
  const options = { latency: latencyByDistance(), sameName: 'together' } as const;
  const sides = [Dns.of(pair.before.templates, options), Dns.of(pair.after.templates, options)] as const;
  const clients = clientsOf(pair, sides);
  const failures = failuresOf(pair, sides);
  const changes = queriesOf(pair, sides).flatMap((query) => {
    const ask = (client: Client | undefined, failure: Failure | undefined) =>
      compare(pair, sides, query, client, failure);
    const up = ask(undefined, undefined);
    const isByPlace = up !== undefined && [up.before, up.after].some(({ answer }) => answer === 'unknown');
    const from = isByPlace && clients.length > 0 ? clients : [undefined];
    return from.flatMap((client) => {
      const base = client === undefined ? up : ask(client, undefined);
      const failing = failures.map((failure) => ask(client, failure));
      const others = failing.filter((one) => keyOf(one) !== keyOf(base));
      return [base, ...others].filter((one) => one !== undefined && one.before.answer !== one.after.answer);
    });
  });
  const found = joined(changes.filter((change) => change !== undefined));
  return [...found, ...silentChanges(pair, sides, found)];
}

const keyOf = (change: Change | undefined): string => `${change?.before.answer}\n${change?.after.answer}`;

/** Both answers, also where they are the same. Undefined where nobody can ask that. */
function compare(
  pair: Pair,
  sides: readonly [Dns, Dns],
  query: Query,
  client: Client | undefined,
  failure: Failure | undefined,
): Change | undefined {
  const before = answer(pair.before, sides[0], query, client, failure);
  const after = answer(pair.after, sides[1], query, client, failure);
  if (before === undefined && after === undefined) return undefined;
  const none = { answer: 'not in a zone', because: ['no zone that the client sees has the name'] };
  return {
    area: 'name',
    effect: (after ?? none).answer === 'unknown' ? 'undecided' : 'answers differently',
    subjects: [query.name],
    what: [query.type],
    objects: [[query.vpc ?? 'the internet', ...(client ? [clientText(client)] : [])].join(', ')],
    ...(failure && { when: failure.text }),
    before: before ?? none,
    after: after ?? none,
  };
}

/** Undefined where no zone has the name, or the VPC does not exist. */
function answer(
  side: Side,
  dns: Dns,
  { name, type, vpc }: Query,
  from: Client | undefined,
  failure: Failure | undefined,
): Behaviour | undefined {
  const resource = vpc === undefined ? undefined : side.byPath.get(vpc);
  if (vpc !== undefined && !vpc.startsWith('vpc-') && !resource) return undefined;
  try {
    if (!dns.has(name, vpc)) return undefined;
    const answers = dns.answers({ name, type, vpc, from, ...(failure && { down: failure.down }) });
    const texts = answers.map((one) => side.readable(answerText(one))).sort();
    const reasons = answers.flatMap(({ reasons: why }) => why.slice(-2)).map((text) => side.readable(text));
    return { answer: texts.join('; or '), because: [...new Set(reasons)].slice(0, 4) };
  } catch (error) {
    // Records that Route 53 refuses to create.
    return { answer: 'refused', because: [side.readable((error as Error).message)] };
  }
}

function answerText({ status, records, probability, atMost }: Answer): string {
  if (status !== 'NOERROR') return status;
  const often = probability < 0.9999 ? ` in ${String(Math.round(probability * 1000) / 10)} % of queries` : '';
  const some = atMost ? `${String(atMost.count)} of: ` : '';
  return `${some}${records.map(recordText).join(', ')}${often}`;
}

function recordText({ type, ttl, values, aliasTarget, setIdentifier }: AnsweredRecord): string {
  const data =
    aliasTarget === undefined ? values.join(' ') || 'assigned by Route 53' : `alias of ${aliasTarget}`;
  const time = ttl === undefined ? '' : ` (TTL ${String(ttl)})`;
  return `${type} ${data}${setIdentifier === undefined ? '' : ` [${setIdentifier}]`}${time}`;
}

function clientText({ country, subdivision, continent, address, region, coordinates }: Client): string {
  if (country === 'none') return 'from a place that is not known';
  const place =
    subdivision !== undefined && subdivision !== 'none'
      ? subdivision
      : (country ?? continent ?? address ?? region);
  return `from ${place ?? `${String(coordinates?.latitude)}, ${String(coordinates?.longitude)}`}`;
}

/** One change for all places that see the same, and for all failures. */
function joined(changes: readonly Change[]): readonly Change[] {
  const groups = new Map<string, Change & { readonly whens: readonly (string | undefined)[] }>();
  for (const change of changes) {
    const key = JSON.stringify([change.subjects, change.what, change.before.answer, change.after.answer]);
    const known = groups.get(key);
    const whens = [...(known?.whens ?? []), change.when];
    const objects = [...new Set([...(known?.objects ?? []), ...change.objects])];
    groups.set(key, { ...(known ?? change), objects, whens: [...new Set(whens)] });
  }
  return [...groups.values()].map(({ whens, when, ...change }) =>
    when === undefined || whens.includes(undefined) ? change : { ...change, when: whens.join(', or ') },
  );
}
