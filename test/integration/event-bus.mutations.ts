import { mutationsBelow, type Mutation } from '../support/mutation';

type Properties = Record<string, unknown>;
interface Policy {
  readonly Statement: Record<string, unknown>[];
}
const statements = (properties: Properties) => (properties.PolicyDocument as Policy).Statement;
const target = (properties: Properties) => (properties.Targets as Properties[])[0] ?? {};
const pattern = (properties: Properties) => properties.EventPattern as Properties;
const detail = (properties: Properties) => pattern(properties).detail as Properties;

const INVOKE = 'OrderStates/Rule/AllowEventRuleEventBusLatestStateFunctionF0AF0ECB';
const { changed, edited, removed } = mutationsBelow('EventBus');

/** The definition of the state machine has another text. */
const rewritten = (name: string, text: string, other: string): Mutation =>
  edited(name, 'Review/StateMachine', (machine) => {
    machine.DefinitionString = JSON.parse(JSON.stringify(machine.DefinitionString).replace(text, other));
  });

export const mutations: readonly Mutation[] = [
  edited('all events of the shop are billed', 'BillOrders/Rule', (rule) => {
    delete pattern(rule)['detail-type'];
  }),
  edited('orders of every source are billed', 'BillOrders/Rule', (rule) => {
    delete pattern(rule).source;
  }),
  edited('an order without a customer is billed', 'BillOrders/Rule', (rule) => {
    delete detail(rule).customer;
  }),
  edited('every order is reviewed', 'ReviewOrders/Rule', (rule) => {
    delete detail(rule).$or;
  }),
  edited('orders from other countries are not reviewed', 'ReviewOrders/Rule', (rule) => {
    const large = { total: [{ numeric: ['>=', 1000] }] };
    detail(rule).$or = [large, large];
  }),
  edited('instances that start are not noticed', 'InstanceStates/Rule', (rule) => {
    detail(rule).state = ['stopped'];
  }),
  changed('the rule for instances is on the bus of the orders', 'InstanceStates/Rule', (template) => ({
    EventBusName: template.ref('EventBus/Orders/Bus'),
  })),
  changed('orders are billed from the default bus', 'BillOrders/Rule', { EventBusName: undefined }),
  changed('the states of orders are not kept', 'OrderStates/Rule', { State: 'DISABLED' }),
  edited('the worker gets the whole event', 'BillOrders/Rule', (rule) => {
    delete target(rule).InputTransformer;
  }),
  edited('the review gets the whole event', 'ReviewOrders/Rule', (rule) => {
    delete target(rule).InputPath;
  }),
  edited('the event type is taken for the time', 'OrderStates/Rule', (rule) => {
    const { InputPathsMap } = target(rule).InputTransformer as { InputPathsMap: Properties };
    InputPathsMap.time = '$.detail-type';
  }),
  edited('orders that cannot be billed are lost', 'BillOrders/Rule', (rule) => {
    delete target(rule).DeadLetterConfig;
  }),
  edited('deliveries to the state machine are not retried', 'ReviewOrders/Rule', (rule) => {
    target(rule).RetryPolicy = { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 };
  }),
  edited('no rule may send to the dead-letter queue', 'Orders/Undelivered/Queue/Policy', (policy) => {
    statements(policy).splice(1);
  }),
  changed('only orders are archived', 'Orders/Archive', { EventPattern: { source: ['shop.orders'] } }),
  changed('events are archived for a day', 'Orders/Archive', { RetentionDays: 1 }),
  removed('no events are archived', 'Orders/Archive'),
  edited('any rule may send to billing', 'Billing/Queue/Policy', (policy) => {
    for (const statement of statements(policy)) if (statement.Effect === 'Allow') delete statement.Condition;
  }),
  changed('any rule of any account may call the function', INVOKE, { SourceArn: undefined }),
  edited('other accounts may start reviews through EventBridge', 'ReviewRole/Role', (role) => {
    const [statement] = (role.AssumeRolePolicyDocument as Policy).Statement;
    delete statement?.Condition;
  }),
  edited('rules may start every state machine', 'ReviewRole/Role/DefaultPolicy', (policy) => {
    for (const statement of statements(policy)) statement.Resource = '*';
  }),
  changed('events that the function fails on are lost', 'LatestState/Function/EventInvokeConfig', {
    DestinationConfig: undefined,
  }),
  edited('the function may write bills', 'LatestState/Role/DefaultPolicy', (policy) => {
    for (const statement of statements(policy)) delete statement.Condition;
  }),
  edited('the review may write bills', 'Review/Role/DefaultPolicy', (policy) => {
    for (const statement of statements(policy)) delete statement.Condition;
  }),
  rewritten('a review is opened twice', 'attribute_not_exists(id)', 'attribute_not_exists(other)'),
  rewritten('a throttled review is not tried again', 'MaxAttempts\\":5', 'MaxAttempts\\":1'),
  changed('the alarm watches another queue', 'Orders/Undelivered/Alarm', {
    Dimensions: [{ Name: 'QueueName', Value: 'other' }],
  }),
  changed('failed reviews alarm nobody', 'Review/Failed', { Threshold: 1000 }),
];
