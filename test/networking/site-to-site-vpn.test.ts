import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Network } from '../../lib/assertions/network';
import '../../lib/assertions/network/matchers';
import { Templates } from '../../lib/assertions/templates';
import { MultiAzVpcStack } from '../../lib/networking/multi-az-vpc/multi-az-vpc-stack';
import {
  SiteToSiteVpn,
  type SiteToSiteVpnProps,
} from '../../lib/networking/site-to-site-vpn/site-to-site-vpn';
import {
  SiteToSiteVpnStack,
  type SiteToSiteVpnStackProps,
} from '../../lib/networking/site-to-site-vpn/site-to-site-vpn-stack';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const CUSTOMER = '192.168.0.0/16';
const ROUTERS = { A: { address: '192.0.2.10' }, B: { address: '198.51.100.10' } };
const VPC = 'MultiAzVpc/Network/Vpc';
const tier = (name: string) => [1, 2, 3].map((index) => `${VPC}/${name}Subnet${index}`);
const INSIDE = [...tier('Private'), ...tier('Isolated')];
const connection = (router: string) => `SiteToSiteVpn/Vpn/${router}/Connection`;
/** What both routers say by BGP. */
const advertised = { [connection('A')]: [CUSTOMER], [connection('B')]: [CUSTOMER] };

/** The sandbox's stack in another form. */
function variant(props: Partial<SiteToSiteVpnStackProps>, options: { advertised?: typeof advertised } = {}) {
  const app = newApp();
  const { network } = new MultiAzVpcStack(app, 'MultiAzVpc', {});
  const stack = new SiteToSiteVpnStack(app, 'SiteToSiteVpn', { vpc: network.vpc, ...props });
  const templates = Templates.fromApp(app);
  return { templates, template: Template.fromStack(stack), network: Network.of(templates, options) };
}

/** The construct alone, over a VPC that CDK makes. */
function synthesize(
  props: Partial<SiteToSiteVpnProps> | ((stack: Stack) => Partial<SiteToSiteVpnProps>) = {},
) {
  const app = newApp();
  const stack = new Stack(app, 'Test');
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
  const rest = typeof props === 'function' ? props(stack) : props;
  new SiteToSiteVpn(stack, 'Vpn', { routers: ROUTERS, attachTo: { vpc }, ...rest });
  return app;
}
const templateOf = (app: ReturnType<typeof synthesize>) => Template.fromStack(stackOf(app, 'Test'));

/** Both directions between each subnet and the customer's networks. */
function expectJoined(network: Network, subnets: readonly string[], expected = true) {
  for (const subnet of subnets) {
    for (const flow of [
      { source: subnet, destination: CUSTOMER, port: 443 },
      { source: CUSTOMER, destination: subnet, port: 22 },
    ]) {
      if (expected) expect(network).toReach(flow);
      else expect(network).not.toReach(flow);
    }
  }
}

describe('site-to-site-vpn', () => {
  const app = sandbox({}, 'multi-az-vpc', 'site-to-site-vpn');
  const templates = Templates.fromApp(app);
  const template = Template.fromStack(stackOf(app, 'SiteToSiteVpn'));
  const network = Network.of(templates, { advertised });

  it("routes what the routers advertise: the customer's networks and the private subnets reach each other", () => {
    expectJoined(network, INSIDE);
  });

  it('knows no route but those that the routers advertise', () => {
    expect(network).not.toReach({ source: INSIDE, destination: '172.20.0.1', protocol: 'all' });
    const unknown = Network.of(templates).canReach({ source: INSIDE, destination: CUSTOMER, port: 443 });
    expect(String(unknown)).toMatch(/unknown[^]*advertises by BGP/);
  });

  it('keeps a path when any one router is lost, and none when both are', () => {
    for (const lost of ['A', 'B']) expectJoined(network.without(`SiteToSiteVpn/Vpn/${lost}`), INSIDE);
    expectJoined(network.without('SiteToSiteVpn/Vpn/A').without('SiteToSiteVpn/Vpn/B'), INSIDE, false);
  });

  it('goes on in the other AZs when any one is lost', () => {
    expect(network).toSurviveLossOfAnyAz({ source: INSIDE, destination: CUSTOMER, port: 443 });
  });

  it('keeps public subnets out of it, in both directions', () => {
    expectJoined(network, tier('Public'), false);
    expect(network).not.toReach({ source: CUSTOMER, destination: tier('Public'), protocol: 'all' });
  });

  it('has two routers with a connection of two tunnels each', () => {
    template.resourceCountIs('AWS::EC2::CustomerGateway', 2);
    const connections = templates.ofType('AWS::EC2::VPNConnection');
    const routers = connections.map(({ properties }) => {
      expect(properties.VpnTunnelOptionsSpecifications).toHaveLength(2);
      return templates.reference(properties.CustomerGatewayId)?.resource.properties;
    });
    expect(routers.map((router) => [router?.IpAddress, router?.BgpAsn])).toEqual([
      ['192.0.2.10', 65000],
      ['198.51.100.10', 65000],
    ]);
  });

  it('agrees to IKEv2 and strong algorithms only, on every tunnel and in both phases', () => {
    const allowed = {
      IKEVersions: ['ikev2'],
      Phase1EncryptionAlgorithms: ['AES256-GCM-16'],
      Phase2EncryptionAlgorithms: ['AES256-GCM-16'],
      Phase1IntegrityAlgorithms: ['SHA2-384', 'SHA2-512'],
      Phase2IntegrityAlgorithms: ['SHA2-384', 'SHA2-512'],
      Phase1DHGroupNumbers: [20, 21],
      Phase2DHGroupNumbers: [20, 21],
    };
    for (const tunnel of tunnels(templates)) {
      for (const [property, values] of Object.entries(allowed)) {
        expect([property, (tunnel[property] as { Value: unknown }[]).map(({ Value }) => Value)]).toEqual([
          property,
          values,
        ]);
      }
      expect(tunnel).toMatchObject({ StartupAction: 'start', DPDTimeoutAction: 'restart' });
    }
  });

  it('leaves the keys to AWS, which keeps them in Secrets Manager', () => {
    for (const tunnel of tunnels(templates)) expect(tunnel).not.toHaveProperty('PreSharedKey');
    template.allResourcesProperties('AWS::EC2::VPNConnection', { PreSharedKeyStorage: 'SecretsManager' });
  });

  it('says when a connection has lost one tunnel, and when it has lost both', () => {
    for (const router of ['A', 'B']) {
      const Dimensions = [
        {
          Name: 'VpnId',
          Value: { 'Fn::GetAtt': [Match.stringLikeRegexp(`^Vpn${router}Connection`), 'VpnConnectionId'] },
        },
      ];
      const common = {
        Namespace: 'AWS/VPN',
        MetricName: 'TunnelState',
        Dimensions,
        TreatMissingData: 'breaching',
      };
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        ...common,
        Statistic: 'Minimum',
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        EvaluationPeriods: 3,
      });
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        ...common,
        Statistic: 'Maximum',
        ComparisonOperator: 'LessThanOrEqualToThreshold',
        Threshold: 0,
        EvaluationPeriods: 1,
      });
    }
    template.resourceCountIs('AWS::CloudWatch::Alarm', 4);
  });

  it('sends alarms where the sandbox asks for it', () => {
    const parsed = Templates.fromApp(
      sandbox({ alarmEmail: 'ops@example.org' }, 'multi-az-vpc', 'site-to-site-vpn'),
    );
    for (const { properties, path } of parsed.ofType('AWS::CloudWatch::Alarm')) {
      const [action] = properties.AlarmActions as string[];
      expect([path, parsed.reference(action)?.resource.path]).toEqual([path, 'SiteToSiteVpn/Alarms/Topic']);
    }
  });

  it('logs every tunnel, its BGP session included', () => {
    const logs = tunnels(templates).map(({ LogOptions }) => LogOptions as Record<string, object>);
    expect(logs).toHaveLength(4);
    for (const { CloudwatchLogOptions: options } of logs) {
      expect(options).toMatchObject({ LogEnabled: true, BgpLogEnabled: true });
      for (const name of ['LogGroupArn', 'BgpLogGroupArn']) {
        const arn = (options as Record<string, string>)[name];
        expect(templates.reference(arn)?.resource.path).toBe('SiteToSiteVpn/Vpn/LogGroup');
      }
    }
  });

  it('propagates routes only while the gateway is attached to the VPC', () => {
    template.hasResource('AWS::EC2::VPNGatewayRoutePropagation', {
      DependsOn: [Match.stringLikeRegexp('^VpnGatewayAttachment')],
    });
  });

  describe('with static routes', () => {
    const statics = variant({ staticRoutes: ['192.168.0.0/17', '192.168.128.0/17'] });

    it('routes the networks that it is given, as they are in the template', () => {
      expectJoined(statics.network, INSIDE);
      expectJoined(statics.network.without('SiteToSiteVpn/Vpn/A'), INSIDE);
      expect(statics.network).not.toReach({ source: INSIDE, destination: '172.20.0.1', protocol: 'all' });
      expectJoined(statics.network, tier('Public'), false);
    });

    it('has no BGP session to log', () => {
      statics.template.allResourcesProperties('AWS::EC2::VPNConnection', { StaticRoutesOnly: true });
      expect(JSON.stringify(statics.template.toJSON())).not.toContain('BgpLog');
    });
  });

  describe('at a transit gateway', () => {
    const hub = variant({ gateway: 'transit-gateway' }, { advertised });

    it('routes what the routers advertise, through the transit gateway', () => {
      expectJoined(hub.network, INSIDE);
      expectJoined(hub.network, tier('Public'), false);
      for (const source of INSIDE) {
        const flow = { source, destination: CUSTOMER, port: 443 };
        expect(hub.network).toPassThrough({ ...flow, component: 'SiteToSiteVpn/Hub/TransitGateway' });
      }
    });

    it('keeps a path when any one router or AZ is lost, and none when both routers are', () => {
      for (const lost of ['A', 'B']) expectJoined(hub.network.without(`SiteToSiteVpn/Vpn/${lost}`), INSIDE);
      const neither = hub.network.without('SiteToSiteVpn/Vpn/A').without('SiteToSiteVpn/Vpn/B');
      expectJoined(neither, INSIDE, false);
      expect(hub.network).toSurviveLossOfAnyAz({ source: INSIDE, destination: CUSTOMER, port: 443 });
    });

    it('spreads traffic over all tunnels, and accepts no attachment unasked', () => {
      hub.template.hasResourceProperties('AWS::EC2::TransitGateway', {
        VpnEcmpSupport: 'enable',
        AutoAcceptSharedAttachments: 'disable',
      });
      hub.template.resourceCountIs('AWS::EC2::VPNGateway', 0);
    });
  });

  it('keeps the logs for three months, and beyond the stack, unless told otherwise', () => {
    const kept = (props: Partial<SiteToSiteVpnProps>) => {
      const [group] = Object.values(templateOf(synthesize(props)).findResources('AWS::Logs::LogGroup'));
      return group as { Properties: { RetentionInDays?: number }; DeletionPolicy: string };
    };
    expect(kept({})).toMatchObject({ Properties: { RetentionInDays: 90 }, DeletionPolicy: 'Retain' });
    const other = { logRetention: RetentionDays.ONE_WEEK, removalPolicy: RemovalPolicy.DESTROY };
    expect(kept(other)).toMatchObject({ Properties: { RetentionInDays: 7 }, DeletionPolicy: 'Delete' });
  });

  it('tells the topic that it is given', () => {
    const made = templateOf(synthesize((stack) => ({ alarmTopic: new Topic(stack, 'Topic') })));
    made.allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [{ Ref: Match.stringLikeRegexp('^Topic') }],
    });
  });

  it('takes the numbers and the subnets that it is given', () => {
    const app = newApp();
    const stack = new Stack(app, 'Test');
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
    const subnets = { subnetType: ec2.SubnetType.PUBLIC };
    new SiteToSiteVpn(stack, 'Vpn', {
      routers: { ...ROUTERS, C: { address: '203.0.113.10', asn: 4200000001 } },
      attachTo: { vpc, subnets, amazonSideAsn: 64600 },
    });
    const made = Template.fromStack(stack);
    made.hasResourceProperties('AWS::EC2::VPNGateway', { AmazonSideAsn: 64600 });
    made.hasResourceProperties('AWS::EC2::CustomerGateway', {
      IpAddress: '203.0.113.10',
      BgpAsnExtended: 4200000001,
      BgpAsn: Match.absent(),
    });
    made.hasResourceProperties('AWS::EC2::VPNGatewayRoutePropagation', {
      RouteTableIds: [1, 2].map((index) => ({
        Ref: Match.stringLikeRegexp(`^VpcPublicSubnet${index}RouteTable`),
      })),
    });
  });

  it('stands twice in one stack, with routers of the same addresses', () => {
    const stack = new Stack(newApp(), 'Test');
    for (const id of ['One', 'Two']) {
      const vpc = new ec2.Vpc(stack, `${id}Vpc`, { maxAzs: 2, natGateways: 1 });
      new SiteToSiteVpn(stack, id, { routers: ROUTERS, attachTo: { vpc } });
    }
    const gateways = Object.values(Template.fromStack(stack).findResources('AWS::EC2::CustomerGateway'));
    const names = gateways.map(
      (gateway) => (gateway as { Properties: { DeviceName: string } }).Properties.DeviceName,
    );
    expect(new Set(names).size).toBe(4);
  });

  const A = ROUTERS.A;
  it.each<[Partial<SiteToSiteVpnProps>, string]>([
    [{ routers: { A } }, 'routers: got ["A"], expected two to ten'],
    [{ routers: { ...ROUTERS, a: { address: '203.0.113.1' } } }, 'routers: got "a", expected a name'],
    [
      { routers: { ...ROUTERS, Gateway: { address: '203.0.113.1' } } },
      'routers: got "Gateway", expected a name',
    ],
    [{ routers: { A, B: A } }, 'routers: got "B 192.0.2.10", expected an address other than that of A'],
    [{ routers: { A, B: { address: '10.0.0.1' } } }, 'routers: got "B 10.0.0.1", expected a public address'],
    [
      { routers: { A, B: { address: '172.31.0.1' } } },
      'routers: got "B 172.31.0.1", expected a public address',
    ],
    [
      { routers: { A, B: { address: '239.0.0.1' } } },
      'routers: got "B 239.0.0.1", expected a public address',
    ],
    [
      { routers: { A, B: { address: 'vpn.example.org' } } },
      'routers: got "vpn.example.org/32", expected an IPv4',
    ],
    [{ routers: { A, B: { address: '203.0.113.1', asn: 0 } } }, 'asn: got 0, expected a whole number from 1'],
    [
      { routers: { A, B: { address: '203.0.113.1', asn: 64512 } } },
      'asn: got 64512, expected another one than amazonSideAsn',
    ],
    [{ staticRoutes: [] }, 'staticRoutes: got [], expected a network, or to be left out for BGP'],
    [
      { staticRoutes: ['192.168.1.0/16'] },
      'staticRoutes: got "192.168.1.0/16", expected the start of the network',
    ],
    [
      { staticRoutes: [CUSTOMER, CUSTOMER] },
      'staticRoutes: got "192.168.0.0/16", expected a network that is not there yet',
    ],
    [
      { staticRoutes: [CUSTOMER], attachTo: { transitGatewayId: 'tgw-1' } },
      'staticRoutes: got ["192.168.0.0/16"], expected none with a transit gateway',
    ],
  ])('refuses %j in one line', (props, message) => {
    expect(() => synthesize(props)).toThrow(message);
  });

  it('refuses a VPC that has a VPN gateway, one without subnets to route from, and a wrong number', () => {
    const stack = new Stack(newApp(), 'Test');
    const vpn = (id: string, attachTo: SiteToSiteVpnProps['attachTo']) => () =>
      new SiteToSiteVpn(stack, id, { routers: ROUTERS, attachTo });
    const taken = { vpcId: 'vpc-1', availabilityZones: ['a'], vpnGatewayId: 'vgw-1' };
    const bare = { vpcId: 'vpc-2', availabilityZones: ['a'] };
    expect(vpn('One', { vpc: ec2.Vpc.fromVpcAttributes(stack, 'Taken', taken) })).toThrow(
      'vpc: got "one with VPN gateway vgw-1", expected a VPC without',
    );
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Bare', bare);
    expect(vpn('Two', { vpc })).toThrow('subnets: got "none", expected subnets to route from');
    expect(vpn('Three', { vpc, amazonSideAsn: 1 })).toThrow('amazonSideAsn: got 1, expected 64512 to 65534');
  });
});

/** Every tunnel of every connection. */
function tunnels(templates: Templates): Record<string, unknown>[] {
  return templates
    .ofType('AWS::EC2::VPNConnection')
    .flatMap(({ properties }) => properties.VpnTunnelOptionsSpecifications as Record<string, unknown>[]);
}
