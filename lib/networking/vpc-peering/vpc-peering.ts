import { Duration, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { checkRoleName } from '../../shared/checks';
import { overlap, parseCidr, type Cidr } from '../../shared/cidr';
import { InvalidValue } from '../../shared/invalid-value';
import { PeeringConnection, type PeeringSide } from './peering-connection';

/** A VPC, and its subnets that get routes to the peers. */
export interface PeeredVpc {
  readonly vpc: ec2.IVpc;
  /**
   * @default - as `vpc.selectSubnets()`: the private subnets; without those, the isolated ones; without those, the
   * public ones
   */
  readonly subnets?: ec2.SubnetSelection;
}

export interface VpcPeeringProps {
  /**
   * The VPCs by name: a capital, then lower-case letters and digits. Names are part of construct ids and of DNS names.
   * All in the account and region of the stack. No two networks may overlap.
   */
  readonly vpcs: Readonly<Record<string, PeeredVpc>>;
  /**
   * Pairs of VPCs that are peered. Peering is not transitive: A-B and B-C do not make A-C.
   * At most 50 for each VPC, 125 when AWS raises the quota.
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-peering
   */
  readonly pairs: readonly (readonly [string, string])[];
  /**
   * Domain of the private names, such as `corp.internal`. Each VPC gets a zone below it (`a.corp.internal`), which
   * resolves in that VPC and in those that it is peered with. Both attributes for DNS must be on in the VPCs.
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-private.html
   * @default - no zones
   */
  readonly domain?: string;
}

const DOMAIN = /^(?=.{1,200}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;

/**
 * Peering connections between VPCs of one account and region: one for each pair, with routes on both sides for the chosen
 * subnets only.
 *
 * Throws `InvalidValue` for a name that is malformed, networks that overlap, a VPC of another account or region, a
 * pair that does not name two of the VPCs, and a pair given twice.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/peering/what-is-vpc-peering.html
 */
export class VpcPeering extends Construct {
  private readonly connections = new Map<string, PeeringConnection>();
  private readonly zones = new Map<string, route53.PrivateHostedZone>();

  constructor(scope: Construct, id: string, { vpcs, pairs, domain }: VpcPeeringProps) {
    super(scope, id);
    const sides = new Map(Object.entries(vpcs).map(([name, peer]) => [name, sideOf(name, peer)]));
    validateVpcs(Stack.of(this), [...sides.values()]);
    if (domain !== undefined && !DOMAIN.test(domain)) {
      throw new InvalidValue('domain', domain, 'a domain such as corp.internal in lower case');
    }

    for (const { name, vpc } of domain === undefined ? [] : sides.values()) {
      const zoneName = `${name.toLowerCase()}.${domain}`;
      this.zones.set(name, new route53.PrivateHostedZone(this, `${name}Zone`, { zoneName, vpc }));
    }
    for (const pair of pairs) {
      const [requester, accepter] = sidesOf(pair, sides);
      const key = idOf(pair);
      if (this.connections.has(key)) throw new InvalidValue('pairs', pair, 'each pair once');
      this.connections.set(key, new PeeringConnection(this, key, { requester, accepter }));
      this.zones.get(requester.name)?.addVpc(accepter.vpc);
      this.zones.get(accepter.name)?.addVpc(requester.vpc);
    }
  }

  /** The connection of a pair, in either order. Throws `InvalidValue` when there is none. */
  between(one: string, other: string): PeeringConnection {
    const connection = this.connections.get(idOf([one, other]));
    if (!connection) {
      throw new InvalidValue('pair', [one, other], `one of ${[...this.connections.keys()].join(', ')}`);
    }
    return connection;
  }

  /** Gives an IPv4 address of a VPC a name in its zone. Throws `InvalidValue` when it has no zone. */
  addName(vpc: string, recordName: string, address: string): route53.ARecord {
    const zone = this.zones.get(vpc);
    if (!zone) {
      const known = [...this.zones.keys()].join(', ') || 'none, without a domain';
      throw new InvalidValue('vpc', vpc, `one that has a zone: ${known}`);
    }
    const target = route53.RecordTarget.fromIpAddresses(address);
    // A short TTL: if the instance is replaced, its address changes.
    return new route53.ARecord(zone, recordName, { zone, recordName, target, ttl: Duration.minutes(1) });
  }
}

/** The same for both orders of a pair: AWS refuses a connection B-A if A-B exists, also while one replaces the other. */
function idOf(pair: readonly [string, string]): string {
  return [...pair].sort().join('With');
}

function sideOf(name: string, { vpc, subnets }: PeeredVpc): PeeringSide {
  // `vpcCidrBlock` of a VPC of this app is a token. The literal is in the resource.
  const { defaultChild } = vpc.node;
  const literal = defaultChild instanceof ec2.CfnVPC ? defaultChild.cidrBlock : undefined;
  return { name, vpc, cidr: literal ?? vpc.vpcCidrBlock, subnets: vpc.selectSubnets(subnets).subnets };
}

function sidesOf(
  pair: readonly [string, string],
  sides: ReadonlyMap<string, PeeringSide>,
): [PeeringSide, PeeringSide] {
  const [requester, accepter] = [...pair].sort().map((name) => sides.get(name));
  if (!requester || !accepter || requester === accepter) {
    throw new InvalidValue('pairs', pair, `two of ${[...sides.keys()].join(', ')}`);
  }
  return [requester, accepter];
}

function validateVpcs({ account, region }: Stack, sides: readonly PeeringSide[]): void {
  const networks: { name: string; cidr: string; network: Cidr }[] = [];
  for (const { name, vpc, cidr } of sides) {
    checkRoleName('vpcs', name);
    // Another account or region needs a role that accepts the connection, and a stack there for the routes.
    for (const [there, here] of [
      [vpc.env.account, account],
      [vpc.env.region, region],
    ] as const) {
      if (Token.compareStrings(there, here) === TokenComparison.DIFFERENT) {
        throw new InvalidValue('vpcs', `${name} in ${there}`, `a VPC in ${here}, like the stack`);
      }
    }
    if (Token.isUnresolved(cidr)) continue;
    const network = parseCidr('vpcs', cidr);
    // Also two that are not peered: a third VPC cannot have routes to both.
    const other = networks.find((known) => overlap(known.network, network));
    if (other) {
      const expected = `a network that does not overlap ${other.name} ${other.cidr}`;
      throw new InvalidValue('vpcs', `${name} ${cidr}`, expected);
    }
    networks.push({ name, cidr, network });
  }
}
