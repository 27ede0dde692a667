import type { CachePolicy } from './cache-policy';
import { open } from './known';

/** Headers of an origin's response, by name in lower case. */
export type ResponseHeaders = Readonly<Record<string, string>>;

/** Directives of a Cache-Control header: `max-age` is "60", `no-store` is "". */
function directives(headers: ResponseHeaders): ReadonlyMap<string, string> {
  const items = (headers['cache-control'] ?? '').split(',').map((item) => item.trim().toLowerCase());
  return new Map(
    items
      .filter((item) => item !== '')
      .map((item) => {
        const [name = '', value = ''] = item.split('=');
        return [name.trim(), value.trim().replace(/^"|"$/g, '')];
      }),
  );
}

/** Seconds of s-maxage, else of max-age. */
function maxAge(given: ReadonlyMap<string, string>): number | undefined {
  const text = given.get('s-maxage') ?? given.get('max-age');
  if (text === undefined) return undefined;
  return /^\d+$/.test(text) ? Number(text) : open(`max-age=${text} is no number of seconds`);
}

function untilExpires({ expires, date }: ResponseHeaders): number | undefined {
  if (expires === undefined) return undefined;
  const [until, from] = [Date.parse(expires), Date.parse(date ?? '')];
  if (Number.isNaN(until)) return 0;
  return Number.isNaN(from) ? open('the response has Expires and no Date') : (until - from) / 1000;
}

const REVALIDATED = ['no-cache', 'no-store', 'private'];

/**
 * How long an object stays in the cache before CloudFront asks the origin again, in seconds.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
 */
export function secondsInCache(policy: CachePolicy, headers: ResponseHeaders): number {
  const given = directives(headers);
  const age = maxAge(given) ?? untilExpires(headers);
  const byAge =
    age === undefined
      ? Math.max(policy.min, policy.default)
      : Math.min(Math.max(age, policy.min), policy.max);
  if (!REVALIDATED.some((name) => given.has(name))) return byAge;
  if (age !== undefined && byAge !== policy.min) {
    open(`AWS does not document how long CloudFront caches "${headers['cache-control']}"`);
  }
  return policy.min;
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html */
const ALWAYS_CACHED = [404, 414, 500, 501, 502, 503, 504];
const CACHED_WITH_MAX_AGE = [400, 403, 405, 412, 415];

/** How long an error of the origin stays in the cache, in seconds. `least` is the error caching minimum TTL. */
export function secondsForError(
  policy: CachePolicy,
  status: number,
  headers: ResponseHeaders,
  least: number,
): number {
  const given = directives(headers);
  const age = maxAge(given);
  if (status === 416) return 0;
  if (CACHED_WITH_MAX_AGE.includes(status) && age === undefined) return 0;
  if (![...ALWAYS_CACHED, ...CACHED_WITH_MAX_AGE].includes(status)) {
    open(`AWS does not document whether CloudFront caches status code ${status}`);
  }
  if (status < 500 && REVALIDATED.some((name) => given.has(name))) {
    open(`AWS does not document whether CloudFront caches a ${status} with "${headers['cache-control']}"`);
  }
  const other = age ?? untilExpires(headers) ?? 0;
  return Math.max(least, Math.min(other, policy.max));
}
