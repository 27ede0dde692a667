import { distinctNames } from '../../page/model/names';
import { chain } from '../../page/behaviour/chain';
import { att, ref, type Resources } from '../assertions/network/templates';
import { arrowsOf, last, showing, worldOf } from './support';

const type = (Type: string, Properties: object = {}) => ({ Type: `AWS::${Type}`, Properties });
const role = (statements: readonly object[] = []) =>
  type('IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    },
    Policies: [{ PolicyName: 'All', PolicyDocument: { Statement: statements } }],
  });
const fn = (roleId: string, properties: object = {}) =>
  type('Lambda::Function', { Role: att(roleId, 'Arn'), ...properties });

const pipeline: Resources = {
  Uploads: type('S3::Bucket', {
    NotificationConfiguration: {
      LambdaConfigurations: [{ Event: 's3:ObjectCreated:*', Function: att('Worker', 'Arn') }],
    },
  }),
  WorkerRole: role([
    {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: { 'Fn::Join': ['', [att('Uploads', 'Arn'), '/*']] },
    },
    { Effect: 'Allow', Action: ['dynamodb:PutItem'], Resource: att('Table', 'Arn') },
  ]),
  Worker: fn('WorkerRole', { DeadLetterConfig: { TargetArn: att('Failed', 'Arn') } }),
  Failed: type('SQS::Queue'),
  Table: type('DynamoDB::Table'),
  Jobs: type('SQS::Queue', {
    RedrivePolicy: { deadLetterTargetArn: att('Failed', 'Arn'), maxReceiveCount: 3 },
  }),
  ConsumerRole: role(),
  Consumer: fn('ConsumerRole'),
  Mapping: type('Lambda::EventSourceMapping', {
    EventSourceArn: att('Jobs', 'Arn'),
    FunctionName: ref('Consumer'),
  }),
};

describe('drawing of services', () => {
  const world = worldOf(pipeline);

  it('has an arrow for each event source, permission and dead-letter queue', () => {
    expect(arrowsOf(world)).toEqual([
      'Jobs to Consumer (event)',
      'Jobs to Failed (failure)',
      'Uploads to Worker (event)',
      'Worker to Failed (failure)',
      'Worker to Table (use)',
    ]);
  });

  it('names the actions of a permission', () => {
    const arrow = world.drawing.services.arrows.find(({ to }) => last(to) === 'Table');
    expect(arrow?.label).toBe('PutItem');
  });

  it('follows topics, rules, schedules, pipes and APIs', () => {
    const more = worldOf({
      ...pipeline,
      Topic: type('SNS::Topic'),
      Subscription: type('SNS::Subscription', { TopicArn: ref('Topic'), Endpoint: att('Jobs', 'Arn') }),
      Bus: type('Events::EventBus', { Name: 'orders' }),
      Rule: type('Events::Rule', { EventBusName: ref('Bus'), Targets: [{ Id: '1', Arn: ref('Machine') }] }),
      MachineRole: role(),
      Machine: type('StepFunctions::StateMachine', {
        RoleArn: att('MachineRole', 'Arn'),
        DefinitionString: { 'Fn::Join': ['', ['{"Resource":"', att('Consumer', 'Arn'), '"}']] },
      }),
      Nightly: type('Scheduler::Schedule', {
        Target: { Arn: att('Worker', 'Arn'), DeadLetterConfig: { Arn: att('Failed', 'Arn') } },
      }),
      Pipe: type('Pipes::Pipe', {
        Source: att('Jobs', 'Arn'),
        Target: ref('Topic'),
        RoleArn: att('MachineRole', 'Arn'),
      }),
      Api: type('ApiGatewayV2::Api'),
      Integration: type('ApiGatewayV2::Integration', {
        ApiId: ref('Api'),
        IntegrationUri: att('Worker', 'Arn'),
      }),
    });
    expect(arrowsOf(more)).toEqual(
      expect.arrayContaining([
        'Topic to Jobs (event)',
        'Bus to Rule (event)',
        'Rule to Machine (event)',
        'Machine to Consumer (event)',
        'Nightly to Worker (event)',
        'Nightly to Failed (failure)',
        'Jobs to Pipe (event)',
        'Pipe to Topic (event)',
        'Api to Worker (event)',
      ]),
    );
  });

  it('leads object events from the bucket to the rule that matches them', () => {
    const matching = worldOf({
      Uploads: type('S3::Bucket'),
      Rule: type('Events::Rule', { EventPattern: { detail: { bucket: { name: [ref('Uploads')] } } } }),
    });
    expect(arrowsOf(matching)).toEqual(['Uploads to Rule (event)']);
  });

  it('leads events from a bus to its archive, and records to a consumer', () => {
    const kept = worldOf({
      Bus: type('Events::EventBus'),
      Archive: type('Events::Archive', { SourceArn: att('Bus', 'Arn') }),
      Stream: type('Kinesis::Stream'),
      Reader: type('Kinesis::StreamConsumer', { StreamARN: att('Stream', 'Arn') }),
    });
    expect(arrowsOf(kept)).toEqual(['Bus to Archive (event)', 'Stream to Reader (event)']);
  });

  it('names the actions of all functions that are drawn as one', () => {
    const actions = ['Get', 'Put', 'Update', 'Delete'];
    const roles = actions.map((action): [string, object] => [
      `${action}Role`,
      role([{ Effect: 'Allow', Action: `dynamodb:${action}Item`, Resource: att('Table', 'Arn') }]),
    ]);
    const functions = actions.map((action): [string, object] => [action, fn(`${action}Role`)]);
    const { drawing } = worldOf({
      Table: type('DynamoDB::Table'),
      ...(Object.fromEntries([...roles, ...functions]) as Resources),
    });
    expect(drawing.services.arrows.map(({ label }) => label)).toEqual([
      'GetItem, PutItem, UpdateItem, DeleteItem',
    ]);
  });

  it('leaves out functions that only act while a stack is deployed', () => {
    const more = worldOf({
      ...pipeline,
      Provider: fn('ConsumerRole', { Environment: { Variables: { USER: att('Handler', 'Arn') } } }),
      Handler: fn('ConsumerRole'),
      Custom: { Type: 'Custom::Setup', Properties: { ServiceToken: att('Provider', 'Arn') } },
    });
    expect(showing(more, 'T/Provider')).toEqual([]);
    expect(showing(more, 'T/Handler')).toEqual([]);
    expect(showing(more, 'T/Worker')).toHaveLength(1);
  });

  it('draws a type that it does not know, with the icon of its service', () => {
    const [unknown] = showing(worldOf({ New: type('Kinesis::StreamOfTomorrow') }), 'T/New');
    expect(unknown).toMatchObject({
      detail: 'Stream of tomorrow',
      icon: 'architecture-service/AmazonKinesisDataStreams',
    });
    const [foreign] = showing(worldOf({ New: type('Brandnew::Thing') }), 'T/New');
    expect(foreign?.icon).toBe('resource/GenericApplication');
  });

  it('shows elements with the same arrows as one when there are many', () => {
    const buckets = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`Logs${i}`, type('S3::Bucket')]));
    const [one] = showing(worldOf({ ...pipeline, ...buckets }), 'T/Logs0');
    expect(one).toMatchObject({ label: '5 × S3 bucket' });
    expect(one?.members).toHaveLength(5);
  });
});

describe('a service that fails', () => {
  const { services } = worldOf(pipeline).drawing;
  const failing = (...paths: string[]) => chain(services, new Set(paths.map((path) => `service T/${path}`)));

  it('cuts what comes from it and what leads to it', () => {
    const dead = [...failing('Worker').dead].map((pair) => pair.split('\n').map(last).join(' to '));
    expect(dead.sort()).toEqual(['Uploads to Worker', 'Worker to Failed', 'Worker to Table']);
  });

  it('starves only what gets its events from nowhere else', () => {
    const starved = (...paths: string[]) => [...failing(...paths).starved.keys()].map(last);
    expect(starved('Worker')).toEqual([]);
    expect(starved('Jobs')).toEqual(['Consumer']);
    expect(starved('Worker', 'Jobs')).toEqual(['Failed', 'Consumer']);
    expect(starved()).toEqual([]);
  });
});

describe('names of elements', () => {
  it('have as many parts of the path as tell them apart', () => {
    const paths = [
      'Shop/Orders/Topic',
      'Shop/Returns/Topic',
      'Shop/Billing/Worker/Function',
      'Shop/Report/Function',
      'Shop/Report/Bucket',
    ];
    expect([...distinctNames(paths).values()]).toEqual([
      'Orders Topic',
      'Returns Topic',
      'Worker',
      'Report Function',
      'Report Bucket',
    ]);
  });

  it('are shown where two elements would have one name', () => {
    const { drawing } = worldOf({
      OrdersTopic: { ...type('SNS::Topic'), Metadata: { 'aws:cdk:path': 'T/Orders/Topic/Resource' } },
      ReturnsTopic: { ...type('SNS::Topic'), Metadata: { 'aws:cdk:path': 'T/Returns/Topic/Resource' } },
    });
    expect(drawing.services.elements.map(({ label }) => label)).toEqual(['Orders Topic', 'Returns Topic']);
  });
});
