import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { SubscriptionFilter } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { AuditFunction } from './audit-function';
import { FanOut } from './fan-out';
import { QueueWorker } from './queue-worker';
import { WorkQueue } from './work-queue';
import { WorkTable } from './work-table';

export interface FanOutStackProps extends StackProps {
  /**
   * E-mail address that alarms and large refunds notify.
   * @default - none: alarms only change state
   */
  readonly alarmEmail?: string;
}

/** Accepts messages whose attribute is one of these texts. */
const oneOf = (...allowlist: string[]) => SubscriptionFilter.stringFilter({ allowlist });

/** Orders that reach billing, shipping and an audit log, a ledger in the order of each customer, and welcome messages. */
export class FanOutStack extends Stack {
  constructor(scope: Construct, id: string, { alarmEmail, ...props }: FanOutStackProps = {}) {
    super(scope, id, props);
    // The sandbox deletes everything with the stack. Leave this out in production.
    const removalPolicy = RemovalPolicy.DESTROY;
    const shared = { alarmTopic: alarmTopicFor(this, alarmEmail), removalPolicy };

    const orders = new FanOut(this, 'Orders', shared);
    const billing = new WorkQueue(this, 'Billing', shared);
    const shipping = new WorkQueue(this, 'Shipping', shared);
    const audit = new AuditFunction(this, 'Audit', { deadLetters: orders.undelivered, removalPolicy });
    orders.addQueue(billing, { event: oneOf('placed', 'refunded') });
    orders.addQueue(shipping, { event: oneOf('placed'), delivery: oneOf('parcel') });
    orders.addFunction(audit.function);
    if (alarmEmail !== undefined) {
      orders.addEmail(alarmEmail, {
        event: oneOf('refunded'),
        total: SubscriptionFilter.numericFilter({ greaterThanOrEqualTo: 1000 }),
      });
    }

    // The same events once more, in the order of each customer.
    const inOrder = new FanOut(this, 'InOrder', { ...shared, fifo: true });
    const ledger = new WorkQueue(this, 'Ledger', { ...shared, fifo: true });
    inOrder.addQueue(ledger, { event: oneOf('placed', 'refunded') });

    // A queue without a topic: five minutes after a registration, a welcome message.
    const welcome = new WorkQueue(this, 'Welcome', { ...shared, delay: Duration.minutes(5) });

    const { table } = new WorkTable(this, 'Work', { removalPolicy });
    for (const [work, queue] of Object.entries({ billing, shipping, ledger, welcome })) {
      new QueueWorker(queue, 'Worker', { queue, table, work, removalPolicy });
    }

    new CfnOutput(this, 'TopicArn', { value: orders.topic.topicArn });
    new CfnOutput(this, 'FifoTopicArn', { value: inOrder.topic.topicArn });
    new CfnOutput(this, 'WelcomeQueueUrl', { value: welcome.queue.queueUrl });
    new CfnOutput(this, 'BillingDeadLetterQueueArn', { value: billing.deadLetters.queue.queueArn });
    new CfnOutput(this, 'BillingQueueUrl', { value: billing.queue.queueUrl });
    new CfnOutput(this, 'TableName', { value: table.tableName });
  }
}
