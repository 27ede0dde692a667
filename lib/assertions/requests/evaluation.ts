import type { Resource, Templates } from '../templates';
import { asNumber, asRecord, asText, asList, conditionDoubt, Undecided } from '../templates/properties';
import { takeAction } from './actions';
import { Balancers, type BalancerType, type Part, type Rule } from './balancer';
import { presentedCertificate } from './certificates';
import { matchesCondition } from './conditions';
import { allOf, type Match } from './match';
import { checkRules } from './refused';
import type { Request } from './request';
import { agreedRoute, Route } from './route';

/** Finds the route of requests in one set of templates. */
export class Evaluation {
  readonly balancers: Balancers;

  constructor(readonly templates: Templates) {
    this.balancers = new Balancers(templates);
  }

  /** Throws an error for what is no load balancer, and for rules that Elastic Load Balancing refuses. */
  route(balancer: Resource, request: Request): Route {
    const type = this.balancers.typeOf(balancer);
    const [unexpanded] = this.templates.unexpanded;
    if (unexpanded !== undefined) {
      return unknownRoute(request, `${unexpanded}: it creates resources that are not in the templates`);
    }
    if (type instanceof Undecided || type === undefined) {
      return unknownRoute(request, type?.reason ?? `the Type of ${balancer.path} is not known`);
    }
    if (type === 'application' && request.scheme !== 'http' && request.scheme !== 'https') {
      throw new Error(`url ${request.url}: expected http:// or https:// to an Application Load Balancer`);
    }
    const route = this.byListener(type, balancer, request);
    const doubt = conditionDoubt(balancer);
    return doubt === undefined ? route : unknownRoute(request, doubt);
  }

  /** One listener has the port, or it is not known whether one of some has. */
  private byListener(type: BalancerType, balancer: Resource, request: Request): Route {
    const all = this.balancers.listenersOf(balancer);
    const candidates = all
      .map((part) => ({ part, hears: hears(part, request) }))
      .filter(({ hears: match }) => match !== false);
    const certain = candidates.find(({ part, hears: match }) => match === true && part.doubt === undefined);
    const open = candidates.filter((candidate) => candidate !== certain);
    const last = certain
      ? this.atListener(type, certain.part.resource, request)
      : noListener(all, balancer, request);
    return agreedRoute(request.url, [
      ...open.map(({ part, hears: match }) => ({
        when: part.doubt ?? (match instanceof Undecided ? match.reason : `if ${part.resource.path} exists`),
        route: this.atListener(type, part.resource, request),
      })),
      { when: 'otherwise', route: last },
    ]);
  }

  private atListener(type: BalancerType, listener: Resource, request: Request): Route {
    const protocol = asText(listener.properties.Protocol);
    if (protocol === undefined || protocol instanceof Undecided) {
      return unknownRoute(request, protocol?.reason ?? `${listener.path} has no Protocol`);
    }
    const endsTls = protocol === 'HTTPS' || protocol === 'TLS';
    const sendsTls = request.scheme === 'https' || request.scheme === 'tls';
    const refuse = (reason: string) =>
      new Route(request.url, {
        outcome: 'refused',
        listener: listener.path,
        reasons: [`${listener.path}: ${reason}`],
      });
    if (endsTls && !sendsTls) return refuse(`a listener for ${protocol} expects TLS`);
    if (protocol === 'HTTP' && sendsTls) return refuse('a listener for HTTP accepts no TLS');
    if (!endsTls) return this.byRule(type, listener, request);
    const certificate = presentedCertificate(this.templates, this.balancers, listener, request);
    const mutual = mutualTls(listener, request);
    if (mutual === false)
      return refuse('mutual TLS verifies clients, and this one presents no certificate').with({
        certificate,
      });
    if (mutual instanceof Undecided)
      return unknownRoute(request, mutual.reason).with({ listener: listener.path, certificate });
    return this.byRule(type, listener, request).with({ certificate });
  }

  /** "Rules are evaluated in priority order, from the lowest value to the highest value. The default rule is evaluated last." */
  private byRule(type: BalancerType, listener: Resource, request: Request): Route {
    const rules = this.balancers.rulesOf(listener);
    checkRules(listener, rules);
    const possible: { when: string; route: Route }[] = [];
    let isDecided = false;
    let isMatched = false;
    for (const rule of type === 'network' ? rules.filter(({ isDefault }) => isDefault) : rules) {
      if (isDecided && !(rule.priority instanceof Undecided)) continue;
      const match = matchesRule(rule, request);
      if (match === false) continue;
      // A rule that certainly matches comes before the default rule, whatever its priority is.
      if (rule.isDefault && isMatched) continue;
      isMatched ||= match === true && rule.doubt === undefined;
      const doubt = rule.doubt ?? [match, rule.priority].find((value) => value instanceof Undecided)?.reason;
      const name = rule.isDefault ? `the default rule of ${listener.path}` : rule.path;
      const route = takeAction(this.templates, type, listener, rule, name, request);
      possible.push({ when: doubt === undefined ? `by ${name}` : `if ${name} matches (${doubt})`, route });
      isDecided ||= doubt === undefined;
    }
    return agreedRoute(request.url, possible);
  }
}

const unknownRoute = (request: Request, reason: string): Route =>
  new Route(request.url, { outcome: 'unknown', reasons: [reason] });

/** "When the conditions for a rule are met, then its actions are performed": all conditions. */
function matchesRule({ properties, isDefault }: Rule, request: Request): Match {
  if (isDefault) return true;
  const conditions = asList(properties.Conditions);
  if (conditions.length === 0) return new Undecided('it has no conditions');
  return allOf(conditions.map((condition) => matchesCondition(condition, request)));
}

const TCP = ['HTTP', 'HTTPS', 'TCP', 'TLS', 'TCP_UDP', 'TCP_QUIC'];
const UDP = ['UDP', 'TCP_UDP', 'QUIC', 'TCP_QUIC'];

/** Whether a listener is for the port and the transport protocol. */
function hears({ resource: { properties } }: Part, { port, scheme }: Request): Match {
  const [own, protocol] = [asNumber(properties.Port), asText(properties.Protocol)];
  const wanted = scheme === 'udp' ? UDP : TCP;
  if (typeof own === 'number' && own !== port) return false;
  if (typeof protocol === 'string' && !wanted.includes(protocol)) return false;
  if (own instanceof Undecided) return own;
  if (protocol instanceof Undecided) return protocol;
  return own === undefined || protocol === undefined
    ? new Undecided('a listener has no port or no protocol')
    : true;
}

function noListener(all: readonly Part[], balancer: Resource, { url, port, scheme }: Request): Route {
  const listeners = all.map(({ resource: { properties } }) =>
    [properties.Protocol, properties.Port]
      .map((value) => asText(value))
      .filter((value) => typeof value === 'string')
      .join(' '),
  );
  const reason = `${balancer.path} has no listener for ${scheme} ${port} (listeners: ${listeners.join(', ') || 'none'})`;
  return new Route(url, { outcome: 'refused', reasons: [reason] });
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html */
function mutualTls({ path, properties }: Resource, { clientCertificate }: Request): Match {
  const mode = asText(asRecord(properties.MutualAuthentication).Mode) ?? 'off';
  if (mode instanceof Undecided) return mode;
  if (mode !== 'verify') return true;
  return clientCertificate
    ? new Undecided(`${path} verifies the client's certificate with its trust store`)
    : false;
}
