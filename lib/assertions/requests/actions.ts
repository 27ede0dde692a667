import type { Json, Resource, Templates } from '../templates';
import { registrations, TARGET_GROUP } from '../network/model/target-groups';
import {
  asFlag,
  asList,
  asNumber,
  asRecord,
  asText,
  describe,
  reference,
  Undecided,
} from '../templates/properties';
import type { BalancerType, Rule } from './balancer';
import { locationOf } from './redirect';
import type { Request } from './request';
import { Route, type TargetGroupShare } from './route';

type Fields = Readonly<Record<string, Json>>;

/** What the actions of a rule do with a request. */
export function takeAction(
  templates: Templates,
  type: BalancerType,
  listener: Resource,
  { path, properties }: Rule,
  name: string,
  request: Request,
): Route {
  const found = { listener: listener.path, rule: path };
  const actions = inOrder(asList(properties.Actions).map(asRecord));
  const route =
    actions instanceof Undecided ? unknown(request, actions) : follow(templates, request, actions);
  const transforms = asList(properties.Transforms).map((one) => describe(asRecord(one).Type));
  const rewritten =
    transforms.length === 0 ? [] : [`${name} rewrites what targets see: ${transforms.join(', ')}`];
  const by = type === 'network' ? [] : [`${name} matches`];
  return route.with({ ...found, reasons: [...by, ...route.reasons, ...rewritten] });
}

/** "The action with the lowest order value is performed first." */
function inOrder(actions: readonly Fields[]): readonly Fields[] | Undecided {
  const orders = actions.map(({ Order }) => asNumber(Order));
  if (actions.length < 2) return actions;
  const open = orders.find((order) => order instanceof Undecided);
  if (open instanceof Undecided) return open;
  const position = (index: number) => (orders[index] as number | undefined) ?? index + 1;
  return actions
    .map((action, index) => ({ action, at: position(index) }))
    .sort((a, b) => a.at - b.at)
    .map(({ action }) => action);
}

const unknown = (request: Request, { reason }: Undecided): Route =>
  new Route(request.url, { outcome: 'unknown', reasons: [reason] });

function follow(templates: Templates, request: Request, [action, ...rest]: readonly Fields[]): Route {
  if (!action) return unknown(request, new Undecided('a rule has no action'));
  const type = asText(action.Type);
  if (type instanceof Undecided) return unknown(request, type);
  const next = () => follow(templates, request, rest);
  switch (type) {
    case 'forward':
      return forward(templates, action, request);
    case 'redirect':
      return redirect(action, request);
    case 'fixed-response':
      return withStatus(request, 'fixed-response', asRecord(action.FixedResponseConfig).StatusCode, {});
    case 'authenticate-cognito':
      return signIn(request, asRecord(action.AuthenticateCognitoConfig), type, next);
    case 'authenticate-oidc':
      return signIn(request, asRecord(action.AuthenticateOidcConfig), type, next);
    case 'jwt-validation':
      return validateToken(request);
    default:
      return unknown(request, new Undecided(`action ${type ?? 'without a Type'} is not modelled`));
  }
}

function withStatus(
  request: Request,
  outcome: 'fixed-response' | 'redirect',
  code: Json | undefined,
  more: Partial<Route>,
): Route {
  const text = asText(code);
  const status = typeof text === 'string' ? /^(?:HTTP_)?(\d{3})$/.exec(text)?.[1] : undefined;
  if (status === undefined)
    return unknown(
      request,
      text instanceof Undecided ? text : new Undecided(`StatusCode ${describe(code)} is none`),
    );
  return new Route(request.url, { ...more, outcome, statusCode: Number(status), reasons: [] });
}

function redirect(action: Fields, request: Request): Route {
  const config = asRecord(action.RedirectConfig);
  const location = locationOf(config, request);
  if (location instanceof Undecided) return unknown(request, location);
  return withStatus(request, 'redirect', config.StatusCode, { location });
}

/**
 * A client without a session cookie signs in first, unless OnUnauthenticatedRequest says otherwise.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
 */
function signIn(request: Request, config: Fields, type: string, next: () => Route): Route {
  const [mode, cookie] = [
    asText(config.OnUnauthenticatedRequest) ?? 'authenticate',
    asText(config.SessionCookieName) ?? 'AWSELBAuthSessionCookie',
  ];
  if (mode instanceof Undecided) return unknown(request, mode);
  if (cookie instanceof Undecided) return unknown(request, cookie);
  if (cookiesOf(request).some((name) => name.startsWith(cookie))) {
    return unknown(
      request,
      new Undecided(`${type}: whether the session in the cookie ${cookie} is valid is not in the templates`),
    );
  }
  if (mode === 'allow') return next();
  if (mode === 'deny') {
    return new Route(request.url, {
      outcome: 'refused',
      statusCode: 401,
      reasons: [`${type} denies clients without a session`],
    });
  }
  const reasons = [`${type} sends clients without a session to the identity provider`];
  return new Route(request.url, { outcome: 'sign-in', statusCode: 302, reasons, afterSignIn: next() });
}

/** "If the token is valid, the load balancer forwards the request with token as is to the target. Otherwise, it rejects the request." */
function validateToken(request: Request): Route {
  if (request.headers.has('authorization')) {
    return unknown(
      request,
      new Undecided('jwt-validation: whether the token is valid is not in the templates'),
    );
  }
  return new Route(request.url, {
    outcome: 'refused',
    reasons: ['jwt-validation rejects requests without a token'],
  });
}

const cookiesOf = ({ headers }: Request): readonly string[] =>
  (headers.get('cookie') ?? []).flatMap((header) =>
    header.split(';').map((pair) => pair.trim().split('=')[0] ?? ''),
  );

/** "Requests are distributed to these target groups based on their weights." */
function forward(templates: Templates, { TargetGroupArn, ForwardConfig }: Fields, request: Request): Route {
  const { TargetGroups, TargetGroupStickinessConfig } = asRecord(ForwardConfig);
  const listed = asList(TargetGroups).map(asRecord);
  const tuples: readonly Fields[] = listed.length > 0 ? listed : [{ TargetGroupArn: TargetGroupArn ?? null }];
  const sticky = tuples.length > 1 && asFlag(asRecord(TargetGroupStickinessConfig).Enabled, false);
  if (sticky !== false && cookiesOf(request).some((name) => /^AWSALBTG(CORS)?$/.test(name))) {
    return unknown(request, new Undecided('the cookie AWSALBTG names the target group, encrypted'));
  }
  if (sticky === 'doubt')
    return unknown(request, new Undecided('target group stickiness is not known before deployment'));
  const weights: number[] = [];
  for (const { Weight } of tuples) {
    const weight =
      asNumber(Weight) ??
      (tuples.length === 1 ? 1 : new Undecided('a target group of several has no Weight'));
    if (weight instanceof Undecided) return unknown(request, weight);
    weights.push(tuples.length === 1 ? 1 : weight);
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return unknown(request, new Undecided('all target groups have weight 0'));
  const targetGroups: TargetGroupShare[] = [];
  for (const [index, tuple] of tuples.entries()) {
    const weight = weights[index] ?? 0;
    if (weight === 0) continue;
    const group = reference(templates, tuple.TargetGroupArn, TARGET_GROUP);
    if (group instanceof Undecided || group === undefined) {
      return unknown(
        request,
        new Undecided(`target group ${describe(tuple.TargetGroupArn)} is not in the templates`),
      );
    }
    targetGroups.push({ path: group.path, share: weight / total, targets: targetsOf(templates, group) });
  }
  return new Route(request.url, { outcome: 'forward', targetGroups, ...(sticky && { sticky }), reasons: [] });
}

const targetsOf = (templates: Templates, group: Resource): TargetGroupShare['targets'] =>
  registrations(templates, group).map(({ resource, id, port }) => {
    const number = asNumber(port ?? group.properties.Port);
    const known = number instanceof Undecided ? ('unknown' as const) : number;
    return { path: resource?.path ?? describe(id), ...(known !== undefined && { port: known }) };
  });
