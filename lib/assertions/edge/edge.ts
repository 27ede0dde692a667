import type { Stage } from 'aws-cdk-lib';
import { casesOf, Templates, type Resource } from '../templates';
import { conditionDoubt, Undecided } from '../templates/properties';
import { admit, type Admission } from './admission';
import { cacheKey } from './cache-policy';
import { Distribution } from './distribution';
import { open, settle, type Known } from './known';
import { failsOver, reply, type OriginResponse, type Reply } from './reply';
import { readViewerRequest, type EdgeQuestion, type ViewerRequest } from './request';
import { hasFunction, signersOf } from './signers';

/** A request that CloudFront sends to an origin. */
export interface OriginRequest {
  /** Construct path of the bucket or load balancer, or the domain name. */
  readonly origin: string;
  /** Path with the origin's directory before it. */
  readonly path: string;
}

/** What CloudFront does with a request. A part that the templates leave open is Undecided, with the reason. */
export interface Route {
  /** `origin`: CloudFront answers from its cache or asks an origin. */
  readonly outcome: Known<'origin' | 'redirect' | 'refused'>;
  /** Why it is refused. */
  readonly reasons: readonly string[];
  /** Status code of a redirect or a refusal. */
  readonly status?: number;
  readonly location?: string;
  /** Path pattern of the cache behavior; `*` for the default one. */
  readonly behavior: Known<string>;
  /** Public keys, by construct path or id: the request needs a signature of one. Empty if it needs none. */
  readonly signers: Known<readonly string[]>;
  /** The origins that CloudFront asks, in order: one, or the two of an origin group. */
  readonly origins: Known<readonly OriginRequest[]>;
  /** Equal for two requests that the cache does not tell apart. Undefined where CloudFront does not cache. */
  readonly cacheKey?: Known<string | undefined>;
}

const TYPES = ['CachePolicy', 'KeyGroup', 'PublicKey', 'ResponseHeadersPolicy'].map(
  (name) => `AWS::CloudFront::${name}`,
);

/** The CloudFront distributions of a set of templates, ready to be asked. */
export class Edge {
  static of(templates: Templates): Edge {
    return new Edge(templates);
  }

  /** The distributions of all stacks of an app or stage. */
  static fromApp(app: Stage): Edge {
    return Edge.of(Templates.fromApp(app));
  }

  private constructor(private readonly templates: Templates) {
    for (const type of [DISTRIBUTION, 'AWS::S3::Bucket', ...TYPES]) templates.ofType(type);
  }

  /** Construct paths of the distributions. */
  get distributions(): readonly string[] {
    return this.templates.ofType(DISTRIBUTION).map(({ path }) => path);
  }

  /**
   * What CloudFront does with a request. Throws an error of one line for a URL that cannot be, for a path without a
   * distribution, and for a distribution that CloudFront refuses.
   */
  route(question: EdgeQuestion): Route {
    const request = readViewerRequest(question);
    return this.agreed(question, (distribution) => routeOf(distribution, request));
  }

  /**
   * What the viewer gets when the origins give these responses, by construct path of the origin. `expired`: the cache has
   * the object, and it has expired. Throws like `route`, and for an origin whose response is missing.
   */
  reply(
    question: EdgeQuestion,
    responses: Readonly<Record<string, OriginResponse>>,
    { expired = false }: { readonly expired?: boolean } = {},
  ): Reply {
    const request = readViewerRequest(question);
    return this.agreed(question, (distribution) => {
      const route = routeOf(distribution, request);
      if (route.outcome instanceof Undecided) {
        return { status: route.outcome, from: route.outcome, seconds: route.outcome };
      }
      if (route.outcome !== 'origin') {
        const status = settle(() => ownStatus(distribution, route));
        return { status, from: status instanceof Undecided ? status : 'CloudFront', seconds: 0 };
      }
      const result = settle(() =>
        reply(distribution, distribution.behaviorFor(request.path), request, responses, expired),
      );
      return result instanceof Undecided ? { status: result, from: result, seconds: result } : result;
    });
  }

  /** Whether CloudFront asks the second origin after this response of the first. */
  failsOver(question: EdgeQuestion, response: OriginResponse): Known<boolean> {
    const { method, path } = readViewerRequest(question);
    const { answer } = this.agreed(question, (distribution) => ({
      answer: settle(() =>
        failsOver(distribution.originsOf(distribution.behaviorFor(path)).failoverOn, method, response),
      ),
    }));
    return answer;
  }

  /** The answer that all cases of conditions and parameters agree on, part by part. */
  private agreed<T extends object>({ to }: EdgeQuestion, ask: (distribution: Distribution) => T): T {
    const path = (typeof to === 'string' ? to : to.node.path).replace(/^\/|\/$/g, '');
    distributionAt(this.templates, path);
    const [first, ...others] = casesOf(this.templates).map(({ templates, text }) => {
      const found = templates.below(path).some(({ type }) => type === DISTRIBUTION);
      return {
        answer: found ? ask(new Distribution(templates, distributionAt(templates, path))) : undefined,
        text,
      };
    });
    const answers = [first, ...others].filter((one) => one !== undefined);
    const some = answers.find(({ answer }) => answer !== undefined)?.answer;
    if (!some) throw new Error(`${path}: the distribution does not exist in any case`);
    const differs = (key: keyof T) =>
      answers.find(({ answer }) => JSON.stringify(answer?.[key]) !== JSON.stringify(some[key]));
    const keys = new Set(answers.flatMap(({ answer }) => Object.keys(answer ?? {}) as (keyof T)[]));
    const parts = [...keys].map((key) => {
      const other = differs(key);
      return [key, other ? new Undecided(`it is different if ${other.text}`) : some[key]];
    });
    return Object.fromEntries(parts) as T;
  }
}

const DISTRIBUTION = 'AWS::CloudFront::Distribution';

/** The one distribution at or below a path. */
function distributionAt(templates: Templates, path: string): Resource {
  const below = templates.below(path).filter(({ type }) => type === DISTRIBUTION);
  const [only, other] = below;
  if (only && !other) return only;
  const got = below.length === 0 ? templates.at(path).type : below.map((one) => one.path).join(', ');
  throw new Error(`${path}: expected one distribution, got ${got}`);
}

function routeOf(distribution: Distribution, request: ViewerRequest): Route {
  distribution.checkCertificate();
  const behavior = settle(() => distribution.behaviorFor(request.path));
  if (behavior instanceof Undecided) {
    return { outcome: behavior, reasons: [], behavior, signers: behavior, origins: behavior };
  }
  const { settings } = behavior;
  const admission = settle((): Admission => {
    const doubt = conditionDoubt(distribution.resource);
    return doubt === undefined ? admit(distribution, behavior, request) : open(doubt);
  });
  return {
    ...(admission instanceof Undecided ? { outcome: admission, reasons: [] } : admission),
    behavior: behavior.pattern,
    signers: settle(() => signersOf(distribution, settings)),
    origins: settle(() => {
      if (hasFunction(settings, 'origin-request')) open('a function may choose another origin');
      const { origins, failoverOn } = distribution.originsOf(behavior);
      const asked = failoverOn.length > 0 && !mayFailOver(request) ? origins.slice(0, 1) : origins;
      const path = distribution.objectPath(request.rewrittenTo ?? request.path);
      return asked.map(({ origin, directory }) => ({ origin, path: `${directory}${path}` }));
    }),
    cacheKey: settle(() => cacheKey(distribution, settings, request)),
  };
}

/** Status code of a redirect or refusal. A custom error page may replace a refusal. */
function ownStatus(distribution: Distribution, { outcome, status }: Route): number {
  if (status === undefined) open('AWS documents no status code for a disabled distribution');
  if (outcome === 'refused' && distribution.errorResponse(status).page !== undefined) {
    open(`AWS does not document whether the custom error page of ${status} replaces this ${status}`);
  }
  return status;
}

const mayFailOver = ({ method }: ViewerRequest): boolean => ['GET', 'HEAD', 'OPTIONS'].includes(method);
