import type { Resource } from '../../templates';
import { asList, asRecord, target } from '../../templates/properties';
import type { Explanation } from '../forwarding/verdict';
import { LOAD_BALANCER } from '../model/load-balancers';
import type { Model } from '../model/model';
import { registrations, TARGET_GROUP } from '../model/target-groups';

const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';

/**
 * The load balancers that forward to some resources. A connection to a load balancer ends there, and a request goes on:
 * that is another question.
 */
export function forwardingTo(
  { templates }: Model,
  destinations: readonly Resource[],
): readonly Explanation[] {
  const groups = templates
    .ofType(TARGET_GROUP)
    .filter((group) =>
      registrations(templates, group).some(({ resource }) => resource && destinations.includes(resource)),
    );
  if (groups.length === 0) return [];
  const listeners = templates.ofType(LISTENER);
  const rules = templates.ofType('AWS::ElasticLoadBalancingV2::ListenerRule');
  const balancers = [...listeners, ...rules]
    .filter(({ properties }) =>
      arnsOf(properties).some((arn) =>
        groups.some((group) => target(templates, arn, TARGET_GROUP) === group),
      ),
    )
    .map(({ properties }) => target(templates, properties.ListenerArn, LISTENER)?.properties ?? properties)
    .flatMap(({ LoadBalancerArn }) => target(templates, LoadBalancerArn, LOAD_BALANCER) ?? [])
    .filter((balancer) => !destinations.includes(balancer));
  return [...new Set(balancers)].map((balancer) => ({
    component: balancer.path,
    reason:
      'forwards requests to it; whether a request gets there is a question for Requests (npm run request)',
  }));
}

function arnsOf({ DefaultActions, Actions }: Resource['properties']) {
  return [...asList(DefaultActions), ...asList(Actions)]
    .map(asRecord)
    .flatMap(({ TargetGroupArn, ForwardConfig }) => [
      ...asList(TargetGroupArn),
      ...asList(asRecord(ForwardConfig).TargetGroups).map((group) => asRecord(group).TargetGroupArn ?? null),
    ]);
}
