import { cachePolicyOf, cacheKey } from './cache-policy';
import type { Behavior, Distribution, Origin } from './distribution';
import { secondsForError, secondsInCache, type ResponseHeaders } from './expiration';
import { open, settle, type Known } from './known';
import type { ViewerRequest } from './request';
import { headersForViewer } from './response-headers';

/** A response of an origin; `unreachable`: no connection; `timeout`: no response in time. */
export type OriginResponse =
  { readonly status: number; readonly headers?: ResponseHeaders } | 'unreachable' | 'timeout';

/** What the viewer gets. */
export interface Reply {
  readonly status: Known<number>;
  /**
   * `origin`: the response of the origin. `error page`: the custom error page `page`. `expired object`: what the cache still
   * had. `CloudFront`: a redirect, a refusal, or an error without a page.
   */
  readonly from: Known<'origin' | 'error page' | 'expired object' | 'CloudFront'>;
  /** Construct path of the origin that answered last. */
  readonly origin?: Known<string>;
  readonly page?: Known<string | undefined>;
  /** Headers for the viewer of a response that comes from the origin, by name in lower case. */
  readonly headers?: Known<ResponseHeaders>;
  /** How long CloudFront answers from its cache before it asks an origin again. */
  readonly seconds: Known<number>;
}

/** Whether CloudFront asks the second origin of an origin group after this response of the first. */
export function failsOver(failoverOn: readonly number[], method: string, response: OriginResponse): boolean {
  if (failoverOn.length === 0 || !['GET', 'HEAD', 'OPTIONS'].includes(method)) return false;
  if (typeof response === 'object') return failoverOn.includes(response.status);
  const code = response === 'unreachable' ? 503 : 504;
  return failoverOn.includes(code) || open(`AWS's pages differ on failover without the status code ${code}`);
}

/** What the viewer gets when the origins give these responses, by construct path. */
export function reply(
  distribution: Distribution,
  behavior: Behavior,
  request: ViewerRequest,
  responses: Readonly<Record<string, OriginResponse>>,
  hasExpired: boolean,
): Reply {
  const { origin, response } = answering(distribution, behavior, request, responses);
  // "how quickly CloudFront returns an HTTP 504 response to the viewer"
  const { status, headers = {} } = typeof response === 'object' ? response : { status: 504 };
  const isError = status >= 400;
  const own = isError ? distribution.errorResponse(status) : { seconds: 0 };
  const isCached = () => cacheKey(distribution, behavior.settings, request) !== undefined;
  if (hasExpired && (status >= 500 || status === 304)) {
    return {
      status: 200,
      from: 'expired object',
      origin,
      seconds: settle(() =>
        status === 304
          ? secondsInCache(cachePolicyOf(distribution, behavior.settings), headers)
          : own.seconds,
      ),
    };
  }
  return {
    status: own.status ?? status,
    from: own.page !== undefined ? 'error page' : typeof response === 'object' ? 'origin' : 'CloudFront',
    origin,
    page: own.page,
    headers:
      own.page === undefined && typeof response === 'object'
        ? settle(() => headersForViewer(distribution, behavior.settings, headers))
        : undefined,
    seconds: settle(() => {
      if (!isCached()) return 0;
      const policy = cachePolicyOf(distribution, behavior.settings);
      if (isError) return secondsForError(policy, status, headers, own.seconds);
      return status === 200 ? secondsInCache(policy, headers) : open(`caching of status code ${status}`);
    }),
  };
}

/** The origin whose response counts: the first, or after a failover the second. */
function answering(
  distribution: Distribution,
  behavior: Behavior,
  { method }: ViewerRequest,
  responses: Readonly<Record<string, OriginResponse>>,
): { readonly origin: string; readonly response: OriginResponse } {
  const { origins, failoverOn } = distribution.originsOf(behavior);
  const responseOf = ({ origin }: Origin) => {
    const response = responses[origin];
    if (response === undefined) throw new Error(`responses: expected one of the origin ${origin}`);
    return { origin, response };
  };
  const [first, second] = origins;
  if (!first) throw new Error(`${distribution.resource.path}: no origin`);
  const primary = responseOf(first);
  return second && failsOver(failoverOn, method, primary.response) ? responseOf(second) : primary;
}
