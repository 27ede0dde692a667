import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Templates } from '../../lib/assertions/templates';
import { nextRuns } from '../../lib/serverless/scheduled-function/next-runs';
import { OrdersTable } from '../../lib/serverless/scheduled-function/orders-table';
import {
  ScheduledFunction,
  type ScheduledFunctionProps,
} from '../../lib/serverless/scheduled-function/scheduled-function';
import { TableReport } from '../../lib/serverless/scheduled-function/table-report';
import { newApp, sandbox, stackOf } from '../support/sandbox';

type Props = Partial<ScheduledFunctionProps>;

function worker(stack: Stack, id = 'Worker'): lambda.Function {
  return new lambda.Function(stack, id, {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = () => {}'),
  });
}

function synthesize(props: (stack: Stack) => Props = () => ({})): Template {
  const stack = new Stack(newApp(), 'Test');
  new ScheduledFunction(stack, 'Scheduled', {
    function: worker(stack),
    schedule: 'rate(1 hour)',
    ...props(stack),
  });
  return Template.fromStack(stack);
}

describe('scheduled-function', () => {
  const app = sandbox({}, 'scheduled-function');
  const template = Template.fromStack(stackOf(app, 'ScheduledFunction'));
  const templates = Templates.fromApp(app);
  const iam = Iam.of(templates, { context: { 'aws:SecureTransport': 'true' } });
  const at = (path: string) => `ScheduledFunction/${path}`;

  it('runs at 06:00 local time, before and after clocks change', () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(0 6 * * ? *)',
      ScheduleExpressionTimezone: 'America/New_York',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
    });
  });

  it('runs at the times that its README shows', () => {
    const readme = readFileSync(join(__dirname, '../../lib/serverless/scheduled-function/README.md'), 'utf8');
    const rows = [...readme.matchAll(/^\| (\w{3} 2026-\d\d-\d\d) +\| (\d\d:\d\d) +\| (\d\d:\d\d) +\|/gm)];
    const runs = nextRuns('cron(0 6 * * ? *)', 'America/New_York', new Date('2026-10-27T12:00:00Z'), 10);
    const format = (run: Date, timeZone: string, options: Intl.DateTimeFormatOptions) =>
      run.toLocaleString('en-GB', { timeZone, ...options });
    const time = { hour: '2-digit', minute: '2-digit' } as const;
    expect(rows.map(([, ...cells]) => cells)).toEqual(
      runs.map((run) => [
        `${format(run, 'America/New_York', { weekday: 'short' })} ${run.toISOString().slice(0, 10)}`,
        format(run, 'America/New_York', time),
        format(run, 'Etc/UTC', time),
      ]),
    );
  });

  it('passes the scheduled time to the function', () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      Target: Match.objectLike({
        Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ReportFunction'), 'Arn'] },
        Input: '{"scheduledTime":"<aws.scheduler.scheduled-time>"}',
      }),
    });
  });

  it('retries a failed run twice, then keeps it with its error for 14 days', () => {
    const queue = { 'Fn::GetAtt': [Match.stringLikeRegexp('^ScheduledDeadLettersQueue'), 'Arn'] };
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: Match.stringLikeRegexp('^ReportFunction') },
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 3600,
      DestinationConfig: { OnFailure: { Destination: queue } },
    });
    template.hasResourceProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 14 * 24 * 3600 });
    expect(iam).toAllow(at('Report/Function'), 'sqs:SendMessage', at('Scheduled/DeadLetters/Queue'));
  });

  it('keeps a run that Scheduler could not deliver', () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      Target: Match.objectLike({
        DeadLetterConfig: {
          Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ScheduledDeadLettersQueue'), 'Arn'] },
        },
        RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 185 },
      }),
    });
    expect(iam).toAllow(at('Scheduled/Role'), 'sqs:SendMessage', at('Scheduled/DeadLetters/Queue'));
  });

  it('alarms when the queue has a run, by e-mail if there is an address', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [
        {
          Name: 'QueueName',
          Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ScheduledDeadLettersQueue'), 'QueueName'] },
        },
      ],
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
      AlarmActions: Match.absent(),
    });
    template.resourceCountIs('AWS::SNS::Topic', 0);

    const withEmail = sandbox({ alarmEmail: 'ops@example.org' }, 'scheduled-function');
    const topic = { Ref: Match.stringLikeRegexp('^AlarmsTopic') };
    const emailed = Template.fromStack(stackOf(withEmail, 'ScheduledFunction'));
    emailed.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmActions: [topic] });
    emailed.hasResourceProperties('AWS::SNS::Subscription', {
      TopicArn: topic,
      Protocol: 'email',
      Endpoint: 'ops@example.org',
    });
    expect(Iam.of(Templates.fromApp(withEmail))).toAllow(
      'cloudwatch.amazonaws.com',
      'sns:Publish',
      at('Alarms/Topic'),
      { context: { 'aws:SecureTransport': 'true', 'aws:SourceAccount': '⟨AWS::AccountId⟩' } },
    );
  });

  it('lets the schedule invoke the function and send to the queue, nothing else', () => {
    expect(iam).toAllowOnly(at('Scheduled/Role'), {
      [at('Report/Function')]: ['lambda:InvokeFunction'],
      [at('Scheduled/DeadLetters/Queue')]: ['sqs:SendMessage'],
    });
  });

  it("lets only this account's schedules assume the role", () => {
    const service = 'scheduler.amazonaws.com';
    const ours = {
      'aws:SourceAccount': '⟨AWS::AccountId⟩',
      'aws:SourceArn': 'arn:aws:scheduler:⟨AWS::Region⟩:⟨AWS::AccountId⟩:schedule-group/default',
    };
    expect(iam).toAllow(service, 'sts:AssumeRole', at('Scheduled/Role'), { context: ours });
    const theirs = [
      { ...ours, 'aws:SourceAccount': null },
      { ...ours, 'aws:SourceArn': null },
      { ...ours, 'aws:SourceArn': ours['aws:SourceArn'].replace('default', 'another') },
    ];
    for (const context of theirs) {
      expect(iam).not.toAllow(service, 'sts:AssumeRole', at('Scheduled/Role'), { context });
    }
  });

  it('lets the function scan the table and write its reports, nothing else', () => {
    expect(iam).toAllowOnly(at('Report/Function'), {
      '*': ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
      [at('Orders/Table')]: ['dynamodb:Scan'],
      [at('Report/Bucket')]: ['s3:ListBucket'],
      [`${at('Report/Bucket')}/checkpoints/*`]: ['s3:GetObject', 's3:PutObject'],
      [`${at('Report/Bucket')}/reports/*`]: ['s3:GetObject', 's3:PutObject'],
      [`${at('Report/Logs')}:*`]: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      [at('Scheduled/DeadLetters/Queue')]: ['sqs:SendMessage'],
    });
  });

  it('encrypts the queue and the bucket, and requires TLS', () => {
    template.hasResourceProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: 'Enabled' },
    });
    const plain = { context: { 'aws:SecureTransport': 'false' } };
    const object = { resource: at('Report/Bucket'), path: 'reports/orders/a.json' };
    expect(iam).toAllow(at('Report/Function'), 's3:GetObject', object);
    expect(iam).not.toAllow(at('Report/Function'), 's3:GetObject', object, plain);
    expect(iam).not.toAllow(
      at('Scheduled/Role'),
      'sqs:SendMessage',
      at('Scheduled/DeadLetters/Queue'),
      plain,
    );
  });

  it('runs on arm64 for up to 15 minutes, with traces and JSON logs', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: 1024,
      Timeout: 900,
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: Match.objectLike({ LogFormat: 'JSON' }),
      Environment: {
        Variables: Match.objectLike({ GROUP_BY: 'status', NEWEST_BY: 'placedAt' }),
      },
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
  });

  it('deletes reports after a year, and checkpoints after a week', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: [
          Match.objectLike({ Prefix: 'reports/', ExpirationInDays: 365 }),
          Match.objectLike({ Prefix: 'checkpoints/', ExpirationInDays: 7 }),
          Match.objectLike({ NoncurrentVersionExpiration: { NoncurrentDays: 7 } }),
        ],
      },
    });
  });

  it('takes a time zone, a window, retries, an age and a topic', () => {
    const custom = synthesize((stack) => ({
      schedule: 'cron(30 7 ? * MON-FRI *)',
      timeZone: 'Europe/London',
      flexibleWindow: Duration.minutes(15),
      retryAttempts: 0,
      maximumAge: Duration.minutes(5),
      alarmTopic: new sns.Topic(stack, 'Topic'),
      removalPolicy: RemovalPolicy.DESTROY,
    }));
    custom.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(30 7 ? * MON-FRI *)',
      ScheduleExpressionTimezone: 'Europe/London',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      Target: Match.objectLike({ RetryPolicy: Match.objectLike({ MaximumEventAgeInSeconds: 300 }) }),
    });
    custom.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 300,
    });
    custom.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [{ Ref: Match.stringLikeRegexp('^Topic') }],
    });
    custom.hasResource('AWS::SQS::Queue', { DeletionPolicy: 'Delete' });
  });

  it('defaults to UTC', () => {
    synthesize().hasResourceProperties('AWS::Scheduler::Schedule', { ScheduleExpressionTimezone: 'Etc/UTC' });
  });

  it('retains table, reports, logs and failed runs by default', () => {
    const stack = new Stack(newApp(), 'Test');
    const { table } = new OrdersTable(stack, 'Orders');
    const report = new TableReport(stack, 'Report', {
      table,
      groupBy: 'status',
      newestBy: 'placedAt',
      keepFor: Duration.days(30),
    });
    new ScheduledFunction(stack, 'Scheduled', { function: report.function, schedule: 'rate(1 day)' });
    const retained = Template.fromStack(stack);
    for (const type of [
      'AWS::DynamoDB::Table',
      'AWS::S3::Bucket',
      'AWS::Logs::LogGroup',
      'AWS::SQS::Queue',
    ]) {
      retained.allResources(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
    retained.hasResourceProperties('AWS::DynamoDB::Table', {
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      BillingMode: 'PAY_PER_REQUEST',
    });
    retained.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([Match.objectLike({ Prefix: 'reports/', ExpirationInDays: 30 })]),
      },
    });
  });

  it('fits twice into one stack', () => {
    const stack = new Stack(newApp(), 'Test');
    for (const id of ['One', 'Two']) {
      new ScheduledFunction(stack, id, { function: worker(stack, `${id}Worker`), schedule: 'rate(1 day)' });
    }
    Template.fromStack(stack).resourceCountIs('AWS::Scheduler::Schedule', 2);
  });

  it.each<[string, Props]>([
    ['schedule: got "cron(0 3 * * *)", expected six fields', { schedule: 'cron(0 3 * * *)' }],
    ['expected ? in one of day-of-month and day-of-week', { schedule: 'cron(0 3 1 * MON *)' }],
    [
      'schedule: got "hourly", expected an expression such as cron(0 6 * * ? *), rate(5 minutes) or',
      { schedule: 'hourly' },
    ],
    ['timeZone: got "Europe/Londn", expected a time zone such as Etc/UTC', { timeZone: 'Europe/Londn' }],
    [
      'flexibleWindow: got "30 seconds", expected 1 minute to 24 hours',
      { flexibleWindow: Duration.seconds(30) },
    ],
    [
      'flexibleWindow: got "1 day 1 hour", expected 1 minute to 24 hours',
      { flexibleWindow: Duration.hours(25) },
    ],
    ['flexibleWindow: got "1 minute 30 seconds", expected', { flexibleWindow: Duration.seconds(90) }],
    ['maximumAge: got "7 hours", expected 1 minute to 6 hours', { maximumAge: Duration.hours(7) }],
    ['maximumAge: got "500 millis", expected 1 minute to 6 hours', { maximumAge: Duration.millis(500) }],
    ['retryAttempts: got 3, expected 0, 1 or 2', { retryAttempts: 3 }],
    ['retryAttempts: got 0.5, expected 0, 1 or 2', { retryAttempts: 0.5 }],
  ])('refuses in one line: %s', (message, props) => {
    expect(() => synthesize(() => props)).toThrow(message);
  });
});
