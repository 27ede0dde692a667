import type { Resource, Templates } from '../../lib/assertions/templates';

interface Action {
  readonly Type: string;
  readonly TargetGroupArn?: string;
}

/**
 * What a load balancer's listener does with a request: the target group that it forwards to, or the type of its
 * action. Knows conditions on paths only: they are case-sensitive, see no query, `*` is any number of characters and
 * `?` is one.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html#path-conditions
 */
export function routeOf(templates: Templates, listener: Resource, url: string): Resource | string {
  const path = url.split('?')[0] ?? '';
  const rules = templates
    .ofType('AWS::ElasticLoadBalancingV2::ListenerRule')
    .filter(({ properties }) => templates.reference(properties.ListenerArn)?.resource === listener)
    .sort((a, b) => Number(a.properties.Priority) - Number(b.properties.Priority));
  const matching = rules.find(({ properties }) =>
    conditionsOf(properties).every((one) => matches(one, path)),
  );
  const actions = (matching ? matching.properties.Actions : listener.properties.DefaultActions) as
    readonly Action[] | undefined;
  const [action] = actions ?? [];
  return templates.reference(action?.TargetGroupArn)?.resource ?? action?.Type ?? 'nothing';
}

function conditionsOf(properties: Resource['properties']): readonly (readonly string[])[] {
  return (properties.Conditions as { Field: string; PathPatternConfig?: { Values: string[] } }[]).map(
    ({ Field, PathPatternConfig }) => {
      if (Field !== 'path-pattern' || !PathPatternConfig)
        throw new Error(`${Field}: not a condition on paths`);
      return PathPatternConfig.Values;
    },
  );
}

function matches(patterns: readonly string[], path: string): boolean {
  return patterns.some((pattern) => {
    const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
    return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(path);
  });
}
