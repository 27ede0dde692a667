import { App, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Templates } from '../../lib/assertions/templates';
import {
  ThumbnailPipeline,
  type ThumbnailPipelineProps,
} from '../../lib/serverless/thumbnail-pipeline/thumbnail-pipeline';
import { newApp, sandbox, stackOf } from '../support/sandbox';

function synthesize(props?: ThumbnailPipelineProps): Template {
  const stack = new Stack(newApp(), 'Test');
  new ThumbnailPipeline(stack, 'Pipeline', props);
  return Template.fromStack(stack);
}

const PATH = 'ThumbnailPipeline/Pipeline';
const FUNCTION = `${PATH}/Worker/Function`;
const UPLOADS = `${PATH}/Images/Uploads`;
const THUMBNAILS = `${PATH}/Images/Thumbnails`;
const TABLE = `${PATH}/Table`;
const DEAD_LETTERS = `${PATH}/Worker/DeadLetters/Queue`;

describe('thumbnail-pipeline', () => {
  const app = sandbox({}, 'thumbnail-pipeline');
  const template = Template.fromStack(stackOf(app, 'ThumbnailPipeline'));
  const templates = Templates.fromApp(app);
  const iam = Iam.of(templates, { context: { 'aws:SecureTransport': 'true' } });
  const production = synthesize();
  const referenceTo = (path: string, attribute = 'Arn') => ({
    'Fn::GetAtt': [templates.at(path).logicalId, attribute],
  });

  it('may get uploads, put and delete thumbnails and put rows, nothing else', () => {
    expect(iam).toAllowOnly(FUNCTION, {
      [`${UPLOADS}/*`]: ['s3:GetObject'],
      [UPLOADS]: ['s3:ListBucket'],
      [`${THUMBNAILS}/*`]: ['s3:PutObject', 's3:DeleteObject'],
      [THUMBNAILS]: ['s3:ListBucket'],
      [TABLE]: ['dynamodb:PutItem'],
      [DEAD_LETTERS]: ['sqs:SendMessage'],
      [`${PATH}/Worker/LogGroup:*`]: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      '*': ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    });
  });

  it('cannot trigger itself: it cannot write uploads, and thumbnails send no events', () => {
    for (const action of ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion']) {
      expect(iam).not.toAllow(FUNCTION, action, UPLOADS);
    }
    const notified = templates
      .ofType('AWS::S3::Bucket')
      .filter(({ properties }) => properties.NotificationConfiguration !== undefined);
    expect(notified.map(({ path }) => path)).toEqual([templates.at(UPLOADS).path]);
    template.hasResourceProperties('AWS::S3::Bucket', {
      NotificationConfiguration: {
        LambdaConfigurations: [
          { Event: 's3:ObjectCreated:*', Function: referenceTo(FUNCTION) },
          { Event: 's3:ObjectRemoved:*', Function: referenceTo(FUNCTION) },
        ],
      },
    });
  });

  it('lets S3 invoke it for buckets of this account, before the bucket exists', () => {
    template.resourceCountIs('AWS::Lambda::Permission', 1);
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 's3.amazonaws.com',
      Action: 'lambda:InvokeFunction',
      FunctionName: referenceTo(FUNCTION),
      SourceAccount: { Ref: 'AWS::AccountId' },
    });
    template.hasResource('AWS::S3::Bucket', {
      Properties: { NotificationConfiguration: Match.anyValue() },
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('UploadsMayInvoke')]),
    });
  });

  it('keeps buckets private and encrypted, requires TLS, and logs access', () => {
    template.resourceCountIs('AWS::S3::Bucket', 3);
    template.allResourcesProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: Match.anyValue(),
      LifecycleConfiguration: Match.anyValue(),
    });
  });

  it.each([
    ['s3:GetObject', UPLOADS],
    ['s3:GetObject', THUMBNAILS],
    ['s3:GetObject', `${PATH}/Images/AccessLogs`],
    ['sqs:SendMessage', DEAD_LETTERS],
  ])('denies %s without TLS on %s', (action, resource) => {
    const plainText = { context: { 'aws:SecureTransport': 'false' } };
    expect(iam.can(FUNCTION, action, resource, plainText).answer).toBe('explicit deny');
  });

  it.each([UPLOADS, THUMBNAILS])('has versions and access logs of %s', (bucket) => {
    const { properties } = templates.at(bucket);
    expect(properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
    const { DestinationBucketName } = properties.LoggingConfiguration as Record<string, string>;
    expect(templates.reference(DestinationBucketName)?.resource).toBe(
      templates.at(`${PATH}/Images/AccessLogs`),
    );
  });

  it('expires old versions, unfinished uploads and logs, never a current image', () => {
    const rules = templates.ofType('AWS::S3::Bucket').map(({ path, properties }) => ({
      path,
      ...(properties.LifecycleConfiguration as { Rules: Record<string, unknown>[] }).Rules[0],
    }));
    expect(rules.find(({ path }) => path.endsWith('/Uploads'))).toMatchObject({
      NoncurrentVersionExpiration: { NoncurrentDays: 30 },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
    });
    expect(rules.filter((rule) => 'ExpirationInDays' in rule).map(({ path }) => path)).toEqual([
      templates.at(`${PATH}/Images/AccessLogs`).path,
    ]);
  });

  it('has an on-demand table with point-in-time recovery', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });

  it('runs on one arm64 vCPU with Node.js 24, a timeout, traces and JSON logs', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: 1769,
      Timeout: 60,
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: {
        LogFormat: 'JSON',
        LogGroup: { Ref: templates.at(`${PATH}/Worker/LogGroup`).logicalId },
      },
      ReservedConcurrentExecutions: Match.absent(),
      Environment: {
        Variables: {
          THUMBNAIL_BUCKET: { Ref: templates.at(THUMBNAILS).logicalId },
          TABLE_NAME: { Ref: templates.at(TABLE).logicalId },
          WIDTHS: '320',
          FORMAT: 'webp',
          MAX_BYTES: '52428800',
          MAX_PIXELS: '64000000',
        },
      },
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
  });

  it('tries an event three times, then sends it with the reason to the queue', () => {
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: templates.at(FUNCTION).logicalId },
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: referenceTo(DEAD_LETTERS) } },
    });
    template.hasResourceProperties('AWS::SQS::Queue', {
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 24 * 60 * 60,
    });
  });

  it.each([
    ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'Maximum'],
    ['AWS/Lambda', 'Errors', 'Sum'],
    ['AWS/Lambda', 'Throttles', 'Sum'],
  ])('alarms at the first of %s %s', (Namespace, MetricName, Statistic) => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace,
      MetricName,
      Statistic,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: Match.absent(),
    });
  });

  it('sends alarms to the e-mail address, and only CloudWatch may publish them', () => {
    const withEmail = sandbox({ alarmEmail: 'ops@example.org' }, 'thumbnail-pipeline');
    const mailed = Template.fromStack(stackOf(withEmail, 'ThumbnailPipeline'));
    mailed.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@example.org',
    });
    mailed.allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [{ Ref: Match.stringLikeRegexp('Topic') }],
    });
    const topic = 'ThumbnailPipeline/Alarms/Topic';
    const mailedIam = Iam.of(Templates.fromApp(withEmail));
    const secure = { 'aws:SecureTransport': 'true' };
    const publish = ['cloudwatch.amazonaws.com', 'sns:Publish', topic] as const;
    const here = { context: { ...secure, 'aws:SourceAccount': '⟨AWS::AccountId⟩' } };
    expect(mailedIam).toAllow(...publish, here);
    // For whom, that decides.
    expect(mailedIam).toAllowConditionally(...publish, { context: secure });
  });

  it('retains images, table and logs, and protects the table from deletion', () => {
    for (const type of ['AWS::S3::Bucket', 'AWS::DynamoDB::Table', 'AWS::Logs::LogGroup']) {
      production.allResources(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
    production.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: true });
    production.resourceCountIs('Custom::S3AutoDeleteObjects', 0);
  });

  it('deletes the function before it empties the thumbnail bucket', () => {
    template.resourceCountIs('Custom::S3AutoDeleteObjects', 3);
    template.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
    template.hasResource('AWS::Lambda::Function', {
      Properties: { Runtime: 'nodejs24.x', Architectures: ['arm64'] },
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('ThumbnailsAutoDeleteObjectsCustomResource')]),
    });
  });

  it('takes widths, format, limits, concurrency, retention, topic and removal policy', () => {
    const stack = new Stack(newApp(), 'Test');
    new ThumbnailPipeline(stack, 'Pipeline', {
      widths: [160, 320, 640],
      format: 'avif',
      maxUploadSize: Size.mebibytes(10),
      maxMegapixels: 24,
      reservedConcurrency: 5,
      logRetention: RetentionDays.ONE_WEEK,
      alarmTopic: new sns.Topic(stack, 'Topic'),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const result = Template.fromStack(stack);
    result.hasResourceProperties('AWS::Lambda::Function', {
      ReservedConcurrentExecutions: 5,
      Environment: {
        Variables: {
          WIDTHS: '160,320,640',
          FORMAT: 'avif',
          MAX_BYTES: '10485760',
          MAX_PIXELS: '24000000',
        },
      },
    });
    result.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
    result.allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [{ Ref: Match.stringLikeRegexp('^Topic') }],
    });
    result.allResources('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
  });

  it('fits twice into one stack', () => {
    const stack = new Stack(new App({ context: newApp().node.getAllContext() as object }), 'Test');
    new ThumbnailPipeline(stack, 'One');
    new ThumbnailPipeline(stack, 'Two', { widths: [100] });
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 2);
  });

  it.each<[string, ThumbnailPipelineProps]>([
    ['widths: got [], expected 1 to 10 different whole numbers from 1 to 4000', { widths: [] }],
    ['widths: got [0], expected', { widths: [0] }],
    ['widths: got [320,4001], expected', { widths: [320, 4001] }],
    ['widths: got [99.5], expected', { widths: [99.5] }],
    ['widths: got [320,320], expected', { widths: [320, 320] }],
    [
      'widths: got [1,2,3,4,5,6,7,8,9,10,11]',
      { widths: Array.from({ length: 11 }, (_, index) => index + 1) },
    ],
    [
      'maxUploadSize: got "135266304 bytes", expected 1 byte to 128 MiB',
      { maxUploadSize: Size.mebibytes(129) },
    ],
    ['maxUploadSize: got "0 bytes", expected 1 byte to 128 MiB', { maxUploadSize: Size.bytes(0) }],
    ['maxMegapixels: got 81, expected a whole number from 1 to 80', { maxMegapixels: 81 }],
    ['maxMegapixels: got 0, expected', { maxMegapixels: 0 }],
    ['reservedConcurrency: got 0, expected a whole number, at least 1', { reservedConcurrency: 0 }],
    ['reservedConcurrency: got 1.5, expected', { reservedConcurrency: 1.5 }],
  ])('refuses in one line: %s', (message, props) => {
    expect(() => synthesize(props)).toThrow(message);
  });
});
