import { Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import { rulesFor, type Rule } from './rules';
import { SubnetFirewall } from './subnet-firewall';

/** A rule of your own, and where it belongs. */
export interface TierRule extends Rule {
  readonly tier: 'public' | 'private' | 'isolated';
  readonly direction: 'inbound' | 'outbound';
}

export interface SubnetFirewallsProps {
  /** Has public, private and isolated subnets. */
  readonly vpc: ec2.IVpc;
  /**
   * Port on which the private tier serves the load balancers of the public one, 1 to 32767.
   * @default 8080
   */
  readonly applicationPort?: number;
  /**
   * Port on which the isolated tier serves the private one, 1 to 32767.
   * @default 5432
   */
  readonly databasePort?: number;
  /**
   * IPv4 networks that no subnet takes anything from or sends anything to. AWS allows 20 rules in a direction, which
   * leaves room for 14 networks with two AZs, 12 with three and 6 with six.
   * @default - none
   */
  readonly deniedCidrs?: readonly string[];
  /**
   * Rules of your own, between those of the tables. Those have the hundreds, from 2000 on.
   * @default - none
   */
  readonly furtherRules?: readonly TierRule[];
}

const ANYWHERE = ['0.0.0.0/0'];
/**
 * Ports that replies come back to. Linux takes 32768-60999 and Windows 49152-65535; load balancers, NAT gateways and
 * clients on the internet take 1024-65535.
 * https://docs.aws.amazon.com/vpc/latest/userguide/nacl-ephemeral-ports.html
 */
const HOSTS = 'tcp 32768-65535';
const ANY_CLIENT = 'tcp 1024-65535';

/**
 * A network ACL for each tier of a VPC, which lets through what a three-tier application needs and the replies to
 * it, a deny list before that, and the security groups behind it.
 *
 * Throws `InvalidValue` for a port out of range, for a VPC without one of the tiers, and for tables that
 * `SubnetFirewall` refuses.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/infrastructure-security.html
 */
export class SubnetFirewalls extends Construct {
  readonly publicTier: SubnetFirewall;
  readonly privateTier: SubnetFirewall;
  readonly isolatedTier: SubnetFirewall;
  /** For load balancers: HTTP and HTTPS from anywhere, the application's port to the application. */
  readonly loadBalancer: ec2.SecurityGroup;
  /** For the application: its port from load balancers, the database's port to the database, HTTPS to anywhere. */
  readonly application: ec2.SecurityGroup;
  /** For the database: its port from the application. */
  readonly database: ec2.SecurityGroup;

  constructor(scope: Construct, id: string, props: SubnetFirewallsProps) {
    super(scope, id);
    const { vpc, applicationPort = 8080, databasePort = 5432, deniedCidrs = [], furtherRules = [] } = props;
    validatePort('applicationPort', applicationPort);
    validatePort('databasePort', databasePort);
    const application = `tcp ${applicationPort}` as const;
    const database = `tcp ${databasePort}` as const;

    const publicTier = tierOf('public', vpc.publicSubnets);
    const privateTier = tierOf('private', vpc.privateSubnets);
    const isolatedTier = tierOf('isolated', vpc.isolatedSubnets);
    const table = (tier: TierRule['tier'], direction: TierRule['direction'], rules: readonly Rule[]) => [
      // Whatever comes first decides. Its numbers stay below 2000, so that a longer list moves no other rule.
      ...rulesFor(100, 'deny', 'all', deniedCidrs),
      ...rules,
      ...furtherRules.filter((rule) => rule.tier === tier && rule.direction === direction),
    ];

    this.publicTier = new SubnetFirewall(this, 'Public', {
      vpc,
      subnets: publicTier.subnets,
      inbound: table('public', 'inbound', [
        ...rulesFor(2000, 'allow', 'tcp 443', ANYWHERE), // clients, and private instances on their way to NAT
        ...rulesFor(3000, 'allow', 'tcp 80', ANYWHERE), // clients, to be redirected
        ...rulesFor(4000, 'allow', ANY_CLIENT, ANYWHERE), // replies to load balancers and NAT gateways
        ...rulesFor(9000, 'allow', 'path-mtu', ANYWHERE),
      ]),
      outbound: table('public', 'outbound', [
        ...rulesFor(2000, 'allow', application, privateTier.cidrs), // load balancers to the application
        ...rulesFor(3000, 'allow', 'tcp 443', ANYWHERE), // NAT gateways
        ...rulesFor(4000, 'allow', ANY_CLIENT, ANYWHERE), // replies to clients, and from NAT to private instances
        ...rulesFor(9000, 'allow', 'path-mtu', ANYWHERE),
      ]),
    });
    this.privateTier = new SubnetFirewall(this, 'Private', {
      vpc,
      subnets: privateTier.subnets,
      inbound: table('private', 'inbound', [
        ...rulesFor(2000, 'allow', application, publicTier.cidrs),
        // Through a NAT gateway, replies come from the internet's addresses. The application's port is not among these.
        ...rulesFor(4000, 'allow', HOSTS, ANYWHERE),
        ...rulesFor(9000, 'allow', 'path-mtu', ANYWHERE),
      ]),
      outbound: table('private', 'outbound', [
        ...rulesFor(2000, 'allow', database, isolatedTier.cidrs),
        ...rulesFor(3000, 'allow', 'tcp 443', ANYWHERE),
        ...rulesFor(4000, 'allow', ANY_CLIENT, publicTier.cidrs), // replies to load balancers
        ...rulesFor(9000, 'allow', 'path-mtu', ANYWHERE),
      ]),
    });
    this.isolatedTier = new SubnetFirewall(this, 'Isolated', {
      vpc,
      subnets: isolatedTier.subnets,
      inbound: table('isolated', 'inbound', rulesFor(2000, 'allow', database, privateTier.cidrs)),
      outbound: table('isolated', 'outbound', rulesFor(4000, 'allow', HOSTS, privateTier.cidrs)),
    });

    this.loadBalancer = this.securityGroup('LoadBalancer', vpc, 'Load balancers');
    this.application = this.securityGroup('Application', vpc, 'Application');
    this.database = this.securityGroup('Database', vpc, 'Database');
    for (const port of [ec2.Port.HTTPS, ec2.Port.HTTP]) {
      this.loadBalancer.addIngressRule(ec2.Peer.anyIpv4(), port, 'Clients');
    }
    Validations.of(this.loadBalancer).acknowledge({
      id: 'AwsSolutions-EC23',
      reason: 'Clients of a public website come from anywhere; whom it must not serve is on the deny list.',
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

function validatePort(name: string, port: number): void {
  // Higher ports are where replies come back to, and those are open to anybody.
  if (!Number.isInteger(port) || port < 1 || port > 32767) {
    throw new InvalidValue(name, port, 'a port from 1 to 32767');
  }
}
