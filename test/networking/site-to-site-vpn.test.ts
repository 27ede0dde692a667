import { App, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
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
/** Networks that both routers advertise by BGP. */
const advertised = { [connection('A')]: [CUSTOMER], [connection('B')]: [CUSTOMER] };

/** The sandbox's stack with other props. */
function variant(props: Partial<SiteToSiteVpnStackProps>, options: { advertised?: typeof advertised } = {}) {
  const app = newApp();
  const { network } = new MultiAzVpcStack(app, 'MultiAzVpc', {});
  const stack = new SiteToSiteVpnStack(app, 'SiteToSiteVpn', { vpc: network.vpc, ...props });
  const templates = Templates.fromApp(app);
  return { templates, template: Template.fromStack(stack), network: Network.of(templates, options) };
}

/** The construct alone, with a VPC of CDK's defaults. */
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

  it.each(INSIDE)('%s and the advertised networks reach each other', (subnet) => {
    expectJoined(network, [subnet]);
  });

  it('has no route to a network that no router advertises', () => {
    expect(network).not.toReach({ source: INSIDE, destination: '172.20.0.1', protocol: 'all' });
    const unknown = Network.of(templates).canReach({ source: INSIDE, destination: CUSTOMER, port: 443 });
    expect(String(unknown)).toMatch(/unknown[^]*advertises by BGP/);
  });

  it.each(['A', 'B'])('stays connected when router %s fails', (lost) => {
    expectJoined(network.without(`SiteToSiteVpn/Vpn/${lost}`), INSIDE);
  });

  it('is disconnected when both routers fail', () => {
    expectJoined(network.without('SiteToSiteVpn/Vpn/A').without('SiteToSiteVpn/Vpn/B'), INSIDE, false);
  });

  it('survives the loss of any AZ', () => {
    expect(network).toSurviveLossOfAnyAz({ source: INSIDE, destination: CUSTOMER, port: 443 });
  });

  it("has the routers' addresses of the sandbox", () => {
    const given = { vpnRouterAddresses: '203.0.113.10,198.51.100.20' };
    const routers = sandbox(given, 'multi-az-vpc', 'site-to-site-vpn');
    const addresses = Templates.fromApp(routers)
      .ofType('AWS::EC2::CustomerGateway')
      .map(({ properties }) => properties.IpAddress);
    expect(addresses).toEqual(['203.0.113.10', '198.51.100.20']);
  });

  describe('warning about placeholder addresses', () => {
    /** Warnings of the stack when the command line selects those stacks. */
    const warnings = (selected: string, vpnRouterAddresses: readonly string[]) => {
      const selecting = new App({ context: { [BUNDLING_STACKS]: [selected] }, analyticsReporting: false });
      const { network: shared } = new MultiAzVpcStack(selecting, 'MultiAzVpc', {});
      const stack = new SiteToSiteVpnStack(selecting, 'SiteToSiteVpn', {
        vpc: shared.vpc,
        vpnRouterAddresses,
      });
      return stack.node.metadata
        .filter(({ type }) => type === 'aws:cdk:warning')
        .map(({ data }) => data as unknown);
    };

    it('appears when the stack is selected without router addresses', () => {
      expect(warnings('SiteToSiteVpn', [])).toEqual([
        expect.stringContaining('To deploy this stack, set vpnRouterAddresses') as string,
      ]);
    });

    it('does not appear for another stack, or with router addresses', () => {
      expect(warnings('MultiAzVpc', [])).toEqual([]);
      expect(warnings('SiteToSiteVpn', ['203.0.113.10', '198.51.100.20'])).toEqual([]);
    });
  });

  it.each([['203.0.113.10'], ['203.0.113.10,198.51.100.20,192.0.2.1']])(
    'refuses %s as two router addresses',
    (list) => {
      expect(() => sandbox({ vpnRouterAddresses: list }, 'multi-az-vpc', 'site-to-site-vpn')).toThrow(
        /^vpnRouterAddresses: got \[.*\], expected two public IPv4 addresses$/,
      );
    },
  );

  it.each([[['203.0.113.10']], [['203.0.113.10', '198.51.100.20', '203.0.113.11']]])(
    'refuses a stack with the router addresses %j',
    (vpnRouterAddresses) => {
      expect(() => variant({ vpnRouterAddresses })).toThrow('expected two public IPv4 addresses');
    },
  );

  it('has no route between public subnets and the site', () => {
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

  it('accepts only IKEv2 and strong algorithms, on every tunnel and in both phases', () => {
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

  it('lets AWS generate the pre-shared keys and store them in Secrets Manager', () => {
    for (const tunnel of tunnels(templates)) expect(tunnel).not.toHaveProperty('PreSharedKey');
    template.allResourcesProperties('AWS::EC2::VPNConnection', { PreSharedKeyStorage: 'SecretsManager' });
  });

  it.each(['A', 'B'])('has an alarm for one tunnel of %s down, and one for both', (router) => {
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
      Period: 300,
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
    template.resourceCountIs('AWS::CloudWatch::Alarm', 4);
  });

  it('sends every alarm to the e-mail address of the sandbox', () => {
    const parsed = Templates.fromApp(
      sandbox({ alarmEmail: 'ops@example.org' }, 'multi-az-vpc', 'site-to-site-vpn'),
    );
    for (const { properties, path } of parsed.ofType('AWS::CloudWatch::Alarm')) {
      const [action] = properties.AlarmActions as string[];
      expect([path, parsed.reference(action)?.resource.path]).toEqual([path, 'SiteToSiteVpn/Alarms/Topic']);
    }
  });

  it('logs the IKE negotiation and the BGP session of every tunnel', () => {
    const logs = tunnels(templates).map(({ LogOptions }) => LogOptions as Record<string, object>);
    expect(logs).toHaveLength(4);
    for (const { CloudwatchLogOptions: options } of logs) {
      expect(options).toMatchObject({
        LogEnabled: true,
        LogOutputFormat: 'json',
        BgpLogEnabled: true,
        BgpLogOutputFormat: 'json',
      });
      for (const name of ['LogGroupArn', 'BgpLogGroupArn']) {
        const arn = (options as Record<string, string>)[name];
        expect(templates.reference(arn)?.resource.path).toBe('SiteToSiteVpn/Vpn/LogGroup');
      }
    }
  });

  it('attaches the virtual private gateway before it propagates routes', () => {
    template.hasResource('AWS::EC2::VPNGatewayRoutePropagation', {
      DependsOn: [Match.stringLikeRegexp('^VpnGatewayAttachment')],
    });
  });

  describe('with static routes', () => {
    const statics = variant({ staticRoutes: ['192.168.0.0/17', '192.168.128.0/17'] });

    it('routes the given networks', () => {
      expectJoined(statics.network, INSIDE);
      expectJoined(statics.network.without('SiteToSiteVpn/Vpn/A'), INSIDE);
      expect(statics.network).not.toReach({ source: INSIDE, destination: '172.20.0.1', protocol: 'all' });
      expectJoined(statics.network, tier('Public'), false);
    });

    it('has a route for each network, also when they differ in the dots only', () => {
      const staticRoutes = ['10.1.11.0/24', '10.11.1.0/24', '10.11.2.0/24'];
      const routes = variant({ staticRoutes }).templates.ofType('AWS::EC2::VPNConnectionRoute');
      expect(routes.map(({ properties }) => properties.DestinationCidrBlock)).toEqual([
        ...staticRoutes,
        ...staticRoutes,
      ]);
    });

    it('has no BGP session to log', () => {
      statics.template.allResourcesProperties('AWS::EC2::VPNConnection', { StaticRoutesOnly: true });
      expect(JSON.stringify(statics.template.toJSON())).not.toContain('BgpLog');
      for (const { LogOptions } of tunnels(statics.templates)) {
        expect(LogOptions).toMatchObject({ CloudwatchLogOptions: { LogEnabled: true } });
      }
    });
  });

  describe('with a transit gateway', () => {
    const hub = variant({ gateway: 'transit-gateway' }, { advertised });

    it('routes the advertised networks through the transit gateway', () => {
      expectJoined(hub.network, INSIDE);
      expectJoined(hub.network, tier('Public'), false);
      for (const source of INSIDE) {
        const flow = { source, destination: CUSTOMER, port: 443 };
        expect(hub.network).toPassThrough({
          ...flow,
          component: 'SiteToSiteVpn/VpnTransitGateway/TransitGateway',
        });
      }
    });

    it('survives the loss of a router or an AZ, but not of both routers', () => {
      for (const lost of ['A', 'B']) expectJoined(hub.network.without(`SiteToSiteVpn/Vpn/${lost}`), INSIDE);
      const neither = hub.network.without('SiteToSiteVpn/Vpn/A').without('SiteToSiteVpn/Vpn/B');
      expectJoined(neither, INSIDE, false);
      expect(hub.network).toSurviveLossOfAnyAz({ source: INSIDE, destination: CUSTOMER, port: 443 });
    });

    it('uses equal-cost multipath, and accepts no shared attachment by itself', () => {
      hub.template.hasResourceProperties('AWS::EC2::TransitGateway', {
        VpnEcmpSupport: 'enable',
        AutoAcceptSharedAttachments: 'disable',
        AmazonSideAsn: 64512,
        DefaultRouteTableAssociation: 'enable',
        DefaultRouteTablePropagation: 'enable',
      });
      hub.template.resourceCountIs('AWS::EC2::VPNGateway', 0);
    });
  });

  it('has outputs for the steps of the README', () => {
    for (const router of ['A', 'B']) {
      template.hasOutput(`${router}ConnectionId`, {
        Value: {
          'Fn::GetAtt': [Match.stringLikeRegexp(`^Vpn${router}Connection`), 'VpnConnectionId'],
        },
      });
    }
    template.hasOutput('LogGroupName', { Value: { Ref: Match.stringLikeRegexp('^VpnLog') } });
  });

  it('retains logs for three months and beyond the stack by default', () => {
    const kept = (props: Partial<SiteToSiteVpnProps>) => {
      const [group] = Object.values(templateOf(synthesize(props)).findResources('AWS::Logs::LogGroup'));
      return group as { Properties: { RetentionInDays?: number }; DeletionPolicy: string };
    };
    expect(kept({})).toMatchObject({ Properties: { RetentionInDays: 90 }, DeletionPolicy: 'Retain' });
    const other = { logRetention: RetentionDays.ONE_WEEK, removalPolicy: RemovalPolicy.DESTROY };
    expect(kept(other)).toMatchObject({ Properties: { RetentionInDays: 7 }, DeletionPolicy: 'Delete' });
  });

  it('notifies the topic when a tunnel goes down and when it is up again', () => {
    const made = templateOf(synthesize((stack) => ({ alarmTopic: new Topic(stack, 'Topic') })));
    const topic = [{ Ref: Match.stringLikeRegexp('^Topic') }];
    made.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: topic, OKActions: topic });
  });

  it('uses the given ASNs, address of a third router, and subnets', () => {
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

  it('fits twice into one stack, with the same router addresses', () => {
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

  it('names every gateway and connection after its construct', () => {
    const named = ['AWS::EC2::CustomerGateway', 'AWS::EC2::VPNConnection', 'AWS::EC2::VPNGateway']
      .flatMap((type) => templates.ofType(type))
      .map(({ properties }) => [properties.Type, properties.Tags]);
    const tag = (Value: string) => expect.arrayContaining([{ Key: 'Name', Value }]) as unknown;
    expect(named).toEqual([
      ['ipsec.1', tag('SiteToSiteVpn/Vpn/A')],
      ['ipsec.1', tag('SiteToSiteVpn/Vpn/B')],
      ['ipsec.1', tag('SiteToSiteVpn/Vpn/A')],
      ['ipsec.1', tag('SiteToSiteVpn/Vpn/B')],
      ['ipsec.1', tag('SiteToSiteVpn/Vpn/Gateway')],
    ]);
    template.hasResourceProperties('AWS::EC2::VPNGateway', { AmazonSideAsn: 64512 });
  });

  it('names the transit gateway and its attachment after their construct', () => {
    const { template: hub } = variant({ gateway: 'transit-gateway' });
    const Tags = Match.arrayWith([{ Key: 'Name', Value: 'SiteToSiteVpn/VpnTransitGateway' }]);
    hub.hasResourceProperties('AWS::EC2::TransitGateway', { Tags });
    hub.hasResourceProperties('AWS::EC2::TransitGatewayAttachment', { Tags });
  });

  it('attaches the VPC to the transit gateway before it adds routes', () => {
    const { template: attached } = variant({ gateway: 'transit-gateway' });
    const [attachment] = Object.keys(attached.findResources('AWS::EC2::TransitGatewayAttachment'));
    attached.allResources('AWS::EC2::Route', { DependsOn: Match.arrayWith([attachment]) });
  });

  it.each([
    [1, { BgpAsn: 1 }],
    [2147483647, { BgpAsn: 2147483647 }],
    [2147483648, { BgpAsnExtended: 2147483648 }],
    [4294967294, { BgpAsnExtended: 4294967294 }],
  ])('accepts ASN %d of a router', (asn, properties) => {
    const made = templateOf(synthesize({ routers: { ...ROUTERS, C: { address: '203.0.113.1', asn } } }));
    made.hasResourceProperties('AWS::EC2::CustomerGateway', { IpAddress: '203.0.113.1', ...properties });
  });

  const withAmazonSideAsn = (amazonSideAsn: number) => () => {
    const stack = new Stack(newApp(), 'Test');
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
    new SiteToSiteVpn(stack, 'Vpn', { routers: ROUTERS, attachTo: { vpc, amazonSideAsn } });
  };
  it.each([64512, 65534, 4200000000, 4294967294])('accepts amazonSideAsn %d', (asn) => {
    expect(withAmazonSideAsn(asn)).not.toThrow();
  });
  it.each([64511, 65535, 4199999999, 4294967295, 64512.5])('refuses amazonSideAsn %d', (asn) => {
    expect(withAmazonSideAsn(asn)).toThrow(
      `amazonSideAsn: got ${asn}, expected 64512 to 65534 or 4200000000`,
    );
  });

  const many = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`R${index}`, { address: `203.0.113.${index}` }]),
    );
  it('accepts ten routers and refuses eleven', () => {
    templateOf(synthesize({ routers: many(10) })).resourceCountIs('AWS::EC2::CustomerGateway', 10);
    expect(() => synthesize({ routers: many(11) })).toThrow('expected two to ten routers');
  });

  it.each(['0.1.2.3', '100.64.0.1', '127.0.0.1', '169.254.0.1', '192.168.0.1', '224.0.0.1', '255.0.0.1'])(
    'refuses %s as the address of a router',
    (address) => {
      expect(() => synthesize({ routers: { A: ROUTERS.A, B: { address } } })).toThrow(
        `routers: got "B ${address}", expected a public address`,
      );
    },
  );

  it('accepts router addresses that are known at deployment only', () => {
    const address = Fn.importValue('RouterAddress');
    expect(() => synthesize({ routers: { A: ROUTERS.A, B: { address } } })).not.toThrow();
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
      'asn: got 64512, expected a number other than amazonSideAsn',
    ],
    [{ staticRoutes: [] }, 'staticRoutes: got [], expected at least one network'],
    [
      { staticRoutes: ['192.168.1.0/16'] },
      'staticRoutes: got "192.168.1.0/16", expected the start of the network',
    ],
    [
      { staticRoutes: [CUSTOMER, CUSTOMER] },
      'staticRoutes: got "192.168.0.0/16", expected each network once',
    ],
    [
      { staticRoutes: [CUSTOMER], attachTo: { transitGatewayId: 'tgw-1' } },
      'staticRoutes: got ["192.168.0.0/16"], expected none with a transit gateway',
    ],
  ])('refuses %j in one line', (props, message) => {
    expect(() => synthesize(props)).toThrow(message);
  });

  it('refuses a VPC with a VPN gateway, a VPC without subnets, and a public ASN', () => {
    const stack = new Stack(newApp(), 'Test');
    const vpn = (id: string, attachTo: SiteToSiteVpnProps['attachTo']) => () =>
      new SiteToSiteVpn(stack, id, { routers: ROUTERS, attachTo });
    const taken = { vpcId: 'vpc-1', availabilityZones: ['a'], vpnGatewayId: 'vgw-1' };
    const bare = { vpcId: 'vpc-2', availabilityZones: ['a'] };
    expect(vpn('One', { vpc: ec2.Vpc.fromVpcAttributes(stack, 'Taken', taken) })).toThrow(
      'vpc: got "one with VPN gateway vgw-1", expected a VPC without',
    );
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Bare', bare);
    expect(vpn('Two', { vpc })).toThrow('subnets: got "none", expected at least one subnet');
    expect(vpn('Three', { vpc, amazonSideAsn: 1 })).toThrow('amazonSideAsn: got 1, expected 64512 to 65534');
  });
});

/** Every tunnel of every connection. */
function tunnels(templates: Templates): Record<string, unknown>[] {
  return templates
    .ofType('AWS::EC2::VPNConnection')
    .flatMap(({ properties }) => properties.VpnTunnelOptionsSpecifications as Record<string, unknown>[]);
}
