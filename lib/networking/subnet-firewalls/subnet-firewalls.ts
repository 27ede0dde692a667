import { Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { checkInteger } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';
import { rulesFor, type Rule } from './rules';
import { SubnetNetworkAcl } from './subnet-network-acl';

/** An additional rule, with its tier and direction. */
export interface TierRule extends Rule {
  readonly tier: 'public' | 'private' | 'isolated';
  readonly direction: 'inbound' | 'outbound';
}

export interface SubnetFirewallsProps {
  /** VPC with public, private and isolated subnets. */
  readonly vpc: ec2.IVpc;
  /**
   * TCP port of the application in the private tier, 1 to 32767. Load balancers in the public tier connect to it.
   * @default 8080
   */
  readonly applicationPort?: number;
  /**
   * TCP port of the database in the isolated tier, 1 to 32767. The application connects to it.
   * @default 5432
   */
  readonly databasePort?: number;
  /**
   * IPv4 networks that are denied in both directions by every tier. AWS's quota is 20 rules for each direction. This allows
   * 14 networks with two AZs, 12 with three and 6 with six.
   * @default - none
   */
  readonly deniedCidrs?: readonly string[];
  /**
   * Additional rules. The rules of this construct have multiples of 100 as numbers, from 2000.
   * @default - none
   */
  readonly furtherRules?: readonly TierRule[];
}

const ANYWHERE = ['0.0.0.0/0'];
/**
 * Ephemeral ports, the destination ports of replies. Linux uses 32768-60999 and Windows 49152-65535. Load balancers, NAT
 * gateways and clients on the internet use 1024-65535.
 * https://docs.aws.amazon.com/vpc/latest/userguide/nacl-ephemeral-ports.html
 */
const INSTANCE_PORTS = 'tcp 32768-65535';
const CLIENT_PORTS = 'tcp 1024-65535';

/**
 * A network ACL for each tier of a VPC. It denies given networks, and allows the traffic of a three-tier application and
 * the replies to it. A security group for each tier allows only the connections that the application needs.
 *
 * Throws `InvalidValue` for a port out of range, for a VPC without one of the tiers, and for rules that
 * `SubnetNetworkAcl` refuses.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/infrastructure-security.html
 */
export class SubnetFirewalls extends Construct {
  readonly publicTier: SubnetNetworkAcl;
  readonly privateTier: SubnetNetworkAcl;
  readonly isolatedTier: SubnetNetworkAcl;
  /** Security group of load balancers: HTTP and HTTPS from anywhere, the application's port to the application. */
  readonly loadBalancer: ec2.SecurityGroup;
  /** Security group of the application: its port from load balancers, the database's port, HTTPS to anywhere. */
  readonly application: ec2.SecurityGroup;
  /** Security group of the database: its port from the application. */
  readonly database: ec2.SecurityGroup;

  constructor(scope: Construct, id: string, props: SubnetFirewallsProps) {
    super(scope, id);
    const { vpc, applicationPort = 8080, databasePort = 5432, deniedCidrs = [], furtherRules = [] } = props;
    // Higher ports are open to the internet, for replies.
    checkInteger('applicationPort', applicationPort, 1, 32_767);
    checkInteger('databasePort', databasePort, 1, 32_767);
    const application = `tcp ${applicationPort}` as const;
    const database = `tcp ${databasePort}` as const;

    const publicTier = tierOf('public', vpc.publicSubnets);
    const privateTier = tierOf('private', vpc.privateSubnets);
    const isolatedTier = tierOf('isolated', vpc.isolatedSubnets);
    const table = (tier: TierRule['tier'], direction: TierRule['direction'], rules: readonly Rule[]) => [
      // Deny rules come first. Their numbers stay below 2000, so a longer list changes no other rule.
      ...rulesFor(100, 'deny', 'all', deniedCidrs),
      ...rules,
      ...furtherRules.filter((rule) => rule.tier === tier && rule.direction === direction),
    ];

    this.publicTier = new SubnetNetworkAcl(this, 'Public', {
      vpc,
      subnets: publicTier.subnets,
      inbound: table('public', 'inbound', [
        ...rulesFor(2000, 'allow', 'tcp 443', ANYWHERE), // clients, and private instances that use NAT gateways
        ...rulesFor(3000, 'allow', 'tcp 80', ANYWHERE), // clients, which load balancers redirect to HTTPS
        ...rulesFor(4000, 'allow', CLIENT_PORTS, ANYWHERE), // replies to load balancers and NAT gateways
        ...rulesFor(9000, 'allow', 'path-mtu', ANYWHERE),
      ]),
      outbound: table('public', 'outbound', [
        ...rulesFor(2000, 'allow', application, privateTier.cidrs), // load balancers to the application
        ...rulesFor(3000, 'allow', 'tcp 443', ANYWHERE), // NAT gateways
        ...rulesFor(4000, 'allow', CLIENT_PORTS, ANYWHERE), // replies to clients, and from NAT gateways to private instances
        ...rulesFor(9000, 'allow', 'path-mtu', ANYWHERE),
      ]),
    });
    this.privateTier = new SubnetNetworkAcl(this, 'Private', {
      vpc,
      subnets: privateTier.subnets,
      inbound: table('private', 'inbound', [
        ...rulesFor(2000, 'allow', application, publicTier.cidrs),
        // Replies that pass a NAT gateway have the server's source address. The application's port is not in this range.
        ...rulesFor(4000, 'allow', INSTANCE_PORTS, ANYWHERE),
        ...rulesFor(9000, 'allow', 'path-mtu', ANYWHERE),
      ]),
      outbound: table('private', 'outbound', [
        ...rulesFor(2000, 'allow', database, isolatedTier.cidrs),
        ...rulesFor(3000, 'allow', 'tcp 443', ANYWHERE),
        ...rulesFor(4000, 'allow', CLIENT_PORTS, publicTier.cidrs), // replies to load balancers
        ...rulesFor(9000, 'allow', 'path-mtu', ANYWHERE),
      ]),
    });
    this.isolatedTier = new SubnetNetworkAcl(this, 'Isolated', {
      vpc,
      subnets: isolatedTier.subnets,
      inbound: table('isolated', 'inbound', rulesFor(2000, 'allow', database, privateTier.cidrs)),
      outbound: table('isolated', 'outbound', rulesFor(4000, 'allow', INSTANCE_PORTS, privateTier.cidrs)),
    });

    this.loadBalancer = this.securityGroup('LoadBalancer', vpc, 'Load balancers');
    this.application = this.securityGroup('Application', vpc, 'Application');
    this.database = this.securityGroup('Database', vpc, 'Database');
    for (const port of [ec2.Port.HTTPS, ec2.Port.HTTP]) {
      this.loadBalancer.addIngressRule(ec2.Peer.anyIpv4(), port, 'Clients');
    }
    Validations.of(this.loadBalancer).acknowledge({
      id: 'AwsSolutions-EC23',
      reason:
        'A public website accepts clients from anywhere. The network ACLs deny the networks that must not connect.',
    });
    const { connections } = this.application;
    connections.allowFrom(
      this.loadBalancer,
      ec2.Port.tcp(applicationPort),
      'Load balancers to the application',
    );
    connections.allowTo(this.database, ec2.Port.tcp(databasePort), 'Application to the database');
    this.application.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'HTTPS to anywhere');
  }

  private securityGroup(id: string, vpc: ec2.IVpc, description: string): ec2.SecurityGroup {
    return new ec2.SecurityGroup(this, id, { vpc, description, allowAllOutbound: false });
  }
}

function tierOf(type: string, subnets: readonly ec2.ISubnet[]) {
  if (subnets.length === 0)
    throw new InvalidValue('vpc', `no ${type} subnets`, 'public, private and isolated ones');
  return { subnets, cidrs: subnets.map(({ ipv4CidrBlock }) => ipv4CidrBlock) };
}
