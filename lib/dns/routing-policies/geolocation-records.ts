import { GeoLocation, type Continent, type RecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import { COUNTRIES, STATES } from './countries';
import {
  addRecord,
  checkDistinct,
  checkName,
  checkRecords,
  type RoutedName,
  type RoutedRecord,
} from './routed-record';

/** Location of clients: a continent, a country by its ISO 3166-1 code (`GB`, not `UK`), or a state of the USA. */
export type ClientLocation =
  { readonly continent: Continent } | { readonly country: string } | { readonly state: string };

export interface GeolocationRecord extends RoutedRecord {
  readonly location: ClientLocation;
}

export interface GeolocationRecordsProps extends RoutedName {
  /** 1 to 99 records with different locations. */
  readonly records: readonly GeolocationRecord[];
  /**
   * Answer for clients whose location is unknown, for clients that match no record, and for clients whose matching
   * records are all unhealthy. With `none`, Route 53 gives these clients no answer. Some licences require that.
   */
  readonly defaultRecord: RoutedRecord | 'none';
}

/**
 * Records with the geolocation routing policy. Route 53 answers by the location of the client: for languages, licences
 * and laws. The record of the smallest location applies: state, then country, then continent, then default. When that
 * record is unhealthy, the record of the next larger location applies.
 *
 * This policy does not find the nearest server. It does not keep anybody out: a client can use a resolver in another
 * country.
 *
 * Throws `InvalidValue` for locations, names and targets that Route 53 would refuse.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-geo.html
 */
export class GeolocationRecords extends Construct {
  readonly records: readonly RecordSet[];

  constructor(scope: Construct, id: string, props: GeolocationRecordsProps) {
    super(scope, id);
    const { records, defaultRecord } = props;
    const defaults = defaultRecord === 'none' ? [] : [defaultRecord];
    checkName(props);
    checkRecords([...records, ...defaults], props);
    for (const { id, location } of records) checkLocation(id, location);
    checkDistinct(
      'location',
      records.map(({ location }) => Object.values(location).join()),
    );
    this.records = [
      ...records.map((record) =>
        addRecord(this, props, record, { geoLocation: geoLocation(record.location) }),
      ),
      ...defaults.map((record) => addRecord(this, props, record, { geoLocation: GeoLocation.default() })),
    ];
  }
}

function checkLocation(id: string, location: ClientLocation): void {
  if ('state' in location && !STATES.has(location.state)) {
    throw new InvalidValue(`location of ${id}`, location.state, 'a state of the USA such as CA');
  }
  if ('country' in location && !COUNTRIES.has(location.country)) {
    throw new InvalidValue(
      `location of ${id}`,
      location.country,
      'a country code that Route 53 accepts: FR, GB (not UK)',
    );
  }
}

function geoLocation(location: ClientLocation): GeoLocation {
  if ('continent' in location) return GeoLocation.continent(location.continent);
  if ('country' in location) return GeoLocation.country(location.country);
  return GeoLocation.subdivision(location.state);
}
