import type { PresentedCertificate } from './certificates';

/** What a load balancer does with a request. */
export type Outcome =
  | 'forward'
  | 'redirect'
  | 'fixed-response'
  /** It sends the client to an identity provider first; `afterSignIn` says what follows. */
  | 'sign-in'
  /** No listener, or none that accepts the connection or the request. */
  | 'refused'
  | 'unknown';

export interface TargetGroupShare {
  /** Construct path. */
  readonly path: string;
  /** Share of the requests, from 0 to 1. */
  readonly share: number;
  /** Construct paths of what the templates register. A Lambda function has no port. */
  readonly targets: readonly { readonly path: string; readonly port?: number | 'unknown' }[];
}

/** Which way a load balancer sends a request, and why. */
export class Route {
  readonly outcome: Outcome;
  /** Construct path of the listener. */
  readonly listener?: string;
  /** Construct path of the rule that matches; `default` for the default rule. Undefined when it may be one of several. */
  readonly rule?: string;
  readonly targetGroups: readonly TargetGroupShare[];
  /** Whether a client keeps its target group (target group stickiness). */
  readonly sticky?: boolean;
  /** Of a redirect. */
  readonly location?: string;
  /** Of a redirect, a fixed response, or of a request that is refused by HTTP. */
  readonly statusCode?: number;
  /** Of an HTTPS or TLS listener. */
  readonly certificate?: PresentedCertificate;
  readonly afterSignIn?: Route;
  /** How it was found, step by step; for `unknown`, what is missing. */
  readonly reasons: readonly string[];

  constructor(
    readonly url: string,
    parts: Partial<Route> & Pick<Route, 'outcome' | 'reasons'>,
  ) {
    this.outcome = parts.outcome;
    this.listener = parts.listener;
    this.rule = parts.rule;
    this.targetGroups = parts.targetGroups ?? [];
    this.sticky = parts.sticky;
    this.location = parts.location;
    this.statusCode = parts.statusCode;
    this.certificate = parts.certificate;
    this.afterSignIn = parts.afterSignIn;
    this.reasons = parts.reasons;
  }

  with(parts: Partial<Route>): Route {
    return new Route(this.url, Object.assign({}, this, parts));
  }

  /** What the client and the targets see of it. Two routes of one effect may come from different rules. */
  get effect(): string {
    const { outcome, targetGroups, location, statusCode, sticky, afterSignIn } = this;
    return JSON.stringify([outcome, targetGroups, location, statusCode, sticky, afterSignIn?.effect]);
  }

  toString(): string {
    const status = this.statusCode === undefined ? '' : ` ${this.statusCode}`;
    const where = this.location === undefined ? '' : ` to ${this.location}`;
    const lines = [
      ...this.targetGroups.flatMap(({ path, share, targets }) => [
        `  ${Math.round(share * 1000) / 10} % to ${path}`,
        ...targets.map((one) => `    ${one.path}${one.port === undefined ? '' : ` port ${one.port}`}`),
      ]),
      ...(this.certificate
        ? [`  certificate ${this.certificate.certificate ?? 'not known'}: ${this.certificate.reason}`]
        : []),
      ...this.reasons.map((reason) => `  - ${reason}`),
      ...(this.afterSignIn ? [`  after sign-in: ${String(this.afterSignIn)}`] : []),
    ];
    return [`${this.url}: ${this.outcome}${status}${where}`, ...lines].join('\n');
  }
}

/** The route that all possibilities agree on; unknown where they do not. */
export function agreedRoute(
  url: string,
  possible: readonly { readonly when: string; readonly route: Route }[],
): Route {
  const [first, ...others] = possible;
  if (first && others.length === 0) return first.route;
  const same = <T>(read: (route: Route) => T): T | undefined => {
    const [value, ...rest] = possible.map(({ route }) => read(route));
    return rest.every((other) => other === value) ? value : undefined;
  };
  const listener = same((route) => route.listener);
  const rule = same((route) => route.rule);
  if (first && first.route.outcome !== 'unknown' && same((route) => route.effect) !== undefined) {
    const presented = same((route) => JSON.stringify(route.certificate ?? null)) !== undefined;
    const open = {
      matchesName: 'doubt',
      reason: 'it depends on what is not known before deployment',
    } as const;
    const certificate = presented ? first.route.certificate : open;
    return first.route.with({
      listener,
      rule,
      certificate,
      reasons: [...new Set(possible.flatMap(({ route }) => route.reasons))],
    });
  }
  const reasons = possible.flatMap(({ when, route }) => [
    ...(when === '' ? [] : [`${when}: ${summary(route)}`]),
    ...(route.outcome === 'unknown' ? route.reasons : []),
  ]);
  return new Route(url, { outcome: 'unknown', listener, rule, reasons: [...new Set(reasons)] });
}

function summary({ outcome, targetGroups, location, statusCode }: Route): string {
  const groups = targetGroups.map(({ path }) => path).join(', ');
  return [outcome, statusCode, location, groups]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
}
