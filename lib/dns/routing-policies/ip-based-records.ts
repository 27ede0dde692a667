import { Token } from 'aws-cdk-lib';
import {
  CfnCidrCollection,
  CidrRoutingConfig,
  PrivateHostedZone,
  type RecordSet,
} from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { parseCidr, parseIpv6Cidr } from '../../shared/cidr';
import { InvalidValue } from '../../shared/invalid-value';
import { uniqueName } from '../../shared/unique-name';
import { addRecord, checkName, checkRecords, type RoutedName, type RoutedRecord } from './routed-record';

export interface IpBasedRecord extends RoutedRecord {
  /** Set identifier, and name of the CIDR location: 1 to 16 letters, digits, `-` and `_`. */
  readonly id: string;
  /**
   * CIDR blocks of the clients: IPv4 of /1 to /24, IPv6 of /1 to /48. Where blocks of two records overlap, the block with
   * the longer prefix applies.
   */
  readonly cidrs: readonly string[];
}

export interface IpBasedRecordsProps extends RoutedName {
  /** 1 to 99 records, with at most 1,000 CIDR blocks in all. */
  readonly records: readonly IpBasedRecord[];
  /**
   * Answer for clients that match no CIDR block, and for clients whose matching record is unhealthy. With `none`, Route 53
   * gives these clients no answer.
   */
  readonly defaultRecord: RoutedRecord | 'none';
}

/**
 * Records with the IP-based routing policy. Route 53 answers by the network of the client: for what you know better than
 * AWS, such as the internet providers that you peer with. Route 53 uses the network that the resolver sends (EDNS Client
 * Subnet). If the resolver sends none, Route 53 uses the address of the resolver.
 *
 * Throws `InvalidValue` for CIDR blocks, names and targets that Route 53 would refuse, and for a private hosted zone,
 * which does not support this policy.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-ipbased.html
 */
export class IpBasedRecords extends Construct {
  readonly collection: CfnCidrCollection;
  readonly records: readonly RecordSet[];

  constructor(scope: Construct, id: string, props: IpBasedRecordsProps) {
    super(scope, id);
    const { zone, records, defaultRecord } = props;
    // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
    if (zone instanceof PrivateHostedZone) {
      throw new InvalidValue(
        'zone',
        zone.zoneName,
        'a public hosted zone: private ones have no IP-based routing',
      );
    }
    const defaults = defaultRecord === 'none' ? [] : [defaultRecord];
    checkName(props);
    checkRecords([...records, ...defaults], props);
    checkCidrs(records);

    this.collection = new CfnCidrCollection(this, 'CidrCollection', {
      // CloudFormation requires a name, and an account has each name once.
      name: uniqueName(this),
      locations: records.map(({ id, cidrs }) => ({ locationName: id, cidrList: [...cidrs] })),
    });
    const collectionId = this.collection.attrId;
    this.records = [
      ...records.map((record) =>
        addRecord(this, props, record, {
          cidrRoutingConfig: CidrRoutingConfig.create({ collectionId, locationName: record.id }),
        }),
      ),
      ...defaults.map((record) =>
        addRecord(this, props, record, {
          cidrRoutingConfig: CidrRoutingConfig.withDefaultLocationName(collectionId),
        }),
      ),
    ];
  }
}

function checkCidrs(records: readonly IpBasedRecord[]): void {
  for (const { id, cidrs } of records) {
    if (!/^[\w-]{1,16}$/.test(id)) throw new InvalidValue('id', id, '1 to 16 letters, digits, - and _');
    if (cidrs.length === 0) throw new InvalidValue(`cidrs of ${id}`, cidrs, 'at least one CIDR block');
  }
  const all = records.flatMap(({ id, cidrs }) => cidrs.map((cidr) => ({ id, cidr })));
  if (all.length > 1000) throw new InvalidValue('cidrs', all.length, 'at most 1,000 CIDR blocks');
  const firstOf = new Map<string, string>();
  for (const { id, cidr } of all.filter((each) => !Token.isUnresolved(each.cidr))) {
    const network = checkCidr(`cidrs of ${id}`, cidr);
    const first = firstOf.get(network);
    if (first !== undefined) {
      throw new InvalidValue(`cidrs of ${id}`, cidr, `a CIDR block that no other entry has: ${first}`);
    }
    firstOf.set(network, cidr);
  }
}

/** Returns the same text for each spelling of one network. */
function checkCidr(name: string, cidr: string): string {
  const isIpv6 = cidr.includes(':');
  const { address, prefix } = isIpv6 ? parseIpv6Cidr(name, cidr) : parseCidr(name, cidr);
  // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-ipbased.html: /0 is the default location.
  const longest = isIpv6 ? 48 : 24;
  if (prefix < 1 || prefix > longest) {
    throw new InvalidValue(name, cidr, `an ${isIpv6 ? 'IPv6' : 'IPv4'} network of /1 to /${longest}`);
  }
  return `${isIpv6 ? 'IPv6' : 'IPv4'} ${address}/${prefix}`;
}
