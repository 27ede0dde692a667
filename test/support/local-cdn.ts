import { GetObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import type { Edge, EdgeQuestion, Known, OriginRequest, OriginResponse } from '../../lib/assertions/edge';
import { Undecided } from '../../lib/assertions/templates/properties';
import type { LocalAws } from './local-aws';
import type { FunctionResponse } from './cloudfront-function';
import { signerOf, type PublicKeys } from './signed-request';

interface Stored {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly etag?: string;
  /** In seconds of the clock. */
  expires: number;
}

export interface CdnOptions {
  /** Construct path of the distribution. */
  readonly distribution: string;
  /** Name of the local bucket of each origin, by construct path. */
  readonly buckets: Readonly<Record<string, string>>;
  readonly keys?: PublicKeys;
  /** The CloudFront Function at the viewer request of pages: the path that it asks for, or its response. */
  readonly pageFunction?: (
    path: string,
    cookies: Readonly<Record<string, string>>,
  ) => Promise<{ readonly uri: string } | FunctionResponse>;
}

/**
 * One edge cache of CloudFront, in front of local S3. `Edge` decides everything from the templates: cache behavior, cache key,
 * failover, error pages, headers and the time that it keeps an object. The clock stands still until a test sets it.
 */
export class LocalCdn {
  /** Seconds since 1970. */
  now = 1_800_000_000;
  /** Construct paths of the origins that do not answer. */
  readonly down = new Set<string>();
  /** Each request to an origin: `GET App/Bucket /key`, with the status code. */
  readonly requests: string[] = [];
  private readonly cache = new Map<string, Stored>();

  constructor(
    private readonly edge: Edge,
    private readonly aws: LocalAws,
    private readonly options: CdnOptions,
  ) {}

  /** `from` is `cache`, or what `Reply.from` says. `path` may be a URL. */
  async get(path: string, more: { method?: string; cookies?: Readonly<Record<string, string>> } = {}) {
    const { distribution, keys = {}, pageFunction } = this.options;
    const { method, cookies = {} } = more;
    const url = path.includes('://') ? path : `https://d111111abcdef8.cloudfront.net${path}`;
    const signedBy = signerOf(url, cookies, keys, this.now);
    const received: EdgeQuestion = { to: distribution, url, method, signedBy };
    const isPage = pageFunction !== undefined && certain(this.edge.route(received).behavior) === '*';
    const changed = isPage ? await pageFunction(new URL(url).pathname, cookies) : undefined;
    if (changed && 'statusCode' in changed) {
      const headers = Object.entries(changed.headers).map(([name, { value }]) => [name, value] as const);
      const status = changed.statusCode;
      return { status, from: 'CloudFront', body: '', headers: Object.fromEntries(headers) };
    }
    const question: EdgeQuestion = changed ? { ...received, rewrittenTo: changed.uri } : received;
    const route = this.edge.route(question);
    if (certain(route.outcome) !== 'origin') {
      const status = certain(this.edge.reply(question, {}).status);
      return { status, from: 'CloudFront', body: '', headers: {} as Readonly<Record<string, string>> };
    }
    const key = certain(route.cacheKey);
    const stored = key === undefined ? undefined : this.cache.get(key);
    if (stored && stored.expires > this.now) return { ...stored, from: 'cache' };

    const { responses, body, etag } = await this.ask(question, certain(route.origins), stored?.etag);
    const reply = this.edge.reply(question, responses, { expired: stored?.status === 200 });
    const [from, seconds] = [certain(reply.from), certain(reply.seconds)];
    if (from === 'expired object' && stored) {
      stored.expires = this.now + seconds;
      return { ...stored, from };
    }
    const page = certain(reply.page);
    const answer: Stored = {
      status: certain(reply.status),
      body: page === undefined ? body : (await this.get(page)).body,
      // A function at the viewer response may change the headers of a page.
      headers: (isPage && reply.headers instanceof Undecided ? undefined : certain(reply.headers)) ?? {},
      etag,
      expires: this.now + seconds,
    };
    if (key !== undefined && seconds > 0) this.cache.set(key, answer);
    return { ...answer, from };
  }

  /** Asks one origin after the other, until one answers without failover. */
  private async ask(question: EdgeQuestion, origins: readonly OriginRequest[], etag: string | undefined) {
    const responses: Record<string, OriginResponse> = {};
    let last = { response: 'unreachable' as OriginResponse, body: '', etag: undefined as string | undefined };
    for (const request of origins) {
      last = await this.fetch(request, etag);
      responses[request.origin] = last.response;
      if (!certain(this.edge.failsOver(question, last.response))) break;
    }
    return { responses, body: last.body, etag: last.etag };
  }

  private async fetch({ origin, path }: OriginRequest, etag: string | undefined) {
    const log = (outcome: string | number) => this.requests.push(`${origin} ${path}: ${outcome}`);
    if (this.down.has(origin)) {
      log('unreachable');
      return { response: 'unreachable' as const, body: '', etag: undefined };
    }
    const object = { Bucket: this.options.buckets[origin], Key: decodeURIComponent(path.slice(1)) };
    try {
      const found = await this.aws.s3.send(new GetObjectCommand({ ...object, IfNoneMatch: etag }));
      log(200);
      const headers = {
        ...(found.CacheControl !== undefined && { 'cache-control': found.CacheControl }),
        ...(found.ContentType !== undefined && { 'content-type': found.ContentType }),
      };
      const body = (await found.Body?.transformToString()) ?? '';
      return { response: { status: 200, headers }, body, etag: found.ETag };
    } catch (error) {
      if (!(error instanceof S3ServiceException)) throw error;
      const status = error.$metadata.httpStatusCode ?? 500;
      log(status);
      return { response: { status, headers: {} }, body: '', etag: undefined };
    }
  }
}

function certain<T>(value: Known<T>): T {
  if (value instanceof Undecided) throw new Error(value.reason);
  return value;
}
