import { Duration } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { checkName, type RoutedName } from './routed-record';

export interface SimpleRecordProps extends RoutedName {
  /**
   * One or more values, or one alias. Several values are all answered, in random order, and the client takes one: also
   * that of a server that has failed, since a simple record has no health check. `MultivalueRecords` has.
   */
  readonly target: route53.RecordTarget;
}

/**
 * The same answer to everybody. For one server, or for something that watches over its servers itself, such as a load
 * balancer.
 *
 * Throws `InvalidValue` for a name that has a policy already, and for a TTL that is none.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-simple.html
 */
export class SimpleRecord extends Construct {
  readonly record: route53.RecordSet;

  constructor(scope: Construct, id: string, props: SimpleRecordProps) {
    super(scope, id);
    const { zone, recordName, recordType = route53.RecordType.A, target, ttl = Duration.seconds(60) } = props;
    checkName(props);
    this.record = new route53.RecordSet(this, 'Record', {
      zone,
      recordName,
      recordType,
      target,
      ttl: target.aliasTarget ? undefined : ttl,
    });
  }
}
