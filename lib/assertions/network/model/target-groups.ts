import type { Json, Resource, Templates } from '../../templates';
import {
  asList,
  asRecord,
  conditionDoubt,
  reference,
  strayDoubt,
  target,
  Undecided,
} from '../../templates/properties';

export const TARGET_GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';

/** What is registered with a target group. */
export interface Registration {
  /** Undefined for an address, and for what is not in the templates. */
  readonly resource?: Resource;
  /** The Id of a target that the group lists. */
  readonly id?: Json;
  /** @default - the target group's port */
  readonly port?: Json;
  /** Why it is not certain that it is registered. */
  readonly doubt?: string;
}

const FLEET = 'AWS::AutoScaling::AutoScalingGroup';
const SERVICE = 'AWS::ECS::Service';

/** The target groups that an Auto Scaling group or an ECS service registers with, with the port where it says one. */
function groupsOf({ type, properties }: Resource): readonly { readonly arn: Json; readonly port?: Json }[] {
  if (type === FLEET) {
    const sources = asList(properties.TrafficSources).map((source) => asRecord(source).Identifier ?? null);
    return [...asList(properties.TargetGroupARNs), ...sources].map((arn) => ({ arn }));
  }
  return asList(properties.LoadBalancers)
    .map(asRecord)
    .flatMap(({ TargetGroupArn, ContainerPort }) =>
      TargetGroupArn === undefined ? [] : [{ arn: TargetGroupArn, port: ContainerPort }],
    );
}

const registrars = (templates: Templates): readonly Resource[] => [
  ...templates.ofType(FLEET),
  ...templates.ofType(SERVICE),
];

/** What the templates register with a target group. */
export function registrations(templates: Templates, group: Resource): readonly Registration[] {
  return [
    ...registrars(templates).flatMap((resource) =>
      groupsOf(resource)
        .filter(({ arn }) => target(templates, arn, TARGET_GROUP) === group)
        .map(({ port }): Registration => ({ resource, port, doubt: conditionDoubt(resource) })),
    ),
    ...asList(group.properties.Targets).map((item): Registration => {
      const { Id: id, Port: port } = asRecord(item);
      const resource = templates.reference(id)?.resource;
      return { id, port, resource, doubt: resource && conditionDoubt(resource) };
    }),
  ];
}

/** Why a group may have more targets than the templates say. */
export function strayTargets(templates: Templates): string | undefined {
  const stray = registrars(templates).find((resource) =>
    groupsOf(resource).some(({ arn }) => reference(templates, arn, TARGET_GROUP) instanceof Undecided),
  );
  return stray && strayDoubt(stray);
}
