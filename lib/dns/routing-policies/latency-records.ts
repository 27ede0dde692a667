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
   * Region of the server. Route 53 does not check it. For a server outside AWS, give the nearest Region.
   */
  readonly region: string;
}

export interface LatencyRecordsProps extends RoutedName {
  /** 1 to 100 records with different Regions. */
  readonly records: readonly LatencyRecord[];
}

/**
 * Records with the latency routing policy. Route 53 answers with the Region that has the lowest latency for the client.
 * AWS measures latency between networks and Regions over time, not at the moment of the query. When the record with the
 * lowest latency is unhealthy, Route 53 answers with the next one.
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
