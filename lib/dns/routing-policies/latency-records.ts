import type { RecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import {
  addRecord,
  checkDistinct,
  checkName,
  checkRecords,
  checkRegion,
  type RoutedName,
  type RoutedRecord,
} from './routed-record';

export interface LatencyRecord extends RoutedRecord {
  /**
   * Region that the server is in. Route 53 does not look where it really is: for a server elsewhere, name the Region
   * that is nearest to it.
   */
  readonly region: string;
}

export interface LatencyRecordsProps extends RoutedName {
  /** 1 to 100, of different Regions. */
  readonly records: readonly LatencyRecord[];
}

/**
 * The answer whose Region is nearest to the client in milliseconds, by what AWS has measured between networks and
 * Regions over time. It is not a live measurement: a line that is slow today goes unnoticed, a server that is down does
 * not if its record has a health check; the next nearest is answered then.
 *
 * Throws `InvalidValue` for Regions, names and targets that Route 53 would refuse.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-latency.html
 */
export class LatencyRecords extends Construct {
  readonly records: readonly RecordSet[];

  constructor(scope: Construct, id: string, props: LatencyRecordsProps) {
    super(scope, id);
    const { records } = props;
    checkName(props);
    checkRecords(records, props);
    for (const { id, region } of records) checkRegion(`region of ${id}`, region);
    checkDistinct(
      'region',
      records.map(({ region }) => region),
    );
    this.records = records.map((record) => addRecord(this, props, record, { region: record.region }));
  }
}
