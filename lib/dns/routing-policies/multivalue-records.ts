import { RecordType, type IHealthCheck, type RecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import { addRecord, checkName, checkRecords, type RoutedName, type RoutedRecord } from './routed-record';

export interface MultivalueRecord extends RoutedRecord {
  /** Required: without health checks, a simple record with several values does the same at a lower price. */
  readonly healthCheck: IHealthCheck;
}

export interface MultivalueRecordsProps extends RoutedName {
  /** 1 to 100 records, no aliases. An answer has at most eight healthy ones, chosen at random for each resolver. */
  readonly records: readonly MultivalueRecord[];
}

/**
 * Records with the multivalue answer routing policy. Route 53 answers with up to eight healthy records in random order.
 * Most clients try the next address when the first does not respond. This distributes clients and knows nothing of the
 * load of a server, so it does not replace a load balancer.
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
      throw new InvalidValue('recordType', recordType, 'a type that can have several answers: not CNAME');
    }
    const alias = records.find(({ target }) => target.aliasTarget);
    if (alias) throw new InvalidValue(`target of ${alias.id}`, 'an alias', 'an address or another value');
    this.records = records.map((record) => addRecord(this, props, record, { multiValueAnswer: true }));
  }
}
