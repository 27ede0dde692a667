import type { Resource, Templates } from '../templates';

/** The target groups in the listeners and rules of a load balancer. Empty for another resource. */
export function targetGroupsOf(templates: Templates, balancer: Resource | undefined): readonly Resource[] {
  if (balancer?.type !== 'AWS::ElasticLoadBalancingV2::LoadBalancer') return [];
  const of = (type: string, property: string, owners: readonly Resource[]) =>
    templates.ofType(`AWS::ElasticLoadBalancingV2::${type}`).filter(({ properties }) => {
      const owner = templates.reference(properties[property])?.resource;
      return owner !== undefined && owners.includes(owner);
    });
  const listeners = of('Listener', 'LoadBalancerArn', [balancer]);
  const rules = of('ListenerRule', 'ListenerArn', listeners);
  const actions = [...listeners, ...rules].map(
    ({ properties }) => properties.DefaultActions ?? properties.Actions,
  );
  const tokens = JSON.stringify(actions).match(/⟨[^⟨⟩]+⟩/g) ?? [];
  return templates
    .ofType('AWS::ElasticLoadBalancingV2::TargetGroup')
    .filter((group) => tokens.some((token) => templates.reference(token)?.resource === group));
}
