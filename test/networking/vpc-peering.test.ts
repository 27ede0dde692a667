import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Dns } from '../../lib/assertions/dns';
import '../../lib/assertions/dns/matchers';
import { Network } from '../../lib/assertions/network';
import '../../lib/assertions/network/matchers';
import { Templates } from '../../lib/assertions/templates';
import { VpcPeering, type VpcPeeringProps } from '../../lib/networking/vpc-peering/vpc-peering';
import { VpcPeeringStack } from '../../lib/networking/vpc-peering/vpc-peering-stack';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const instance = (name: string) => `VpcPeering/${name}Server/Instance`;
const subnets = (name: string, tier: string) =>
  [1, 2].map((index) => `VpcPeering/${name}/Vpc/${tier}Subnet${index}`);
const PAIRS: VpcPeeringProps['pairs'] = [
  ['A', 'B'],
  ['B', 'C'],
];

const MADE = { A: '10.1.0.0/16', B: '10.2.0.0/16', C: '10.3.0.0/16' };

/** The construct alone, over VPCs of three tiers that CDK makes. */
function synthesize({
  cidrs = MADE,
  ...props
}: Partial<VpcPeeringProps> & { cidrs?: Record<string, string> }) {
  const app = newApp();
  const stack = new Stack(app, 'Test');
  const vpcs = Object.fromEntries(
    Object.entries(cidrs).map(([name, cidr]) => {
      const ipAddresses = ec2.IpAddresses.cidr(cidr);
      return [name, { vpc: new ec2.Vpc(stack, `Vpc${name}`, { ipAddresses, natGateways: 1, maxAzs: 1 }) }];
    }),
  );
  const peering = new VpcPeering(stack, 'Peering', { vpcs, pairs: PAIRS, ...props });
  const finish = () => {
    const templates = Templates.fromApp(app);
    return { templates, template: Template.fromStack(stack), network: Network.of(templates) };
  };
  return { peering, stack, vpcs, finish };
}

const imported = (stack: Stack, id: string, attributes: Partial<ec2.VpcAttributes>) =>
  ec2.Vpc.fromVpcAttributes(stack, id, {
    vpcId: `vpc-${id}`,
    availabilityZones: ['a', 'b'],
    privateSubnetIds: [`subnet-${id}1`, `subnet-${id}2`],
    privateSubnetRouteTableIds: [`rtb-${id}`, `rtb-${id}`],
    ...attributes,
  });

describe('vpc-peering', () => {
  const app = sandbox({}, 'vpc-peering');
  const templates = Templates.fromApp(app);
  const template = Template.fromStack(stackOf(app, 'VpcPeering'));
  const network = Network.of(templates);

  it.each(PAIRS)('%s reaches %s over the peering connection of the pair', (from, to) => {
    const component = `VpcPeering/Peering/${from}With${to}/Connection`;
    const flow = { source: instance(from), destination: instance(to), port: 22 };
    expect(network).toPassThrough({ ...flow, component });
  });

  it('A and C do not reach each other, although both are peered with B', () => {
    for (const [from, to] of [
      ['A', 'C'],
      ['C', 'A'],
    ] as const) {
      const inside = { subnet: `VpcPeering/${to}/Vpc` };
      expect(network).not.toReach({ source: instance(from), destination: instance(to), protocol: 'all' });
      // Not for want of a rule: whatever is started there, with security groups that allow everything.
      expect(network).not.toReach({
        source: { subnet: `VpcPeering/${from}/Vpc` },
        destination: inside,
        protocol: 'all',
      });
    }
  });

  it('A and C reach each other if they are peered', () => {
    const peered = newApp();
    new VpcPeeringStack(peered, 'VpcPeering', { pairs: [...PAIRS, ['A', 'C']] });
    const flow = { source: instance('A'), destination: instance('C'), port: 22 };
    const component = 'VpcPeering/Peering/AWithC/Connection';
    expect(Network.fromApp(peered)).toPassThrough({ ...flow, component });
  });

  it('peered subnets have routes in both directions', () => {
    for (const [one, other] of PAIRS) {
      const [these, those] = [subnets(one, 'Peered'), subnets(other, 'Peered')];
      for (const [source, destination] of [
        [these, those],
        [those, these],
      ] as const) {
        for (const from of source) {
          for (const to of destination) {
            expect(network).toReach({ source: from, destination: to, port: 443 });
          }
        }
      }
    }
  });

  it('local subnets have no routes, in either direction', () => {
    for (const [one, other] of PAIRS) {
      for (const local of [...subnets(one, 'Local'), ...subnets(other, 'Local')]) {
        const peers = local.startsWith(`VpcPeering/${one}/`) ? other : one;
        const far = { subnet: `VpcPeering/${peers}/Vpc` };
        expect(network).not.toReach({ source: local, destination: far, protocol: 'all' });
        expect(network).not.toReach({ source: far, destination: local, protocol: 'all' });
      }
    }
  });

  it('traffic between peers survives the loss of any AZ', () => {
    const flow = { source: subnets('A', 'Peered'), destination: subnets('B', 'Peered'), port: 443 };
    expect(network).toSurviveLossOfAnyAz(flow);
  });

  it("accepts only SSH, only from the other side's security group", () => {
    for (const [from, to] of PAIRS) {
      const source = subnets(from, 'Peered');
      expect(network).not.toReach({ source, destination: instance(to), protocol: 'all' });
      const server = { source: instance(from), destination: instance(to) };
      for (const port of [80, 443]) expect(network).not.toReach({ ...server, port });
      // The server opens no connection to its client.
      expect(network).not.toReach({
        source: instance(to),
        destination: instance(from),
        protocol: 'all',
      });
    }
  });

  it('security group rules wait for the peering connection', () => {
    for (const id of ['AWithB', 'BWithC']) {
      const connection = new RegExp(`^Peering${id}Connection`).source;
      for (const type of ['AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress']) {
        template.hasResource(type, {
          Properties: { Description: 'Ssh over a peering connection', IpProtocol: 'tcp', FromPort: 22 },
          DependsOn: [Match.stringLikeRegexp(connection)],
        });
      }
    }
  });

  it('names of a VPC resolve in it and in its peers, and nowhere else', () => {
    const dns = Dns.of(templates);
    const seenBy: Record<string, string> = { A: 'AB', B: 'ABC', C: 'BC' };
    for (const [name, seers] of Object.entries(seenBy)) {
      for (const vpc of ['A', 'B', 'C']) {
        const query = { name: `server.${name.toLowerCase()}.peering.internal`, vpc: `VpcPeering/${vpc}/Vpc` };
        if (seers.includes(vpc)) {
          const { values } = dns.query(query).records[0] ?? {};
          expect(templates.reference(values?.[0])).toMatchObject({
            resource: { path: instance(name) },
            attribute: 'PrivateIp',
          });
        } else expect(() => dns.query(query)).toThrow(/no zone|in no/);
      }
    }
    const vpcs = templates.ofType('AWS::EC2::VPC').filter(({ stack }) => stack === 'VpcPeering');
    expect(vpcs).toHaveLength(3);
    for (const { properties } of vpcs) {
      expect(properties).toMatchObject({ EnableDnsSupport: true, EnableDnsHostnames: true });
    }
  });

  it('neither reaches the internet nor is reached', () => {
    for (const name of ['A', 'B', 'C']) {
      const inside = { subnet: `VpcPeering/${name}/Vpc`, publicAddress: true };
      expect(network).not.toReach({ source: inside, destination: 'internet', protocol: 'all' });
      expect(network).not.toReach({ source: 'internet', destination: inside, protocol: 'all' });
    }
  });

  it('administrators connect by an EC2 Instance Connect Endpoint, on port 22', () => {
    for (const name of ['A', 'B', 'C']) {
      const flow = { source: `VpcPeering/${name}/InstanceConnect`, destination: instance(name) };
      expect(network).toReach({ ...flow, port: 22 });
      expect(network).not.toReach({ ...flow, port: 443 });
      const destination = { subnet: `VpcPeering/${name}/Vpc` };
      expect(network).not.toReach({ ...flow, destination, protocol: 'all' });
    }
  });

  it('defaults: no zones, and routes for the private subnets', () => {
    const { template: plain, templates: parsed } = synthesize({}).finish();
    plain.resourceCountIs('AWS::Route53::HostedZone', 0);
    const routes = parsed.ofType('AWS::EC2::Route').filter(({ path }) => path.includes('/Peering/'));
    expect(routes.map(({ path }) => path)).toEqual([
      'Test/Peering/AWithB/FromA/PrivateSubnet1',
      'Test/Peering/AWithB/FromB/PrivateSubnet1',
      'Test/Peering/BWithC/FromB/PrivateSubnet1',
      'Test/Peering/BWithC/FromC/PrivateSubnet1',
    ]);
  });

  it('the order within a pair does not change the template', () => {
    const swapped = synthesize({ pairs: PAIRS.map(([one, other]) => [other, one]) });
    expect(swapped.finish().template.toJSON()).toEqual(synthesize({}).finish().template.toJSON());
    expect(swapped.peering.between('A', 'B')).toBe(swapped.peering.between('B', 'A'));
  });

  it('imported VPCs: one route for each route table', () => {
    const stack = new Stack(newApp(), 'Test');
    const vpcs = {
      Shop: { vpc: imported(stack, 'shop', { vpcCidrBlock: '10.1.0.0/16' }) },
      Data: { vpc: imported(stack, 'data', { vpcCidrBlock: '10.2.0.0/16' }) },
    };
    new VpcPeering(stack, 'Peering', { vpcs, pairs: [['Shop', 'Data']] });
    const made = Template.fromStack(stack);
    made.resourceCountIs('AWS::EC2::Route', 2);
    made.hasResourceProperties('AWS::EC2::Route', {
      RouteTableId: 'rtb-shop',
      DestinationCidrBlock: '10.2.0.0/16',
    });
  });

  it('allow uses the protocol and ports of its port', () => {
    const { peering, stack, vpcs, finish } = synthesize({});
    const group = (id: string) => {
      const vpc = vpcs[id]?.vpc;
      if (!vpc) throw new Error(id);
      return new ec2.SecurityGroup(stack, id, { vpc, allowAllOutbound: false });
    };
    const rule = { client: group('A'), server: group('B'), port: ec2.Port.udpRange(5000, 5010) };
    peering.between('A', 'B').allow('Voice', rule);
    finish().template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      IpProtocol: 'udp',
      FromPort: 5000,
      ToPort: 5010,
    });
  });

  it('can be created twice in one stack', () => {
    const stack = new Stack(newApp(), 'Test');
    for (const [id, first] of [
      ['One', 10],
      ['Two', 20],
    ] as const) {
      const vpc = (name: string, second: number) =>
        new ec2.Vpc(stack, `${id}${name}`, {
          ipAddresses: ec2.IpAddresses.cidr(`10.${first + second}.0.0/16`),
        });
      new VpcPeering(stack, id, {
        vpcs: { A: { vpc: vpc('A', 0) }, B: { vpc: vpc('B', 1) } },
        pairs: [['A', 'B']],
        domain: `${id.toLowerCase()}.internal`,
      });
    }
    Template.fromStack(stack).resourceCountIs('AWS::EC2::VPCPeeringConnection', 2);
  });

  it.each<[Parameters<typeof synthesize>[0], string]>([
    [
      { cidrs: { A: '10.0.0.0/16', B: '10.0.128.0/20' } },
      'vpcs: got "B 10.0.128.0/20", expected a network that does not overlap A 10.0.0.0/16',
    ],
    [
      { cidrs: { A: '10.1.16.0/20', B: '10.2.0.0/16', C: '10.1.0.0/16' } },
      'vpcs: got "C 10.1.0.0/16", expected a network that does not overlap A 10.1.16.0/20',
    ],
    [{ pairs: [...PAIRS, ['A', 'B']] }, 'pairs: got ["A","B"], expected each pair once'],
    [{ pairs: [...PAIRS, ['C', 'B']] }, 'pairs: got ["C","B"], expected each pair once'],
    [{ pairs: [['A', 'A']] }, 'pairs: got ["A","A"], expected two of A, B, C'],
    [{ pairs: [['A', 'D']] }, 'pairs: got ["A","D"], expected two of A, B, C'],
    [{ cidrs: { a: '10.0.0.0/16' }, pairs: [] }, 'vpcs: got "a", expected a name such as A, Shop'],
    [{ domain: 'Corp.internal' }, 'domain: got "Corp.internal", expected a domain such as corp.internal'],
    [{ domain: 'internal' }, 'domain: got "internal", expected a domain such as corp.internal'],
    ...['-corp.internal', 'corp-.internal', 'corp.internal-', `${'a.'.repeat(100)}a`, 'corp..internal'].map(
      (domain): [Parameters<typeof synthesize>[0], string] => [
        { domain },
        `domain: got "${domain}", expected a domain such as corp.internal`,
      ],
    ),
  ])('refuses %j in one line', (props, message) => {
    expect(() => synthesize(props)).toThrow(message);
  });

  it.each(['a.b', 'c-1.internal', `${'a.'.repeat(99)}aa`])('accepts the domain %s', (domain) => {
    expect(() => synthesize({ domain })).not.toThrow();
  });

  it('accepts adjacent networks', () => {
    expect(() =>
      synthesize({ cidrs: { A: '10.0.0.0/17', B: '10.0.128.0/17', C: '10.1.0.0/16' } }),
    ).not.toThrow();
  });

  it.each([
    ['region', { region: 'eu-west-2' }, 'vpcs: got "B in eu-west-2", expected a VPC in eu-west-1'],
    ['account', { account: '222222222222' }, 'vpcs: got "B in 222222222222", expected a VPC in 111111111111'],
  ])('refuses a VPC of another %s in one line', (_, elsewhere, message) => {
    const app = newApp();
    const env = { account: '111111111111', region: 'eu-west-1' };
    const stack = new Stack(app, 'Test', { env });
    const away = new Stack(app, 'Away', { env: { ...env, ...elsewhere } });
    const vpcs = {
      A: { vpc: imported(stack, 'a', { vpcCidrBlock: '10.1.0.0/16' }) },
      B: { vpc: imported(away, 'b', { vpcCidrBlock: '10.2.0.0/16' }) },
    };
    expect(() => new VpcPeering(stack, 'Peering', { vpcs, pairs: [['A', 'B']] })).toThrow(message);
  });

  it('refuses unknown VPCs and pairs, in one line', () => {
    const { peering } = synthesize({ domain: 'corp.internal' });
    expect(() => peering.between('A', 'C')).toThrow('pair: got ["A","C"], expected one of AWithB, BWithC');
    expect(() => peering.addName('D', 'server', '10.1.0.4')).toThrow(
      'vpc: got "D", expected one that has a zone: A, B, C',
    );
    expect(() => synthesize({}).peering.addName('A', 'server', '10.1.0.4')).toThrow(
      'vpc: got "A", expected one that has a zone: none, without a domain',
    );
    const bare = { connections: new ec2.Connections() };
    expect(() => {
      peering.between('A', 'B').allow('Ssh', { client: bare, server: bare, port: ec2.Port.SSH });
    }).toThrow('client: got "no security group", expected something that has a security group');
  });
});
