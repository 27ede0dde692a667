import type { Json } from '../templates';
import { covers, overlaps, parseAddresses, type AddressSet } from '../network/model/addresses';
import { asList, asRecord, asText, Undecided } from '../templates/properties';
import { agreed, oneOf, type Match } from './match';
import { matchesPattern } from './patterns';
import type { Request } from './request';

const CASE_SENSITIVE = { caseSensitive: true };
const ANY_CASE = { caseSensitive: false };

/**
 * Whether a request satisfies one condition of a rule.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */
export function matchesCondition(condition: Json, request: Request): Match {
  const fields = asRecord(condition);
  const field = asText(fields.Field);
  if (field instanceof Undecided) return field;
  switch (field) {
    case 'path-pattern':
      return byValue(fields, fields.PathPatternConfig, (pattern) => matchesPath(pattern, request.path));
    case 'host-header':
      return byValue(fields, fields.HostHeaderConfig, (pattern) =>
        matchesPattern(pattern, hostName(request), ANY_CASE),
      );
    case 'http-header':
      return matchesHeader(fields, request);
    case 'http-request-method':
      return byValue(fields, fields.HttpRequestMethodConfig, (method) => method === request.method);
    case 'query-string':
      return matchesQuery(asRecord(fields.QueryStringConfig).Values, request.query);
    case 'source-ip':
      return byValue(fields, fields.SourceIpConfig, (block) => matchesSource(block, request));
    default:
      return new Undecided(`conditions on ${field ?? 'no field'} are not modelled`);
  }
}

/** One of the values matches. Regular expressions are not modelled: AWS does not say which dialect they are in. */
function byValue(
  fields: Readonly<Record<string, Json>>,
  config: Json | undefined,
  matches: (value: string) => Match,
): Match {
  const { Values, RegexValues } = asRecord(config);
  const values = [...asList(Values), ...asList(fields.Values)];
  const expressions = [...asList(RegexValues), ...asList(fields.RegexValues)];
  if (values.length + expressions.length === 0) return new Undecided('a condition has no values');
  return oneOf([
    ...values.map((value) => {
      const text = asText(value);
      return text === undefined || text instanceof Undecided
        ? (text ?? new Undecided('a value is null'))
        : matches(text);
    }),
    ...expressions.map(() => new Undecided('regular expressions in conditions are not modelled')),
  ]);
}

/** The name in the Host header, without the port. */
const hostName = ({ headers, host }: Request): string =>
  (headers.get('host')?.[0] ?? host).replace(/:\d+$/, '');

/**
 * "The path pattern is applied only to the path of the URL, not to its query parameters", after URI normalization. AWS
 * does not say which: what the path as sent and the path after RFC 3986, section 6.2.2, do not agree on is not known.
 */
function matchesPath(pattern: string, path: string): Match {
  return agreed(
    [path, normalized(path)].map((variant) => matchesPattern(pattern, variant, CASE_SENSITIVE)),
    `it depends on how the load balancer normalizes the path ${path}`,
  );
}

function normalized(path: string): string {
  const decoded = path.replace(/%[\da-f]{2}/gi, (code) => {
    const character = String.fromCharCode(parseInt(code.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : code.toUpperCase();
  });
  const segments: string[] = [];
  for (const segment of decoded.split('/').slice(1)) {
    if (segment === '..') segments.pop();
    else if (segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}${/\/\.{1,2}$/.test(decoded) && segments.length > 0 ? '/' : ''}`;
}

/** "The header name and the match evaluation are not case-sensitive." */
function matchesHeader(fields: Readonly<Record<string, Json>>, request: Request): Match {
  const config = asRecord(fields.HttpHeaderConfig);
  const name = asText(config.HttpHeaderName);
  if (name === undefined || name instanceof Undecided)
    return name ?? new Undecided('a condition names no header');
  const sent = request.headers.get(name.toLowerCase()) ?? [];
  return (
    sent.length > 0 &&
    byValue(fields, config, (pattern) => sent.some((value) => matchesPattern(pattern, value, ANY_CASE)))
  );
}

const QUERY = { caseSensitive: false, escapes: true };

/** "a key/value pair of version=v1 or any key set to example"; any character may be percent-encoded. */
function matchesQuery(values: Json | undefined, query: string): Match {
  const pairs = query.split('&').filter((pair) => pair !== '');
  const wanted = asList(values);
  if (wanted.length === 0) return new Undecided('a condition has no values');
  return oneOf(wanted.flatMap((one) => pairs.map((pair) => matchesPair(one, pair))));
}

function matchesPair(wanted: Json, pair: string): Match {
  const { Key, Value } = asRecord(wanted);
  const [key, value] = [asText(Key), asText(Value)];
  if (key instanceof Undecided) return key;
  if (value instanceof Undecided)
    return key !== undefined && matchesPairText(key, '*', pair) === false ? false : value;
  if (value === undefined) return new Undecided('a condition on the query string has no value');
  if (key === undefined && !pair.includes('=')) {
    return matchesPattern(value, decoded(pair), QUERY)
      ? new Undecided(`AWS does not say whether ${pair} without = is a key or a value`)
      : matchesPattern(value, '', QUERY);
  }
  return matchesPairText(key, value, pair);
}

function matchesPairText(key: string | undefined, value: string, pair: string): Match {
  const equals = pair.indexOf('=');
  const parts = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
  const variants = [parts, parts.map(decoded), parts.map((part) => decoded(part.replaceAll('+', ' ')))];
  return agreed(
    variants.map(
      ([name = '', content = '']) =>
        (key === undefined || matchesPattern(key, name, QUERY)) && matchesPattern(value, content, QUERY),
    ),
    `it depends on how the load balancer decodes the query string ${pair}`,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** "If a client is behind a proxy, this is the IP address of the proxy." X-Forwarded-For does not matter. */
function matchesSource(block: string, { source }: Request): Match {
  let addresses: AddressSet;
  try {
    addresses = parseAddresses(block);
  } catch {
    return new Undecided(`${block} is no CIDR block`);
  }
  if (source && covers(addresses, source)) return true;
  if (source && !overlaps(addresses, source)) return false;
  return new Undecided(`it depends on the address of the client, which ${block} matches or not`);
}
