import { Fn, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Network } from '../../lib/assertions/network';
import '../../lib/assertions/network/matchers';
import { Templates } from '../../lib/assertions/templates';
import { WebServers } from '../../lib/networking/private-link/web-servers';
import { IsolatedVpc } from '../../lib/networking/private-link/isolated-vpc';
import { PrivateLink, type PrivateLinkProps } from '../../lib/networking/private-link/private-link';
import {
  PrivateLinkEndpoint,
  type PrivateLinkEndpointProps,
} from '../../lib/networking/private-link/private-link-endpoint';
import {
  PrivateLinkService,
  type PrivateLinkServiceProps,
} from '../../lib/networking/private-link/private-link-service';
import { newApp, sandbox, stackOf } from '../support/sandbox';
import { boot } from '../support/user-data';

const CLIENT = 'PrivateLink/Client/Instance';
const SERVERS = 'PrivateLink/WebServers/Group';
const BALANCER = 'PrivateLink/Link/Service/Nlb';
const ENDPOINT = 'PrivateLink/Link/Endpoint/Endpoint';
const CONNECT = 'PrivateLink/InstanceConnectEndpoint/Endpoint';
const PROVIDER = 'PrivateLink/Provider/Vpc';
const CONSUMER = 'PrivateLink/Consumer/Vpc';
const SERVICE = { service: 'PrivateLink/Link/Service' };
/** Any instance in that VPC whose security groups allow everything. */
const anything = (vpc: string) => ({ subnet: vpc });

const network = (stack: Stack, id: string) => new IsolatedVpc(stack, id, { vpcCidr: '10.0.0.0/24' }).vpc;
const NAME = 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0';

/** Provider and consumer in one stack. */
function link(props: Partial<PrivateLinkProps> = {}, stack = new Stack(newApp(), 'Test'), id = 'Link') {
  const providerVpc = network(stack, `${id}Provider`);
  const servers = new WebServers(stack, `${id}Servers`, { vpc: providerVpc });
  const made = new PrivateLink(stack, id, {
    providerVpc,
    consumerVpc: network(stack, `${id}Consumer`),
    target: servers.group,
    targetPort: servers.port,
    ...props,
  });
  return { stack, made };
}

/** The provider's side alone. */
function service(props: Partial<PrivateLinkServiceProps> = {}): Template {
  const stack = new Stack(newApp(), 'Test');
  const vpc = network(stack, 'Provider');
  const { group: target, port: targetPort } = new WebServers(stack, 'Servers', { vpc });
  new PrivateLinkService(stack, 'Service', {
    vpc,
    target,
    targetPort,
    consumerAccounts: ['111122223333'],
    ...props,
  });
  return Template.fromStack(stack);
}

/** The consumer's side alone. */
function endpoint(props: Partial<PrivateLinkEndpointProps> = {}): Template {
  const stack = new Stack(newApp(), 'Test');
  new PrivateLinkEndpoint(stack, 'Endpoint', {
    vpc: network(stack, 'Consumer'),
    serviceName: NAME,
    ...props,
  });
  return Template.fromStack(stack);
}

describe('private-link', () => {
  const app = sandbox({}, 'private-link');
  const templates = Templates.fromApp(app);
  const template = Template.fromStack(stackOf(app, 'PrivateLink'));
  const net = Network.of(templates);

  it('connects two VPCs with the same addresses', () => {
    const vpcs = templates.ofType('AWS::EC2::VPC').map(({ properties }) => properties.CidrBlock);
    expect(vpcs).toEqual(['10.1.0.0/24', '10.1.0.0/24']);
  });

  it('lets the client reach the servers through every interface of the endpoint', () => {
    const flow = { source: CLIENT, destination: SERVICE, port: 80 };
    expect(net).toReach({ ...flow, every: true });
    for (const component of [ENDPOINT, BALANCER, SERVERS]) {
      expect(net).toPassThrough({ ...flow, component });
    }
  });

  it.each([22, 79, 81, 443, 8080])('does not offer TCP port %d to the client', (port) => {
    expect(net).not.toReach({ source: CLIENT, destination: SERVICE, port });
  });

  it.each(['udp', 'icmp'] as const)('does not offer %s to the client', (protocol) => {
    expect(net).not.toReach({ source: CLIENT, destination: SERVICE, protocol });
  });

  const inProvider = [SERVERS, BALANCER, anything(PROVIDER)];
  it.each(inProvider)('keeps the consumer from reaching %j directly', (destination) => {
    for (const source of [CLIENT, anything(CONSUMER)]) {
      expect(net).not.toReach({ source, destination, protocol: 'all' });
    }
  });

  it.each(inProvider)('keeps %j from reaching the consumer', (source) => {
    for (const destination of [CLIENT, ENDPOINT, anything(CONSUMER)]) {
      expect(net).not.toReach({ source, destination, protocol: 'all' });
    }
  });

  it('survives the loss of any AZ, through each remaining interface', () => {
    const source = { subnet: CONSUMER, like: CLIENT };
    expect(net).toSurviveLossOfAnyAz({ source, destination: SERVICE, port: 80, every: true });
    expect(net.availabilityZones.length).toBeGreaterThanOrEqual(2);
  });

  it('lets only the client use the endpoint; the endpoint opens no connections', () => {
    expect(net).not.toReach({ source: anything(CONSUMER), destination: ENDPOINT, protocol: 'all' });
    expect(net).not.toReach({ source: CLIENT, destination: anything(CONSUMER), protocol: 'all' });
    expect(net).not.toReach({ source: ENDPOINT, destination: anything(CONSUMER), protocol: 'all' });
  });

  it('lets only the load balancer reach the servers, on port 8080 only', () => {
    expect(net).toReach({ source: BALANCER, destination: SERVERS, port: 8080, every: true });
    for (const port of [22, 80]) expect(net).not.toReach({ source: BALANCER, destination: SERVERS, port });
    expect(net).not.toReach({ source: anything(PROVIDER), destination: SERVERS, protocol: 'all' });
  });

  it('keeps the provider VPC from reaching the load balancer', () => {
    expect(net).not.toReach({ source: anything(PROVIDER), destination: BALANCER, protocol: 'all' });
  });

  it('enables cross-zone load balancing', () => {
    const attribute = { Key: 'load_balancing.cross_zone.enabled', Value: 'true' };
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      LoadBalancerAttributes: Match.arrayWith([attribute]),
    });
  });

  it.each([PROVIDER, CONSUMER])('has no route between %s and the internet', (vpc) => {
    const inside = { subnet: vpc, publicAddress: true };
    expect(net).not.toReach({ source: inside, destination: 'internet', protocol: 'all' });
    expect(net).not.toReach({ source: 'internet', destination: inside, protocol: 'all' });
  });

  it('allows this account only, without acceptance', () => {
    template.hasResourceProperties('AWS::EC2::VPCEndpointService', { AcceptanceRequired: false });
    const permissions = templates.ofType('AWS::EC2::VPCEndpointServicePermissions');
    expect(permissions.map(({ properties }) => properties.AllowedPrincipals)).toEqual([
      ['arn:aws:iam::⟨AWS::AccountId⟩:root'],
    ]);
  });

  it('creates the endpoint after the account is an allowed principal', () => {
    const DependsOn = Match.arrayWith([Match.stringLikeRegexp('EndpointServicePermissions')]);
    template.hasResource('AWS::EC2::VPCEndpoint', { DependsOn });
  });

  it('lets the EC2 Instance Connect Endpoint reach the client on port 22 only', () => {
    expect(net).toReach({ source: CONNECT, destination: CLIENT, port: 22 });
    expect(net).not.toReach({ source: CONNECT, destination: CLIENT, port: 80 });
    expect(net).not.toReach({ source: CONNECT, destination: ENDPOINT, protocol: 'all' });
  });

  it('gives no instance an IAM permission', () => {
    expect(Iam.of(templates)).toAllowOnly(CLIENT, {});
    template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: { IamInstanceProfile: Match.absent() },
    });
  });

  describe('the servers', () => {
    const [launchTemplate] = templates.ofType('AWS::EC2::LaunchTemplate');
    const { UserData: userData } = launchTemplate?.properties.LaunchTemplateData as { UserData: string };

    it('start with valid Bash and without downloads, on the port of the target group', () => {
      const { status, stderr, file, systemctl } = boot(userData);
      expect({ status, stderr, systemctl }).toEqual({
        status: 0,
        stderr: '',
        systemctl: ['enable --now hello'],
      });
      expect(file('/srv/hello/index.html')).toMatch(/^Hello from \S/);
      expect(boot(userData, { failing: ['cat'] }).systemctl).toEqual([]);
      expect(userData).not.toMatch(/\b(dnf|yum|curl|aws|pip)\b/);
      expect(file('/etc/systemd/system/hello.service')).toContain(
        'ExecStart=/usr/bin/python3 -m http.server 8080 --directory /srv/hello\n',
      );
      template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
        Port: 8080,
        Protocol: 'TCP',
        HealthCheckProtocol: 'TCP',
        HealthCheckIntervalSeconds: 10,
        HealthyThresholdCount: 2,
        UnhealthyThresholdCount: 2,
      });
    });

    it('are replaced when unhealthy, and one at a time in an update', () => {
      template.hasResource('AWS::AutoScaling::AutoScalingGroup', {
        Properties: { HealthCheckType: 'ELB', MinSize: '2', MaxSize: '3' },
        UpdatePolicy: {
          AutoScalingRollingUpdate: { MinInstancesInService: 2, MaxBatchSize: 1, PauseTime: 'PT2M' },
        },
      });
    });

    it.each([
      [1, 2],
      [3, 3],
    ])('in %d AZs are %d', (azCount, servers) => {
      const stack = new Stack(newApp(), 'Test');
      const vpc = new ec2.Vpc(stack, 'Vpc', {
        availabilityZones: ['a', 'b', 'c'].slice(0, azCount),
        natGateways: 0,
        subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
      });
      new WebServers(stack, 'Servers', { vpc });
      Template.fromStack(stack).hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', {
        MinSize: String(servers),
        MaxSize: String(servers + 1),
      });
    });

    it('open no connections', () => {
      const destination = anything(PROVIDER);
      expect(net).not.toReach({ source: SERVERS, destination, protocol: 'all' });
    });

    it('require IMDSv2 and encrypt their volumes', () => {
      template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
        LaunchTemplateData: {
          MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
          BlockDeviceMappings: [Match.objectLike({ Ebs: Match.objectLike({ Encrypted: true }) })],
        },
      });
    });
  });

  it('records all traffic of both VPCs', () => {
    template.resourceCountIs('AWS::EC2::FlowLog', 2);
    template.allResourcesProperties('AWS::EC2::FlowLog', { ResourceType: 'VPC', TrafficType: 'ALL' });
  });

  it('closes the default security groups', () => {
    template.resourceCountIs('Custom::VpcRestrictDefaultSG', 2);
  });

  describe('between two accounts', () => {
    it('allows the given accounts and requires acceptance', () => {
      const offered = service({ consumerAccounts: ['111122223333', '444455556666'] });
      offered.hasResourceProperties('AWS::EC2::VPCEndpointService', { AcceptanceRequired: true });
      const principal = (account: string) => ({
        'Fn::Join': ['', Match.arrayWith([`:iam::${account}:root`])],
      });
      offered.hasResourceProperties('AWS::EC2::VPCEndpointServicePermissions', {
        AllowedPrincipals: [principal('111122223333'), principal('444455556666')],
      });
    });

    it('creates an interface in each AZ, closed until a client is allowed', () => {
      const used = endpoint();
      used.hasResourceProperties('AWS::EC2::VPCEndpoint', {
        ServiceName: NAME,
        VpcEndpointType: 'Interface',
        PrivateDnsEnabled: false,
        SubnetIds: [Match.anyValue(), Match.anyValue()],
      });
      used.hasResourceProperties('AWS::EC2::SecurityGroup', { SecurityGroupIngress: Match.absent() });
      used.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    });
  });

  describe('alarms', () => {
    const ofTargets = {
      Namespace: 'AWS/NetworkELB',
      Statistic: 'Maximum',
      Period: 60,
      Threshold: 1,
      Dimensions: [
        {
          Name: 'LoadBalancer',
          Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('^LinkServiceNlb'), 'LoadBalancerFullName'] },
        },
        {
          Name: 'TargetGroup',
          Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('^LinkServiceTargetGroup'), 'TargetGroupFullName'] },
        },
      ],
    };

    it('go to ALARM when a server is unhealthy for five minutes', () => {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        ...ofTargets,
        AlarmDescription: 'A target of the endpoint service is unhealthy.',
        MetricName: 'UnHealthyHostCount',
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        EvaluationPeriods: 5,
        TreatMissingData: 'notBreaching',
      });
    });

    it('go to ALARM when no server is healthy, or none is registered', () => {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        ...ofTargets,
        AlarmDescription: 'The endpoint service has no healthy target. Its consumers cannot use it.',
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
        stackOf(sandbox({ alarmEmail: 'ops@example.org' }, 'private-link'), 'PrivateLink'),
      );
      const topic = [{ Ref: Match.stringLikeRegexp('^AlarmsTopic') }];
      notified.resourceCountIs('AWS::CloudWatch::Alarm', 2);
      notified.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: topic, OKActions: topic });
      notified.hasResourceProperties('AWS::SNS::Subscription', { Endpoint: 'ops@example.org' });
    });
  });

  it('accepts account ids and service names that are known at deployment only', () => {
    expect(() => service({ consumerAccounts: [Fn.importValue('Account')] })).not.toThrow();
    expect(() => endpoint({ serviceName: Fn.importValue('ServiceName') })).not.toThrow();
  });

  it('listens on port 80 by default', () => {
    service().hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', { Port: 80 });
    const stack = new Stack(newApp(), 'Test');
    const { connections } = new PrivateLinkEndpoint(stack, 'Endpoint', {
      vpc: network(stack, 'Consumer'),
      serviceName: NAME,
    });
    expect(connections.defaultPort?.toString()).toBe('80');
  });

  it('keeps the client address out of the security groups of instances', () => {
    template.hasResourceProperties('AWS::EC2::InstanceConnectEndpoint', {
      PreserveClientIp: false,
      SubnetId: { Ref: Match.stringLikeRegexp('^ConsumerVpcIsolatedSubnet1') },
    });
  });

  it('has deletion protection by default', () => {
    const attributes = (Value: string) => ({
      LoadBalancerAttributes: Match.arrayWith([{ Key: 'deletion_protection.enabled', Value }]),
    });
    service().hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', attributes('true'));
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', attributes('false'));
  });

  it('uses the given port on both sides', () => {
    const { stack, made } = link({ port: 5432 });
    made.endpoint.connections.allowDefaultPortFrom(ec2.Peer.ipv4('10.0.0.0/24'));
    const other = Template.fromStack(stack);
    other.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', { Port: 5432, Protocol: 'TCP' });
    other.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: [Match.objectLike({ FromPort: 5432, ToPort: 5432 })],
    });
  });

  it('uses the given subnets on both sides', () => {
    const stack = new Stack(newApp(), 'Test');
    const [providerVpc, consumerVpc] = [network(stack, 'Provider'), network(stack, 'Consumer')];
    const [providerSubnets, consumerSubnets] = [providerVpc, consumerVpc].map(({ isolatedSubnets }) => ({
      subnets: isolatedSubnets.slice(1),
    }));
    link({ providerVpc, consumerVpc, providerSubnets, consumerSubnets }, stack);
    const made = Template.fromStack(stack);
    made.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Subnets: [{ Ref: Match.stringLikeRegexp('^ProviderVpcIsolatedSubnet2') }],
    });
    made.hasResourceProperties('AWS::EC2::VPCEndpoint', {
      SubnetIds: [{ Ref: Match.stringLikeRegexp('^ConsumerVpcIsolatedSubnet2') }],
    });
  });

  it('requires no acceptance with acceptanceRequired false', () => {
    service({ acceptanceRequired: false }).hasResourceProperties('AWS::EC2::VPCEndpointService', {
      AcceptanceRequired: false,
    });
  });

  it('fits twice into one stack', () => {
    const { stack } = link({}, undefined, 'One');
    link({ port: 443 }, stack, 'Two');
    Template.fromStack(stack).resourceCountIs('AWS::EC2::VPCEndpointService', 2);
  });

  it('refuses an endpoint in an AZ without the load balancer', () => {
    const stack = new Stack(newApp(), 'Test');
    const consumerVpc = new ec2.Vpc(stack, 'Consumer', {
      availabilityZones: [1, 2].map((index) => Fn.select(index, Fn.getAzs())),
    });
    expect(() => link({ consumerVpc }, stack)).toThrow(
      'consumerSubnets: got "{\\"Fn::Select\\":[2,{\\"Fn::GetAZs\\":\\"\\"}]}", expected AZs of the service: ',
    );
  });

  it('refuses an endpoint in an AZ where the load balancer has no subnet', () => {
    const stack = new Stack(newApp(), 'Test');
    const providerVpc = network(stack, 'Provider');
    const providerSubnets = { subnets: providerVpc.isolatedSubnets.slice(1) };
    expect(() => link({ providerVpc, providerSubnets }, stack)).toThrow(/^consumerSubnets: got /);
  });

  const ports = 'expected a whole number from 1 to 65535';
  const accounts = 'expected at least one account id, twelve digits each';
  const name = 'expected a name such as com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0';
  it.each<[string, () => unknown]>([
    [`port: got 0, ${ports}`, () => service({ port: 0 })],
    [`targetPort: got 65536, ${ports}`, () => service({ targetPort: 65536 })],
    [`port: got 80.5, ${ports}`, () => endpoint({ port: 80.5 })],
    [`consumerAccounts: got [], ${accounts}`, () => service({ consumerAccounts: [] })],
    [`consumerAccounts: got "*", ${accounts}`, () => service({ consumerAccounts: ['111122223333', '*'] })],
    [`consumerAccounts: got "1234", ${accounts}`, () => service({ consumerAccounts: ['1234'] })],
    [
      `consumerAccounts: got "1111222233334", ${accounts}`,
      () => service({ consumerAccounts: ['1111222233334'] }),
    ],
    [`serviceName: got "x${NAME}", ${name}`, () => endpoint({ serviceName: `x${NAME}` })],
    [`serviceName: got "${NAME}x", ${name}`, () => endpoint({ serviceName: `${NAME}x` })],
    [`serviceName: got "hello", ${name}`, () => endpoint({ serviceName: 'hello' })],
    [
      `serviceName: got "com.amazonaws.eu-west-1.sqs", ${name}`,
      () => endpoint({ serviceName: 'com.amazonaws.eu-west-1.sqs' }),
    ],
  ])('refuses with %s', (message, make) => {
    expect(make).toThrow(message);
  });
});
