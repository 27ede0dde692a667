import { Duration } from 'aws-cdk-lib';
import { RecordSet, RecordType, type RecordTarget } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { SplitViewDns } from './split-view-dns';

/**
 * What a name is in either view. Inside, the private zone hides the whole public one: a name that only the public one
 * has does not exist there (NXDOMAIN), and nobody asks further. So whoever wants that says so.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
 */
export type SplitViewAnswer =
  | { readonly inside: RecordTarget; readonly outside: RecordTarget }
  /** The same in both: the record is written into both zones. */
  | { readonly everywhere: RecordTarget }
  | { readonly insideOnly: RecordTarget }
  | { readonly outsideOnly: RecordTarget };

export interface SplitViewRecordProps {
  readonly dns: SplitViewDns;
  readonly answer: SplitViewAnswer;
  /**
   * Name below the zone, such as `app`.
   * @default - the zone itself
   */
  readonly recordName?: string;
  /**
   * Each type is hidden by itself: a name with an A record inside and A and MX records outside has no mail server
   * inside.
   * @default RecordType.A
   */
  readonly type?: RecordType;
  /**
   * How long resolvers keep the answer. Not for an alias, which has that of its target.
   * @default Duration.minutes(5)
   */
  readonly ttl?: Duration;
}

/** A name of a split-view domain, and what it is inside and outside of the VPCs. */
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
