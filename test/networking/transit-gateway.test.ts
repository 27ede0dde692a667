import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Network } from '../../lib/assertions/network';
import '../../lib/assertions/network/matchers';
import { Templates, type Json } from '../../lib/assertions/templates';
import { SpokeVpc } from '../../lib/networking/transit-gateway/spoke-vpc';
import {
  TransitGateway,
  type TransitGatewayProps,
} from '../../lib/networking/transit-gateway/transit-gateway';
import { TransitGatewayStack } from '../../lib/networking/transit-gateway/transit-gateway-stack';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const instance = (name: string) => `TransitGateway/${name}Instance/Instance`;
const workload = (name: string) => [1, 2].map((index) => `TransitGateway/${name}/Vpc/WorkloadSubnet${index}`);
const NAT = [1, 2].map((index) => `TransitGateway/Hub/Egress/Vpc/PublicSubnet${index}/NATGateway`);
const OTHERS = [
  ['A', 'B'],
  ['B', 'A'],
] as const;

type Spokes = Readonly<Record<string, readonly [cidr: string, segment?: string]>>;

/** The construct alone, with the given spokes. */
function synthesize(spokes: Spokes, props: Partial<TransitGatewayProps> = {}) {
  const app = newApp();
  const stack = new Stack(app, 'Test');
  const entries = Object.entries(spokes).map(([name, [vpcCidr, segment]]) => {
    const { vpc } = new SpokeVpc(stack, `Spoke${name}`, { vpcCidr });
    return [name, { vpc, segment }] as const;
  });
  new TransitGateway(stack, 'Hub', { spokes: Object.fromEntries(entries), ...props });
  return app;
}

describe('transit-gateway', () => {
  const app = sandbox({}, 'transit-gateway');
  const templates = Templates.fromApp(app);
  const template = Template.fromStack(stackOf(app, 'TransitGateway'));
  const network = Network.of(templates);

  describe.each(['A', 'B'])('spoke %s', (name) => {
    it.each(['TransitGateway/Hub/TransitGateway', 'TransitGateway/Hub/Egress/Vpc'])(
      'reaches the internet through %s',
      (component) => {
        for (const source of workload(name)) {
          expect(network).toPassThrough({ source, destination: 'internet', port: 443, component });
        }
        expect(network).toReach({ source: instance(name), destination: 'internet', port: 443 });
      },
    );

    it.each([...NAT.entries()])('uses the NAT gateway of its own AZ (%i)', (index, component) => {
      const source = `TransitGateway/${name}/Vpc/WorkloadSubnet${index + 1}`;
      expect(network).toPassThrough({ source, destination: 'internet', port: 443, component });
    });

    it('keeps egress when any AZ is lost', () => {
      expect(network).toSurviveLossOfAnyAz({ source: workload(name), destination: 'internet', port: 443 });
    });
  });

  it.each(OTHERS)('keeps spoke %s from reaching %s, also through the NAT gateways', (from, to) => {
    const flow = { source: workload(from), destination: workload(to), protocol: 'all' } as const;
    expect(network).not.toReach(flow);
    expect(network).not.toReach({ ...flow, source: instance(from), destination: instance(to) });
  });

  it('connects spokes of one segment without NAT, and no other spokes', () => {
    const spokes = {
      A: ['10.1.0.0/16', 'Prod'],
      B: ['172.16.0.0/16', 'Prod'],
      C: ['10.3.0.0/16', 'Dev'],
    } as const;
    const segmented = Network.fromApp(synthesize({ ...spokes, D: ['100.65.0.0/16'] }));
    const place = (name: string) => `Test/Spoke${name}/Vpc/WorkloadSubnet2`;
    const talks = (from: string, to: string) =>
      segmented.canReach({ source: place(from), destination: place(to), port: 443 }).answer;
    const names = ['A', 'B', 'C', 'D'];
    const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => [from, to] as const));
    expect(pairs.filter(([from, to]) => talks(from, to) !== 'not reachable')).toEqual([
      ['A', 'B'],
      ['B', 'A'],
    ]);
    expect(talks('A', 'B')).toBe('reachable');
    const flow = { source: place('A'), destination: place('B'), port: 443 };
    expect(segmented.without('Test/Hub/Egress')).toReach(flow);
    for (const name of names) {
      expect(segmented).toReach({ source: place(name), destination: 'internet', port: 443 });
    }
  });

  it('lets security groups decide between spokes of one segment', () => {
    const joined = newApp();
    new TransitGatewayStack(joined, 'TransitGateway', { natGateways: 'single', segment: 'Shared' });
    const flow = { source: instance('A'), destination: instance('B') };
    expect(Network.fromApp(joined)).toReach({ ...flow, port: 22 });
    expect(Network.fromApp(joined)).not.toReach({ ...flow, port: 80 });
  });

  it.each([
    ['10.0.0.0/8', ['10.0.0.1', '10.77.0.1', '10.255.255.254']],
    ['172.16.0.0/12', ['172.16.0.1', '172.31.255.254']],
    ['192.168.0.0/16', ['192.168.0.1', '192.168.255.254']],
    ['100.64.0.0/10', ['100.64.0.1', '100.127.255.254']],
  ])('drops traffic from a spoke to %s by a blackhole route', (range, destinations) => {
    const component = 'TransitGateway/Hub/IsolatedRouteTable/RouteTable';
    for (const destination of destinations) {
      const { explanation } = network.canReach({ source: workload('A'), destination, port: 443 });
      expect(explanation).toEqual([{ component, reason: `route ${range} is a blackhole` }]);
    }
  });

  it('lets the internet open no connection, even to a public address', () => {
    for (const name of ['A', 'B']) {
      const destination = { subnet: `TransitGateway/${name}/Vpc`, publicAddress: true };
      expect(network).not.toReach({ source: 'internet', destination, protocol: 'all' });
    }
    for (const destination of [...NAT, 'TransitGateway/Hub/Egress/Vpc/PublicSubnet1']) {
      expect(network).not.toReach({ source: 'internet', destination, protocol: 'all' });
    }
  });

  it('attaches an internet gateway to the egress VPC only', () => {
    const attached = templates.ofType('AWS::EC2::VPCGatewayAttachment').map(({ path }) => path);
    expect(attached).toEqual(['TransitGateway/Hub/Egress/Vpc/VPCGW']);
  });

  it('has no default route table and accepts no shared attachment by itself', () => {
    template.hasResourceProperties('AWS::EC2::TransitGateway', {
      DefaultRouteTableAssociation: 'disable',
      DefaultRouteTablePropagation: 'disable',
      AutoAcceptSharedAttachments: 'disable',
      AmazonSideAsn: 64512,
    });
  });

  it('attaches each VPC by a /28 subnet in each AZ, with an open network ACL', () => {
    const attachments = templates.ofType('AWS::EC2::TransitGatewayAttachment');
    expect(attachments).toHaveLength(3);
    for (const { properties } of attachments) {
      const subnets = (properties.SubnetIds as Json[]).map((id) => templates.reference(id)?.resource);
      expect(subnets.map((subnet) => subnet?.properties.AvailabilityZone)).toEqual(['az-a', 'az-b']);
      for (const subnet of subnets) {
        expect(subnet?.path).toContain('/AttachmentSubnet');
        expect(subnet?.properties.CidrBlock).toMatch(/\/28$/);
      }
    }
    template.resourceCountIs('AWS::EC2::NetworkAcl', 0);
  });

  it('attaches each VPC before it adds routes to the transit gateway', () => {
    const routes = template.findResources('AWS::EC2::Route', {
      Properties: { TransitGatewayId: Match.anyValue() },
    });
    // Two workload subnets of each spoke, and from each public subnet of the egress VPC back to both.
    expect(Object.keys(routes)).toHaveLength(8);
    for (const { DependsOn } of Object.values(routes) as { DependsOn?: string[] }[]) {
      expect(DependsOn).toEqual([expect.stringMatching(/^Hub(A|B|Egress)Attachment/)]);
    }
  });

  it('enables appliance mode for the egress VPC only, and only if set', () => {
    template.allResourcesProperties('AWS::EC2::TransitGatewayAttachment', {
      Options: { ApplianceModeSupport: 'disable' },
    });
    const option = (props: Partial<TransitGatewayProps>) =>
      Templates.fromApp(synthesize({ A: ['10.1.0.0/16'] }, props))
        .ofType('AWS::EC2::TransitGatewayAttachment')
        .map(({ path, properties }) => [path, properties.Options]);
    const off = { ApplianceModeSupport: 'disable' };
    const spoke = ['Test/Hub/AAttachment/Attachment', off];
    expect(option({})).toEqual([['Test/Hub/EgressAttachment/Attachment', off], spoke]);
    expect(option({ applianceMode: true })).toEqual([
      ['Test/Hub/EgressAttachment/Attachment', { ApplianceModeSupport: 'enable' }],
      spoke,
    ]);
  });

  it.each([
    ['single', 1],
    ['none', 1],
    ['regional', 2],
  ] as const)('has NAT gateways with the sandbox parameter natGateways=%s', (natGateways, count) => {
    const other = newApp();
    new TransitGatewayStack(other, 'TransitGateway', { natGateways });
    const parsed = Templates.fromApp(other);
    expect(parsed.ofType('AWS::EC2::NatGateway')).toHaveLength(count);
    const flow = { source: workload('A'), destination: 'internet', port: 443 } as const;
    expect(Network.of(parsed).canReach({ ...flow, every: true }).answer).toBe('reachable');
    expect(Network.of(parsed).survivesLossOfAnyAz(flow).answer).toBe(
      count === 2 ? 'survives' : 'does not survive',
    );
  });

  it('uses the given network, number of AZs and ASN', () => {
    const made = Template.fromJSON(
      synthesize(
        { A: ['10.1.0.0/16'] },
        { egressCidr: '10.200.0.0/24', azCount: 6, amazonSideAsn: 4200000000 },
      )
        .synth()
        .getStackByName('Test').template as object,
    );
    made.hasResourceProperties('AWS::EC2::VPC', { CidrBlock: '10.200.0.0/24' });
    made.hasResourceProperties('AWS::EC2::TransitGateway', { AmazonSideAsn: 4200000000 });
    made.resourceCountIs('AWS::EC2::NatGateway', 6);
  });

  it('changes no subnet when azCount grows', () => {
    const cidrs = (azCount: number) =>
      Templates.fromApp(synthesize({ A: ['10.1.0.0/16'] }, { azCount }))
        .ofType('AWS::EC2::Subnet')
        .map(({ path, properties }): [string, unknown] => [path, properties.CidrBlock]);
    const after = new Map(cidrs(3));
    for (const [path, cidr] of cidrs(2)) expect([path, after.get(path)]).toEqual([path, cidr]);
  });

  it('attaches an imported VPC, with one route for each route table', () => {
    const stack = new Stack(newApp(), 'Test');
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Legacy', {
      vpcId: 'vpc-1',
      vpcCidrBlock: '10.7.0.0/16',
      availabilityZones: ['a', 'b'],
      privateSubnetIds: ['subnet-1', 'subnet-2'],
      privateSubnetRouteTableIds: ['rtb-1', 'rtb-1'],
      isolatedSubnetIds: ['subnet-3', 'subnet-4'],
      isolatedSubnetRouteTableIds: ['rtb-2', 'rtb-2'],
    });
    const attachmentSubnets = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
    new TransitGateway(stack, 'Hub', { spokes: { Legacy: { vpc, attachmentSubnets } } });
    const made = Template.fromStack(stack);
    made.hasResourceProperties('AWS::EC2::TransitGatewayAttachment', {
      VpcId: 'vpc-1',
      SubnetIds: ['subnet-3', 'subnet-4'],
    });
    made.hasResourceProperties('AWS::EC2::Route', { DestinationCidrBlock: '10.7.0.0/16' });
    const toHub = made.findResources('AWS::EC2::Route', { Properties: { RouteTableId: 'rtb-1' } });
    expect(Object.keys(toHub)).toHaveLength(1);
  });

  it('fits twice into one stack', () => {
    const stack = new Stack(newApp(), 'Test');
    for (const id of ['One', 'Two']) {
      const { vpc } = new SpokeVpc(stack, `${id}Spoke`, { vpcCidr: '10.1.0.0/16' });
      new TransitGateway(stack, id, { spokes: { A: { vpc } } });
    }
    Template.fromStack(stack).resourceCountIs('AWS::EC2::TransitGateway', 2);
  });

  it.each<[Spokes, Partial<TransitGatewayProps>, string]>([
    [{}, {}, 'spokes: got {}, expected at least one VPC'],
    [{ a: ['10.1.0.0/16'] }, {}, 'spokes: got "a", expected a name such as A, Shop or Staging2'],
    [{ Egress: ['10.1.0.0/16'] }, {}, 'spokes: got "Egress", expected a name'],
    [{ A: ['10.1.0.0/16', 'Isolated'] }, {}, 'spokes: got "Isolated", expected a name'],
    [{ A: ['10.1.0.0/16', 'x y'] }, {}, 'spokes: got "x y", expected a name'],
    [
      { A: ['10.1.0.0/16'], B: ['10.1.128.0/20'] },
      {},
      'spokes: got "B 10.1.128.0/20", expected a network that does not overlap A 10.1.0.0/16',
    ],
    [
      { A: ['10.1.0.0/16'] },
      { egressCidr: '10.1.5.0/24' },
      'spokes: got "A 10.1.0.0/16", expected a network that does not overlap egressCidr 10.1.5.0/24',
    ],
    [{ A: ['11.1.0.0/16'] }, {}, 'spokes: got "A 11.1.0.0/16", expected a part of 10.0.0.0/8, 172.16.0.0/12'],
    [{ A: ['192.168.0.0/16'] }, {}, 'spokes: got "A 192.168.0.0/16", expected a part of'],
    [{ A: ['10.1.0.0/16'] }, { azCount: 1 }, 'azCount: got 1, expected a whole number from 2 to 6'],
    [
      { A: ['10.1.0.0/16'] },
      { egressCidr: '10.9.0.0/25' },
      'egressCidr: got "10.9.0.0/25", expected a network',
    ],
    [
      { A: ['10.1.0.0/16'] },
      { egressCidr: '10.9.0.1/24' },
      'egressCidr: got "10.9.0.1/24", expected the start',
    ],
    [{ A: ['10.1.0.0/16'] }, { amazonSideAsn: 65535 }, 'amazonSideAsn: got 65535, expected 64512 to 65534'],
    [
      { A: ['10.1.0.0/16'] },
      { natGateways: 'none' as 'single' },
      'natGateways: got "none", expected one of per-az, single',
    ],
  ])('refuses %j with %j in one line', (spokes, props, message) => {
    expect(() => synthesize(spokes, props)).toThrow(message);
  });

  it.each([64512, 65534, 4200000000, 4294967294])('accepts ASN %d', (amazonSideAsn) => {
    expect(() => synthesize({ A: ['10.1.0.0/16'] }, { amazonSideAsn })).not.toThrow();
  });

  it.each([64511, 65535, 4199999999, 4294967295, 64512.5])('refuses ASN %d', (amazonSideAsn) => {
    expect(() => synthesize({ A: ['10.1.0.0/16'] }, { amazonSideAsn })).toThrow(
      `amazonSideAsn: got ${amazonSideAsn}, expected 64512 to 65534 or 4200000000 to 4294967294`,
    );
  });

  it('accepts an egress VPC of /16 and refuses one of /15', () => {
    const egress = (egressCidr: string) => () => synthesize({ A: ['172.16.0.0/16'] }, { egressCidr });
    expect(egress('10.8.0.0/16')).not.toThrow();
    expect(egress('10.8.0.0/15')).toThrow('egressCidr: got "10.8.0.0/15", expected a network of /16 to /24');
  });

  it('names the transit gateway, route tables and attachments after their constructs', () => {
    const names = [
      'AWS::EC2::TransitGateway',
      'AWS::EC2::TransitGatewayRouteTable',
      'AWS::EC2::TransitGatewayAttachment',
    ]
      .flatMap((type) => templates.ofType(type))
      .map(
        ({ properties }) =>
          (properties.Tags as { Key: string; Value: string }[]).find(({ Key }) => Key === 'Name')?.Value,
      );
    expect(names.sort()).toEqual([
      'TransitGateway/Hub',
      'TransitGateway/Hub/AAttachment',
      'TransitGateway/Hub/BAttachment',
      'TransitGateway/Hub/EgressAttachment',
      'TransitGateway/Hub/EgressRouteTable',
      'TransitGateway/Hub/IsolatedRouteTable',
    ]);
  });

  it('resolves DNS in spokes and closes every default security group', () => {
    template.allResourcesProperties('AWS::EC2::VPC', { EnableDnsSupport: true, EnableDnsHostnames: true });
    template.resourceCountIs('Custom::VpcRestrictDefaultSG', 3);
    template.allResourcesProperties('AWS::EC2::Subnet', { MapPublicIpOnLaunch: false });
  });

  it('changes no subnet of a spoke when a third AZ is added', () => {
    const cidrs = (azCount: number) => {
      const stack = new Stack(newApp(), 'Test');
      const { vpc } = new SpokeVpc(stack, 'Spoke', { vpcCidr: '10.1.0.0/16', azCount });
      return [...vpc.privateSubnets, ...vpc.isolatedSubnets].map(({ node, ipv4CidrBlock }) => [
        node.id,
        ipv4CidrBlock,
      ]);
    };
    expect(cidrs(3)).toEqual(expect.arrayContaining(cidrs(2)));
    expect(cidrs(3)).toHaveLength(6);
  });

  it('accepts adjacent networks', () => {
    expect(() => synthesize({ A: ['10.1.0.0/17'], B: ['10.1.128.0/17'] })).not.toThrow();
  });

  it('adds routes to the given subnets of a spoke only', () => {
    const app = newApp();
    const stack = new Stack(app, 'Test');
    const vpc = new ec2.Vpc(stack, 'Spoke', {
      ipAddresses: ec2.IpAddresses.cidr('10.1.0.0/16'),
      natGateways: 0,
      subnetConfiguration: [
        { name: 'Workload', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
        { name: 'Database', subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
        { name: 'Attachment', subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      ],
    });
    const spoke = { vpc, subnets: { subnetGroupName: 'Database' } };
    const made = Template.fromStack(
      new TransitGateway(stack, 'Hub', { spokes: { A: spoke } }).node.scope as Stack,
    );
    const tables = Object.values(made.findResources('AWS::EC2::Route'))
      .map(({ Properties }) => (Properties as { RouteTableId: { Ref: string } }).RouteTableId.Ref)
      .filter((table) => table.startsWith('Spoke'));
    expect(tables.length).toBeGreaterThan(0);
    for (const table of tables) expect(table).toMatch(/^SpokeDatabaseSubnet/);
  });

  it('refuses a subnet without an attachment in its AZ, and two attachments in one AZ', () => {
    const stack = new Stack(newApp(), 'Test');
    const { vpc } = new SpokeVpc(stack, 'Spoke', { vpcCidr: '10.1.0.0/16' });
    const hub = (id: string, attachmentSubnets: ec2.SubnetSelection) =>
      new TransitGateway(stack, id, { spokes: { A: { vpc, attachmentSubnets } } });
    const one = vpc.isolatedSubnets.slice(0, 1);
    expect(() => hub('One', { subnets: one })).toThrow(
      'subnets: got "WorkloadSubnet2 of A", expected an attachment subnet in its AZ',
    );
    expect(() => hub('Two', { subnets: [...vpc.isolatedSubnets, ...vpc.privateSubnets] })).toThrow(
      'attachmentSubnets: got "WorkloadSubnet1 of A", expected one subnet in each AZ',
    );
  });
});
