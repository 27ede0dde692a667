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

const shell = (name: string) => `TransitGateway/${name}Shell/Instance`;
const workload = (name: string) => [1, 2].map((index) => `TransitGateway/${name}/Vpc/WorkloadSubnet${index}`);
const NAT = [1, 2].map((index) => `TransitGateway/Hub/Egress/Vpc/PublicSubnet${index}/NATGateway`);
const OTHERS = [
  ['A', 'B'],
  ['B', 'A'],
] as const;

type Spokes = Readonly<Record<string, readonly [cidr: string, segment?: string]>>;

/** The construct alone, over spokes of their own. */
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

  it('lets spokes reach the internet through the hub and the NAT gateways of the egress VPC', () => {
    for (const name of ['A', 'B']) {
      for (const source of workload(name)) {
        const flow = { source, destination: 'internet', port: 443 } as const;
        expect(network).toPassThrough({ ...flow, component: 'TransitGateway/Hub/TransitGateway' });
        expect(network).toPassThrough({ ...flow, component: 'TransitGateway/Hub/Egress/Vpc' });
      }
      expect(network).toReach({ source: shell(name), destination: 'internet', port: 443 });
    }
  });

  it('uses the NAT gateway of the AZ that the traffic comes from', () => {
    for (const name of ['A', 'B']) {
      workload(name).forEach((source, index) => {
        const component = NAT[index] ?? '';
        expect(network).toPassThrough({ source, destination: 'internet', port: 443, component });
      });
    }
  });

  it('keeps egress in the other AZs when any one is lost', () => {
    for (const name of ['A', 'B']) {
      expect(network).toSurviveLossOfAnyAz({ source: workload(name), destination: 'internet', port: 443 });
    }
  });

  it('keeps spokes apart, also on the way by the NAT gateways, whatever their security groups allow', () => {
    for (const [from, to] of OTHERS) {
      const flow = { source: workload(from), destination: workload(to), protocol: 'all' } as const;
      expect(network).not.toReach(flow);
      expect(network).not.toReach({ ...flow, source: shell(from), destination: shell(to) });
    }
  });

  it('lets spokes of one segment reach each other, past no NAT gateway, and keeps them from others', () => {
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
    const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => `${from}${to}`));
    expect(pairs.filter((pair) => talks(pair[0] ?? '', pair[1] ?? '') !== 'not reachable')).toEqual([
      'AB',
      'BA',
    ]);
    expect(talks('A', 'B')).toBe('reachable');
    const flow = { source: place('A'), destination: place('B'), port: 443 };
    expect(segmented.without('Test/Hub/Egress')).toReach(flow);
    for (const name of names) {
      expect(segmented).toReach({ source: place(name), destination: 'internet', port: 443 });
    }
  });

  it('leaves it to the security groups what spokes of one segment open to each other', () => {
    const joined = newApp();
    new TransitGatewayStack(joined, 'TransitGateway', { natGateways: 'single', segment: 'Shared' });
    const flow = { source: shell('A'), destination: shell('B') };
    expect(Network.fromApp(joined)).toReach({ ...flow, port: 22 });
    expect(Network.fromApp(joined)).not.toReach({ ...flow, port: 80 });
  });

  it('drops in the hub what a spoke sends to a private address, so that it gets no further one way either', () => {
    const ranges = {
      '10.0.0.0/8': ['10.0.0.1', '10.77.0.1', '10.255.255.254'],
      '172.16.0.0/12': ['172.16.0.1', '172.31.255.254'],
      '192.168.0.0/16': ['192.168.0.1', '192.168.255.254'],
      '100.64.0.0/10': ['100.64.0.1', '100.127.255.254'],
    };
    const component = 'TransitGateway/Hub/IsolatedDomain/RouteTable';
    for (const [range, destinations] of Object.entries(ranges)) {
      for (const destination of destinations) {
        const { explanation } = network.canReach({ source: workload('A'), destination, port: 443 });
        expect(explanation).toEqual([{ component, reason: `route ${range} is a blackhole` }]);
      }
    }
  });

  it('lets nothing on the internet open a connection into a spoke, even to a public address', () => {
    for (const name of ['A', 'B']) {
      const destination = { subnet: `TransitGateway/${name}/Vpc`, publicAddress: true };
      expect(network).not.toReach({ source: 'internet', destination, protocol: 'all' });
    }
    for (const destination of [...NAT, 'TransitGateway/Hub/Egress/Vpc/PublicSubnet1']) {
      expect(network).not.toReach({ source: 'internet', destination, protocol: 'all' });
    }
  });

  it('gives spokes no gateway of their own', () => {
    const attached = templates.ofType('AWS::EC2::VPCGatewayAttachment').map(({ path }) => path);
    expect(attached).toEqual(['TransitGateway/Hub/Egress/Vpc/VPCGW']);
  });

  it('leaves no default route table to fall into, and accepts no attachment unasked', () => {
    template.hasResourceProperties('AWS::EC2::TransitGateway', {
      DefaultRouteTableAssociation: 'disable',
      DefaultRouteTablePropagation: 'disable',
      AutoAcceptSharedAttachments: 'disable',
      AmazonSideAsn: 64512,
    });
  });

  it('attaches each VPC in small subnets of their own, one in each AZ, that nothing else filters', () => {
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

  it('routes to the transit gateway only while the VPC is attached to it', () => {
    const routes = template.findResources('AWS::EC2::Route', {
      Properties: { TransitGatewayId: Match.anyValue() },
    });
    // Two workload subnets of each spoke, and from each public subnet of the egress VPC back to both.
    expect(Object.keys(routes)).toHaveLength(8);
    for (const { DependsOn } of Object.values(routes) as { DependsOn?: string[] }[]) {
      expect(DependsOn).toEqual([expect.stringMatching(/^Hub(A|B|Egress)Attachment/)]);
    }
  });

  it('keeps both directions in one AZ for appliances only when asked', () => {
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

  it.each(['single', 'none'])('has one NAT gateway when the sandbox asks for %s', (natGateways) => {
    const parsed = Templates.fromApp(sandbox({ natGateways }, 'transit-gateway'));
    expect(parsed.ofType('AWS::EC2::NatGateway')).toHaveLength(1);
    const flow = { source: workload('A'), destination: 'internet', port: 443 } as const;
    expect(Network.of(parsed)).toReach({ ...flow, every: true });
    expect(Network.of(parsed)).not.toSurviveLossOfAnyAz(flow);
  });

  it('takes the network, the AZs and the ASN that it is given', () => {
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

  it('moves no subnet of the egress VPC when another AZ comes into use', () => {
    const cidrs = (azCount: number) =>
      Templates.fromApp(synthesize({ A: ['10.1.0.0/16'] }, { azCount }))
        .ofType('AWS::EC2::Subnet')
        .map(({ path, properties }): [string, unknown] => [path, properties.CidrBlock]);
    const after = new Map(cidrs(3));
    for (const [path, cidr] of cidrs(2)) expect([path, after.get(path)]).toEqual([path, cidr]);
  });

  it('attaches VPCs that CDK did not make, with one route for each route table', () => {
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

  it('stands twice in one stack', () => {
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

  it('takes neighbours whose networks touch', () => {
    expect(() => synthesize({ A: ['10.1.0.0/17'], B: ['10.1.128.0/17'] })).not.toThrow();
  });

  it('refuses attachments that a subnet could not use, and two in one AZ, in one line', () => {
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
