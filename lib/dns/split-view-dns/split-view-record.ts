import { Duration } from 'aws-cdk-lib';
import { RecordSet, RecordType, type RecordTarget } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { SplitViewDns } from './split-view-dns';

/**
 * Answers of a name inside the VPCs and outside, on the internet. In the VPCs, Route 53 never uses the public zone: a name
 * that exists only in the public zone is NXDOMAIN there. So each record names its answers in both views.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
 */
export type SplitViewAnswer =
  | { readonly inside: RecordTarget; readonly outside: RecordTarget }
  /** The same answer in both views: both zones get the record. */
  | { readonly everywhere: RecordTarget }
  | { readonly insideOnly: RecordTarget }
  | { readonly outsideOnly: RecordTarget };

export interface SplitViewRecordProps {
  readonly dns: SplitViewDns;
  readonly answer: SplitViewAnswer;
  /**
   * Name below the zone, such as `app`.
   * @default - the zone apex
   */
  readonly recordName?: string;
  /**
   * Type of the record. The private zone hides all types of a name: a name with an A record inside, and A and MX records
   * outside, has no MX record inside.
   * @default RecordType.A
   */
  readonly type?: RecordType;
  /**
   * How long resolvers cache the answer. An alias has the TTL of its target.
   * @default Duration.minutes(5)
   */
  readonly ttl?: Duration;
}

/** The records of a name in the private zone, in the public zone, or in both. */
export class SplitViewRecord extends Construct {
  readonly inside?: RecordSet;
  readonly outside?: RecordSet;

  constructor(scope: Construct, id: string, props: SplitViewRecordProps) {
    super(scope, id);
    const { dns, answer, recordName, type: recordType = RecordType.A, ttl = Duration.minutes(5) } = props;
    const { inside, outside } = views(answer);
    const options = { recordName, recordType, ttl };

    if (inside) {
      this.inside = new RecordSet(this, 'Inside', { ...options, zone: dns.privateZone, target: inside });
    }
    if (outside) {
      this.outside = new RecordSet(this, 'Outside', { ...options, zone: dns.publicZone, target: outside });
    }
  }
}

function views(answer: SplitViewAnswer): { inside?: RecordTarget; outside?: RecordTarget } {
  if ('everywhere' in answer) return { inside: answer.everywhere, outside: answer.everywhere };
  if ('insideOnly' in answer) return { inside: answer.insideOnly };
  if ('outsideOnly' in answer) return { outside: answer.outsideOnly };
  return answer;
}
