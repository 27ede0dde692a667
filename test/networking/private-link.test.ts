import { spawnSync } from 'node:child_process';
import { Fn, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Network } from '../../lib/assertions/network';
import '../../lib/assertions/network/matchers';
import { Templates } from '../../lib/assertions/templates';
import { HelloServers } from '../../lib/networking/private-link/hello-servers';
import { IsolatedNetwork } from '../../lib/networking/private-link/isolated-network';
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

const CLIENT = 'PrivateLink/Client/Instance';
const SERVERS = 'PrivateLink/Servers/Group';
const BALANCER = 'PrivateLink/Link/Service/Nlb';
const ENDPOINT = 'PrivateLink/Link/Endpoint/Endpoint';
const DOOR = 'PrivateLink/Door/Endpoint';
const PROVIDER = 'PrivateLink/Provider/Vpc';
const CONSUMER = 'PrivateLink/Consumer/Vpc';
const SERVICE = { service: 'PrivateLink/Link/Service' };
/** Whatever else may be started there, with security groups that allow everything. */
const anything = (vpc: string) => ({ subnet: vpc });

const network = (stack: Stack, id: string) => new IsolatedNetwork(stack, id, { vpcCidr: '10.0.0.0/24' }).vpc;
const NAME = 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0';

/** Both ends. */
function link(props: Partial<PrivateLinkProps> = {}, stack = new Stack(newApp(), 'Test'), id = 'Link') {
  const providerVpc = network(stack, `${id}Provider`);
  const servers = new HelloServers(stack, `${id}Servers`, { vpc: providerVpc });
  const made = new PrivateLink(stack, id, {
    providerVpc,
    consumerVpc: network(stack, `${id}Consumer`),
    target: servers.group,
    targetPort: servers.port,
    ...props,
  });
  return { stack, made };
}

/** The provider's end alone. */
function service(props: Partial<PrivateLinkServiceProps> = {}): Template {
  const stack = new Stack(newApp(), 'Test');
  const vpc = network(stack, 'Provider');
  const { group: target, port: targetPort } = new HelloServers(stack, 'Servers', { vpc });
  new PrivateLinkService(stack, 'Service', {
    vpc,
    target,
    targetPort,
    consumerAccounts: ['111122223333'],
    ...props,
  });
  return Template.fromStack(stack);
}

/** The consumer's end alone. */
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

  it('joins two VPCs of the same addresses', () => {
    const vpcs = templates.ofType('AWS::EC2::VPC').map(({ properties }) => properties.CidrBlock);
    expect(vpcs).toEqual(['10.1.0.0/24', '10.1.0.0/24']);
  });

  it('lets the consumer reach the service, by every interface of the endpoint, and so to the servers', () => {
    const flow = { source: CLIENT, destination: SERVICE, port: 80 };
    expect(net).toReach({ ...flow, every: true });
    for (const component of [ENDPOINT, BALANCER, SERVERS]) {
      expect(net).toPassThrough({ ...flow, component });
    }
  });

  it('lets the consumer reach nothing else of the provider, on no other port', () => {
    for (const port of [22, 79, 81, 443, 8080]) {
      expect(net).not.toReach({ source: CLIENT, destination: SERVICE, port });
    }
    for (const protocol of ['udp', 'icmp'] as const) {
      expect(net).not.toReach({ source: CLIENT, destination: SERVICE, protocol });
    }
    for (const source of [CLIENT, anything(CONSUMER)]) {
      for (const destination of [SERVERS, BALANCER, anything(PROVIDER)]) {
        expect(net).not.toReach({ source, destination, protocol: 'all' });
      }
    }
  });

  it('lets nothing of the provider reach the consumer', () => {
    for (const source of [SERVERS, BALANCER, anything(PROVIDER)]) {
      for (const destination of [CLIENT, ENDPOINT, anything(CONSUMER)]) {
        expect(net).not.toReach({ source, destination, protocol: 'all' });
      }
    }
  });

  it('keeps the service reachable when any one AZ is lost, by each interface that is left', () => {
    const source = { subnet: CONSUMER, like: CLIENT };
    expect(net).toSurviveLossOfAnyAz({ source, destination: SERVICE, port: 80, every: true });
    expect(net.availabilityZones.length).toBeGreaterThanOrEqual(2);
  });

  it('lets only the client use the endpoint, which opens no connections itself', () => {
    expect(net).not.toReach({ source: anything(CONSUMER), destination: ENDPOINT, protocol: 'all' });
    expect(net).not.toReach({ source: CLIENT, destination: anything(CONSUMER), protocol: 'all' });
    expect(net).not.toReach({ source: ENDPOINT, destination: anything(CONSUMER), protocol: 'all' });
  });

  it('has the servers trust the load balancer alone, on their port', () => {
    expect(net).toReach({ source: BALANCER, destination: SERVERS, port: 8080, every: true });
    for (const port of [22, 80]) expect(net).not.toReach({ source: BALANCER, destination: SERVERS, port });
    expect(net).not.toReach({ source: anything(PROVIDER), destination: SERVERS, protocol: 'all' });
  });

  it('has the load balancer take connections from endpoints only, not from its own VPC', () => {
    expect(net).not.toReach({ source: anything(PROVIDER), destination: BALANCER, protocol: 'all' });
  });

  it('sends to the servers of all AZs from each of them', () => {
    const attribute = { Key: 'load_balancing.cross_zone.enabled', Value: 'true' };
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      LoadBalancerAttributes: Match.arrayWith([attribute]),
    });
  });

  it('has nothing to do with the internet', () => {
    for (const vpc of [PROVIDER, CONSUMER]) {
      const inside = { subnet: vpc, publicAddress: true };
      expect(net).not.toReach({ source: inside, destination: 'internet', protocol: 'all' });
      expect(net).not.toReach({ source: 'internet', destination: inside, protocol: 'all' });
    }
  });

  it('is offered to this account and no other, whose endpoint nobody has to accept', () => {
    template.hasResourceProperties('AWS::EC2::VPCEndpointService', { AcceptanceRequired: false });
    const permissions = templates.ofType('AWS::EC2::VPCEndpointServicePermissions');
    expect(permissions.map(({ properties }) => properties.AllowedPrincipals)).toEqual([
      ['arn:aws:iam::⟨AWS::AccountId⟩:root'],
    ]);
  });

  it('makes the endpoint once it is allowed to connect', () => {
    const DependsOn = Match.arrayWith([Match.stringLikeRegexp('EndpointServicePermissions')]);
    template.hasResource('AWS::EC2::VPCEndpoint', { DependsOn });
  });

  it('lets administrators in to the client by an EC2 Instance Connect Endpoint, on port 22', () => {
    expect(net).toReach({ source: DOOR, destination: CLIENT, port: 22 });
    expect(net).not.toReach({ source: DOOR, destination: CLIENT, port: 80 });
    expect(net).not.toReach({ source: DOOR, destination: ENDPOINT, protocol: 'all' });
  });

  it('gives no instance any permission', () => {
    expect(Iam.of(templates)).toAllowOnly(CLIENT, {});
    template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: { IamInstanceProfile: Match.absent() },
    });
  });

  describe('the servers', () => {
    const [launchTemplate] = templates.ofType('AWS::EC2::LaunchTemplate');
    const { UserData: userData } = launchTemplate?.properties.LaunchTemplateData as { UserData: string };

    it('start what the image has, with user data that is valid Bash, on the port that is balanced', () => {
      const { status, stderr } = spawnSync('bash', ['-n'], { input: userData, encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(userData).not.toMatch(/\b(dnf|yum|curl|aws|pip)\b/);
      expect(userData).toContain('ExecStart=/usr/bin/python3 -m http.server 8080 ');
      template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
        Port: 8080,
        Protocol: 'TCP',
        HealthCheckProtocol: 'TCP',
        HealthCheckIntervalSeconds: 10,
        HealthyThresholdCount: 2,
        UnhealthyThresholdCount: 2,
      });
    });

    it('are replaced when they do not answer, and one by one by a new version', () => {
      template.hasResource('AWS::AutoScaling::AutoScalingGroup', {
        Properties: { HealthCheckType: 'ELB', MinSize: '2', MaxSize: '3' },
        UpdatePolicy: {
          AutoScalingRollingUpdate: { MinInstancesInService: 2, MaxBatchSize: 1, PauseTime: 'PT2M' },
        },
      });
    });

    it('hand out credentials by IMDSv2 only, and encrypt their volumes', () => {
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
    it('offers the service to the accounts that are named, each connection to be accepted', () => {
      const offered = service({ consumerAccounts: ['111122223333', '444455556666'] });
      offered.hasResourceProperties('AWS::EC2::VPCEndpointService', { AcceptanceRequired: true });
      const principal = (account: string) => ({
        'Fn::Join': ['', Match.arrayWith([`:iam::${account}:root`])],
      });
      offered.hasResourceProperties('AWS::EC2::VPCEndpointServicePermissions', {
        AllowedPrincipals: [principal('111122223333'), principal('444455556666')],
      });
    });

    it('connects by the name of the service, with an interface in each AZ that nothing may use yet', () => {
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

  it('protects the load balancer from deletion, unless told otherwise', () => {
    const attributes = (Value: string) => ({
      LoadBalancerAttributes: Match.arrayWith([{ Key: 'deletion_protection.enabled', Value }]),
    });
    service().hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', attributes('true'));
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', attributes('false'));
  });

  it('takes another port, at both ends', () => {
    const { stack, made } = link({ port: 5432 });
    made.endpoint.connections.allowDefaultPortFrom(ec2.Peer.ipv4('10.0.0.0/24'));
    const other = Template.fromStack(stack);
    other.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', { Port: 5432, Protocol: 'TCP' });
    other.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: [Match.objectLike({ FromPort: 5432, ToPort: 5432 })],
    });
  });

  it('takes subnets, at both ends', () => {
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

  it('needs no acceptance where told so', () => {
    service({ acceptanceRequired: false }).hasResourceProperties('AWS::EC2::VPCEndpointService', {
      AcceptanceRequired: false,
    });
  });

  it('stands twice in one stack', () => {
    const { stack } = link({}, undefined, 'One');
    link({ port: 443 }, stack, 'Two');
    Template.fromStack(stack).resourceCountIs('AWS::EC2::VPCEndpointService', 2);
  });

  it('refuses an endpoint in an AZ that the service does not have, in one line', () => {
    const stack = new Stack(newApp(), 'Test');
    const consumerVpc = new ec2.Vpc(stack, 'Consumer', {
      availabilityZones: [1, 2].map((index) => Fn.select(index, Fn.getAzs())),
    });
    expect(() => link({ consumerVpc }, stack)).toThrow(
      'consumerSubnets: got "{\\"Fn::Select\\":[2,{\\"Fn::GetAZs\\":\\"\\"}]}", expected AZs of the service: ',
    );
  });

  const ports = 'expected a whole number from 1 to 65535';
  const accounts = 'expected account ids of twelve digits, one at least';
  const name = 'expected a name such as com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0';
  it.each<[string, () => unknown]>([
    [`port: got 0, ${ports}`, () => service({ port: 0 })],
    [`targetPort: got 65536, ${ports}`, () => service({ targetPort: 65536 })],
    [`port: got 80.5, ${ports}`, () => endpoint({ port: 80.5 })],
    [`consumerAccounts: got [], ${accounts}`, () => service({ consumerAccounts: [] })],
    [`consumerAccounts: got "*", ${accounts}`, () => service({ consumerAccounts: ['111122223333', '*'] })],
    [`consumerAccounts: got "1234", ${accounts}`, () => service({ consumerAccounts: ['1234'] })],
    [`serviceName: got "hello", ${name}`, () => endpoint({ serviceName: 'hello' })],
    [
      `serviceName: got "com.amazonaws.eu-west-1.sqs", ${name}`,
      () => endpoint({ serviceName: 'com.amazonaws.eu-west-1.sqs' }),
    ],
  ])('answers %s', (message, make) => {
    expect(make).toThrow(message);
  });
});
