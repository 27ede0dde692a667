import { Duration, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { checkRoleName } from '../../shared/checks';
import { overlap, parseCidr, type Cidr } from '../../shared/cidr';
import { InvalidValue } from '../../shared/invalid-value';
import { PeeringConnection, type PeeringSide } from './peering-connection';

/** A VPC, and those of its subnets that talk to its peers. */
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
   * Which of them talk to each other. Peering is not transitive: A-B and B-C do not make A-C.
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

/** One capital, so that no two names are the same zone, and no two pairs the same construct id. */
const DOMAIN = /^(?=.{1,200}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;

/**
 * VPCs of one account and region, of which some pairs talk to each other in private: a peering connection for each
 * pair, and routes on both sides for just the subnets that should talk.
 *
 * Throws `InvalidValue` for a name that is malformed, networks that overlap, a VPC of another account or region, a
 * pair of VPCs that are not there or not two, and a pair given twice.
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
      if (this.connections.has(key)) throw new InvalidValue('pairs', pair, 'a pair that is not there yet');
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
    // The address is another one after the instance is replaced.
    return new route53.ARecord(zone, recordName, { zone, recordName, target, ttl: Duration.minutes(1) });
  }
}

/** Order does not matter to AWS: it refuses B-A beside A-B, and so it would if a swap replaced the connection. */
function idOf(pair: readonly [string, string]): string {
  return [...pair].sort().join('With');
}

function sideOf(name: string, { vpc, subnets }: PeeredVpc): PeeringSide {
  // `vpcCidrBlock` of a VPC of this app is what AWS will answer; what it was asked for is in the resource.
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
    // Elsewhere it takes a role to accept the connection, and routes in a stack of that place.
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
    // Also of two that are not peered: a third one could not have routes to both.
    const other = networks.find((known) => overlap(known.network, network));
    if (other) {
      const expected = `a network that does not overlap ${other.name} ${other.cidr}`;
      throw new InvalidValue('vpcs', `${name} ${cidr}`, expected);
    }
    networks.push({ name, cidr, network });
  }
}
