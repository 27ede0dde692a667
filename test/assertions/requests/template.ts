import { Requests } from '../../../lib/assertions/requests';
import { Templates } from '../../../lib/assertions/templates';

export type Properties = Readonly<Record<string, unknown>>;

export const ref = (Ref: string) => ({ Ref });
export const elb = (type: string, properties: Properties = {}) => ({
  Type: `AWS::ElasticLoadBalancingV2::${type}`,
  Properties: properties,
});

/** The requests of one hand-written template, stack `App`. */
export const requestsOf = (
  resources: Properties,
  rest: Properties = {},
  parameters?: Record<string, string>,
) =>
  Requests.of(
    Templates.fromTemplates({ App: { Resources: resources, ...rest } }, parameters && { parameters }),
  );

export const balancer = (Type: string, properties: Properties = {}) =>
  elb('LoadBalancer', { Type, ...properties });

export const forward = (group: string) => ({ Type: 'forward', TargetGroupArn: ref(group) });

/** Splits requests by weight. */
export const weighted = (weights: Readonly<Record<string, number>>, more: Properties = {}) => ({
  Type: 'forward',
  ForwardConfig: {
    TargetGroups: Object.entries(weights).map(([group, Weight]) => ({ TargetGroupArn: ref(group), Weight })),
    ...more,
  },
});

export const redirect = (config: Properties) => ({
  Type: 'redirect',
  RedirectConfig: { StatusCode: 'HTTP_301', ...config },
});

export const fixed = (StatusCode: string) => ({
  Type: 'fixed-response',
  FixedResponseConfig: { StatusCode },
});

/** A listener of `Lb`. Its default rule returns 404. */
export const listener = (Protocol: string, Port: number, properties: Properties = {}) =>
  elb('Listener', {
    LoadBalancerArn: ref('Lb'),
    Protocol,
    Port,
    DefaultActions: [fixed('404')],
    ...properties,
  });

/** A rule of the listener `Http` that forwards to the target group `A`. */
export const rule = (Conditions: readonly Properties[], properties: Properties = {}) =>
  elb('ListenerRule', {
    ListenerArn: ref('Http'),
    Priority: 10,
    Conditions,
    Actions: [forward('A')],
    ...properties,
  });

export const path = (...Values: readonly string[]) => ({
  Field: 'path-pattern',
  PathPatternConfig: { Values },
});
export const host = (...Values: readonly string[]) => ({
  Field: 'host-header',
  HostHeaderConfig: { Values },
});
export const header = (HttpHeaderName: string, ...Values: readonly string[]) => ({
  Field: 'http-header',
  HttpHeaderConfig: { HttpHeaderName, Values },
});
export const method = (...Values: readonly string[]) => ({
  Field: 'http-request-method',
  HttpRequestMethodConfig: { Values },
});
export const query = (...Values: readonly Properties[]) => ({
  Field: 'query-string',
  QueryStringConfig: { Values },
});
export const sourceIp = (...Values: readonly string[]) => ({
  Field: 'source-ip',
  SourceIpConfig: { Values },
});

export const certificate = (DomainName: string, properties: Properties = {}) => ({
  Type: 'AWS::CertificateManager::Certificate',
  Properties: { DomainName, ...properties },
});

/** An Application Load Balancer `Lb` with the listener `Http` on port 80 and the target groups `A` and `B`. */
export const alb = (resources: Properties): Properties => ({
  Lb: balancer('application'),
  Http: listener('HTTP', 80),
  A: elb('TargetGroup', { Port: 8080 }),
  B: elb('TargetGroup', { Port: 8080 }),
  ...resources,
});
