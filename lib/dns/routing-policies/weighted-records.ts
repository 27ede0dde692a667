import { Token } from 'aws-cdk-lib';
import type { RecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import { addRecord, checkName, checkRecords, type RoutedName, type RoutedRecord } from './routed-record';

export interface WeightedRecord extends RoutedRecord {
  /**
   * Share of the answers, as a proportion of the sum of all weights: 0 to 255. A record of weight 0 is answered only
   * when every other one is unhealthy; when all are 0, all have the same share.
   */
  readonly weight: number;
}

export interface WeightedRecordsProps extends RoutedName {
  /** 1 to 100. Give all of them health checks, or a server that has failed keeps its share. */
  readonly records: readonly WeightedRecord[];
}

/**
 * Answers in proportions: for a canary, a gradual migration, a standby.
 *
 * The shares are those of answers, not of clients. A resolver asks once in a TTL and gives the answer to everybody
 * behind it, so that a short TTL and many resolvers come nearest to the weights.
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
