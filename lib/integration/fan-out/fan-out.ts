import { Aws, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, LambdaSubscription, SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { DeadLetters } from '../../shared/dead-letters';
import { InvalidValue } from '../../shared/invalid-value';
import type { WorkQueue } from './work-queue';

/** Which messages a subscriber gets, by their attributes. A message must meet all of them. */
export type MessageFilter = Readonly<Record<string, sns.SubscriptionFilter>>;

export interface FanOutProps {
  /**
   * Whether the topic is FIFO: in order within each message group. Only queues can subscribe to it.
   * @default false
   */
  readonly fifo?: boolean;
  /**
   * Topic that the alarm notifies. CloudWatch must be allowed to publish to it.
   * @default - none: the alarm only changes state
   */
  readonly alarmTopic?: sns.ITopic;
  /**
   * Removal policy of the queue for messages that SNS could not deliver.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * An encrypted SNS topic that sends each message to all subscribers whose filter it meets.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-common-scenarios.html
 */
export class FanOut extends Construct {
  readonly topic: sns.Topic;
  /** Keeps messages that SNS could not deliver to a queue or function. */
  readonly undelivered: DeadLetters;
  private readonly fifo: boolean;

  constructor(scope: Construct, id: string, props: FanOutProps = {}) {
    super(scope, id);
    const { fifo = false, alarmTopic, removalPolicy = RemovalPolicy.RETAIN } = props;
    this.fifo = fifo;
    this.topic = new sns.Topic(this, 'Topic', {
      ...(fifo && {
        fifo,
        // CDK requires a name that ends with .fifo. Stacks of one account and Region have different names.
        topicName: `${Aws.STACK_NAME}-${this.node.addr.slice(-8)}.fifo`,
        contentBasedDeduplication: true,
        fifoThroughputScope: sns.FifoThroughputScope.MESSAGE_GROUP,
      }),
      // The key that AWS manages for SNS: principals of the account may publish with it, AWS services may not.
      // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
      masterKey: kms.Alias.fromAliasName(this, 'Key', 'alias/aws/sns'),
      enforceSSL: true,
    });
    this.undelivered = new DeadLetters(this, 'Undelivered', {
      contents: 'Messages could not be delivered to a subscriber',
      fifo,
      alarmTopic,
      removalPolicy,
    });
  }

  /** Subscribes a queue. It gets each message as it was published. Throws `InvalidValue` for a queue of the other kind. */
  addQueue({ queue }: WorkQueue, filter?: MessageFilter): void {
    this.check('queue', queue.fifo ? 'a FIFO queue' : 'a standard queue', queue.fifo === this.fifo);
    const subscription = new SqsSubscription(queue, { ...this.delivery(filter), rawMessageDelivery: true });
    this.topic.addSubscription(subscription);
  }

  /** Subscribes a function. Throws `InvalidValue` for a FIFO topic. */
  addFunction(subscriber: lambda.Function, filter?: MessageFilter): void {
    this.check('subscriber', 'a function', !this.fifo);
    this.topic.addSubscription(new LambdaSubscription(subscriber, this.delivery(filter)));
  }

  /** Subscribes an e-mail address, which gets nothing until somebody confirms it. Throws `InvalidValue` for a FIFO topic. */
  addEmail(address: string, filter?: MessageFilter): void {
    this.check('address', 'an e-mail address', !this.fifo);
    const subscription = this.topic.addSubscription(
      new EmailSubscription(address, { filterPolicy: filter && { ...filter } }),
    );
    Validations.of(subscription).acknowledge({
      id: 'Serverless-SNSRedrivePolicy',
      reason: 'A lost e-mail loses no order: queues and function get each message too.',
    });
  }

  private delivery(filter: MessageFilter | undefined) {
    return { filterPolicy: filter && { ...filter }, deadLetterQueue: this.undelivered.queue };
  }

  private check(name: string, got: string, fits: boolean): void {
    if (fits) return;
    throw new InvalidValue(
      name,
      got,
      this.fifo ? 'a FIFO queue for a FIFO topic' : 'a standard queue for a standard topic',
    );
  }
}
