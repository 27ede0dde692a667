import { mutationsBelow, type Mutation } from '../support/mutation';

interface Policy {
  readonly Statement: Record<string, unknown>[];
}
const statements = (properties: Record<string, unknown>) => (properties.PolicyDocument as Policy).Statement;

const { changed, edited, removed } = mutationsBelow('FanOut');
const billing = 'Billing/Queue/FanOutOrdersTopicD8C96082';
const shipping = 'Shipping/Queue/FanOutOrdersTopicD8C96082';

export const mutations: readonly Mutation[] = [
  changed('billing gets every event', billing, { FilterPolicy: undefined }),
  changed('shipping gets downloads too', shipping, { FilterPolicy: { event: ['placed'] } }),
  changed('billing gets an envelope', billing, { RawMessageDelivery: false }),
  changed('a message that billing cannot be sent is lost', billing, { RedrivePolicy: undefined }),
  edited('any topic may send to billing', 'Billing/Queue/Policy', (policy) => {
    for (const statement of statements(policy)) if (statement.Effect === 'Allow') delete statement.Condition;
  }),
  edited('billing accepts messages without TLS', 'Billing/Queue/Policy', (policy) => {
    statements(policy).splice(0, 1);
  }),
  removed('the orders may be published without TLS', 'Orders/Topic/Policy'),
  changed('a failing message is tried for ever', 'Billing/Queue', { RedrivePolicy: undefined }),
  changed('a failing message is tried once', 'Billing/Queue', (template) => ({
    RedrivePolicy: {
      deadLetterTargetArn: { 'Fn::GetAtt': [template.ref('FanOut/Billing/DeadLetters/Queue').Ref, 'Arn'] },
      maxReceiveCount: 1,
    },
  })),
  changed('one bad message repeats the batch', 'Billing/Worker/EventSource', {
    FunctionResponseTypes: undefined,
  }),
  changed('the welcome message comes at once', 'Welcome/Queue', { DelaySeconds: 0 }),
  changed('the ledger deduplicates across customers', 'Ledger/Queue', { DeduplicationScope: 'queue' }),
  changed('the queue is not encrypted', 'Shipping/Queue', { SqsManagedSseEnabled: false }),
  changed('the topic is not encrypted', 'Orders/Topic', { KmsMasterKeyId: undefined }),
  changed('the alarm watches another queue', 'Billing/DeadLetters/Alarm', {
    Dimensions: [{ Name: 'QueueName', Value: 'other' }],
  }),
  changed('dead letters are gone after four days', 'Billing/DeadLetters/Queue', {
    MessageRetentionPeriod: 345_600,
  }),
  edited('the billing worker may write all partitions', 'Billing/Worker/Role/DefaultPolicy', (policy) => {
    for (const statement of statements(policy)) delete statement.Condition;
  }),
  edited('the billing worker may read every queue', 'Billing/Worker/Role/DefaultPolicy', (policy) => {
    statements(policy).push({ Effect: 'Allow', Action: 'sqs:ReceiveMessage', Resource: '*' });
  }),
  changed('billing writes the rows of shipping', 'Billing/Worker/Function', (template) => ({
    Environment: { Variables: { TABLE_NAME: template.ref('FanOut/Work/Table'), WORK: 'shipping' } },
  })),
];
