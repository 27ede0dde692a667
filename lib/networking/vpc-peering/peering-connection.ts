import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import { onePerRouteTable } from '../../shared/route-tables';

/** One end of a peering connection. */
export interface PeeringSide {
  readonly name: string;
  readonly vpc: ec2.IVpc;
  /** Network of the VPC, to which the other end gets routes. */
  readonly cidr: string;
  /** Subnets that get routes to the other VPC. */
  readonly subnets: readonly ec2.ISubnet[];
}

export interface PeeringConnectionProps {
  readonly requester: PeeringSide;
  readonly accepter: PeeringSide;
}

/** Traffic that `PeeringConnection.allow` allows. */
export interface PeeringRule {
  /** Opens the connection. */
  readonly client: ec2.IConnectable;
  /** Accepts the connection. */
  readonly server: ec2.IConnectable;
  readonly port: ec2.Port;
}

/**
 * A connection between two VPCs of one account and region, with routes in both directions.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
 */
export class PeeringConnection extends Construct {
  readonly connection: ec2.CfnVPCPeeringConnection;

  constructor(scope: Construct, id: string, { requester, accepter }: PeeringConnectionProps) {
    super(scope, id);
    // In one account and region, CloudFormation also accepts the connection.
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcpeeringconnection.html
    this.connection = new ec2.CfnVPCPeeringConnection(this, 'Connection', {
      vpcId: requester.vpc.vpcId,
      peerVpcId: accepter.vpc.vpcId,
      tags: [{ key: 'Name', value: this.node.path }],
    });
    this.addRoutes(requester, accepter);
    this.addRoutes(accepter, requester);
  }

  /**
   * Lets a client in one VPC open connections to a server in the other. The rules on both sides name the other's security
   * group. Throws `InvalidValue` if one has no security group.
   */
  allow(id: string, { client, server, port }: PeeringRule): void {
    const rule = new Construct(this, id);
    const [from, to] = [groupOf('client', client), groupOf('server', server)];
    const common = { ...(port.toRuleJson() as PortRule), description: `${id} over a peering connection` };
    // A rule can name a group of another VPC only while the connection is active. CDK's own rules
    // (`server.connections.allowFrom(client)`) do not wait for it.
    // https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html
    new ec2.CfnSecurityGroupEgress(rule, 'Egress', {
      ...common,
      groupId: from.securityGroupId,
      destinationSecurityGroupId: to.securityGroupId,
    }).addResourceDependency(this.connection);
    new ec2.CfnSecurityGroupIngress(rule, 'Ingress', {
      ...common,
      groupId: to.securityGroupId,
      sourceSecurityGroupId: from.securityGroupId,
    }).addResourceDependency(this.connection);
  }

  /** Adds a route to the route table of each subnet of `from`, and to no other. */
  private addRoutes(from: PeeringSide, to: PeeringSide): void {
    const routes = new Construct(this, `From${from.name}`);
    for (const { node, routeTable } of onePerRouteTable('vpcs', from.subnets)) {
      new ec2.CfnRoute(routes, node.id, {
        routeTableId: routeTable.routeTableId,
        destinationCidrBlock: to.cidr,
        vpcPeeringConnectionId: this.connection.ref,
      });
    }
  }
}

type PortRule = Pick<ec2.CfnSecurityGroupIngressProps, 'ipProtocol' | 'fromPort' | 'toPort'>;

function groupOf(role: string, { connections }: ec2.IConnectable): ec2.ISecurityGroup {
  // The rules of several groups add up, so one of them is enough.
  const [group] = connections.securityGroups;
  if (!group) throw new InvalidValue(role, 'no security group', 'something that has a security group');
  return group;
}
