import { Duration } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { checkName, type RoutedName } from './routed-record';

export interface SimpleRecordProps extends RoutedName {
  /**
   * One or more values, or one alias. Route 53 answers with all values in random order. A simple record has no health
   * check, so a client may take the address of a failed server. `MultivalueRecords` has health checks.
   */
  readonly target: route53.RecordTarget;
}

/**
 * A record with the simple routing policy: every client gets the same answer. For one server, or for a load balancer,
 * which checks the health of its own targets.
 *
 * Throws `InvalidValue` for a name that already has records of this type, and for an invalid TTL.
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
