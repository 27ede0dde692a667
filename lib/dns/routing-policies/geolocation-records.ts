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

/** Where clients are: a continent, a country by its ISO 3166-1 code (`GB`, not `UK`), or a state of the USA. */
export type ClientLocation =
  { readonly continent: Continent } | { readonly country: string } | { readonly state: string };

export interface GeolocationRecord extends RoutedRecord {
  readonly location: ClientLocation;
}

export interface GeolocationRecordsProps extends RoutedName {
  /** 1 to 99, of different locations. */
  readonly records: readonly GeolocationRecord[];
  /**
   * What clients elsewhere are answered, those whose place nobody knows, and everybody whose own record is unhealthy.
   * `none` gives them no answer at all, which some licences ask for.
   */
  readonly defaultRecord: RoutedRecord | 'none';
}

/**
 * The answer for the client's place: for languages, licences and laws. The smallest place that has a record counts:
 * state before country before continent before default. When that record is unhealthy, the next larger one counts.
 *
 * It does not find the nearest server, and it is no fence: anybody may use a resolver elsewhere.
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
    const others = defaultRecord === 'none' ? [] : [defaultRecord];
    checkName(props);
    checkRecords([...records, ...others], props);
    for (const { id, location } of records) checkLocation(id, location);
    checkDistinct(
      'location',
      records.map(({ location }) => Object.values(location).join()),
    );
    this.records = [
      ...records.map((record) =>
        addRecord(this, props, record, { geoLocation: geoLocation(record.location) }),
      ),
      ...others.map((record) => addRecord(this, props, record, { geoLocation: GeoLocation.default() })),
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
      'a country that Route 53 knows: FR, GB (not UK)',
    );
  }
}

function geoLocation(location: ClientLocation): GeoLocation {
  if ('continent' in location) return GeoLocation.continent(location.continent);
  if ('country' in location) return GeoLocation.country(location.country);
  return GeoLocation.subdivision(location.state);
}
