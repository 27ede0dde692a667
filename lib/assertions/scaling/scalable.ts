import type { Json, Resource, Templates } from '../templates';
import { asRecord, conditionDoubt, ownedBy, reference, strayDoubt, Undecided } from '../templates/properties';
import type { Policy } from './policy';
import { groupPolicy, targetPolicy } from './policies';
import { Reader } from './reader';
import { parseCrontab, parseExpression, type Schedule, type Window } from './schedule';

const GROUP = 'AWS::AutoScaling::AutoScalingGroup';
const TARGET = 'AWS::ApplicationAutoScaling::ScalableTarget';
const SERVICE = 'AWS::ECS::Service';

/** Sets the minimum, the maximum or the desired capacity at certain times. */
export interface ScheduledAction {
  readonly name: string;
  readonly schedule: Schedule;
  readonly window: Window;
  readonly min?: number;
  readonly max?: number;
  readonly desired?: number;
}

/** An Auto Scaling group or a scalable target, with all that changes its size. */
export interface Scalable {
  readonly path: string;
  readonly kind: 'group' | 'target';
  readonly min: number;
  readonly max: number;
  /** Undefined if the templates do not have the service or table. */
  readonly desired?: number;
  readonly policies: readonly Policy[];
  readonly actions: readonly ScheduledAction[];
  /** What the templates leave open. The size is not known if there is anything. */
  readonly open: readonly string[];
}

/** Seconds of a cooldown by default. https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scaling-cooldowns.html */
const COOLDOWN = 300;

/**
 * Default cooldowns of Application Auto Scaling, in seconds.
 * https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html
 */
const COOLDOWNS: Readonly<Record<string, number>> = { ecs: 300, dynamodb: 0 };

/** Throws for a path that is no group, service or scalable target, and for a service that is none of a target. */
export function readScalable(templates: Templates, path: string): Scalable {
  const resource = resourceAt(templates, path);
  const reader = new Reader();
  reader.open.push(...templates.unexpanded.map((what) => `${what}: may add policies`));
  const doubt = conditionDoubt(resource);
  if (doubt !== undefined) reader.open.push(doubt);
  return resource.type === GROUP
    ? readGroup(templates, resource, reader)
    : readTarget(templates, resource, reader);
}

/** Groups and targets come before services: a construct may have both. */
function resourceAt(templates: Templates, path: string): Resource {
  const below = templates.below(path.replace(/\/(Resource|Default)$/, ''));
  const scalable = [GROUP, TARGET, SERVICE].flatMap((type) => templates.ofType(type));
  const found = scalable.find((resource) => below.includes(resource)) ?? templates.at(path);
  if (found.type === GROUP || found.type === TARGET) return found;
  const target = templates
    .ofType(TARGET)
    .find(({ properties }) => serviceOf(templates, properties.ResourceId) === found);
  if (target) return target;
  throw new Error(`${path}: expected an Auto Scaling group, or an ECS service or other resource that scales`);
}

/** The service of a resource id, `service/cluster/service`. The last part is a reference or the name of a service. */
function serviceOf(templates: Templates, id: Json | undefined): Resource | undefined {
  const last = typeof id === 'string' ? /(⟨[^⟨⟩]*⟩|[^/]+)$/.exec(id)?.[0] : undefined;
  return templates
    .ofType(SERVICE)
    .find(
      (service) =>
        templates.reference(last)?.resource === service ||
        (last !== undefined && service.properties.ServiceName === last),
    );
}

function readGroup(templates: Templates, group: Resource, reader: Reader): Scalable {
  const { path, properties } = group;
  const number = (name: string) => reader.optional(`${path}.${name}`, properties[name]);
  const [min, max] = [number('MinSize') ?? NaN, number('MaxSize') ?? NaN];
  const cooldown = number('Cooldown') ?? COOLDOWN;
  // -1 is the same as none. Without it, the warmup of a policy is the default cooldown.
  const given = number('DefaultInstanceWarmup') ?? -1;
  const inherited = { cooldown, warmup: given === -1 ? cooldown : given };
  if (JSON.stringify(properties.MixedInstancesPolicy ?? null).includes('"WeightedCapacity"')) {
    reader.open.push(`${path}: instance weights are not modelled`);
  }
  reader.open.push(...otherScaling(templates, group));
  const find = (type: string) => [
    ...belongingTo(templates, group, type, 'AutoScalingGroupName', reader),
    ...byName(templates, group, type),
  ];
  return {
    path,
    kind: 'group',
    min,
    max,
    desired: number('DesiredCapacity') ?? min,
    policies: find('AWS::AutoScaling::ScalingPolicy').flatMap(
      (policy) => groupPolicy(templates, policy, reader, inherited) ?? [],
    ),
    actions: find('AWS::AutoScaling::ScheduledAction').flatMap((action) => groupAction(action, reader) ?? []),
    open: reader.open,
  };
}

/** What else may scale a group, and is not modelled. */
function otherScaling(templates: Templates, group: Resource): readonly string[] {
  const providers = templates.ofType('AWS::ECS::CapacityProvider').filter(({ properties }) => {
    const { AutoScalingGroupArn } = asRecord(properties.AutoScalingGroupProvider);
    const provided = reference(templates, AutoScalingGroupArn, GROUP);
    return provided === group || provided instanceof Undecided;
  });
  const plans = templates.ofType('AWS::AutoScalingPlans::ScalingPlan');
  return [...providers, ...plans].map(({ path }) => `${path}: may scale the group, and is not modelled`);
}

/** The resources that name a group by the name that the template gives it. */
function byName(templates: Templates, group: Resource, type: string): readonly Resource[] {
  const { AutoScalingGroupName: name } = group.properties;
  if (typeof name !== 'string') return [];
  return templates.ofType(type).filter(({ properties }) => properties.AutoScalingGroupName === name);
}

/** The resources that name an owner, with a reason for each of which that is not known. */
function belongingTo(
  templates: Templates,
  owner: Resource,
  type: string,
  property: string,
  reader: Reader,
): readonly Resource[] {
  const owned = ownedBy(templates, [type], (properties) => properties[property], owner.type);
  reader.open.push(...owned.stray.map(strayDoubt));
  return owned.of(owner).filter((resource) => {
    const doubt = conditionDoubt(resource);
    if (doubt !== undefined) reader.open.push(doubt);
    return doubt === undefined;
  });
}

function readTarget(templates: Templates, target: Resource, reader: Reader): Scalable {
  const { path, properties } = target;
  const min = reader.number(`${path}.MinCapacity`, properties.MinCapacity, NaN);
  const max = reader.number(`${path}.MaxCapacity`, properties.MaxCapacity, NaN);
  const namespace = reader.text(`${path}.ServiceNamespace`, properties.ServiceNamespace, '');
  const cooldown = COOLDOWNS[namespace];
  if (cooldown === undefined && namespace !== '') reader.open.push(`${path}: ${namespace} is not modelled`);
  const service = serviceOf(templates, properties.ResourceId);
  const inherited = { cooldown: cooldown ?? 0, warmup: 0 };
  return {
    path: service?.path ?? path,
    kind: 'target',
    min,
    max,
    // A service starts with one task if the template says nothing.
    desired: service && reader.number(`${service.path}.DesiredCount`, service.properties.DesiredCount, 1),
    policies: policiesOf(templates, target, reader).flatMap(
      (policy) => targetPolicy(templates, policy, reader, inherited) ?? [],
    ),
    actions: reader
      .list(`${path}.ScheduledActions`, properties.ScheduledActions)
      .flatMap((action) => targetAction(path, asRecord(action), reader) ?? []),
    open: reader.open,
  };
}

/** The policies of a target: they name it, or the same resource and dimension. */
function policiesOf(templates: Templates, target: Resource, reader: Reader): readonly Resource[] {
  const type = 'AWS::ApplicationAutoScaling::ScalingPolicy';
  const same = ['ServiceNamespace', 'ResourceId', 'ScalableDimension'] as const;
  const byId = templates
    .ofType(type)
    .filter(({ properties }) => properties.ScalingTargetId === undefined)
    .filter(({ properties }) => same.every((name) => properties[name] === target.properties[name]));
  return [...belongingTo(templates, target, type, 'ScalingTargetId', reader), ...byId];
}

function groupAction({ path, properties }: Resource, reader: Reader): ScheduledAction | undefined {
  const before = reader.open.length;
  const number = (name: string) => reader.optional(`${path}.${name}`, properties[name]);
  const recurrence = reader.text(`${path}.Recurrence`, properties.Recurrence, '');
  const timeZone = reader.text(`${path}.TimeZone`, properties.TimeZone, 'Etc/UTC');
  const window = windowOf(path, properties, reader);
  const sizes = { min: number('MinSize'), max: number('MaxSize'), desired: number('DesiredCapacity') };
  if (reader.open.length > before) return undefined;
  const schedule = recurrence === '' ? { at: window.from ?? NaN } : parseCrontab(recurrence, timeZone);
  return { name: path, schedule, window, ...sizes };
}

function targetAction(
  path: string,
  action: Readonly<Record<string, Json>>,
  reader: Reader,
): ScheduledAction | undefined {
  const before = reader.open.length;
  const name = `${path}/${reader.text(`${path}.ScheduledActionName`, action.ScheduledActionName, '')}`;
  const limits = asRecord(action.ScalableTargetAction);
  const expression = reader.text(`${name}.Schedule`, action.Schedule, '');
  const timeZone = reader.text(`${name}.Timezone`, action.Timezone, 'Etc/UTC');
  const min = reader.optional(`${name}.MinCapacity`, limits.MinCapacity);
  const max = reader.optional(`${name}.MaxCapacity`, limits.MaxCapacity);
  const window = windowOf(name, action, reader);
  if (reader.open.length > before) return undefined;
  return { name, schedule: parseExpression(expression, timeZone), window, min, max };
}

function windowOf(path: string, properties: Readonly<Record<string, Json>>, reader: Reader): Window {
  const time = (name: string) => {
    const text = reader.text(`${path}.${name}`, properties[name], '');
    return text === '' ? undefined : Date.parse(text);
  };
  return { from: time('StartTime'), until: time('EndTime') };
}
