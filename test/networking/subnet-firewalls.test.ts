import { Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Network } from '../../lib/assertions/network';
import '../../lib/assertions/network/matchers';
import { Templates } from '../../lib/assertions/templates';
import {
  SubnetFirewalls,
  type SubnetFirewallsProps,
  type TierRule,
} from '../../lib/networking/subnet-firewalls/subnet-firewalls';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const VPC = 'SubnetFirewalls/Network/Vpc';
const tier = (name: string) => [`${VPC}/${name}Subnet1`, `${VPC}/${name}Subnet2`];
const [PUBLIC, PRIVATE, ISOLATED] = [tier('Public'), tier('Private'), tier('Isolated')];
const INTERFACES = 'SubnetFirewalls/TierInterfaces';
/** Ephemeral ports of Linux, and of load balancers, NAT gateways and clients on the internet. */
const LINUX = { from: 32768, to: 60999 };
const MANAGED = { from: 1024, to: 65535 };
const DENIED = '192.0.2.0/24';

type Props = Omit<SubnetFirewallsProps, 'vpc'>;

function synthesize(props: Props = {}, azCount = 2) {
  const app = newApp();
  const stack = new Stack(app, 'Test');
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    ipAddresses: ec2.IpAddresses.cidr('10.0.0.0/16'),
    availabilityZones: ['a', 'b', 'c', 'd', 'e', 'f'].slice(0, azCount),
    natGateways: 1,
    subnetConfiguration: [
      { name: 'Public', subnetType: ec2.SubnetType.PUBLIC },
      { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      { name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    ],
  });
  new SubnetFirewalls(stack, 'Firewalls', { vpc, ...props });
  const templates = Templates.fromApp(app);
  return { template: Template.fromStack(stack), templates, network: Network.of(templates) };
}

function entriesOf(templates: Templates, acl: string, egress: boolean) {
  return templates
    .ofType('AWS::EC2::NetworkAclEntry')
    .filter(({ path, properties }) => path.includes(`/${acl}/`) && properties.Egress === egress)
    .map(({ properties: p }) => ({ number: p.RuleNumber as number, action: p.RuleAction, cidr: p.CidrBlock }))
    .sort((a, b) => a.number - b.number);
}

const rule = (
  number: number,
  action: 'allow' | 'deny',
  traffic: TierRule['traffic'],
  cidr: string,
): TierRule => ({
  tier: 'public',
  direction: 'inbound',
  number,
  action,
  traffic,
  cidr,
});

describe('subnet-firewalls', () => {
  const app = sandbox({}, 'subnet-firewalls');
  const templates = Templates.fromApp(app);
  const template = Template.fromStack(stackOf(app, 'SubnetFirewalls'));
  const network = Network.of(templates);

  describe('network ACLs', () => {
    it('allow only HTTP and HTTPS from the internet to public subnets', () => {
      for (const subnet of PUBLIC) {
        const destination = { subnet, publicAddress: true };
        for (const port of [80, 443]) {
          expect(network).toReach({ source: 'internet', destination, port, ephemeralPorts: MANAGED });
        }
        for (const port of [22, 25, 53, 1023]) {
          expect(network).not.toReach({ source: 'internet', destination, port });
        }
        expect(network).not.toReach({ source: 'internet', destination, protocol: 'udp', port: 443 });
      }
    });

    it('allow only port 8080 below 32768 from public to private subnets', () => {
      expect(network).toReach({
        source: PUBLIC,
        destination: PRIVATE,
        port: 8080,
        ephemeralPorts: MANAGED,
        every: true,
      });
      for (const port of [22, 80, 443, 5432, 8079, 8081, 32767]) {
        expect(network).not.toReach({ source: PUBLIC, destination: PRIVATE, port });
      }
    });

    it('allow only port 5432 from private to isolated subnets', () => {
      const flow = { source: PRIVATE, destination: ISOLATED, ephemeralPorts: LINUX };
      expect(network).toReach({ ...flow, port: 5432, every: true });
      for (const port of [22, 443, 5431, 5433, 8080, 40000]) expect(network).not.toReach({ ...flow, port });
      expect(network).not.toReach({ ...flow, protocol: 'udp', port: 5432 });
    });

    it('deny all traffic between public and isolated subnets', () => {
      expect(network).not.toReach({ source: PUBLIC, destination: ISOLATED, protocol: 'all' });
      expect(network).not.toReach({ source: ISOLATED, destination: PUBLIC, protocol: 'all' });
    });

    it('allow only HTTPS from private subnets to the internet, through NAT', () => {
      const flow = { source: PRIVATE, destination: 'internet', ephemeralPorts: LINUX };
      expect(network).toSurviveLossOfAnyAz({ ...flow, port: 443 });
      for (const port of [22, 25, 80, 8443]) expect(network).not.toReach({ ...flow, port });
    });

    it('deny all traffic between isolated subnets and the internet', () => {
      expect(network).not.toReach({ source: ISOLATED, destination: 'internet', protocol: 'all' });
      for (const subnet of ISOLATED) {
        const destination = { subnet, publicAddress: true };
        expect(network).not.toReach({ source: 'internet', destination, protocol: 'all' });
      }
    });

    it('allow path MTU discovery in public and private subnets', () => {
      const found = templates
        .ofType('AWS::EC2::NetworkAclEntry')
        .filter(({ properties }) => properties.Protocol === 1)
        .map(({ path, properties: { Icmp, RuleAction, CidrBlock, Egress } }) => {
          expect({ Icmp, RuleAction, CidrBlock }).toEqual({
            Icmp: { Type: 3, Code: 4 },
            RuleAction: 'allow',
            CidrBlock: '0.0.0.0/0',
          });
          return `${path.split('/')[2]} ${Egress === true ? 'out' : 'in'}`;
        });
      expect(found.sort()).toEqual(['Private in', 'Private out', 'Public in', 'Public out']);
    });
  });

  // Lambda functions also use ports below 32768. Their requests pass, and the replies do not.
  it.each([
    { destination: 'internet', port: 443 },
    { destination: ISOLATED, port: 5432 },
  ])('denies replies to ports below 32768 from $destination', (flow) => {
    const lambda = { source: PRIVATE, ...flow, ephemeralPorts: { from: 1024, to: 32767 } };
    expect(network).not.toReach(lambda);
    expect(network).toReach({ ...lambda, ephemeralPorts: LINUX });
  });

  it('denies a denied network in both directions, in every tier', () => {
    for (const subnet of PUBLIC) {
      const inside = { subnet, publicAddress: true };
      for (const port of [80, 443]) {
        expect(network).not.toReach({ source: DENIED, destination: inside, port });
        expect(network).toReach({ source: '198.51.100.0/24', destination: inside, port });
      }
      expect(network).not.toReach({ source: inside, destination: DENIED, protocol: 'all' });
    }
    expect(network).not.toReach({ source: PRIVATE, destination: DENIED, protocol: 'all' });
    for (const acl of ['Public', 'Private', 'Isolated']) {
      for (const egress of [false, true]) {
        expect(entriesOf(templates, acl, egress)[0]).toEqual({ number: 100, action: 'deny', cidr: DENIED });
      }
    }
  });

  const places = (['public', 'private', 'isolated'] as const).flatMap((place) =>
    (['inbound', 'outbound'] as const).map((direction) => ({ tier: place, direction })),
  );
  it.each(places)('adds further rules to $tier $direction only', (place) => {
    const further: TierRule = { ...rule(50, 'allow', 'udp 53-54', '203.0.113.0/24'), ...place };
    const entries = synthesize({ furtherRules: [further], deniedCidrs: [DENIED] }).templates.ofType(
      'AWS::EC2::NetworkAclEntry',
    );
    const added = entries.filter(({ properties }) => properties.RuleNumber === 50);
    expect(added.map(({ path }) => path.split('/')[2]?.toLowerCase())).toEqual([place.tier]);
    expect(added[0]?.properties).toMatchObject({
      Egress: place.direction === 'outbound',
      Protocol: 17,
      PortRange: { From: 53, To: 54 },
    });
    const denied = entries.filter(({ properties }) => properties.CidrBlock === DENIED);
    expect(denied.map(({ properties }) => properties.Protocol)).toEqual([-1, -1, -1, -1, -1, -1]);
  });

  it('lets the rule with the lowest number decide', () => {
    const web = (number: number) =>
      synthesize({ furtherRules: [rule(number, 'deny', 'tcp 443', '198.51.100.0/24')] }).network.canReach({
        source: '198.51.100.7',
        destination: { subnet: 'Test/Vpc/PublicSubnet1', publicAddress: true },
        port: 443,
      }).answer;
    expect(web(1900)).toBe('not reachable');
    // A rule after the one that covers it can never match.
    expect(() => web(2050)).toThrow(
      'Public inbound: got "rule 2050, deny tcp 443 198.51.100.0/24", expected a rule that can match: it is covered by rule 2000, allow tcp 443 0.0.0.0/0',
    );
  });

  describe('security groups', () => {
    const [loadBalancer, application, database] = ['LoadBalancer', 'Application', 'Database'].map(
      (name) => `${INTERFACES}/${name}`,
    ) as [string, string, string];

    it('allow load balancer to application, application to database and internet only', () => {
      expect(network).toReach({ source: loadBalancer, destination: application, port: 8080 });
      expect(network).toReach({
        source: application,
        destination: database,
        port: 5432,
        ephemeralPorts: LINUX,
      });
      expect(network).toReach({
        source: application,
        destination: 'internet',
        port: 443,
        ephemeralPorts: LINUX,
      });
      const closed = [
        [loadBalancer, database],
        [database, application],
        [database, loadBalancer],
      ] as const;
      for (const [source, destination] of closed) {
        expect(network).not.toReach({ source, destination, protocol: 'all' });
      }
      for (const port of [22, 80, 8080]) {
        expect(network).not.toReach({ source: application, destination: loadBalancer, port });
      }
    });

    it('deny other sources that the network ACLs allow', () => {
      expect(network).not.toReach({ source: PUBLIC, destination: application, protocol: 'all' });
      expect(network).not.toReach({ source: PRIVATE, destination: database, protocol: 'all' });
      expect(network).not.toReach({ source: PRIVATE, destination: application, protocol: 'all' });
    });

    it('allow 443 and 80 from anywhere for the load balancer only', () => {
      const open = templates
        .ofType('AWS::EC2::SecurityGroup')
        .filter(({ path }) => path.startsWith('SubnetFirewalls/'))
        .flatMap(({ path, properties }) =>
          (
            (properties.SecurityGroupIngress ?? []) as { CidrIp: string; FromPort: number; ToPort: number }[]
          ).map(({ CidrIp, FromPort, ToPort }) => `${path} ${CidrIp} ${FromPort}-${ToPort}`),
        );
      const group = 'SubnetFirewalls/Firewalls/LoadBalancer';
      expect(open).toEqual([`${group} 0.0.0.0/0 443-443`, `${group} 0.0.0.0/0 80-80`]);
    });
  });

  it('numbers its rules with multiples of 100', () => {
    for (const { properties } of templates.ofType('AWS::EC2::NetworkAclEntry')) {
      expect((properties.RuleNumber as number) % 100).toBe(0);
    }
  });

  it('creates the entries of a network ACL before it associates subnets', () => {
    const entries = template.findResources('AWS::EC2::NetworkAclEntry');
    const associations = Object.values(template.findResources('AWS::EC2::SubnetNetworkAclAssociation'));
    expect(associations).toHaveLength(6);
    for (const { Properties, DependsOn } of associations as {
      Properties: { NetworkAclId: { Ref: string } };
      DependsOn: string[];
    }[]) {
      const own = Object.entries(entries).filter(
        ([, entry]) =>
          (entry as { Properties: { NetworkAclId: { Ref: string } } }).Properties.NetworkAclId.Ref ===
          Properties.NetworkAclId.Ref,
      );
      expect(own.length).toBeGreaterThan(5);
      expect(DependsOn).toEqual(expect.arrayContaining(own.map(([logicalId]) => logicalId)));
    }
  });

  it('changes no allow rule when the list of denied networks changes', () => {
    const numbers = (deniedCidrs: string[]) =>
      entriesOf(synthesize({ deniedCidrs }).templates, 'Private', true).filter(
        ({ action }) => action === 'allow',
      );
    expect(numbers(['192.0.2.0/24', '203.0.113.0/24'])).toEqual(numbers([]));
  });

  it('uses the given ports', () => {
    const { network: other } = synthesize({ applicationPort: 81, databasePort: 3306 });
    const [publicTier, privateTier, isolatedTier] = ['Public', 'Private', 'Isolated'].map((name) => [
      `Test/Vpc/${name}Subnet1`,
      `Test/Vpc/${name}Subnet2`,
    ]) as [string[], string[], string[]];
    expect(other).toReach({ source: publicTier, destination: privateTier, port: 81, every: true });
    expect(other).not.toReach({ source: publicTier, destination: privateTier, port: 8080 });
    const flow = { source: privateTier, destination: isolatedTier, ephemeralPorts: LINUX };
    expect(other).toReach({ ...flow, port: 3306, every: true });
    expect(other).not.toReach({ ...flow, port: 5432 });
  });

  it('adds the given rules', () => {
    const { network: wider } = synthesize({
      furtherRules: [
        {
          tier: 'private',
          direction: 'outbound',
          number: 3500,
          action: 'allow',
          traffic: 'tcp 25',
          cidr: '0.0.0.0/0',
        },
        {
          tier: 'public',
          direction: 'outbound',
          number: 3500,
          action: 'allow',
          traffic: 'tcp 25',
          cidr: '0.0.0.0/0',
        },
        {
          tier: 'public',
          direction: 'inbound',
          number: 3500,
          action: 'allow',
          traffic: 'tcp 25',
          cidr: '10.0.0.0/16',
        },
      ],
    });
    const source = 'Test/Vpc/PrivateSubnet1';
    expect(wider).toReach({ source, destination: 'internet', port: 25, ephemeralPorts: LINUX });
    expect(wider).not.toReach({ source, destination: 'internet', port: 26, ephemeralPorts: LINUX });
  });

  it('fits six denied networks with six AZs, and refuses a seventh', () => {
    const denied = (count: number) => Array.from({ length: count }, (_, index) => `192.0.2.${index}/32`);
    expect(entriesOf(synthesize({ deniedCidrs: denied(6) }, 6).templates, 'Private', true)).toHaveLength(20);
    expect(() => synthesize({ deniedCidrs: denied(7) }, 6)).toThrow(
      'Private outbound: got 21, expected at most 20 rules, including the denied networks',
    );
    expect(entriesOf(synthesize({ deniedCidrs: denied(12) }, 3).templates, 'Private', true)).toHaveLength(20);
  });

  it('fits twice into one stack, for two VPCs', () => {
    const stack = new Stack(newApp(), 'Test');
    const subnetConfiguration = [
      { name: 'Public', subnetType: ec2.SubnetType.PUBLIC },
      { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      { name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    ];
    for (const id of ['One', 'Two']) {
      new SubnetFirewalls(stack, id, { vpc: new ec2.Vpc(stack, `${id}Vpc`, { subnetConfiguration }) });
    }
    Template.fromStack(stack).resourceCountIs('AWS::EC2::NetworkAcl', 6);
  });

  it.each<[Props, string]>([
    [
      { furtherRules: [rule(2000, 'allow', 'tcp 8443', '203.0.113.0/24')] },
      'Public inbound: got "rule 2000, allow tcp 443 0.0.0.0/0", expected a number that no other rule has',
    ],
    [{ furtherRules: [rule(0, 'allow', 'udp 53', '0.0.0.0/0')] }, 'expected a whole number from 1 to 32766'],
    [
      { furtherRules: [rule(32767, 'allow', 'udp 53', '0.0.0.0/0')] },
      'expected a whole number from 1 to 32766',
    ],
    [
      { furtherRules: [rule(2.5, 'allow', 'udp 53', '0.0.0.0/0')] },
      'expected a whole number from 1 to 32766',
    ],
    [{ furtherRules: [rule(50, 'allow', 'tcp 9-8', '0.0.0.0/0')] }, 'tcp or udp with ports from 0 to 65535'],
    ...['stcp 80', 'tcp 80s', 'icmp 80', 'tcp 100000', 'tcp -80'].map((traffic): [Props, string] => [
      { furtherRules: [rule(50, 'allow', traffic as TierRule['traffic'], '0.0.0.0/0')] },
      'tcp or udp with ports from 0 to 65535',
    ]),
    [
      { furtherRules: [rule(50, 'allow', 'tcp 65536', '0.0.0.0/0')] },
      'tcp or udp with ports from 0 to 65535',
    ],
    [
      { furtherRules: [rule(50, 'allow', 'udp 53', '10.0.0.1/8')] },
      'Public inbound: got "10.0.0.1/8", expected the start of the network, 10.0.0.0/8',
    ],
    [
      { furtherRules: [rule(4050, 'deny', 'tcp 8080', '203.0.113.0/24')] },
      'got "rule 4050, deny tcp 8080 203.0.113.0/24", expected a rule that can match: it is covered by rule 4000',
    ],
    [
      { deniedCidrs: ['192.0.2.0/24', '192.0.2.7/32'] },
      'got "rule 200, deny all 192.0.2.7/32", expected a rule that can match: it is covered by rule 100, deny all 192.0.2.0/24',
    ],
    [{ deniedCidrs: ['10.0.0.0/8'] }, 'it is covered by rule 100, deny all 10.0.0.0/8'],
    [{ deniedCidrs: ['0.0.0.0/0'] }, 'it is covered by rule 100, deny all 0.0.0.0/0'],
    [{ applicationPort: 0 }, 'applicationPort: got 0, expected a whole number from 1 to 32767'],
    [{ applicationPort: 32768 }, 'applicationPort: got 32768, expected a whole number from 1 to 32767'],
    [{ databasePort: 54.32 }, 'databasePort: got 54.32, expected a whole number from 1 to 32767'],
  ])('refuses %j in one line', (props, message) => {
    expect(() => synthesize(props)).toThrow(message);
  });

  it('accepts rules 1 and 32766, ports 0 and 65535, and application port 32767', () => {
    expect(() =>
      synthesize({
        applicationPort: 32767,
        databasePort: 1,
        furtherRules: [
          rule(1, 'allow', 'udp 0', '198.51.100.0/24'),
          rule(32766, 'allow', 'udp 65535', '198.51.100.0/24'),
        ],
      }),
    ).not.toThrow();
  });

  it.each([
    [2, 14],
    [3, 12],
    [6, 6],
  ])('with %i AZs fits %i denied networks', (azCount, count) => {
    const deniedCidrs = Array.from({ length: count + 1 }, (_, index) => `192.0.2.${index}/32`);
    expect(() => synthesize({ deniedCidrs: deniedCidrs.slice(1) }, azCount)).not.toThrow();
    expect(() => synthesize({ deniedCidrs }, azCount)).toThrow('got 21, expected at most 20 rules');
  });

  it('accepts networks known only at deployment, and refuses the same one twice', () => {
    const denied = Fn.importValue('Denied');
    expect(() => synthesize({ deniedCidrs: [denied, Fn.importValue('Other')] })).not.toThrow();
    expect(() => synthesize({ deniedCidrs: [denied, denied] })).toThrow('expected a rule that can match');
  });

  it.each<[string, Props]>([
    ['another protocol', { furtherRules: [rule(4050, 'deny', 'udp 8080', '203.0.113.0/24')] }],
    ['more ports', { furtherRules: [rule(4050, 'allow', 'tcp 1000-8080', '203.0.113.0/24')] }],
    ['a wider network', { furtherRules: [rule(50, 'deny', 'tcp 443', '203.0.113.0/24')] }],
    ['a wider network of the same start', { deniedCidrs: ['192.0.2.0/25', '192.0.2.0/24'] }],
    ['another network', { deniedCidrs: ['192.0.2.0/25', '192.0.2.128/25'] }],
  ])('accepts a later rule with %s', (_, props) => {
    expect(() => synthesize(props)).not.toThrow();
  });

  it('refuses a VPC without one of the tiers', () => {
    const stack = new Stack(newApp(), 'Test');
    const vpc = new ec2.Vpc(stack, 'Vpc');
    expect(() => new SubnetFirewalls(stack, 'Firewalls', { vpc })).toThrow(
      'vpc: got "no isolated subnets", expected public, private and isolated ones',
    );
  });
});
