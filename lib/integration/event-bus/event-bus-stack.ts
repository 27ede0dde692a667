import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { QueueWorker } from '../fan-out/queue-worker';
import { WorkQueue } from '../fan-out/work-queue';
import { WorkTable } from '../fan-out/work-table';
import { ArchivedEventBus } from './event-bus';
import { EventRule } from './event-rule';
import { LatestState } from './latest-state';
import { ReviewWorkflow } from './review-workflow';
import { TargetRole } from './target-role';

export interface EventBusStackProps extends StackProps {
  /**
   * E-mail address that alarms notify.
   * @default - none: alarms only change state
   */
  readonly alarmEmail?: string;
  /**
   * Id of another account. It may put events of the source `partner.returns` on the bus. Its default event bus gets the
   * orders that were shipped; the policy of that bus must allow this account to put events.
   * @default - none
   */
  readonly partnerAccount?: string;
}

const { EventField, Match } = events;
/** The fields that targets need. An order without them matches no rule, and only the archive has it. */
const ORDER = { id: Match.exists(), customer: Match.exists() };

/** Orders on an event bus with four kinds of targets, and a function for EC2 instances that start or stop. */
export class EventBusStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { alarmEmail, partnerAccount, ...props }: EventBusStackProps = {},
  ) {
    super(scope, id, props);
    // The sandbox deletes everything with the stack. Leave this out in production.
    const removalPolicy = RemovalPolicy.DESTROY;
    const shared = { alarmTopic: alarmTopicFor(this, alarmEmail), removalPolicy };

    const orders = new ArchivedEventBus(this, 'Orders', shared);
    const { bus, undelivered } = orders;
    const { table } = new WorkTable(this, 'Work', { removalPolicy });

    // A queue. The worker expects the id and the customer of an order.
    const billing = new WorkQueue(this, 'Billing', shared);
    new QueueWorker(billing, 'Worker', { queue: billing, table, work: 'billing', removalPolicy });
    const bill = new EventRule(this, 'BillOrders', {
      bus,
      pattern: { source: ['shop.orders'], detailType: ['OrderPlaced'], detail: ORDER },
      undelivered,
      target: (delivery) =>
        new targets.SqsQueue(billing.queue, {
          ...delivery,
          message: events.RuleTargetInput.fromObject({
            id: EventField.fromPath('$.detail.id'),
            customer: EventField.fromPath('$.detail.customer'),
          }),
        }),
    });

    // A state machine, for orders that somebody should look at.
    const { stateMachine } = new ReviewWorkflow(this, 'Review', { ...shared, table });
    const { role } = new TargetRole(this, 'ReviewRole', { bus });
    new EventRule(this, 'ReviewOrders', {
      bus,
      pattern: {
        source: ['shop.orders'],
        detailType: ['OrderPlaced'],
        detail: {
          ...ORDER,
          $or: [{ total: Match.greaterThanOrEqual(1000) }, { country: Match.anythingBut('DE', 'FR') }],
        },
      },
      undelivered,
      target: (delivery) =>
        new targets.SfnStateMachine(stateMachine, {
          ...delivery,
          role,
          input: events.RuleTargetInput.fromEventPath('$.detail'),
        }),
    });

    // A function, with events of two buses.
    const latest = new LatestState(this, 'LatestState', {
      table,
      kinds: ['order', 'instance'],
      deadLetters: undelivered,
      removalPolicy,
    });
    const state = (kind: string, idPath: string, statePath: string) => (delivery: targets.TargetBaseProps) =>
      new targets.LambdaFunction(latest.function, {
        ...delivery,
        event: events.RuleTargetInput.fromObject({
          kind,
          id: EventField.fromPath(idPath),
          state: EventField.fromPath(statePath),
          time: EventField.time,
        }),
      });
    new EventRule(this, 'OrderStates', {
      bus,
      pattern: {
        source: ['shop.orders', 'partner.returns'],
        detailType: ['OrderPlaced', 'OrderShipped', 'OrderReturned'],
        detail: { id: Match.exists() },
      },
      undelivered,
      target: state('order', '$.detail.id', '$.detail-type'),
    });
    new EventRule(this, 'InstanceStates', {
      pattern: {
        source: ['aws.ec2'],
        detailType: ['EC2 Instance State-change Notification'],
        detail: { state: ['running', 'stopped'] },
      },
      undelivered,
      target: state('instance', '$.detail.instance-id', '$.detail.state'),
    });

    if (partnerAccount !== undefined) this.connect(partnerAccount, orders);

    new CfnOutput(this, 'BusName', { value: bus.eventBusName });
    new CfnOutput(this, 'BusArn', { value: bus.eventBusArn });
    new CfnOutput(this, 'ArchiveArn', { value: orders.archive.attrArn });
    new CfnOutput(this, 'BillOrdersRuleArn', { value: bill.rule.ruleArn });
    new CfnOutput(this, 'TableName', { value: table.tableName });
    new CfnOutput(this, 'UndeliveredQueueUrl', { value: undelivered.queue.queueUrl });
  }

  /** Takes events of another account, and sends it others. */
  private connect(account: string, orders: ArchivedEventBus): void {
    const { bus, undelivered } = orders;
    orders.allowPublisher(account, 'partner.returns');
    const arn = { service: 'events', account, resource: 'event-bus', resourceName: 'default' };
    const { role } = new TargetRole(this, 'PartnerRole', { bus });
    const partner = events.EventBus.fromEventBusArn(this, 'PartnerBus', this.formatArn(arn));
    new EventRule(this, 'ShippedOrders', {
      bus,
      pattern: { source: ['shop.orders'], detailType: ['OrderShipped'] },
      undelivered,
      target: ({ deadLetterQueue }) => new targets.EventBus(partner, { deadLetterQueue, role }),
    });
  }
}
