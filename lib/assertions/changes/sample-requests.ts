import type { Json, Resource } from '../templates';
import { asList, asNumber, asRecord, asText, target } from '../templates/properties';
import { formatAddresses, overlaps, parseAddresses } from '../network/model/addresses';
import type { RequestQuestion } from '../requests';
import { Balancers, type Rule } from '../requests/balancer';
import type { Both } from './ends';
import type { Pair } from './pair';

/** A request that is asked on both sides, without the load balancer. */
export interface SampleRequest {
  readonly question: Omit<RequestQuestion, 'to'>;
  /** `https 443`. */
  readonly traffic: string;
  /** What sets it apart: `host shop.example.org and path /cart`. */
  readonly text: string;
}

/** What a request has to have for a rule. */
interface Fields {
  readonly host?: string;
  readonly path?: string;
  readonly method?: string;
  readonly source?: string;
  /** Name and value of each. */
  readonly headers?: readonly (readonly [string, string])[];
  readonly query?: readonly string[];
}

/** More requests of one load balancer are not asked. */
export const MOST_REQUESTS = 1000;

const SCHEMES: Readonly<Record<string, readonly string[]>> = {
  HTTP: ['http'],
  HTTPS: ['https'],
  TCP: ['tcp'],
  TLS: ['tls'],
  UDP: ['udp'],
  TCP_UDP: ['tcp', 'udp'],
  QUIC: ['udp'],
  TCP_QUIC: ['tcp', 'udp'],
};

interface Port {
  readonly port: number;
  readonly schemes: Set<string>;
  readonly rules: Rule[];
  readonly names: Set<string>;
}

/**
 * Requests to a load balancer, for each port of the listeners of either state: one that meets no condition, one for each
 * value of each condition of a rule, one for each name of a certificate, and one for each two rules of which one changed.
 */
export function sampleRequests(
  pair: Pair,
  balancer: Both<Resource>,
): { readonly requests: readonly SampleRequest[]; readonly isCut: boolean } {
  const requests = new Map<string, SampleRequest>();
  for (const request of candidates(pair, portsOf(pair, balancer))) {
    const key = JSON.stringify(request.question);
    if (requests.has(key)) continue;
    if (requests.size === MOST_REQUESTS) return { requests: [...requests.values()], isCut: true };
    requests.set(key, request);
  }
  return { requests: [...requests.values()], isCut: false };
}

function* candidates(pair: Pair, ports: readonly Port[]): Generator<SampleRequest> {
  const elsewhere = addressOutside(ports.flatMap(({ rules }) => rules));
  const fieldsByPort = ports.map((one) => ({
    one,
    each: one.rules.map((rule) => ({ path: rule.path, all: fieldsOf(rule) })),
  }));
  const requestsWith = ({ port, schemes, rules }: Port, fields: Fields, only = /./) =>
    [...schemes]
      .filter((scheme) => only.test(scheme))
      .map((scheme) => {
        const known = scheme.startsWith('http') ? fields : { host: fields.host };
        return requestOf(scheme, port, known, { elsewhere, isOnly: rules.length === 0 });
      });
  for (const { one, each } of fieldsByPort) {
    yield* requestsWith(one, {});
    for (const fields of each.flatMap(({ all }) => all)) yield* requestsWith(one, fields);
    for (const host of one.names) yield* requestsWith(one, { host }, /^(https|tls)$/);
  }
  for (const { one, each } of fieldsByPort) {
    for (const rule of each.filter(({ path }) => pair.changed.has(path))) {
      for (const other of each.filter(({ path }) => path !== rule.path)) {
        yield* requestsWith(one, merged(other.all[0] ?? {}, rule.all[0] ?? {}), /^http/);
      }
    }
  }
}

/** The ports that listeners of either state have, with the rules and names of all of these. */
function portsOf(pair: Pair, balancer: Both<Resource>): readonly Port[] {
  const ports = new Map<number, Port>();
  pair.sides.forEach(({ templates }, i) => {
    const balancers = new Balancers(templates);
    for (const { resource } of balancers.listenersOf(balancer[i === 0 ? 0 : 1])) {
      const [number, protocol] = [asNumber(resource.properties.Port), asText(resource.properties.Protocol)];
      const schemes = typeof protocol === 'string' ? (SCHEMES[protocol] ?? []) : ['http'];
      // A listener whose port is not known may have this one.
      const port = typeof number === 'number' ? number : schemes.includes('https') ? 443 : 80;
      const known = ports.get(port) ?? { port, schemes: new Set(), rules: [], names: new Set() };
      ports.set(port, known);
      for (const scheme of schemes) known.schemes.add(scheme);
      known.rules.push(...balancers.rulesOf(resource).filter(({ isDefault }) => !isDefault));
      const { standard, list } = balancers.certificatesOf(resource);
      for (const arn of [standard, ...list.map((item) => item.arn)]) {
        const certificate = target(templates, arn, 'AWS::CertificateManager::Certificate');
        if (!certificate) continue;
        const { DomainName, SubjectAlternativeNames } = certificate.properties;
        for (const name of texts([DomainName ?? null, ...asList(SubjectAlternativeNames)]))
          known.names.add(witness(name));
      }
    }
  });
  return [...ports.values()];
}

/** What meets all conditions of a rule: for each value of each condition, with the first values of the others. */
function fieldsOf({ properties }: Rule): readonly Fields[] {
  const conditions = asList(properties.Conditions).map(alternatives);
  const first = conditions.reduce<Fields>((all, [one = {}]) => merged(all, one), {});
  const others = conditions.flatMap((values, i) =>
    values
      .slice(1)
      .map((value) =>
        conditions.reduce<Fields>((all, [one = {}], j) => merged(all, i === j ? value : one), {}),
      ),
  );
  return [first, ...others];
}

/** The second wins where a request has only one. */
const merged = (first: Fields, second: Fields): Fields => ({
  ...first,
  ...second,
  headers: distinct([...(first.headers ?? []), ...(second.headers ?? [])]),
  query: distinct([...(first.query ?? []), ...(second.query ?? [])]),
});

const distinct = <T>(items: readonly T[]): readonly T[] => [
  ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
];

const CONFIGS: Readonly<Record<string, string>> = {
  'path-pattern': 'PathPatternConfig',
  'host-header': 'HostHeaderConfig',
  'http-header': 'HttpHeaderConfig',
  'http-request-method': 'HttpRequestMethodConfig',
  'query-string': 'QueryStringConfig',
  'source-ip': 'SourceIpConfig',
};

/** What meets one condition, one for each of its values. Empty for what the template leaves open. */
function alternatives(condition: Json): readonly Fields[] {
  const { Field, Values, ...configs } = asRecord(condition);
  const field = asText(Field);
  if (typeof field !== 'string') return [];
  const config = asRecord(configs[CONFIGS[field] ?? '']);
  const listed = [...asList(config.Values), ...asList(Values)];
  if (field === 'query-string') {
    return listed.map(asRecord).flatMap(({ Key, Value }) => {
      const [key, value] = [asText(Key) ?? 'any', asText(Value)];
      return typeof key === 'string' && typeof value === 'string'
        ? [{ query: [`${encoded(key)}=${encoded(value)}`] }]
        : [];
    });
  }
  const values = texts(listed);
  switch (field) {
    case 'path-pattern':
      return values.map((pattern) => ({ path: witness(pattern.replace(/^[*?]/, '/any')) }));
    case 'host-header':
      return values.map((pattern) => ({ host: witness(pattern) }));
    case 'http-request-method':
      return values.map((method) => ({ method }));
    case 'source-ip':
      return values.flatMap((block) => edges(block).map((source) => ({ source })));
    case 'http-header': {
      const name = asText(config.HttpHeaderName);
      return typeof name === 'string'
        ? values.map((pattern) => ({ headers: [[name, witness(pattern)]] as const }))
        : [];
    }
    default:
      return [];
  }
}

const texts = (values: readonly Json[]): readonly string[] =>
  values.map((value) => asText(value)).filter((text) => typeof text === 'string');

/** A text that matches a pattern. */
const witness = (pattern: string): string => pattern.replaceAll('*', 'any').replaceAll('?', 'x');

/** A text that matches a pattern of a query string, in which `\*` is an asterisk. */
const encoded = (pattern: string): string =>
  encodeURIComponent(pattern.replace(/\\([*?])|[*?]/g, (all, literal?: string) => literal ?? witness(all)));

/** The first and the last address of a block. */
function edges(block: string): readonly string[] {
  try {
    const [range] = parseAddresses(block);
    if (!range) return [];
    return [range.first, range.last].map((address) => formatAddresses([{ first: address, last: address }]));
  } catch {
    return [];
  }
}

// https://www.rfc-editor.org/rfc/rfc5737
const DOCUMENTATION = ['203.0.113.1', '198.51.100.1', '192.0.2.1'];

/** An address that no condition names. Undefined where no rule depends on the address, or where all are named. */
function addressOutside(rules: readonly Rule[]): string | undefined {
  const blocks = rules
    .flatMap(({ properties }) => asList(properties.Conditions))
    .map(asRecord)
    .filter(({ Field }) => Field === 'source-ip')
    .flatMap(({ SourceIpConfig, Values }) => [...asList(asRecord(SourceIpConfig).Values), ...asList(Values)]);
  const named = texts(blocks)
    .filter((block) => edges(block).length > 0)
    .map(parseAddresses);
  return named.length === 0
    ? undefined
    : DOCUMENTATION.find((address) => !named.some((block) => overlaps(block, parseAddresses(address))));
}

interface Surroundings {
  readonly elsewhere: string | undefined;
  /** No rule tells requests apart. */
  readonly isOnly: boolean;
}

function requestOf(
  scheme: string,
  port: number,
  { host, path, method, source, headers = [], query = [] }: Fields,
  { elsewhere, isOnly }: Surroundings,
): SampleRequest {
  const isHttp = scheme.startsWith('http');
  const search = query.length === 0 ? OTHER_QUERY : query.join('&');
  const sent: Record<string, string[]> = {};
  for (const [name, value] of headers) (sent[name] ??= []).push(value);
  const sourceAddress = source ?? elsewhere;
  const parts = [
    ...(host === undefined ? [] : [`host ${host}`]),
    ...(path === undefined ? [] : [`path ${path}`]),
    ...(method === undefined ? [] : [`method ${method}`]),
    ...headers.map(([name, value]) => `header ${name}: ${value}`),
    ...query.map((pair) => `query ${pair}`),
    ...(source === undefined ? [] : [`from ${source}`]),
  ];
  return {
    question: {
      url: `${scheme}://${host ?? OTHER_HOST}:${port}${isHttp ? `${path ?? OTHER_PATH}?${search}` : ''}`,
      ...(method !== undefined && { method }),
      ...(headers.length > 0 && { headers: sent }),
      ...(sourceAddress !== undefined && { sourceAddress }),
    },
    traffic: `${scheme} ${port}`,
    text: parts.length > 0 ? parts.join(' and ') : isOnly ? 'any request' : 'other requests',
  };
}

// https://www.rfc-editor.org/rfc/rfc2606
const OTHER_HOST = 'other.invalid';
const OTHER_PATH = '/other';
const OTHER_QUERY = 'other=yes';
