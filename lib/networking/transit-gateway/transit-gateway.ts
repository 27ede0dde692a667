import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { EgressVpc, type EgressNatGateways } from './egress-vpc';
import type { Spoke } from './spoke';
import { TransitGatewayRouteTable } from './transit-gateway-route-table';
import { PRIVATE_NETWORKS, validate } from './validate';
import { VpcAttachment } from './vpc-attachment';

export type { Spoke } from './spoke';

export interface TransitGatewayProps {
  /**
   * The spokes by name: a capital letter, then lower-case letters and digits. Names are part of construct ids. The networks
   * must be private (RFC 1918 or 100.64.0.0/10) and must not overlap.
   */
  readonly spokes: Readonly<Record<string, Spoke>>;
  /**
   * Address range of the egress VPC, /16 to /24. No spoke has a route to it.
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
   * @default 100.64.0.0/24
   */
  readonly egressCidr?: string;
  /**
   * Number of Availability Zones of the egress VPC, 2 to 6. It must have all AZs of the spokes.
   * @default 2
   */
  readonly azCount?: number;
  /**
   * NAT gateways of the egress VPC: `per-az`, or `single` to save cost.
   * @default per-az
   */
  readonly natGateways?: EgressNatGateways;
  /**
   * Appliance mode of the egress VPC's attachment: both directions of a connection use one AZ. Set it if the egress VPC has a
   * stateful appliance (a firewall, a Gateway Load Balancer endpoint). Otherwise it only adds traffic between AZs.
   * @see https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-appliance-scenario.html
   * @default false
   */
  readonly applianceMode?: boolean;
  /**
   * BGP autonomous system number of the transit gateway, 64512 to 65534 or 4200000000 to 4294967294. Transit gateways that
   * are peered, or connected to the same on-premises network, need different ones.
   * @default 64512
   */
  readonly amazonSideAsn?: number;
}

/**
 * A transit gateway whose spokes share the NAT gateways of one egress VPC. Spokes of one segment reach each other. Other
 * spokes do not.
 *
 * Throws `InvalidValue` for a prop out of range, a name that is malformed or reserved, a network that overlaps another one,
 * is public or is a whole private range, two attachment subnets in one AZ, and a subnet in an AZ without an attachment
 * subnet.
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
      // With AWS's defaults, all attachments share one route table and reach each other.
      defaultRouteTableAssociation: 'disable',
      defaultRouteTablePropagation: 'disable',
      autoAcceptSharedAttachments: 'disable',
      tags: [{ key: 'Name', value: this.node.path }],
    });
    const { transitGateway } = this;
    this.egress = new EgressVpc(this, 'Egress', { vpcCidr: egressCidr, azCount, natGateways });
    const egressAttachment = new VpcAttachment(this, 'EgressAttachment', {
      transitGateway,
      vpc: this.egress.vpc,
      subnets: this.egress.attachmentSubnets,
      applianceMode: props.applianceMode,
    });
    const egressTable = new TransitGatewayRouteTable(this, 'EgressRouteTable', { transitGateway });
    egressTable.associate('Egress', egressAttachment);

    const tables = new Map<string, TransitGatewayRouteTable>();
    const tableOf = (segment: string) => {
      const table = tables.get(segment) ?? this.addSpokeTable(segment, egressAttachment);
      tables.set(segment, table);
      return table;
    };
    for (const { name, vpc, cidr, segment, attachmentSubnets, subnets } of spokes) {
      const attachment = new VpcAttachment(this, `${name}Attachment`, {
        transitGateway,
        vpc,
        subnets: attachmentSubnets,
      });
      attachment.addRoutes('DefaultRoutes', subnets, '0.0.0.0/0');
      const table = tableOf(segment ?? 'Isolated');
      table.associate(name, attachment);
      if (segment !== undefined) table.propagate(name, attachment);

      // Replies go from the NAT gateway to the transit gateway, and from there to the spoke.
      egressAttachment.addRoutes(`RoutesTo${name}`, this.egress.publicSubnets, cidr);
      egressTable.propagate(name, attachment);
    }
  }

  /** Route table for the spokes of one segment: egress VPC by default, blackhole routes for private networks. */
  private addSpokeTable(segment: string, egressAttachment: VpcAttachment): TransitGatewayRouteTable {
    const table = new TransitGatewayRouteTable(this, `${segment}RouteTable`, {
      transitGateway: this.transitGateway,
    });
    table.addDefaultRoute(egressAttachment);
    // Without blackhole routes, the default route connects the spokes: the NAT gateway has routes back to all of them.
    // https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-nat-igw.html
    PRIVATE_NETWORKS.forEach((cidr, index) => {
      table.addBlackhole(`Blackhole${index + 1}`, cidr);
    });
    return table;
  }
}
