import { Duration, Resource, Token } from 'aws-cdk-lib';
import { CfnRecordSetGroup, RecordType, type IRecordSet } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import {
  checkName,
  checkRecords,
  checkRegion,
  fullName,
  type RoutedName,
  type RoutedRecord,
} from './routed-record';

/** Where a server is: in a Region, in a Local Zone Group such as us-west-2-lax-1, or anywhere, in degrees. */
export type ServerLocation =
  | { readonly region: string }
  | { readonly localZoneGroup: string }
  | {
      /** -90 to 90, north is positive; two decimals at most. */
      readonly latitude: number;
      /** -180 to 180, east is positive; two decimals at most. */
      readonly longitude: number;
    };

export interface GeoproximityRecord extends RoutedRecord {
  readonly location: ServerLocation;
  /**
   * Grows the area that the server answers for (1 to 99) or shrinks it (-1 to -99). +50 halves the distance to it, -50
   * doubles it. Change it in small steps: how many clients live near the border is not in the number.
   * @default 0
   */
  readonly bias?: number;
}

export interface GeoproximityRecordsProps extends RoutedName {
  /** 1 to 30. */
  readonly records: readonly GeoproximityRecord[];
}

/**
 * The answer whose server is nearest in kilometres, by a distance that a bias shrinks or stretches: to move load from
 * one place to another little by little. When the nearest is unhealthy, the next one is answered.
 *
 * Throws `InvalidValue` for locations, biases, names and targets that Route 53 would refuse.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-geoproximity.html
 */
export class GeoproximityRecords extends Resource implements IRecordSet {
  readonly domainName: string;
  readonly recordSetRef: IRecordSet['recordSetRef'];
  readonly records: CfnRecordSetGroup;

  constructor(scope: Construct, id: string, props: GeoproximityRecordsProps) {
    super(scope, id);
    const { zone, records, recordType = RecordType.A, ttl = Duration.seconds(60) } = props;
    checkName(props);
    // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
    checkRecords(records, { recordType, maximum: 30 });
    for (const { id, location, bias = 0 } of records) {
      checkLocation(id, location);
      if (!Token.isUnresolved(bias) && (!Number.isInteger(bias) || Math.abs(bias) > 99)) {
        throw new InvalidValue(`bias of ${id}`, bias, 'a whole number from -99 to 99');
      }
    }
    this.domainName = fullName(props);
    this.recordSetRef = { recordSetName: this.domainName, type: recordType };
    // CDK's RecordSet has no geoproximity, nor has its CfnRecordSet. CloudFormation changes a group in one go.
    this.records = new CfnRecordSetGroup(this, 'Records', {
      hostedZoneId: zone.hostedZoneId,
      recordSets: records.map(({ id, target, healthCheck, location, bias }) => ({
        name: this.domainName,
        type: recordType,
        setIdentifier: id,
        geoProximityLocation: { ...cloudFormationLocation(location), bias },
        resourceRecords: target.values,
        ttl: target.aliasTarget ? undefined : String(ttl.toSeconds()),
        aliasTarget: target.aliasTarget?.bind(this, zone),
        healthCheckId: healthCheck?.healthCheckId,
      })),
    });
  }
}

function checkLocation(id: string, location: ServerLocation): void {
  if ('region' in location) checkRegion(`location of ${id}`, location.region);
  if ('localZoneGroup' in location && !/^[a-z]{2}(-[a-z]+)+-\d-[a-z]+-\d+$/.test(location.localZoneGroup)) {
    throw new InvalidValue(`location of ${id}`, location.localZoneGroup, 'a group such as us-west-2-lax-1');
  }
  if (!('latitude' in location)) return;
  const { latitude, longitude } = location;
  const fits = (degrees: number, most: number) =>
    Math.abs(degrees) <= most && Number(degrees.toFixed(2)) === degrees;
  if (!fits(latitude, 90) || !fits(longitude, 180)) {
    throw new InvalidValue(
      `location of ${id}`,
      [latitude, longitude],
      'latitude and longitude, -90 to 90 and -180 to 180 with two decimals at most',
    );
  }
}

function cloudFormationLocation(location: ServerLocation): CfnRecordSetGroup.GeoProximityLocationProperty {
  if ('region' in location) return { awsRegion: location.region };
  if ('localZoneGroup' in location) return location;
  const { latitude, longitude } = location;
  return { coordinates: { latitude: String(latitude), longitude: String(longitude) } };
}
