import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import type { TargetBaseProps } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { DeadLetters } from '../../shared/dead-letters';
import { InvalidValue } from '../../shared/invalid-value';

export interface EventRuleProps {
  /** @default - the default event bus of the account and Region */
  readonly bus?: events.IEventBus;
  /** Which events match. `source` has names of sources, such as `shop.orders`. */
  readonly pattern: events.EventPattern;
  /** Keeps events that could not be delivered to the target. */
  readonly undelivered: DeadLetters;
  /** Creates the target with the given retry policy and dead-letter queue. */
  readonly target: (delivery: TargetBaseProps) => events.IRuleTarget;
}

/**
 * A rule with one target. EventBridge retries a delivery for 24 hours, then the dead-letter queue keeps the event.
 *
 * Throws `InvalidValue` for a pattern without names of sources, which could match every event.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export class EventRule extends Construct {
  readonly rule: events.Rule;

  constructor(scope: Construct, id: string, { bus, pattern, undelivered, target }: EventRuleProps) {
    super(scope, id);
    const sources: unknown = Stack.of(this).resolve(pattern.source ?? []);
    if (!isListOfNames(sources)) {
      throw new InvalidValue('pattern.source', sources, 'names of sources, such as ["shop.orders"]');
    }
    this.rule = new events.Rule(this, 'Rule', {
      eventBus: bus,
      eventPattern: pattern,
      targets: [
        target({
          deadLetterQueue: undelivered.queue,
          maxEventAge: Duration.hours(24),
          retryAttempts: 185,
        }),
      ],
    });
  }
}

const isListOfNames = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string' && one !== '');
