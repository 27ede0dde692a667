import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { createVpc } from '../../shared/create-vpc';
import { checkAzCount, checkVpcCidr } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';

/**
 * - `per-az`: one NAT gateway in each AZ; each private subnet uses the one in its own AZ.
 * - `single`: one NAT gateway in the first AZ. When that AZ fails, no private subnet reaches the internet by IPv4.
 * - `none`: the private tier reaches the internet by IPv6 only.
 */
export type Ipv4Egress = 'per-az' | 'single' | 'none';

export interface DualStackVpcProps {
  /**
   * IPv4 range of the VPC, /16 to /24. Amazon assigns the IPv6 range, a /56, and each subnet gets a /64 of it.
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
   * @default 10.0.0.0/16
   */
  readonly vpcCidr?: string;
  /**
   * Availability Zones in use, 2 to 6.
   * @default 3
   */
  readonly azCount?: number;
  /**
   * How the private tier reaches the internet by IPv4.
   * @default per-az
   */
  readonly natGateways?: Ipv4Egress;
  /**
   * Whether clients that have only IPv6, in private subnets, reach IPv4 services. The resolver synthesizes IPv6 addresses
   * for them (DNS64), and the NAT gateway translates (NAT64). Dual-stack clients get these addresses too, so their traffic
   * to IPv4 services also passes the NAT gateway. Needs a NAT gateway.
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-nat64-dns64.html
   * @default false
   */
  readonly nat64?: boolean;
}

/** The well-known prefix of RFC 6052, which AWS uses. */
const NAT64_PREFIX = '64:ff9b::/96';
/** Public, private and isolated. */
const TIERS = 3;

/**
 * A VPC with IPv4 and IPv6 in every subnet. Private subnets reach the internet through a NAT gateway (IPv4) and an
 * egress-only internet gateway (IPv6); the internet cannot reach them. Isolated subnets have no route to the internet.
 *
 * Throws `InvalidValue` for a prop out of range, and for `nat64` without a NAT gateway.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-migrate-ipv6.html
 */
export class DualStackVpc extends Construct {
  readonly vpc: ec2.Vpc;

  constructor(scope: Construct, id: string, props: DualStackVpcProps = {}) {
    super(scope, id);
    const { vpcCidr = '10.0.0.0/16', azCount = 3, natGateways = 'per-az', nat64 = false } = props;
    validate(vpcCidr, azCount);
    if (nat64 && natGateways === 'none') {
      throw new InvalidValue(
        'natGateways',
        natGateways,
        'per-az or single with nat64: the NAT gateway translates',
      );
    }

    this.vpc = createVpc(this, 'Vpc', {
      ipProtocol: ec2.IpProtocol.DUAL_STACK,
      ipAddresses: ec2.IpAddresses.cidr(vpcCidr),
      azCount,
      subnetConfiguration: [
        // An IPv6 address is public by itself; a public IPv4 address costs money, so no instance gets one automatically.
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false },
        { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
        { name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      ],
      natGateways: { 'per-az': azCount, single: 1, none: 0 }[natGateways],
      enableDnsSupport: true,
      enableDnsHostnames: true,
      restrictDefaultSecurityGroup: true,
    });
    if (nat64) this.addNat64();
  }

  /**
   * Lets every address open connections to a port, by IPv4 and by IPv6. A rule for `0.0.0.0/0` does not include IPv6, and
   * a rule for `::/0` does not include IPv4.
   */
  allowFromAnywhere(server: ec2.IConnectable, port: ec2.Port, description?: string): void {
    for (const peer of [ec2.Peer.anyIpv4(), ec2.Peer.anyIpv6()]) {
      server.connections.allowFrom(peer, port, description);
    }
  }

  /** Lets a client open connections to a port of every address, by IPv4 and by IPv6. */
  allowToAnywhere(client: ec2.IConnectable, port: ec2.Port, description?: string): void {
    for (const peer of [ec2.Peer.anyIpv4(), ec2.Peer.anyIpv6()]) {
      client.connections.allowTo(peer, port, description);
    }
  }

  private addNat64(): void {
    for (const { node } of this.vpc.privateSubnets) {
      const [subnet, route] = [node.findChild('Subnet'), node.findChild('DefaultRoute')];
      if (!(subnet instanceof ec2.CfnSubnet && route instanceof ec2.CfnRoute)) {
        throw new Error(`${node.path}: no subnet with a default route`);
      }
      subnet.enableDns64 = true;
      new ec2.CfnRoute(this, `Nat64${node.id}`, {
        routeTableId: route.routeTableId,
        destinationIpv6CidrBlock: NAT64_PREFIX,
        natGatewayId: route.natGatewayId,
      });
    }
  }
}

function validate(vpcCidr: string, azCount: number): void {
  checkAzCount(azCount);
  // CDK makes all subnets of one size, a power of two. AWS's smallest subnet is /28.
  const longestPrefix = Math.min(24, 28 - Math.ceil(Math.log2(TIERS * azCount)));
  checkVpcCidr('vpcCidr', vpcCidr, longestPrefix, `for ${azCount} AZs`);
}
