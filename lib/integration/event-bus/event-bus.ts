import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { DeadLetters } from '../../shared/dead-letters';
import { InvalidValue } from '../../shared/invalid-value';
import { uniqueName } from '../../shared/unique-name';

export interface ArchivedEventBusProps {
  /**
   * How long the archive keeps an event, 1 day or more, in whole days.
   * @default Duration.days(30)
   */
  readonly retention?: Duration;
  /**
   * Topic that the alarm notifies. CloudWatch must be allowed to publish to it.
   * @default - none: the alarm only changes state
   */
  readonly alarmTopic?: ITopic;
  /**
   * Removal policy of the bus, its archive and the dead-letter queue. The archive can be replayed to this bus only.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * An EventBridge event bus whose archive keeps every event, and the dead-letter queue of its rules.
 *
 * Throws `InvalidValue` for a retention that is not a number of whole days.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html
 */
export class ArchivedEventBus extends Construct {
  readonly bus: events.EventBus;
  readonly archive: events.CfnArchive;
  /** Keeps events that could not be delivered to a target. */
  readonly undelivered: DeadLetters;

  constructor(scope: Construct, id: string, props: ArchivedEventBusProps = {}) {
    super(scope, id);
    const { retention = Duration.days(30), alarmTopic, removalPolicy = RemovalPolicy.RETAIN } = props;
    checkRetention(retention);
    this.bus = new events.EventBus(this, 'Bus', { eventBusName: uniqueName(this) });
    // Not bus.archive(), which requires a pattern: this archive keeps every event.
    this.archive = new events.CfnArchive(this, 'Archive', {
      sourceArn: this.bus.eventBusArn,
      retentionDays: retention.toDays(),
    });
    this.bus.applyRemovalPolicy(removalPolicy);
    this.archive.applyRemovalPolicy(removalPolicy);
    this.undelivered = new DeadLetters(this, 'Undelivered', {
      contents: 'Events could not be delivered to a target',
      alarmTopic,
      removalPolicy,
    });
  }

  /**
   * Allows another account to put events of one source on the bus, and nothing else.
   *
   * Throws `InvalidValue` for an account that is not 12 digits.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-example-policy-cross-account-custom-bus-source.html
   */
  allowPublisher(account: string, source: string): void {
    if (!/^\d{12}$/.test(account)) {
      throw new InvalidValue('account', account, 'the 12 digits of an account id');
    }
    this.bus.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: `Publisher${account}`,
        principals: [new iam.AccountPrincipal(account)],
        actions: ['events:PutEvents'],
        resources: [this.bus.eventBusArn],
        conditions: {
          'ForAllValues:StringEquals': { 'events:source': source },
          // ForAllValues also holds for a request without the key.
          Null: { 'events:source': 'false' },
        },
      }),
    );
  }
}

function checkRetention(retention: Duration): void {
  if (retention.isUnresolved()) return;
  const days = retention.toDays({ integral: false });
  if (Number.isInteger(days) && days >= 1) return;
  throw new InvalidValue('retention', retention.toHumanString(), '1 day or more, in whole days');
}
