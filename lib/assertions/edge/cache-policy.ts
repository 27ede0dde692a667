import { asList, asNumber, asRecord, asText, describe, reference } from '../templates/properties';
import type { Distribution, Settings } from './distribution';
import { known, open } from './known';
import type { ViewerRequest } from './request';
import { isSet, needsSignature } from './signers';

/** A cache policy. Times are in seconds. */
export interface CachePolicy {
  readonly min: number;
  readonly default: number;
  readonly max: number;
  /** `ParametersInCacheKeyAndForwardedToOrigin` */
  readonly parameters: Settings;
}

const DAY = 86_400;
const YEAR = 31_536_000;
const compressed = { EnableAcceptEncodingGzip: true, EnableAcceptEncodingBrotli: true };

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
const MANAGED: Readonly<Record<string, CachePolicy>> = {
  // CachingOptimized
  '658327ea-f89d-4fab-a63d-7e88639e58f6': { min: 1, default: DAY, max: YEAR, parameters: compressed },
  // CachingOptimizedForUncompressedObjects
  'b2884449-e4de-46a7-ac36-70bc7f1ddd6d': { min: 1, default: DAY, max: YEAR, parameters: {} },
  // CachingDisabled
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': { min: 0, default: 0, max: 0, parameters: {} },
};

export function cachePolicyOf(distribution: Distribution, { CachePolicyId }: Settings): CachePolicy {
  if (CachePolicyId === undefined)
    open('a cache behavior without a cache policy (ForwardedValues) is not modelled');
  const resource = known(reference(distribution.templates, CachePolicyId, 'AWS::CloudFront::CachePolicy'));
  if (!resource) {
    return (
      MANAGED[describe(CachePolicyId)] ??
      open(`cache policy ${describe(CachePolicyId)} is not in the templates`)
    );
  }
  const config = asRecord(resource.properties.CachePolicyConfig);
  const min = known(asNumber(config.MinTTL)) ?? 0;
  const usual = known(asNumber(config.DefaultTTL)) ?? Math.max(min, DAY);
  const max = known(asNumber(config.MaxTTL)) ?? Math.max(usual, YEAR);
  // CloudFront's error InvalidTTLOrder.
  if (min > usual || usual > max) {
    throw new Error(
      `CloudFront refuses ${resource.path}: expected MinTTL ${min} <= DefaultTTL ${usual} <= MaxTTL ${max}`,
    );
  }
  return { min, default: usual, max, parameters: asRecord(config.ParametersInCacheKeyAndForwardedToOrigin) };
}

const isCached = ({ CachedMethods }: Settings, method: string): boolean =>
  method === 'GET' ||
  method === 'HEAD' ||
  (method === 'OPTIONS' &&
    asList(CachedMethods)
      .map((one) => known(asText(one)))
      .includes(method));

/**
 * What tells the object apart from others in the cache of the distribution. Undefined where CloudFront caches nothing.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-the-cache-key.html
 */
export function cacheKey(
  distribution: Distribution,
  settings: Settings,
  request: ViewerRequest,
): string | undefined {
  const policy = cachePolicyOf(distribution, settings);
  if (!isCached(settings, request.method) || policy.max === 0) return undefined;
  const { parameters } = policy;
  return JSON.stringify({
    ...(request.method === 'OPTIONS' && { method: request.method }),
    path: request.rewrittenTo ?? request.path,
    query: queryIn(parameters, request, needsSignature(settings)),
    headers: headersIn(parameters, request),
    cookies: cookiesIn(parameters, request),
  });
}

/** Removed from signed URLs before anything else reads the query string. */
const SIGNATURE = ['Expires', 'Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm'];

function queryIn({ QueryStringsConfig }: Settings, { query }: ViewerRequest, isSigned: boolean): string[] {
  const { QueryStringBehavior, QueryStrings } = asRecord(QueryStringsConfig);
  const all = query.split('&').filter((pair) => pair !== '');
  const own = isSigned ? all.filter((pair) => !SIGNATURE.includes(nameOf(pair))) : all;
  return chosen(own, nameOf, known(asText(QueryStringBehavior)), namesIn(QueryStrings));
}

function cookiesIn({ CookiesConfig }: Settings, { headers }: ViewerRequest): string[] {
  const { CookieBehavior, Cookies } = asRecord(CookiesConfig);
  const all = (headers.get('cookie') ?? [])
    .flatMap((header) => header.split(/; */))
    .filter((one) => one !== '');
  return chosen(all, nameOf, known(asText(CookieBehavior)), namesIn(Cookies)).sort();
}

function headersIn(parameters: Settings, { headers }: ViewerRequest): string[] {
  const { HeaderBehavior, Headers } = asRecord(parameters.HeadersConfig);
  const listed = known(asText(HeaderBehavior)) === 'whitelist' ? namesIn(Headers) : [];
  const lines = listed
    .map((name) => name.toLowerCase())
    .sort()
    .map((name) => {
      const values = headers.get(name);
      if (!values && name.startsWith('cloudfront-')) open(`CloudFront adds the header ${name}`);
      return `${name}: ${values?.join(', ') ?? ''}`;
    });
  const formats = [
    isSet(parameters.EnableAcceptEncodingBrotli) ? 'br' : '',
    isSet(parameters.EnableAcceptEncodingGzip) ? 'gzip' : '',
  ].filter((format) => format !== '' && accepts(headers.get('accept-encoding'), format));
  return formats.length === 0 ? lines : [...lines, `accept-encoding: ${formats.join(',')}`];
}

const accepts = (header: readonly string[] | undefined, format: string): boolean =>
  (header ?? [])
    .join(',')
    .split(',')
    .some((item) => item.split(';')[0]?.trim().toLowerCase() === format);

const nameOf = (pair: string): string => pair.replace(/=.*$/s, '');

const namesIn = (list: Settings[string] | undefined): string[] =>
  asList(list).flatMap((name) => known(asText(name)) ?? []);

function chosen(
  pairs: readonly string[],
  name: (pair: string) => string,
  behavior: string | undefined,
  names: readonly string[],
): string[] {
  if (behavior === 'all') return [...pairs];
  if (behavior === 'whitelist') return pairs.filter((pair) => names.includes(name(pair)));
  if (behavior === 'allExcept') return pairs.filter((pair) => !names.includes(name(pair)));
  return [];
}
