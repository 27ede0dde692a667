import { mutationsBelow, type Mutation } from '../support/mutation';

type Properties = Record<string, unknown>;
interface Policy {
  readonly Statement: Record<string, unknown>[];
}
const statements = (properties: Properties) => (properties.PolicyDocument as Policy).Statement;
const destination = (properties: Properties) => properties.ExtendedS3DestinationConfiguration as Properties;

const { changed, edited, removed } = mutationsBelow('StreamIngest');

export const mutations: readonly Mutation[] = [
  changed('one bad record sets its batch aside', 'Latest/EventSource', { BisectBatchOnFunctionError: false }),
  changed('a failed batch is taken for done', 'Latest/EventSource', { FunctionResponseTypes: undefined }),
  changed('a record is retried for ever', 'High/EventSource', { MaximumRetryAttempts: -1 }),
  changed('a record is tried once', 'Latest/EventSource', { MaximumRetryAttempts: 0 }),
  changed('records are too old at once', 'Latest/EventSource', { MaximumRecordAgeInSeconds: 0 }),
  changed('failed records are lost', 'High/EventSource', { DestinationConfig: undefined }),
  changed('the second consumer shares the throughput', 'High/EventSource', (template) => ({
    EventSourceArn: { 'Fn::GetAtt': [template.ref('StreamIngest/Ingest/Stream').Ref, 'Arn'] },
  })),
  changed('both consumers do the same', 'High/Worker/Function', (template) => ({
    Environment: { Variables: { TABLE_NAME: template.ref('StreamIngest/Work/Table'), WORK: 'latest' } },
  })),
  edited('objects lie by minute', 'Lake/DeliveryStream', (stream) => {
    destination(stream).Prefix = 'readings/!{timestamp:yyyy/MM/dd/HH/mm}/';
  }),
  edited('readings of all types lie together', 'Lake/DeliveryStream', (stream) => {
    destination(stream).Prefix = '!{partitionKeyFromLambda:folder}/!{timestamp:yyyy/MM/dd/HH}/';
  }),
  edited('records that cannot be read lie among the readings', 'Lake/DeliveryStream', (stream) => {
    destination(stream).Prefix = 'readings/type=!{partitionKeyFromLambda:type}/!{timestamp:yyyy/MM/dd/HH}/';
  }),
  edited('records that the function crashes on lie among the readings', 'Lake/DeliveryStream', (stream) => {
    destination(stream).ErrorOutputPrefix = 'readings/!{timestamp:yyyy/MM/dd/HH}/';
  }),
  edited('a crash of the function is not retried', 'Lake/DeliveryStream', (stream) => {
    const { Processors } = destination(stream).ProcessingConfiguration as {
      Processors: { Parameters: { ParameterName: string; ParameterValue: unknown }[] }[];
    };
    const retries = Processors[0]?.Parameters.find(
      ({ ParameterName }) => ParameterName === 'NumberOfRetries',
    );
    if (retries) retries.ParameterValue = '0';
  }),
  edited('records wait for a quarter of an hour', 'Lake/DeliveryStream', (stream) => {
    destination(stream).BufferingHints = { IntervalInSeconds: 900, SizeInMBs: 64 };
  }),
  edited('nobody learns of records that cannot be read', 'FailedRecords/Rule', (rule) => {
    const { detail } = rule.EventPattern as { detail: { object: Properties } };
    detail.object.key = [{ prefix: 'aws/lambda/' }];
  }),
  removed('nobody learns of records that failed', 'FailedRecords/Rule'),
  changed('the bucket sends no events', 'Lake/Bucket', { NotificationConfiguration: undefined }),
  removed('the bucket accepts requests without TLS', 'Lake/Bucket/Policy'),
  changed('the stream is not encrypted', 'Ingest/Stream', { StreamEncryption: undefined }),
  edited('a consumer may read every stream', 'Latest/Worker/Role/DefaultPolicy', (policy) => {
    for (const statement of statements(policy)) {
      if (String(statement.Action).includes('kinesis:')) statement.Resource = '*';
    }
  }),
  edited('a consumer may write all rows', 'High/Worker/Role/DefaultPolicy', (policy) => {
    for (const statement of statements(policy)) delete statement.Condition;
  }),
  edited('Firehose may overwrite what failed', 'Lake/Role/DefaultPolicy', (policy) => {
    statements(policy).push({ Effect: 'Allow', Action: 's3:PutObject', Resource: '*' });
  }),
  edited('any account may let Firehose use the role', 'Lake/Role', (role) => {
    const [statement] = (role.AssumeRolePolicyDocument as Policy).Statement;
    delete statement?.Condition;
  }),
  changed('a consumer that is an hour behind does not alarm', 'Latest/Late', { Threshold: 3_600_000 }),
  changed('throttled writes alarm nobody', 'Ingest/WritesThrottled', { MetricName: 'IncomingRecords' }),
  changed('the alarm watches another delivery', 'Lake/Late', {
    Dimensions: [{ Name: 'DeliveryStreamName', Value: 'other' }],
  }),
];
