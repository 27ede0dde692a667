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

/** Location of a server: a Region, a Local Zone group such as us-west-2-lax-1, or coordinates in degrees. */
export type ServerLocation =
  | { readonly region: string }
  | { readonly localZoneGroup: string }
  | {
      /** -90 to 90, with at most two decimals. North is positive. */
      readonly latitude: number;
      /** -180 to 180, with at most two decimals. East is positive. */
      readonly longitude: number;
    };

export interface GeoproximityRecord extends RoutedRecord {
  readonly location: ServerLocation;
  /**
   * Makes the area of the server larger (1 to 99) or smaller (-1 to -99). With 50 the server counts as half as far away,
   * with -50 as twice as far. Change it in small steps: it moves a border, and many clients may be near that border.
   * @default 0
   */
  readonly bias?: number;
}

export interface GeoproximityRecordsProps extends RoutedName {
  /** 1 to 30 records. */
  readonly records: readonly GeoproximityRecord[];
}

/**
 * Records with the geoproximity routing policy. Route 53 answers with the server that is nearest to the client in
 * kilometres. A bias changes the distance, so that you can move load from one place to another in small steps. When the
 * nearest server is unhealthy, Route 53 answers with the next one.
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
    // CDK's RecordSet has no geoproximity routing policy; CfnRecordSetGroup has.
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
    throw new InvalidValue(
      `location of ${id}`,
      location.localZoneGroup,
      'a Local Zone group such as us-west-2-lax-1',
    );
  }
  if (!('latitude' in location)) return;
  const { latitude, longitude } = location;
  const isValid = (degrees: number, maximum: number) =>
    Math.abs(degrees) <= maximum && Number(degrees.toFixed(2)) === degrees;
  if (!isValid(latitude, 90) || !isValid(longitude, 180)) {
    throw new InvalidValue(
      `location of ${id}`,
      [latitude, longitude],
      'a latitude of -90 to 90 and a longitude of -180 to 180, with at most two decimals',
    );
  }
}

function cloudFormationLocation(location: ServerLocation): CfnRecordSetGroup.GeoProximityLocationProperty {
  if ('region' in location) return { awsRegion: location.region };
  if ('localZoneGroup' in location) return location;
  const { latitude, longitude } = location;
  return { coordinates: { latitude: String(latitude), longitude: String(longitude) } };
}
