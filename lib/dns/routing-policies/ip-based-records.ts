import { Names, Token } from 'aws-cdk-lib';
import {
  CfnCidrCollection,
  CidrRoutingConfig,
  PrivateHostedZone,
  type RecordSet,
} from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { parseCidr } from '../../shared/cidr';
import { InvalidValue } from '../../shared/invalid-value';
import {
  addRecord,
  checkDistinct,
  checkName,
  checkRecords,
  type RoutedName,
  type RoutedRecord,
} from './routed-record';

export interface IpBasedRecord extends RoutedRecord {
  /** Name of the CIDR location too: 1 to 16 letters, digits, `-` and `_`. */
  readonly id: string;
  /**
   * Networks of the clients that are answered this: IPv4 of /1 to /24, IPv6 of /1 to /48. Where they overlap, the
   * narrower one counts.
   */
  readonly cidrs: readonly string[];
}

export interface IpBasedRecordsProps extends RoutedName {
  /** 1 to 99, with up to 1,000 networks in all. */
  readonly records: readonly IpBasedRecord[];
  /** What clients of no network are answered, and those whose own record is unhealthy. `none`: no answer at all. */
  readonly defaultRecord: RoutedRecord | 'none';
}

/**
 * The answer for the client's network: for what you know better than AWS, such as which provider you peer with where.
 * Route 53 goes by the client's network if the resolver sends it (EDNS Client Subnet), else by the resolver's address.
 *
 * Throws `InvalidValue` for networks, names and targets that Route 53 would refuse, and for a private hosted zone, which
 * has no such routing.
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
      throw new InvalidValue('zone', zone.zoneName, 'a public zone: private ones have no IP-based routing');
    }
    const others = defaultRecord === 'none' ? [] : [defaultRecord];
    checkName(props);
    checkRecords([...records, ...others], props);
    checkNetworks(records);

    this.collection = new CfnCidrCollection(this, 'Networks', {
      // The API asks for a name that is the account's only one.
      name: Names.uniqueResourceName(this, { maxLength: 64, separator: '-' }),
      locations: records.map(({ id, cidrs }) => ({ locationName: id, cidrList: [...cidrs] })),
    });
    const collectionId = this.collection.attrId;
    this.records = [
      ...records.map((record) =>
        addRecord(this, props, record, {
          cidrRoutingConfig: CidrRoutingConfig.create({ collectionId, locationName: record.id }),
        }),
      ),
      ...others.map((record) =>
        addRecord(this, props, record, {
          cidrRoutingConfig: CidrRoutingConfig.withDefaultLocationName(collectionId),
        }),
      ),
    ];
  }
}

function checkNetworks(records: readonly IpBasedRecord[]): void {
  for (const { id, cidrs } of records) {
    if (!/^[\w-]{1,16}$/.test(id)) throw new InvalidValue('id', id, '1 to 16 letters, digits, - and _');
    if (cidrs.length === 0) throw new InvalidValue(`cidrs of ${id}`, cidrs, 'one network at least');
    for (const cidr of cidrs) checkNetwork(`cidrs of ${id}`, cidr);
  }
  const networks = records.flatMap(({ cidrs }) => cidrs);
  if (networks.length > 1000) throw new InvalidValue('cidrs', networks.length, '1,000 networks at most');
  checkDistinct('cidrs', networks);
}

function checkNetwork(name: string, cidr: string): void {
  if (Token.isUnresolved(cidr)) return;
  if (cidr.includes(':')) {
    const prefix = /^[0-9a-f:]+\/(\d{1,3})$/i.exec(cidr)?.[1];
    if (prefix === undefined || Number(prefix) < 1 || Number(prefix) > 48) {
      throw new InvalidValue(name, cidr, 'an IPv6 network of /1 to /48');
    }
    return;
  }
  const { prefix } = parseCidr(name, cidr);
  if (prefix < 1 || prefix > 24) throw new InvalidValue(name, cidr, 'an IPv4 network of /1 to /24');
}
