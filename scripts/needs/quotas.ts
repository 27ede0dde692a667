import { instancesOf, tasksOf, vcpusOf } from './compute';
import { ofType, type DeployedStack } from './stacks';

/** A quota of AWS that these stacks count against. */
export interface Quota {
  readonly name: string;
  /** Service code and quota code of Service Quotas. */
  readonly service: string;
  readonly code: string;
  /** AWS's default value. A new account may have less: quotas grow with use. */
  readonly byDefault: number;
  readonly used: (stacks: readonly DeployedStack[]) => number;
}

const count =
  (type: string, where: (properties: Readonly<Record<string, unknown>>) => boolean = () => true) =>
  (stacks: readonly DeployedStack[]) =>
    ofType(stacks, type).filter(({ properties }) => where(properties)).length;

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

const LOAD_BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';

/**
 * Quotas with defaults so low that a sandbox meets them, and those that a reader asks about.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
 * @see https://docs.aws.amazon.com/general/latest/gr/ec2-service.html
 * @see https://docs.aws.amazon.com/general/latest/gr/ecs-service.html
 * @see https://docs.aws.amazon.com/general/latest/gr/elb.html
 * @see https://docs.aws.amazon.com/general/latest/gr/r53.html
 */
export const QUOTAS: readonly Quota[] = [
  { name: 'VPCs', service: 'vpc', code: 'L-F678F1CE', byDefault: 5, used: count('AWS::EC2::VPC') },
  {
    name: 'Internet gateways',
    service: 'vpc',
    code: 'L-A4707A72',
    byDefault: 5,
    used: count('AWS::EC2::InternetGateway'),
  },
  {
    name: 'Elastic IP addresses',
    service: 'ec2',
    code: 'L-0263D0A3',
    byDefault: 5,
    used: count('AWS::EC2::EIP'),
  },
  {
    name: 'NAT gateways in an AZ',
    service: 'vpc',
    code: 'L-FE5A380F',
    byDefault: 5,
    used: natGatewaysInOneAz,
  },
  {
    name: 'Security groups',
    service: 'vpc',
    code: 'L-E79EC296',
    byDefault: 2500,
    used: count('AWS::EC2::SecurityGroup'),
  },
  {
    name: 'Interface and Gateway Load Balancer endpoints in a VPC',
    service: 'vpc',
    code: 'L-29B6F2EB',
    byDefault: 50,
    used: endpointsInOneVpc,
  },
  {
    name: 'vCPUs of standard On-Demand Instances',
    service: 'ec2',
    code: 'L-1216C47A',
    byDefault: 5,
    used: (stacks) =>
      sum(stacks.flatMap(instancesOf).map(({ instanceType, maximum }) => maximum * vcpusOf(instanceType))),
  },
  {
    name: 'vCPUs of Fargate On-Demand tasks',
    service: 'fargate',
    code: 'L-3032A538',
    byDefault: 6,
    used: (stacks) => sum(stacks.flatMap(tasksOf).map(({ vcpus, maximum }) => maximum * vcpus)),
  },
  {
    name: 'Application Load Balancers',
    service: 'elasticloadbalancing',
    code: 'L-53DA6B97',
    byDefault: 50,
    used: count(LOAD_BALANCER, ({ Type = 'application' }) => Type === 'application'),
  },
  {
    name: 'Network Load Balancers',
    service: 'elasticloadbalancing',
    code: 'L-69A177A2',
    byDefault: 50,
    used: count(LOAD_BALANCER, ({ Type }) => Type === 'network'),
  },
  {
    name: 'Transit gateways',
    service: 'ec2',
    code: 'L-A2478D36',
    byDefault: 5,
    used: count('AWS::EC2::TransitGateway'),
  },
  {
    name: 'Site-to-Site VPN connections',
    service: 'ec2',
    code: 'L-3E6EC3A3',
    byDefault: 50,
    used: count('AWS::EC2::VPNConnection'),
  },
  {
    name: 'Hosted zones',
    service: 'route53',
    code: 'L-4EA4796A',
    byDefault: 500,
    used: count('AWS::Route53::HostedZone'),
  },
  {
    name: 'Health checks',
    service: 'route53',
    code: 'L-ACB674F3',
    byDefault: 200,
    used: count('AWS::Route53::HealthCheck'),
  },
];

/** NAT gateways of the AZ with most of them: a VPC here has at most one in each AZ. */
function natGatewaysInOneAz(stacks: readonly DeployedStack[]): number {
  return stacks.filter((stack) => ofType([stack], 'AWS::EC2::NatGateway').length > 0).length;
}

function endpointsInOneVpc(stacks: readonly DeployedStack[]): number {
  const endpoints = ofType(stacks, 'AWS::EC2::VPCEndpoint').filter(
    ({ properties: { VpcEndpointType = 'Gateway' } }) => VpcEndpointType !== 'Gateway',
  );
  const byVpc = new Map<string, number>();
  for (const { properties } of endpoints) {
    const vpc = JSON.stringify(properties.VpcId);
    byVpc.set(vpc, (byVpc.get(vpc) ?? 0) + 1);
  }
  return Math.max(0, ...byVpc.values());
}
