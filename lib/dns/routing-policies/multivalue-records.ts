import { RecordType, type IHealthCheck, type RecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import { addRecord, checkName, checkRecords, type RoutedName, type RoutedRecord } from './routed-record';

export interface MultivalueRecord extends RoutedRecord {
  /** Without one, a simple record with several values would do the same for less. */
  readonly healthCheck: IHealthCheck;
}

export interface MultivalueRecordsProps extends RoutedName {
  /** 1 to 100, no aliases. An answer has at most eight of those that are healthy, drawn for each resolver. */
  readonly records: readonly MultivalueRecord[];
}

/**
 * All servers that are healthy, up to eight, in random order. The client takes one, and most try the next if it does
 * not answer. It spreads clients, not load, and is no substitute for a load balancer.
 *
 * Throws `InvalidValue` for aliases, names and targets that Route 53 would refuse.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-multivalue.html
 */
export class MultivalueRecords extends Construct {
  readonly records: readonly RecordSet[];

  constructor(scope: Construct, id: string, props: MultivalueRecordsProps) {
    super(scope, id);
    const { records, recordType } = props;
    checkName(props);
    checkRecords(records, props);
    if (recordType === RecordType.CNAME) {
      throw new InvalidValue('recordType', recordType, 'one that may be answered several times: not CNAME');
    }
    const alias = records.find(({ target }) => target.aliasTarget);
    if (alias) throw new InvalidValue(`target of ${alias.id}`, 'an alias', 'a value');
    this.records = records.map((record) => addRecord(this, props, record, { multiValueAnswer: true }));
  }
}
