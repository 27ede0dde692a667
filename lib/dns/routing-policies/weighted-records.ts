import { Token } from 'aws-cdk-lib';
import type { RecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import { addRecord, checkName, checkRecords, type RoutedName, type RoutedRecord } from './routed-record';

export interface WeightedRecord extends RoutedRecord {
  /**
   * 0 to 255. The record's share of the answers is its weight divided by the sum of all weights. Route 53 answers with a
   * record of weight 0 only when all others are unhealthy. When all weights are 0, all records have the same share.
   */
  readonly weight: number;
}

export interface WeightedRecordsProps extends RoutedName {
  /** 1 to 100 records. Give each one a health check: without one, a failed server keeps its share. */
  readonly records: readonly WeightedRecord[];
}

/**
 * Records with the weighted routing policy: for a canary, a gradual migration, a standby.
 *
 * The weights are shares of answers, not of clients. A resolver caches an answer for its TTL and gives it to all of its
 * clients. With a short TTL and many resolvers, the shares of clients come close to the weights.
 *
 * Throws `InvalidValue` for weights, names and targets that Route 53 would refuse.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-weighted.html
 */
export class WeightedRecords extends Construct {
  readonly records: readonly RecordSet[];

  constructor(scope: Construct, id: string, props: WeightedRecordsProps) {
    super(scope, id);
    const { records } = props;
    checkName(props);
    checkRecords(records, props);
    for (const { id, weight } of records) {
      if (!Token.isUnresolved(weight) && (!Number.isInteger(weight) || weight < 0 || weight > 255)) {
        throw new InvalidValue(`weight of ${id}`, weight, 'a whole number from 0 to 255');
      }
    }
    this.records = records.map((record) => addRecord(this, props, record, { weight: record.weight }));
  }
}
