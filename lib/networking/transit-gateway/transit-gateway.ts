import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { EgressVpc, type EgressNatGateways } from './egress-vpc';
import { RoutingDomain } from './routing-domain';
import { PRIVATE_NETWORKS, validate } from './validate';
import { VpcAttachment } from './vpc-attachment';

/** A VPC that uses the hub. */
export interface Spoke {
  readonly vpc: ec2.IVpc;
  /**
   * Spokes of one segment reach each other. A capital, then lower-case letters and digits.
   * @default - none: it reaches no other spoke, and no other spoke reaches it
   */
  readonly segment?: string;
  /**
   * Where the transit gateway has its interfaces: one subnet in each AZ, with nothing else in it.
   * @default - the subnet group `Attachment`
   */
  readonly attachmentSubnets?: ec2.SubnetSelection;
  /**
   * Subnets that get a default route to the transit gateway, and have none yet.
   * @default - private subnets with egress
   */
  readonly subnets?: ec2.SubnetSelection;
}

export interface TransitGatewayProps {
  /**
   * The spokes by name: a capital, then lower-case letters and digits. Names are part of construct ids. Their networks
   * are private ones (RFC 1918 or 100.64.0.0/10), and no two of them may overlap.
   */
  readonly spokes: Readonly<Record<string, Spoke>>;
  /**
   * Address range of the VPC that holds the NAT gateways, /16 to /24. Nobody routes to it.
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
   * @default 100.64.0.0/24
   */
  readonly egressCidr?: string;
  /**
   * Availability Zones with egress, 2 to 6: at least those of the spokes.
   * @default 2
   */
  readonly azCount?: number;
  /**
   * `per-az`, or `single` to save on NAT gateways.
   * @default per-az
   */
  readonly natGateways?: EgressNatGateways;
  /**
   * Set it when a stateful appliance (a firewall, a gateway load balancer endpoint) stands in the egress VPC, before the
   * NAT gateways: both directions of a connection then pass the same AZ. Without one, it only sends traffic to other AZs.
   * @see https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-appliance-scenario.html
   * @default false
   */
  readonly applianceMode?: boolean;
  /**
   * AWS's side of BGP sessions, 64512 to 65534 or 4200000000 to 4294967294. Another one for each transit gateway that
   * is to be peered, or to meet another one on premises.
   * @default 64512
   */
  readonly amazonSideAsn?: number;
}

/**
 * A hub for VPCs that share one way out to the internet and, but for those of one segment, nothing else.
 *
 * Throws `InvalidValue` for a prop out of range, a name that is malformed or taken, networks that overlap, are public or
 * take up a whole private range, two attachment subnets in one AZ, and a subnet in an AZ without one.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html
 */
export class TransitGateway extends Construct {
  readonly transitGateway: ec2.CfnTransitGateway;
  readonly egress: EgressVpc;

  constructor(scope: Construct, id: string, props: TransitGatewayProps) {
    super(scope, id);
    const {
      egressCidr = '100.64.0.0/24',
      azCount = 2,
      natGateways = 'per-az',
      amazonSideAsn = 64512,
    } = props;
    const spokes = validate({ spokes: props.spokes, egressCidr, azCount, natGateways, amazonSideAsn });

    this.transitGateway = new ec2.CfnTransitGateway(this, 'TransitGateway', {
      amazonSideAsn,
      // By AWS's defaults every attachment would reach every other one: those tables are one for all.
      defaultRouteTableAssociation: 'disable',
      defaultRouteTablePropagation: 'disable',
      autoAcceptSharedAttachments: 'disable',
      tags: [{ key: 'Name', value: this.node.path }],
    });
    const { transitGateway } = this;
    this.egress = new EgressVpc(this, 'Egress', { vpcCidr: egressCidr, azCount, natGateways });
    const wayOut = new VpcAttachment(this, 'EgressAttachment', {
      transitGateway,
      vpc: this.egress.vpc,
      subnets: this.egress.attachmentSubnets,
      applianceMode: props.applianceMode,
    });
    const fromEgress = new RoutingDomain(this, 'EgressDomain', { transitGateway });
    fromEgress.associate('Egress', wayOut);

    const domains = new Map<string, RoutingDomain>();
    const domainOf = (segment: string) => {
      const domain = domains.get(segment) ?? this.addDomain(segment, wayOut);
      domains.set(segment, domain);
      return domain;
    };
    for (const { name, vpc, cidr, segment, attachmentSubnets, subnets } of spokes) {
      const attachment = new VpcAttachment(this, `${name}Attachment`, {
        transitGateway,
        vpc,
        subnets: attachmentSubnets,
      });
      attachment.addRoutes('WayOut', subnets, '0.0.0.0/0');
      const domain = domainOf(segment ?? 'Isolated');
      domain.associate(name, attachment);
      if (segment !== undefined) domain.propagate(name, attachment);

      // The replies: from the NAT gateway to the transit gateway, and from there to the spoke.
      wayOut.addRoutes(`BackTo${name}`, this.egress.publicSubnets, cidr);
      fromEgress.propagate(name, attachment);
    }
  }

  /** A table for spokes, of which each other private network is none of their business. */
  private addDomain(segment: string, wayOut: VpcAttachment): RoutingDomain {
    const domain = new RoutingDomain(this, `${segment}Domain`, { transitGateway: this.transitGateway });
    domain.addDefaultRoute(wayOut);
    // Otherwise the default route would lead from spoke to spoke: to the NAT gateway, which has routes to all of them.
    // https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-nat-igw.html
    PRIVATE_NETWORKS.forEach((cidr, index) => {
      domain.addBlackhole(`Blackhole${index + 1}`, cidr);
    });
    return domain;
  }
}
