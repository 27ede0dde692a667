import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Network } from '../../lib/assertions/network';
import '../../lib/assertions/network/matchers';
import { Templates } from '../../lib/assertions/templates';
import { DualStackVpc, type DualStackVpcProps } from '../../lib/networking/dual-stack-vpc/dual-stack-vpc';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const VPC = 'DualStackVpc/Network/Vpc';
const ZONES = [1, 2, 3];
const tier = (name: string, vpc = VPC) => ZONES.map((index) => `${vpc}/${name}Subnet${index}`);
const BOTH = [4, 6] as const;

function synthesize(props: DualStackVpcProps = {}, use?: (stack: Stack, made: DualStackVpc) => void) {
  const app = newApp();
  const stack = new Stack(app, 'Test');
  const made = new DualStackVpc(stack, 'Network', props);
  use?.(stack, made);
  const templates = Templates.fromApp(app);
  return { template: Template.fromStack(stack), templates, network: Network.of(templates) };
}

describe('dual-stack-vpc', () => {
  const app = sandbox({}, 'dual-stack-vpc');
  const templates = Templates.fromApp(app);
  const template = Template.fromStack(stackOf(app, 'DualStackVpc'));
  const network = Network.of(templates);

  it('instances in every subnet get an IPv4 and an IPv6 address', () => {
    const subnets = templates.ofType('AWS::EC2::Subnet').filter(({ stack }) => stack === 'DualStackVpc');
    expect(subnets).toHaveLength(9);
    for (const { properties } of subnets) {
      expect(properties.CidrBlock).toMatch(/^10\.0\.\d+\.0\/20$/);
      expect(properties).toMatchObject({ AssignIpv6AddressOnCreation: true, MapPublicIpOnLaunch: false });
    }
    expect(new Set(subnets.map(({ properties }) => JSON.stringify(properties.Ipv6CidrBlock))).size).toBe(9);
    template.hasResourceProperties('AWS::EC2::VPCCidrBlock', { AmazonProvidedIpv6CidrBlock: true });
  });

  it('private subnets use a NAT gateway for IPv4, an egress-only gateway for IPv6', () => {
    for (const source of tier('Private')) {
      const egress = { source, destination: 'internet', port: 443 };
      const nat = `${VPC}/PublicSubnet1/NATGateway`;
      expect(network).toPassThrough({ ...egress, ipVersion: 4, component: nat });
      expect(network).toPassThrough({ ...egress, ipVersion: 6, component: `${VPC}/EIGW6` });
    }
  });

  it('the internet cannot reach private or isolated subnets, by IPv4 or IPv6', () => {
    for (const subnet of [...tier('Private'), ...tier('Isolated')]) {
      for (const ipVersion of BOTH) {
        const destination = { subnet, publicAddress: true };
        expect(network).not.toReach({ source: 'internet', destination, protocol: 'all', ipVersion });
      }
    }
  });

  it('public subnets: IPv6 both ways, IPv4 both ways with a public address', () => {
    for (const subnet of tier('Public')) {
      for (const [ipVersion, publicAddress] of [
        [6, false],
        [4, true],
      ] as const) {
        const inside = { subnet, publicAddress };
        expect(network).toReach({ source: 'internet', destination: inside, port: 443, ipVersion });
        expect(network).toReach({ source: inside, destination: 'internet', port: 443, ipVersion });
      }
      const ipv4 = { source: 'internet', destination: subnet, protocol: 'all', ipVersion: 4 } as const;
      expect(network).not.toReach(ipv4);
    }
  });

  it('isolated subnets cannot reach the internet, by IPv4 or IPv6', () => {
    for (const source of tier('Isolated')) {
      for (const ipVersion of BOTH) {
        expect(network).not.toReach({ source, destination: 'internet', protocol: 'all', ipVersion });
      }
    }
  });

  it('public subnets reach isolated subnets by IPv4 and IPv6', () => {
    for (const ipVersion of BOTH) {
      expect(network).toReach({
        source: tier('Public'),
        destination: tier('Isolated'),
        port: 443,
        ipVersion,
        every: true,
      });
    }
  });

  it('has DNS, and removes the rules of the default security group', () => {
    template.resourceCountIs('Custom::VpcRestrictDefaultSG', 1);
    template.hasResourceProperties('AWS::EC2::VPC', { EnableDnsSupport: true, EnableDnsHostnames: true });
  });

  it('IPv6 egress survives the loss of any AZ; IPv4 needs a NAT gateway in each', () => {
    const egress = { source: tier('Private', 'Test/Network/Vpc'), destination: 'internet', port: 443 };
    const { network: perAz, templates: made } = synthesize();
    expect(made.ofType('AWS::EC2::NatGateway')).toHaveLength(3);
    for (const ipVersion of BOTH) expect(perAz).toSurviveLossOfAnyAz({ ...egress, ipVersion });
    const { network: single } = synthesize({ natGateways: 'single' });
    expect(single).toSurviveLossOfAnyAz({ ...egress, ipVersion: 6 });
    expect(single).not.toSurviveLossOfAnyAz({ ...egress, ipVersion: 4 });
  });

  it('without NAT gateways, private subnets reach the internet only by IPv6', () => {
    const { network: none } = synthesize({ natGateways: 'none' });
    for (const source of tier('Private', 'Test/Network/Vpc')) {
      expect(none).not.toReach({ source, destination: 'internet', protocol: 'all', ipVersion: 4 });
      expect(none).toReach({ source, destination: 'internet', port: 443, ipVersion: 6 });
    }
  });

  it('nat64 adds DNS64 and a route for 64:ff9b::/96 to private subnets', () => {
    const { templates: made } = synthesize({ nat64: true });
    const route = made
      .ofType('AWS::EC2::Route')
      .filter(({ properties }) => properties.DestinationIpv6CidrBlock === '64:ff9b::/96');
    const target = (value: unknown) => made.reference(value as string)?.resource.path;
    expect(
      route.map(({ properties }) => [target(properties.RouteTableId), target(properties.NatGatewayId)]),
    ).toEqual(
      ZONES.map((index) => [
        `Test/Network/Vpc/PrivateSubnet${index}/RouteTable`,
        `Test/Network/Vpc/PublicSubnet${index}/NATGateway`,
      ]),
    );
    const dns64 = made.ofType('AWS::EC2::Subnet').filter(({ properties }) => properties.EnableDns64 === true);
    expect(dns64.map(({ path }) => path.replace(/\/Subnet$/, ''))).toEqual(
      tier('Private', 'Test/Network/Vpc'),
    );
    expect(JSON.stringify(synthesize().template.toJSON())).not.toMatch(/EnableDns64|64:ff9b/);
  });

  it('allowFromAnywhere and allowToAnywhere add rules for IPv4 and IPv6', () => {
    const { template: made } = synthesize({}, (stack, dual) => {
      const group = (id: string) =>
        new ec2.SecurityGroup(stack, id, { vpc: dual.vpc, allowAllOutbound: false });
      dual.allowFromAnywhere(group('Web'), ec2.Port.HTTPS, 'HTTPS');
      dual.allowToAnywhere(group('Client'), ec2.Port.HTTPS, 'HTTPS');
    });
    const common = { Description: 'HTTPS', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
    const rules = [
      { ...common, CidrIp: '0.0.0.0/0' },
      { ...common, CidrIpv6: '::/0' },
    ];
    made.hasResourceProperties('AWS::EC2::SecurityGroup', { SecurityGroupIngress: rules });
    made.hasResourceProperties('AWS::EC2::SecurityGroup', { SecurityGroupEgress: rules });
  });

  it('can be created twice in one stack', () => {
    const { template: made } = synthesize({}, (stack) => {
      new DualStackVpc(stack, 'Two', { vpcCidr: '10.1.0.0/20', azCount: 2 });
    });
    made.resourceCountIs('AWS::EC2::EgressOnlyInternetGateway', 2);
    made.resourceCountIs('AWS::EC2::Subnet', 15);
    made.hasResourceProperties('AWS::EC2::VPC', { CidrBlock: '10.1.0.0/20' });
  });

  it.each<DualStackVpcProps>([
    { vpcCidr: '10.0.0.0/16' },
    { vpcCidr: '10.0.0.0/24' },
    { vpcCidr: '10.0.0.0/23', azCount: 6 },
    { nat64: true, natGateways: 'single' },
  ])('accepts %j', (props) => {
    expect(() => synthesize(props)).not.toThrow();
  });

  it.each<[DualStackVpcProps, string]>([
    [{ azCount: 1 }, 'azCount: got 1, expected a whole number from 2 to 6'],
    [{ azCount: 7 }, 'azCount: got 7, expected a whole number from 2 to 6'],
    [{ azCount: 2.5 }, 'azCount: got 2.5, expected a whole number from 2 to 6'],
    [{ vpcCidr: '10.0.0.0/15' }, 'vpcCidr: got "10.0.0.0/15", expected a network of /16 to /24 for 3 AZs'],
    [{ vpcCidr: '10.0.0.0/25' }, 'vpcCidr: got "10.0.0.0/25", expected a network of /16 to /24 for 3 AZs'],
    [
      { vpcCidr: '10.0.0.0/24', azCount: 6 },
      'vpcCidr: got "10.0.0.0/24", expected a network of /16 to /23 for 6 AZs',
    ],
    [{ vpcCidr: 'fd00::/56' }, 'vpcCidr: got "fd00::/56", expected an IPv4 network such as 10.0.0.0/16'],
    [
      { nat64: true, natGateways: 'none' },
      'natGateways: got "none", expected per-az or single with nat64: the NAT gateway translates',
    ],
  ])('refuses %j in one line', (props, message) => {
    expect(() => synthesize(props)).toThrow(message);
  });
});
