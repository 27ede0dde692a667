import { mutationsBelow, type Mutation } from '../support/mutation';

interface Statement extends Record<string, unknown> {
  Action: string | string[];
}
const statements = (properties: Record<string, unknown>) =>
  (properties.PolicyDocument as { readonly Statement: Statement[] }).Statement;
const replica = (properties: Record<string, unknown>) =>
  (properties.Replicas as Record<string, unknown>[])[0] ?? {};

const { changed, edited, removed } = mutationsBelow('DynamodbTable');
const service = 'Service/Role/DefaultPolicy';
const history = 'History/Role/DefaultPolicy';

export const mutations: readonly Mutation[] = [
  edited('the service may scan', service, (policy) => {
    statements(policy).push({ Effect: 'Allow', Action: 'dynamodb:Scan', Resource: '*' });
  }),
  edited('the service may write the history', service, (policy) => {
    for (const statement of statements(policy)) delete statement.Condition;
  }),
  edited('the history may write orders', history, (policy) => {
    for (const statement of statements(policy)) delete statement.Condition;
  }),
  edited('the history may not read the stream', history, (policy) => {
    const kept = statements(policy).filter(({ Action }) => !Action.includes('dynamodb:GetRecords'));
    policy.PolicyDocument = { Statement: kept };
  }),
  changed('the history gets its own rows', 'History/EventSource', { FilterCriteria: undefined }),
  changed('a bad change stops its shard', 'History/EventSource', { MaximumRetryAttempts: -1 }),
  changed('a bad change takes its batch along', 'History/EventSource', { BisectBatchOnFunctionError: false }),
  changed('a failure repeats the whole batch', 'History/EventSource', { FunctionResponseTypes: undefined }),
  changed('changes that fail are lost', 'History/EventSource', { DestinationConfig: { OnFailure: {} } }),
  changed('the stream has new images only', 'Orders/Table', {
    StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
  }),
  changed('rows do not expire', 'Orders/Table', { TimeToLiveSpecification: undefined }),
  edited('the table cannot be restored', 'Orders/Table', (table) => {
    delete replica(table).PointInTimeRecoverySpecification;
  }),
  changed('the index of open orders is not sparse', 'Orders/Table', {
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byId',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
      {
        IndexName: 'openByDay',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  }),
  changed('the local index has no order', 'Orders/Table', {
    LocalSecondaryIndexes: [
      {
        IndexName: 'byTotal',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'openDay', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  }),
  removed('throttled requests go unnoticed', 'Orders/Throttled'),
];
