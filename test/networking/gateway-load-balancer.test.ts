import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Network } from '../../lib/assertions/network';
import '../../lib/assertions/network/matchers';
import { Templates } from '../../lib/assertions/templates';
import {
  GatewayLoadBalancer,
  type GatewayLoadBalancerProps,
} from '../../lib/networking/gateway-load-balancer/gateway-load-balancer';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const INSPECTION = 'GatewayLoadBalancer/Inspection';
const APPLIANCES = `${INSPECTION}/Appliances/Group`;
const BALANCER = `${INSPECTION}/Service/LoadBalancer`;
const APPLIANCE_VPC = `${INSPECTION}/ApplianceVpc`;
const VPC = `${INSPECTION}/Inspected/Vpc`;
const WORKLOADS = [1, 2].map((az) => `${VPC}/WorkloadSubnet${az}`);
const WEB = 'GatewayLoadBalancer/Web/Instance';
const endpoint = (az: number) => `${INSPECTION}/Inspected/Az${az}/Endpoint`;
/** Whatever is started there with a public address, and security groups that let everything through. */
const anythingIn = (subnet: string) => ({ subnet, publicAddress: true });

const construct = (props?: GatewayLoadBalancerProps) =>
  new GatewayLoadBalancer(new Stack(newApp(), 'Test'), 'Inspection', props);

function synthesize(props?: GatewayLoadBalancerProps) {
  const app = newApp();
  const stack = new Stack(app, 'Test');
  new GatewayLoadBalancer(stack, 'Inspection', props);
  const templates = Templates.fromApp(app);
  return { template: Template.fromStack(stack), templates, network: Network.of(templates) };
}

describe('gateway-load-balancer', () => {
  const app = sandbox({}, 'gateway-load-balancer');
  const templates = Templates.fromApp(app);
  const template = Template.fromStack(stackOf(app, 'GatewayLoadBalancer'));
  const network = Network.of(templates);
  const [az1 = '', az2 = ''] = network.availabilityZones;
  const others = network.withoutAz(az1);

  it('lets no path between the internet and a workload avoid the appliances, whichever side begins', () => {
    for (const [index, subnet] of WORKLOADS.entries()) {
      for (const component of [APPLIANCES, BALANCER, endpoint(index + 1)]) {
        for (const port of [80, 443, 8443]) {
          expect(network).toPassThrough({
            source: 'internet',
            destination: anythingIn(subnet),
            port,
            component,
          });
          expect(network).toPassThrough({
            source: anythingIn(subnet),
            destination: 'internet',
            port,
            component,
          });
        }
      }
    }
    for (const protocol of ['udp', 'icmp'] as const) {
      const flow = { source: 'internet', destination: anythingIn(WORKLOADS[0] ?? ''), protocol };
      expect(network).toPassThrough({ ...flow, component: APPLIANCES });
    }
    expect(network).toPassThrough({
      source: 'internet',
      destination: WEB,
      port: 80,
      component: APPLIANCES,
    });
  });

  it('leads requests and replies through the appliances, by the same endpoint', () => {
    const { path } = network.canReach({ source: 'internet', destination: WEB, port: 80 });
    for (const reply of [undefined, true]) {
      const passed = path.filter((hop) => hop.reply === reply).map(({ component }) => component);
      expect(passed).toEqual(expect.arrayContaining([endpoint(1), BALANCER]));
      expect(passed).not.toContain(endpoint(2));
    }
  });

  it('has nothing but endpoints in the subnets that the internet reaches without them', () => {
    const subnets = templates
      .ofType('AWS::EC2::Route')
      .filter(({ properties }) => properties.GatewayId !== undefined)
      .map(({ path }) => path);
    expect(subnets).toEqual([1, 2].map((az) => `${INSPECTION}/Inspected/Az${az}/InspectedRoute`));
    const { vpc } = construct().inspected;
    // Nothing that asks for a public subnet is put beside an endpoint.
    expect(vpc.publicSubnets).toEqual([]);
    expect(vpc.privateSubnets.map(({ node }) => node.id)).toEqual(['WorkloadSubnet1', 'WorkloadSubnet2']);
  });

  it('fails, in each AZ, with that AZ and no other', () => {
    const [first, second] = WORKLOADS.map(anythingIn);
    for (const [lost, left, gone] of [
      [az1, second, first],
      [az2, first, second],
    ] as const) {
      const rest = network.withoutAz(lost);
      expect(rest).toReach({ source: 'internet', destination: left ?? '', port: 443 });
      expect(rest).toReach({ source: left ?? '', destination: 'internet', port: 443 });
      expect(rest).not.toReach({ source: 'internet', destination: gone ?? '', port: 443 });
    }
    expect(network).toSurviveLossOfAnyAz({
      source: 'internet',
      destination: WORKLOADS.map(anythingIn),
      port: 443,
    });
    // What is left passes the appliances that are left.
    expect(others).toPassThrough({
      source: 'internet',
      destination: second ?? '',
      port: 443,
      component: APPLIANCES,
    });
  });

  it('uses the appliances of the other AZ where an AZ has none left', () => {
    const halved = network.without(`${APPLIANCE_VPC}/ApplianceSubnet2`);
    const flow = { source: 'internet', destination: anythingIn(WORKLOADS[0] ?? ''), port: 443 };
    expect(halved).toReach(flow);
    const { template: apart } = synthesize({ crossZone: false });
    apart.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      LoadBalancerAttributes: Match.arrayWith([{ Key: 'load_balancing.cross_zone.enabled', Value: 'false' }]),
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      LoadBalancerAttributes: Match.arrayWith([{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }]),
    });
  });

  it('has appliances that talk GENEVE with the load balancer, answer its health checks, and do nothing else', () => {
    const udp = { protocol: 'udp' } as const;
    expect(network).toReach({ source: BALANCER, destination: APPLIANCES, port: 6081, ...udp, every: true });
    expect(network).toReach({ source: APPLIANCES, destination: BALANCER, port: 6081, ...udp, every: true });
    expect(network).toReach({ source: BALANCER, destination: APPLIANCES, port: 8080, every: true });
    for (const port of [53, 6080, 6082, 8080]) {
      expect(network).not.toReach({ source: BALANCER, destination: APPLIANCES, port, ...udp });
    }
    for (const port of [22, 80, 6081, 8081]) {
      expect(network).not.toReach({ source: BALANCER, destination: APPLIANCES, port });
    }
    for (const port of [22, 80, 443, 8080]) {
      expect(network).not.toReach({ source: APPLIANCES, destination: { subnet: APPLIANCE_VPC }, port });
    }
    // Its ports are not swapped on the way back, so that it needs a rule of its own.
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Appliances',
      SecurityGroupEgress: [
        Match.objectLike({ CidrIp: '10.5.0.0/24', IpProtocol: 'udp', FromPort: 6081, ToPort: 6081 }),
      ],
      SecurityGroupIngress: [
        Match.objectLike({ CidrIp: '10.5.0.0/24', IpProtocol: 'udp', FromPort: 6081, ToPort: 6081 }),
        Match.objectLike({ CidrIp: '10.5.0.0/24', IpProtocol: 'tcp', FromPort: 8080, ToPort: 8080 }),
      ],
    });
  });

  it("has no way between the appliances' VPC and anything else", () => {
    for (const subnet of [1, 2].map((az) => `${APPLIANCE_VPC}/ApplianceSubnet${az}`)) {
      const inside = anythingIn(subnet);
      expect(network).not.toReach({ source: inside, destination: 'internet', protocol: 'all' });
      expect(network).not.toReach({ source: 'internet', destination: inside, protocol: 'all' });
      expect(network).not.toReach({ source: inside, destination: anythingIn(VPC), protocol: 'all' });
      expect(network).not.toReach({ source: anythingIn(VPC), destination: inside, protocol: 'all' });
    }
  });

  it('keeps an appliance in each AZ, and replaces one that fails its health check', () => {
    template.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', {
      MinSize: '2',
      HealthCheckType: 'ELB',
      VPCZoneIdentifier: Match.arrayEquals([Match.anyValue(), Match.anyValue()]),
    });
    template.hasResource('AWS::AutoScaling::AutoScalingGroup', {
      DependsOn: [Match.stringLikeRegexp('Listener')],
      UpdatePolicy: {
        AutoScalingRollingUpdate: { MinInstancesInService: 2, MaxBatchSize: 1, PauseTime: 'PT3M' },
      },
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      Protocol: 'GENEVE',
      Port: 6081,
      TargetType: 'instance',
      HealthCheckProtocol: 'TCP',
      HealthCheckPort: '8080',
    });
  });

  it('moves connections to another appliance when theirs is gone', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      TargetGroupAttributes: Match.arrayWith([
        { Key: 'target_failover.on_deregistration', Value: 'rebalance' },
        { Key: 'target_failover.on_unhealthy', Value: 'rebalance' },
      ]),
    });
  });

  it('lets nobody but this account connect an endpoint to the appliances', () => {
    template.resourceCountIs('AWS::EC2::VPCEndpointServicePermissions', 0);
    template.hasResourceProperties('AWS::EC2::VPCEndpointService', { AcceptanceRequired: false });
  });

  it('hands out credentials by IMDSv2 only, and encrypts volumes', () => {
    const encrypted = [Match.objectLike({ Ebs: Match.objectLike({ Encrypted: true }) })];
    const MetadataOptions = { HttpTokens: 'required', HttpPutResponseHopLimit: 1 };
    template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: Match.objectLike({
        MetadataOptions: Match.objectLike(MetadataOptions),
        BlockDeviceMappings: encrypted,
      }),
    });
    template.hasResourceProperties('AWS::EC2::Instance', {
      MetadataOptions,
      BlockDeviceMappings: encrypted,
    });
  });

  it('waits with public addresses and the routes of the gateway until the gateway is attached', () => {
    const [attachment] = Object.keys(template.findResources('AWS::EC2::VPCGatewayAttachment'));
    const needing = [
      ...Object.values(template.findResources('AWS::EC2::GatewayRouteTableAssociation')),
      ...Object.values(
        template.findResources('AWS::EC2::Route', { Properties: { GatewayId: Match.anyValue() } }),
      ),
    ] as { DependsOn: string[] }[];
    expect(needing).toHaveLength(3);
    for (const { DependsOn } of needing) expect(DependsOn).toContain(attachment);
    const [address] = Object.values(template.findResources('AWS::EC2::EIP')) as { DependsOn: string[] }[];
    const routes = Object.keys(template.findResources('AWS::EC2::Route'));
    expect(address?.DependsOn).toEqual(expect.arrayContaining(routes));
  });

  it('records all traffic of both VPCs', () => {
    template.resourceCountIs('AWS::EC2::FlowLog', 2);
    template.allResourcesProperties('AWS::EC2::FlowLog', { ResourceType: 'VPC', TrafficType: 'ALL' });
  });

  it('closes the default security group of both VPCs', () => {
    template.resourceCountIs('Custom::VpcRestrictDefaultSG', 2);
  });

  it('does the same in six AZs', () => {
    const { network: more } = synthesize({ azCount: 6 });
    expect(more.availabilityZones).toHaveLength(6);
    const last = anythingIn('Test/Inspection/Inspected/Vpc/WorkloadSubnet6');
    const component = 'Test/Inspection/Appliances/Group';
    expect(more).toPassThrough({ source: 'internet', destination: last, port: 443, component });
    expect(more).toPassThrough({ source: last, destination: 'internet', port: 443, component });
  });

  it('moves no CIDR when a third and a fourth AZ come into use', () => {
    const cidrs = (azCount: number) => {
      const found = synthesize({ azCount }).templates.ofType('AWS::EC2::Subnet');
      return Object.fromEntries(found.map(({ path, properties }) => [path, properties.CidrBlock]));
    };
    const [two, four] = [cidrs(2), cidrs(4)];
    expect(Object.keys(four)).toHaveLength(12);
    expect(four).toMatchObject(two);
  });

  it('takes an appliance of yours', () => {
    const { template: yours, network: theirs } = synthesize({
      appliance: {
        machineImage: ec2.MachineImage.genericLinux({}, { userData: ec2.UserData.forLinux() }),
        instanceType: new ec2.InstanceType('c7i.large'),
        healthCheckPort: 443,
      },
      deletionProtection: false,
    });
    yours.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: Match.objectLike({ InstanceType: 'c7i.large' }),
    });
    yours.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', { HealthCheckPort: '443' });
    const flow = {
      source: 'Test/Inspection/Service/LoadBalancer',
      destination: 'Test/Inspection/Appliances',
    };
    expect(theirs).toReach({ ...flow, port: 443 });
    expect(theirs).not.toReach({ ...flow, port: 8080 });
  });

  it('refuses to be deleted unless told otherwise', () => {
    const protection = (Value: string) => ({
      LoadBalancerAttributes: Match.arrayWith([{ Key: 'deletion_protection.enabled', Value }]),
    });
    const type = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
    synthesize().template.hasResourceProperties(type, protection('true'));
    template.hasResourceProperties(type, protection('false'));
  });

  it('stands twice in one stack, on the same addresses', () => {
    const stack = new Stack(newApp(), 'Test');
    new GatewayLoadBalancer(stack, 'One');
    new GatewayLoadBalancer(stack, 'Two');
    Template.fromStack(stack).resourceCountIs('AWS::EC2::VPCEndpoint', 4);
  });

  it.each<[GatewayLoadBalancerProps, string]>([
    [{ azCount: 1 }, 'azCount: got 1, expected a whole number from 2 to 6'],
    [{ azCount: 7 }, 'azCount: got 7, expected a whole number from 2 to 6'],
    [{ azCount: 2.5 }, 'azCount: got 2.5, expected a whole number from 2 to 6'],
    [
      { inspectedVpcCidr: '10.0.0.0/15' },
      'inspectedVpcCidr: got "10.0.0.0/15", expected a network of /16 to /25 for 2 AZs',
    ],
    [
      { applianceVpcCidr: '10.0.0.0/26' },
      'applianceVpcCidr: got "10.0.0.0/26", expected a network of /16 to /25 for 2 AZs',
    ],
    [
      { inspectedVpcCidr: '10.0.0.0/25', azCount: 5 },
      'inspectedVpcCidr: got "10.0.0.0/25", expected a network of /16 to /24 for 5 AZs',
    ],
    [
      { applianceVpcCidr: '10.0.0.1/24' },
      'applianceVpcCidr: got "10.0.0.1/24", expected the start of the network, 10.0.0.0/24',
    ],
  ])('refuses %j in one line', (props, message) => {
    expect(() => construct(props)).toThrow(message);
  });

  it.each([4, 6])('fits %i AZs into the smallest networks that it takes', (azCount) => {
    const cidr = azCount > 4 ? '10.0.0.0/24' : '10.0.0.0/25';
    expect(() => construct({ azCount, inspectedVpcCidr: cidr, applianceVpcCidr: cidr })).not.toThrow();
  });

  it('refuses a health check port that is none', () => {
    const appliance = {
      machineImage: ec2.MachineImage.latestAmazonLinux2023(),
      instanceType: new ec2.InstanceType('t3.nano'),
      healthCheckPort: 0,
    };
    expect(() => construct({ appliance })).toThrow(
      'appliance.healthCheckPort: got 0, expected a whole number from 1 to 65535',
    );
  });
});
