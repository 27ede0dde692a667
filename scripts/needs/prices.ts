import { instancesOf, tasksOf } from './compute';
import { ofType, referenced, type DeployedStack, type Resource } from './stacks';

/** Something that costs by the hour or month, whether it is used or not. */
export interface Cost {
  readonly what: string;
  readonly count: number;
  /** US dollars a month for one. */
  readonly each: number;
}

/** AWS's own average month. */
const HOURS = 730;
const perHour = (dollars: number) => dollars * HOURS;
const PUBLIC_ADDRESS = perHour(0.005);
/** Linux, On-Demand. */
const INSTANCE_HOUR: Readonly<Record<string, number>> = {
  't4g.nano': 0.0042,
  't4g.micro': 0.0084,
  't4g.small': 0.0168,
  't4g.medium': 0.0336,
  'c6g.medium': 0.034,
};
const FARGATE_ARM = { vcpu: perHour(0.03238), gigabyte: perHour(0.00356) };
/** $0.07 for each of some 300 metrics of a cluster with three services. */
const CONTAINER_INSIGHTS = 21;

/**
 * What stacks cost each month while they run, in us-east-1 and without traffic. Free tiers are not subtracted.
 *
 * @see https://aws.amazon.com/vpc/pricing/
 * @see https://aws.amazon.com/ec2/pricing/on-demand/
 * @see https://aws.amazon.com/elasticloadbalancing/pricing/
 * @see https://aws.amazon.com/fargate/pricing/
 * @see https://aws.amazon.com/route53/pricing/
 * @see https://aws.amazon.com/cloudwatch/pricing/
 * @see https://aws.amazon.com/kinesis/data-streams/pricing/
 */
export function costsOf(stacks: readonly DeployedStack[]): Cost[] {
  const all = (type: string) => ofType(stacks, type);
  const each = (what: string, type: string, price: number): Cost => ({
    what,
    count: all(type).length,
    each: price,
  });
  const costs: Cost[] = [
    each('NAT gateway', 'AWS::EC2::NatGateway', perHour(0.045)),
    { what: 'public IPv4 address', count: publicAddresses(stacks), each: PUBLIC_ADDRESS },
    ...stacks.flatMap(computeCosts),
    ...loadBalancers(all('AWS::ElasticLoadBalancingV2::LoadBalancer')),
    {
      what: 'VPC endpoint in an AZ',
      count: endpointZones(all('AWS::EC2::VPCEndpoint')),
      each: perHour(0.01),
    },
    each('transit gateway attachment', 'AWS::EC2::TransitGatewayAttachment', perHour(0.05)),
    each('Site-to-Site VPN connection', 'AWS::EC2::VPNConnection', perHour(0.05)),
    each('KMS key', 'AWS::KMS::Key', 1),
    { what: 'secret', count: secrets(all), each: 0.4 },
    each('hosted zone', 'AWS::Route53::HostedZone', 0.5),
    each('health check', 'AWS::Route53::HealthCheck', 0.5),
    {
      what: 'health check feature (HTTPS, text, 10 s)',
      count: all('AWS::Route53::HealthCheck').reduce((sum, check) => sum + healthCheckFeatures(check), 0),
      each: 1,
    },
    ...stacks.flatMap(streams),
    {
      what: 'metric of an alarm',
      count: all('AWS::CloudWatch::Alarm').reduce((sum, alarm) => sum + alarmMetrics(alarm), 0),
      each: 0.1,
    },
  ];
  return merged(costs).filter(({ count }) => count > 0);
}

export const monthly = (costs: readonly Cost[]): number =>
  costs.reduce((sum, { count, each }) => sum + count * each, 0);

function merged(costs: readonly Cost[]): Cost[] {
  const byName = new Map<string, Cost>();
  for (const cost of costs) {
    byName.set(cost.what, { ...cost, count: cost.count + (byName.get(cost.what)?.count ?? 0) });
  }
  return [...byName.values()];
}

function computeCosts(stack: DeployedStack): Cost[] {
  const instances = instancesOf(stack).flatMap(({ count, instanceType, volumeSize, detailedMonitoring }) => {
    const hour = INSTANCE_HOUR[instanceType];
    if (hour === undefined) throw new Error(`no price for the instance type ${instanceType}`);
    return [
      { what: `${instanceType} instance`, count, each: perHour(hour) },
      { what: 'GiB of a gp3 volume', count: count * volumeSize, each: 0.08 },
      // Seven metrics, at $0.30 each.
      { what: 'detailed monitoring', count: detailedMonitoring ? count : 0, each: 2.1 },
    ];
  });
  const tasks = tasksOf(stack).map(({ count, vcpus, gigabytes }) => ({
    what: `Fargate task (ARM, ${vcpus} vCPU, ${gigabytes} GB)`,
    count,
    each: vcpus * FARGATE_ARM.vcpu + gigabytes * FARGATE_ARM.gigabyte,
  }));
  const insights = stack.resources.filter(
    ({ type, properties }) =>
      type === 'AWS::ECS::Cluster' && JSON.stringify(properties).includes('"enhanced"'),
  ).length;
  return [...instances, ...tasks, { what: 'Container Insights', count: insights, each: CONTAINER_INSIGHTS }];
}

function loadBalancers(resources: readonly Resource[]): Cost[] {
  const ofKind = (kind: string) =>
    resources.filter(({ properties: { Type = 'application' } }) => Type === kind).length;
  return [
    { what: 'Application Load Balancer', count: ofKind('application'), each: perHour(0.0225) },
    { what: 'Network Load Balancer', count: ofKind('network'), each: perHour(0.0225) },
    { what: 'Gateway Load Balancer', count: ofKind('gateway'), each: perHour(0.0125) },
  ];
}

/** Data streams. A consumer with enhanced fan-out costs by the hour for each shard that is provisioned. */
function streams(stack: DeployedStack): Cost[] {
  const shardsOf = (stream: Resource | undefined) => Number(stream?.properties.ShardCount ?? 0);
  const all = ofType([stack], 'AWS::Kinesis::Stream');
  const consumed = ofType([stack], 'AWS::Kinesis::StreamConsumer').map(({ properties }) =>
    shardsOf(referenced(stack, properties.StreamARN)),
  );
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  return [
    { what: 'shard of a data stream', count: sum(all.map(shardsOf)), each: perHour(0.015) },
    { what: 'enhanced fan-out of a shard', count: sum(consumed), each: perHour(0.015) },
    {
      what: 'data stream on demand',
      count: all.filter((stream) => shardsOf(stream) === 0).length,
      each: perHour(0.04),
    },
  ];
}

const lengthOf = (list: unknown): number => (Array.isArray(list) ? list.length : 0);

/** Subnets of a load balancer in which AWS assigns its address: those without an Elastic IP. */
function assignedAddresses({ properties: { Subnets, SubnetMappings } }: Resource): number {
  if (!Array.isArray(SubnetMappings)) return lengthOf(Subnets);
  return SubnetMappings.filter((mapping: { AllocationId?: unknown }) => mapping.AllocationId === undefined)
    .length;
}

/** Elastic IPs, addresses of internet-facing load balancers and of instances, and two for each VPN connection. */
function publicAddresses(stacks: readonly DeployedStack[]): number {
  const balancers = ofType(stacks, 'AWS::ElasticLoadBalancingV2::LoadBalancer')
    .filter(({ properties }) => properties.Scheme === 'internet-facing')
    .reduce((sum, balancer) => sum + assignedAddresses(balancer), 0);
  const instances = stacks
    .flatMap(instancesOf)
    .reduce((sum, { count, publicAddress }) => sum + (publicAddress ? count : 0), 0);
  const elastic = ofType(stacks, 'AWS::EC2::EIP').length;
  return elastic + balancers + instances + 2 * ofType(stacks, 'AWS::EC2::VPNConnection').length;
}

/** An alarm on an expression costs as much as one for each metric in it. */
function alarmMetrics({ properties: { Metrics } }: Resource): number {
  if (!Array.isArray(Metrics)) return 1;
  return Metrics.filter((metric: object) => 'MetricStat' in metric).length;
}

const endpointZones = (endpoints: readonly Resource[]): number =>
  endpoints
    .filter(({ properties: { VpcEndpointType = 'Gateway' } }) => VpcEndpointType !== 'Gateway')
    .reduce((sum, { properties }) => sum + lengthOf(properties.SubnetIds), 0);

/** Secrets, and those that a VPN connection keeps its keys in. */
const secrets = (all: (type: string) => readonly Resource[]): number =>
  all('AWS::SecretsManager::Secret').length +
  all('AWS::EC2::VPNConnection').filter(
    ({ properties }) => properties.PreSharedKeyStorage === 'SecretsManager',
  ).length;

/** https://aws.amazon.com/route53/pricing/#Health_Checks, for endpoints in AWS. */
function healthCheckFeatures({ properties }: Resource): number {
  const { Type, RequestInterval } = properties.HealthCheckConfig as {
    Type: string;
    RequestInterval?: number;
  };
  const features = [Type.startsWith('HTTPS'), Type.endsWith('STR_MATCH'), RequestInterval === 10];
  return features.filter(Boolean).length;
}
