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
import { boot } from '../support/user-data';

const INSPECTION = 'GatewayLoadBalancer/Inspection';
const APPLIANCES = `${INSPECTION}/Appliances/Group`;
const BALANCER = `${INSPECTION}/Service/LoadBalancer`;
const APPLIANCE_VPC = `${INSPECTION}/ApplianceVpc`;
const VPC = `${INSPECTION}/Inspected/Vpc`;
const WORKLOADS = [`${VPC}/WorkloadSubnet1`, `${VPC}/WorkloadSubnet2`] as const;
const WEB = 'GatewayLoadBalancer/WebServer/Instance';
const endpoint = (az: number) => `${INSPECTION}/Inspected/Az${az}/Endpoint`;
/** Any instance in that subnet with a public address, whose security groups allow everything. */
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
  const [az1, az2] = network.availabilityZones as [string, string];

  describe('traffic between the internet and a workload', () => {
    const components = WORKLOADS.flatMap((subnet, index) =>
      [APPLIANCES, BALANCER, endpoint(index + 1)].map((component) => ({ subnet, component })),
    );
    it.each(components)('passes $component from $subnet and to it', ({ subnet, component }) => {
      for (const port of [80, 443, 8443]) {
        const inbound = { source: 'internet', destination: anythingIn(subnet), port };
        expect(network).toPassThrough({ ...inbound, component });
        const outbound = { source: anythingIn(subnet), destination: 'internet', port };
        expect(network).toPassThrough({ ...outbound, component });
      }
    });

    it.each(['udp', 'icmp'] as const)('passes the appliances with %s', (protocol) => {
      const flow = { source: 'internet', destination: anythingIn(WORKLOADS[0]), protocol };
      expect(network).toPassThrough({ ...flow, component: APPLIANCES });
    });

    it('passes the appliances on its way to the web server', () => {
      const flow = { source: 'internet', destination: WEB, port: 80 };
      expect(network).toPassThrough({ ...flow, component: APPLIANCES });
    });

    it.each([
      ['requests', undefined],
      ['replies', true],
    ])('passes the endpoint of its AZ with %s', (_, reply) => {
      const { path } = network.canReach({ source: 'internet', destination: WEB, port: 80 });
      const passed = path.filter((hop) => hop.reply === reply).map(({ component }) => component);
      expect(passed).toEqual(expect.arrayContaining([endpoint(1), BALANCER]));
      expect(passed).not.toContain(endpoint(2));
    });
  });

  it('routes only the subnets of endpoints to the internet gateway', () => {
    const subnets = templates
      .ofType('AWS::EC2::Route')
      .filter(({ properties }) => properties.GatewayId !== undefined)
      .map(({ path }) => path);
    expect(subnets).toEqual([1, 2].map((az) => `${INSPECTION}/Inspected/Az${az}/InspectedRoute`));
    const { vpc } = construct().inspected;
    // CDK places nothing in an endpoint's subnet that requests a public or private subnet.
    expect(vpc.publicSubnets).toEqual([]);
    expect(vpc.privateSubnets.map(({ node }) => node.id)).toEqual(['WorkloadSubnet1', 'WorkloadSubnet2']);
  });

  const [first, second] = [anythingIn(WORKLOADS[0]), anythingIn(WORKLOADS[1])];
  it.each([
    [az1, second, first],
    [az2, first, second],
  ])('loses only the workloads of %s when that AZ fails', (lost, left, gone) => {
    const rest = network.withoutAz(lost);
    expect(rest).toReach({ source: 'internet', destination: left, port: 443 });
    expect(rest).toReach({ source: left, destination: 'internet', port: 443 });
    expect(rest).not.toReach({ source: 'internet', destination: gone, port: 443 });
    const flow = { source: 'internet', destination: left, port: 443 };
    expect(rest).toPassThrough({ ...flow, component: APPLIANCES });
  });

  it('survives the loss of any AZ', () => {
    const flow = { source: 'internet', destination: [first, second], port: 443 };
    expect(network).toSurviveLossOfAnyAz(flow);
  });

  describe('alarms', () => {
    const ofAppliances = {
      Namespace: 'AWS/GatewayELB',
      Statistic: 'Maximum',
      Period: 60,
      Threshold: 1,
      Dimensions: [
        {
          Name: 'LoadBalancer',
          Value: {
            'Fn::GetAtt': [Match.stringLikeRegexp('^InspectionServiceLoadBalancer'), 'LoadBalancerFullName'],
          },
        },
        {
          Name: 'TargetGroup',
          Value: {
            'Fn::GetAtt': [Match.stringLikeRegexp('^InspectionServiceTargetGroup'), 'TargetGroupFullName'],
          },
        },
      ],
    };

    it('go to ALARM when an appliance is unhealthy for five minutes', () => {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        ...ofAppliances,
        AlarmDescription: 'An appliance of the Gateway Load Balancer is unhealthy.',
        MetricName: 'UnHealthyHostCount',
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        EvaluationPeriods: 5,
        TreatMissingData: 'notBreaching',
      });
    });

    it('go to ALARM when no appliance is healthy, or none is registered', () => {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        ...ofAppliances,
        AlarmDescription: Match.stringLikeRegexp('no healthy appliance. It drops all traffic'),
        MetricName: 'HealthyHostCount',
        ComparisonOperator: 'LessThanThreshold',
        EvaluationPeriods: 2,
        TreatMissingData: 'breaching',
      });
    });

    it('notify nobody by default', () => {
      template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: Match.absent() });
    });

    it('notify the e-mail address of the sandbox, also when they end', () => {
      const notified = Template.fromStack(
        stackOf(sandbox({ alarmEmail: 'ops@example.org' }, 'gateway-load-balancer'), 'GatewayLoadBalancer'),
      );
      const topic = [{ Ref: Match.stringLikeRegexp('^AlarmsTopic') }];
      notified.resourceCountIs('AWS::CloudWatch::Alarm', 2);
      notified.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: topic, OKActions: topic });
      notified.hasResourceProperties('AWS::SNS::Subscription', { Endpoint: 'ops@example.org' });
    });
  });

  it('uses the appliances of the other AZ when an AZ has none', () => {
    const halved = network.without(`${APPLIANCE_VPC}/ApplianceSubnet2`);
    const flow = { source: 'internet', destination: anythingIn(WORKLOADS[0]), port: 443 };
    expect(halved).toReach(flow);
    const { template: apart } = synthesize({ crossZone: false });
    apart.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      LoadBalancerAttributes: Match.arrayWith([{ Key: 'load_balancing.cross_zone.enabled', Value: 'false' }]),
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      LoadBalancerAttributes: Match.arrayWith([{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }]),
    });
  });

  it('lets appliances exchange only GENEVE and health checks with the load balancer', () => {
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
    // The ports are not swapped on the way back, so it needs an outbound rule.
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

  it('has no route between the appliance VPC and the internet or the inspected VPC', () => {
    for (const subnet of [1, 2].map((az) => `${APPLIANCE_VPC}/ApplianceSubnet${az}`)) {
      const inside = anythingIn(subnet);
      expect(network).not.toReach({ source: inside, destination: 'internet', protocol: 'all' });
      expect(network).not.toReach({ source: 'internet', destination: inside, protocol: 'all' });
      expect(network).not.toReach({ source: inside, destination: anythingIn(VPC), protocol: 'all' });
      expect(network).not.toReach({ source: anythingIn(VPC), destination: inside, protocol: 'all' });
    }
  });

  it('keeps an appliance in each AZ and replaces an unhealthy one', () => {
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
      HealthCheckIntervalSeconds: 10,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
    });
    template.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', {
      MaxSize: '4',
      HealthCheckGracePeriod: 120,
      MetricsCollection: [{ Granularity: '1Minute' }],
    });
  });

  it('reserves space for four AZs in both VPCs', () => {
    const sizes = templates
      .ofType('AWS::EC2::Subnet')
      .map(({ path, properties }) => [path.split('/').at(-2), properties.CidrBlock]);
    expect(Object.fromEntries(sizes)).toEqual({
      ApplianceSubnet1: '10.5.0.0/26',
      ApplianceSubnet2: '10.5.0.64/26',
      EndpointSubnet1: '10.4.0.0/28',
      EndpointSubnet2: '10.4.0.16/28',
      WorkloadSubnet1: '10.4.0.128/25',
      WorkloadSubnet2: '10.4.1.0/25',
    });
  });

  it('names the route table of the internet gateway after its construct', () => {
    template.hasResourceProperties('AWS::EC2::RouteTable', {
      Tags: Match.arrayWith([
        { Key: 'Name', Value: 'GatewayLoadBalancer/Inspection/Inspected/GatewayRouteTable' },
      ]),
    });
  });

  it('rebalances flows when an appliance is unhealthy or deregistered', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      TargetGroupAttributes: Match.arrayWith([
        { Key: 'target_failover.on_deregistration', Value: 'rebalance' },
        { Key: 'target_failover.on_unhealthy', Value: 'rebalance' },
        { Key: 'deregistration_delay.timeout_seconds', Value: '60' },
      ]),
    });
  });

  it('allows only endpoints of this account', () => {
    template.resourceCountIs('AWS::EC2::VPCEndpointServicePermissions', 0);
    template.hasResourceProperties('AWS::EC2::VPCEndpointService', { AcceptanceRequired: false });
  });

  it('requires IMDSv2 and encrypts volumes', () => {
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

  it('attaches the internet gateway before it adds routes and public addresses', () => {
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

  it('passes traffic through the appliances in six AZs', () => {
    const { network: more } = synthesize({ azCount: 6 });
    expect(more.availabilityZones).toHaveLength(6);
    const last = anythingIn('Test/Inspection/Inspected/Vpc/WorkloadSubnet6');
    const component = 'Test/Inspection/Appliances/Group';
    expect(more).toPassThrough({ source: 'internet', destination: last, port: 443, component });
    expect(more).toPassThrough({ source: last, destination: 'internet', port: 443, component });
  });

  it('changes no subnet CIDR when azCount grows to four', () => {
    const cidrs = (azCount: number) => {
      const found = synthesize({ azCount }).templates.ofType('AWS::EC2::Subnet');
      return Object.fromEntries(found.map(({ path, properties }) => [path, properties.CidrBlock]));
    };
    const [two, four] = [cidrs(2), cidrs(4)];
    expect(Object.keys(four)).toHaveLength(12);
    expect(four).toMatchObject(two);
  });

  it('uses the given appliance', () => {
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

  it('has deletion protection by default', () => {
    const protection = (Value: string) => ({
      LoadBalancerAttributes: Match.arrayWith([{ Key: 'deletion_protection.enabled', Value }]),
    });
    const type = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
    synthesize().template.hasResourceProperties(type, protection('true'));
    template.hasResourceProperties(type, protection('false'));
  });

  it('has a web server that serves its page and closes all other ports', () => {
    const [instance] = templates.ofType('AWS::EC2::Instance');
    const { status, stderr, file, systemctl } = boot(instance?.properties.UserData as string);
    expect({ status, stderr, systemctl }).toEqual({
      status: 0,
      stderr: '',
      systemctl: ['enable --now web'],
    });
    expect(file('/srv/www/index.html')).toBe('This page passed the appliances.\n');
    expect(file('/etc/systemd/system/web.service')).toContain(
      'ExecStart=/usr/bin/python3 -m http.server 80 --directory /srv/www\n',
    );
    for (const port of [22, 443]) {
      expect(network).not.toReach({ source: 'internet', destination: WEB, port });
    }
    expect(network).not.toReach({ source: WEB, destination: 'internet', protocol: 'all' });
  });

  it('has outputs for the steps of the README', () => {
    template.hasOutput('Url', {
      Value: {
        'Fn::Join': ['', ['http://', { 'Fn::GetAtt': [Match.stringLikeRegexp('^WebServer'), 'PublicIp'] }]],
      },
    });
    template.hasOutput('AppliancesName', { Value: { Ref: Match.stringLikeRegexp('^InspectionAppliances') } });
    template.hasOutput('TargetGroupArn', {
      Value: { Ref: Match.stringLikeRegexp('^InspectionServiceTargetGroup') },
    });
    template.hasOutput('LoadBalancerName', {
      Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('LoadBalancer'), 'LoadBalancerFullName'] },
    });
  });

  it('fits twice into one stack, with the same addresses', () => {
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

  it.each([4, 6])('fits %i AZs into the smallest accepted networks', (azCount) => {
    const cidr = azCount > 4 ? '10.0.0.0/24' : '10.0.0.0/25';
    expect(() => construct({ azCount, inspectedVpcCidr: cidr, applianceVpcCidr: cidr })).not.toThrow();
  });

  it('refuses health check port 0', () => {
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
