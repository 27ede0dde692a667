import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Network } from '../../lib/assertions/network';
import '../../lib/assertions/network/matchers';
import { Templates, type Resource } from '../../lib/assertions/templates';
import { MultiAzVpc, type MultiAzVpcProps } from '../../lib/networking/multi-az-vpc/multi-az-vpc';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const TIERS = ['Public', 'Private', 'Isolated'] as const;

/** The subnets of a template, as questions about one of them. */
function layout(templates: Templates) {
  const subnets = templates.ofType('AWS::EC2::Subnet');
  return {
    subnets,
    tier: (tier: string) => subnets.filter(({ path }) => path.includes(`/${tier}Subnet`)),
    az: (subnet: Resource | undefined) => subnet?.properties.AvailabilityZone,
    target: (resource: Resource | undefined, property: string) =>
      templates.reference(resource?.properties[property])?.resource,
  };
}

function synthesize(props?: MultiAzVpcProps) {
  const app = newApp();
  const stack = new Stack(app, 'Test');
  new MultiAzVpc(stack, 'Network', props);
  return { template: Template.fromStack(stack), templates: Templates.fromApp(app) };
}

function range(cidr: string): { first: number; last: number } {
  const [address = '', prefix] = cidr.split('/');
  const first = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return { first, last: first + 2 ** (32 - Number(prefix)) - 1 };
}

const cidrs = (templates: Templates) =>
  new Map(
    templates
      .ofType('AWS::EC2::Subnet')
      .map(({ path, properties }) => [path, properties.CidrBlock as string]),
  );

describe('multi-az-vpc', () => {
  const app = sandbox({}, 'multi-az-vpc');
  const templates = Templates.fromApp(app);
  const template = Template.fromStack(stackOf(app, 'MultiAzVpc'));
  const network = Network.of(templates);
  const { subnets, tier, az, target } = layout(templates);
  const paths = (name: string) => tier(name).map(({ path }) => path);

  it('has one public, one private and one isolated subnet in each of three AZs', () => {
    for (const name of TIERS) expect(tier(name).map(az)).toEqual(['az-a', 'az-b', 'az-c']);
    expect(subnets).toHaveLength(9);
  });

  it('private subnets reach the internet through the NAT gateway in their AZ', () => {
    for (const { path } of tier('Private')) {
      const component = `${path.replace('/Private', '/Public').replace(/Subnet$/, '')}NATGateway`;
      expect(network).toPassThrough({ source: path, destination: 'internet', port: 443, component });
    }
  });

  it('egress survives the loss of any AZ', () => {
    expect(network).toSurviveLossOfAnyAz({ source: paths('Private'), destination: 'internet', port: 443 });
  });

  it('the internet cannot reach private or isolated subnets', () => {
    for (const subnet of [...paths('Private'), ...paths('Isolated')]) {
      const destination = { subnet, publicAddress: true };
      expect(network).not.toReach({ source: 'internet', destination, protocol: 'all' });
    }
  });

  it('the internet reaches public addresses in public subnets, and no private ones', () => {
    for (const subnet of paths('Public')) {
      expect(network).toReach({
        source: 'internet',
        destination: { subnet, publicAddress: true },
        port: 443,
      });
      expect(network).not.toReach({ source: 'internet', destination: subnet, protocol: 'all' });
    }
  });

  it('isolated subnets reach S3 and DynamoDB, not the internet', () => {
    for (const source of paths('Isolated')) {
      expect(network).not.toReach({ source, destination: 'internet', protocol: 'all' });
      expect(network).toReach({ source, destination: { service: 's3' } });
      expect(network).toReach({ source, destination: { service: 'dynamodb' } });
    }
  });

  it('each NAT gateway has its own Elastic IP and is in a public subnet', () => {
    const gateways = templates.ofType('AWS::EC2::NatGateway');
    expect(new Set(gateways.map((gateway) => target(gateway, 'AllocationId')?.path)).size).toBe(3);
    for (const gateway of gateways) expect(target(gateway, 'SubnetId')?.path).toContain('/PublicSubnet');
  });

  it('public subnets assign no public IPv4 addresses automatically', () => {
    for (const subnet of tier('Public')) expect(subnet.properties.MapPublicIpOnLaunch).toBe(false);
  });

  it('subnets are inside the VPC and do not overlap', () => {
    const vpc = range('10.0.0.0/16');
    const sorted = [...cidrs(templates).values()].map(range).sort((a, b) => a.first - b.first);
    sorted.forEach(({ first, last }, index) => {
      expect(first).toBeGreaterThan(sorted[index - 1]?.last ?? vpc.first - 1);
      expect(last).toBeLessThanOrEqual(vpc.last);
    });
  });

  it('subnets keep their CIDRs when the reserved AZ is used', () => {
    const before = cidrs(synthesize({ azCount: 3 }).templates);
    const after = cidrs(synthesize({ azCount: 4 }).templates);
    expect(after.size).toBe(12);
    for (const [path, cidr] of before) expect([path, after.get(path)]).toEqual([path, cidr]);
  });

  it('removes the rules of the default security group', () => {
    template.hasResourceProperties('Custom::VpcRestrictDefaultSG', {
      DefaultSecurityGroupId: Match.anyValue(),
    });
  });

  it('has DNS support and DNS hostnames', () => {
    template.hasResourceProperties('AWS::EC2::VPC', { EnableDnsSupport: true, EnableDnsHostnames: true });
  });

  it('private and isolated subnets have gateway endpoints for S3 and DynamoDB', () => {
    const endpoints = templates.ofType('AWS::EC2::VPCEndpoint');
    expect(endpoints.map(({ properties }) => properties.ServiceName)).toEqual([
      'com.amazonaws.⟨AWS::Region⟩.s3',
      'com.amazonaws.⟨AWS::Region⟩.dynamodb',
    ]);
    for (const { properties } of endpoints) {
      expect(properties.VpcEndpointType).toBe('Gateway');
      expect(properties.RouteTableIds).toHaveLength(6);
    }
  });

  describe('NAT gateways', () => {
    const egress = (templates: Templates) => ({
      network: Network.of(templates),
      flow: {
        source: layout(templates)
          .tier('Private')
          .map(({ path }) => path),
        destination: 'internet',
        port: 443,
      },
    });

    it('single: all private subnets have egress until the first AZ is lost', () => {
      const { templates: single } = synthesize({ natGateways: 'single' });
      const { network: net, flow } = egress(single);
      expect(net).toReach({ ...flow, every: true });
      expect(net.survivesLossOfAnyAz(flow)).toMatchObject({
        answer: 'does not survive',
        broken: [{ zone: 'az-a' }],
      });
      expect(single.ofType('AWS::EC2::NatGateway')).toHaveLength(1);
    });

    it('regional: one NAT gateway, whose egress survives the loss of any AZ', () => {
      const regional = synthesize({ natGateways: 'regional' });
      const { network: net, flow } = egress(regional.templates);
      expect(net).toSurviveLossOfAnyAz(flow);
      expect(regional.templates.ofType('AWS::EC2::NatGateway')).toHaveLength(1);
      regional.template.hasResource('AWS::EC2::NatGateway', {
        Properties: { AvailabilityMode: 'regional', ConnectivityType: 'public' },
        DependsOn: Match.arrayWith([Match.stringLikeRegexp('VPCGW')]),
      });
    });

    it('none: private subnets reach S3, not the internet', () => {
      const { templates: none } = synthesize({ natGateways: 'none' });
      const { network: net, flow } = egress(none);
      expect(net).not.toReach(flow);
      expect(net).toReach({ source: flow.source, destination: { service: 's3' }, every: true });
      expect(none.ofType('AWS::EC2::EIP')).toEqual([]);
    });
  });

  describe('flow logs', () => {
    it('record all traffic of the VPC, encrypted, for three months', () => {
      template.hasResourceProperties('AWS::EC2::FlowLog', {
        ResourceId: { Ref: Match.stringLikeRegexp('Vpc') },
        ResourceType: 'VPC',
        TrafficType: 'ALL',
        LogDestinationType: 'cloud-watch-logs',
      });
      template.hasResourceProperties('AWS::Logs::LogGroup', {
        RetentionInDays: 90,
        KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('FlowLogsKey'), 'Arn'] },
      });
      template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    });

    it('s3: go to an encrypted, private bucket, whose objects expire', () => {
      const { template: s3 } = synthesize({
        flowLogDestination: 's3',
        flowLogRetention: RetentionDays.ONE_YEAR,
      });
      s3.hasResourceProperties('AWS::EC2::FlowLog', { LogDestinationType: 's3' });
      s3.hasResourceProperties('AWS::S3::Bucket', {
        BucketEncryption: Match.anyValue(),
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        LifecycleConfiguration: { Rules: [{ ExpirationInDays: 365, Status: 'Enabled' }] },
      });
      s3.resourceCountIs('AWS::Logs::LogGroup', 0);
    });

    it('are retained by default, and deleted with the stack in the sandbox', () => {
      synthesize().template.hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Retain' });
      synthesize({ removalPolicy: RemovalPolicy.DESTROY }).template.hasResource('AWS::Logs::LogGroup', {
        DeletionPolicy: 'Delete',
      });
      template.hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete' });
    });
  });

  it('can be created twice in one stack', () => {
    const stack = new Stack(newApp(), 'Test');
    new MultiAzVpc(stack, 'One');
    new MultiAzVpc(stack, 'Two', { vpcCidr: '10.1.0.0/16' });
    Template.fromStack(stack).resourceCountIs('AWS::EC2::VPC', 2);
  });

  it.each<MultiAzVpcProps>([
    { vpcCidr: '10.0.0.0/16' },
    { azCount: 6, vpcCidr: '10.0.0.0/23' },
    { azCount: 2, reservedAzs: 0, vpcCidr: '10.0.0.0/25' },
    { azCount: 2, reservedAzs: 4, vpcCidr: '10.0.0.0/23' },
  ])('accepts %j', (props) => {
    expect(() => synthesize(props)).not.toThrow();
  });

  it('keeps flow logs in S3 forever with RetentionDays.INFINITE', () => {
    const { template: s3 } = synthesize({
      flowLogDestination: 's3',
      flowLogRetention: RetentionDays.INFINITE,
    });
    s3.hasResourceProperties('AWS::S3::Bucket', { LifecycleConfiguration: Match.absent() });
  });

  it.each<[MultiAzVpcProps, string]>([
    [{ azCount: 1 }, 'azCount: got 1, expected a whole number from 2 to 6'],
    [{ azCount: 7 }, 'azCount: got 7, expected a whole number from 2 to 6'],
    [{ azCount: 2.5 }, 'azCount: got 2.5, expected a whole number from 2 to 6'],
    [{ reservedAzs: -1 }, 'reservedAzs: got -1, expected a whole number from 0 to 3 with azCount 3'],
    [{ reservedAzs: 4 }, 'reservedAzs: got 4, expected a whole number from 0 to 3 with azCount 3'],
    [
      { vpcCidr: '10.0.0.0/15' },
      'vpcCidr: got "10.0.0.0/15", expected a network of /16 to /24 for 3 tiers in 3 AZs and 1 reserved',
    ],
    [
      { vpcCidr: '10.0.0.0/29' },
      'vpcCidr: got "10.0.0.0/29", expected a network of /16 to /24 for 3 tiers in 3 AZs and 1 reserved',
    ],
    [
      { vpcCidr: '10.0.0.256/16' },
      'vpcCidr: got "10.0.0.256/16", expected an IPv4 network such as 10.0.0.0/16',
    ],
    [{ vpcCidr: 'fd00::/56' }, 'vpcCidr: got "fd00::/56", expected an IPv4 network such as 10.0.0.0/16'],
    [
      { vpcCidr: '10.0.3.0/16' },
      'vpcCidr: got "10.0.3.0/16", expected the start of the network, 10.0.0.0/16',
    ],
    [
      { vpcCidr: '10.0.0.0/25' },
      'vpcCidr: got "10.0.0.0/25", expected a network of /16 to /24 for 3 tiers in 3 AZs and 1 reserved',
    ],
  ])('refuses %j in one line', (props, message) => {
    expect(() => synthesize(props)).toThrow(message);
  });

  it('fits into a /24, with subnets of /28', () => {
    const { templates: smallest } = synthesize({ vpcCidr: '10.0.0.0/24' });
    expect([...cidrs(smallest).values()].map((cidr) => cidr.split('/')[1])).toEqual(Array(9).fill('28'));
  });
});
