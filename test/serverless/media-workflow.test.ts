import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import aslValidator from 'asl-validator';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { StateError, States, type Execution, type Task } from '../../lib/assertions/states';
import { Templates } from '../../lib/assertions/templates';
import { MediaWorkflow, type MediaWorkflowProps } from '../../lib/serverless/media-workflow/media-workflow';
import { startLocalMedia, throws } from '../support/local-media';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const THROTTLED = 'Comprehend.TooManyRequestsException';
const SENTIMENT = 'aws-sdk:comprehend:detectSentiment';

describe('executions of media-workflow', () => {
  const templates = Templates.fromApp(sandbox({}, 'media-workflow'));
  let media: Awaited<ReturnType<typeof startLocalMedia>>;
  beforeAll(async () => {
    media = await startLocalMedia(templates, 'MediaWorkflow/Workflow');
  });
  afterAll(() => media.stop());
  const resultsOf = async (key: string, version = 'v1') => {
    const row = await media.row(key, version);
    return { row, results: await media.results(row?.prefix) };
  };

  it('give an image labels and moderation labels, at the same time', async () => {
    const { states, status } = await media.upload('cat.JPG');
    expect(status).toBe('SUCCEEDED');
    expect(states).toEqual(
      expect.arrayContaining(['AnalyseImage', 'DetectLabels', 'DetectModerationLabels']),
    );
    expect(states).not.toContain('AnalysePages');
    const { row, results } = await resultsOf('cat.JPG');
    expect(row).toMatchObject({
      kind: 'image',
      status: 'done',
      bucket: expect.stringContaining('Uploads') as string,
    });
    expect(JSON.parse(results['image.json'] ?? '')).toEqual({
      labels: [{ name: 'Cat', confidence: 99 }],
      moderation: [],
    });
  });

  it('wait for the job of a document, and analyse its pages', async () => {
    const execution = await media.upload('report.pdf');
    expect(execution.status).toBe('SUCCEEDED');
    expect(execution.entered('WaitForTextract')).toHaveLength(3);
    expect(execution.seconds).toBe(45);
    const { row, results } = await resultsOf('report.pdf');
    expect(row).toMatchObject({ kind: 'document', status: 'done' });
    expect(Object.keys(results)).toEqual(['pages/1.json', 'pages/2.json']);
    expect(JSON.parse(results['pages/1.json'] ?? '')).toMatchObject({ text: 'First page,\nby [NAME]' });
    expect(JSON.parse(results['pages/2.json'] ?? '')).toMatchObject({
      text: 'In Paris',
      language: 'en',
      sentiment: 'NEUTRAL',
      entities: [{ text: 'Paris', type: 'LOCATION', score: 0.99 }],
    });
  });

  it('transcribe audio with its speakers', async () => {
    const execution = await media.upload('call.mp3');
    expect(execution.states).toContain('StartTranscribe');
    expect(execution.states).not.toContain('StartTextract');
    const { row, results } = await resultsOf('call.mp3');
    expect(row).toMatchObject({ kind: 'audio', status: 'done' });
    expect(JSON.parse(results['pages/1.json'] ?? '')).toMatchObject({
      text: 'spk_0: [NAME] here.\nspk_1: Hello.',
    });
  });

  it('split text into pages that Comprehend takes', async () => {
    const execution = await media.upload('long.txt', 'word '.repeat(2000));
    expect(execution.calls(SENTIMENT)).toHaveLength(3);
    for (const { input } of execution.calls(SENTIMENT)) {
      expect(Buffer.byteLength((input as { Text: string }).Text)).toBeLessThanOrEqual(4500);
    }
    expect(JSON.parse((await media.row('long.txt'))?.result ?? '')).toEqual({ status: 'done', pages: 3 });
  });

  it('refuse an unknown kind with a reason, and analyse nothing', async () => {
    const execution = await media.upload('movie.avi');
    expect(execution.status).toBe('SUCCEEDED');
    expect(execution.calls().map(({ resource }) => resource)).toEqual([
      'dynamodb:putItem',
      'dynamodb:updateItem',
    ]);
    const { row } = await resultsOf('movie.avi');
    expect(row).toMatchObject({ kind: 'unknown', status: 'refused' });
    expect(row?.result).toContain('expected a key that ends with one of jpg, jpeg, png, pdf');
  });

  it('ask a throttled service again, after growing random pauses', async () => {
    const pausesOf = async (seed: number) => {
      const busy = { [SENTIMENT]: throws(THROTTLED, 6, { Sentiment: 'MIXED' }) };
      const execution = await media.upload(`busy${seed}.txt`, 'Hello', busy, { seed });
      expect(execution.status).toBe('SUCCEEDED');
      return execution.pauses('DetectSentiment');
    };
    const runs = await Promise.all([1, 2, 3, 4, 5, 6].map(pausesOf));
    for (const [index, most] of [2, 4, 8, 16, 32, 60].entries()) {
      const pauses = runs.map((run) => run[index] ?? 0);
      expect(Math.max(...pauses)).toBeLessThan(most);
      expect(Math.max(...pauses)).toBeGreaterThan(most / 2);
      expect(new Set(pauses).size).toBe(runs.length);
    }
  });

  it.each([
    ['rekognition:detectLabels', 'throttled.png'],
    ['textract:startDocumentAnalysis', 'throttled.pdf'],
    ['textract:getDocumentAnalysis', 'asked.pdf'],
    ['transcribe:startTranscriptionJob', 'throttled.mp3'],
    ['comprehend:detectDominantLanguage', 'throttled.txt'],
  ])('record the failure when %s stays throttled, and fail', async (service, key) => {
    const execution = await media.upload(key, 'Hello', {
      [`aws-sdk:${service}`]: throws('ThrottlingException'),
    });
    expect(execution.status).toBe('FAILED');
    expect(execution.calls(`aws-sdk:${service}`)).toHaveLength(7);
    expect((await media.row(key))?.status).toBe('failed');
  });

  it('record a job that fails, and one that never ends', async () => {
    const failed = { 'aws-sdk:textract:getDocumentAnalysis': () => ({ JobStatus: 'FAILED' }) };
    expect(await media.upload('broken.pdf', 'x', failed)).toMatchObject({
      status: 'FAILED',
      error: 'TextractFailed',
    });
    expect(await media.row('broken.pdf')).toMatchObject({ status: 'failed', result: 'TextractFailed' });
    const endless = { 'aws-sdk:textract:getDocumentAnalysis': () => ({ JobStatus: 'IN_PROGRESS' }) };
    const { error, seconds } = await media.upload('endless.pdf', 'x', endless);
    expect([error, seconds]).toEqual(['TextractTakesTooLong', 2 * 60 * 60]);
    expect((await media.row('endless.pdf'))?.status).toBe('failed');
  });

  it('record an answer that is too large for a payload', async () => {
    const large = { 'aws-sdk:rekognition:detectLabels': () => ({ Labels: [{ Name: 'x'.repeat(300_000) }] }) };
    const execution = await media.upload('large.png', 'x', large);
    expect(execution.error).toBe('States.DataLimitExceeded');
    expect(await media.row('large.png')).toMatchObject({
      status: 'failed',
      result: 'States.DataLimitExceeded',
    });
  });

  it('keep the other pages when one page fails', async () => {
    const one = {
      'aws-sdk:comprehend:detectEntities': ({ Text }: { Text: string }) => {
        if (Text.startsWith('First')) throw new StateError(THROTTLED);
        return { Entities: [] };
      },
    };
    const execution = await media.upload('partly.pdf', 'x', one);
    expect(execution.status).toBe('SUCCEEDED');
    const { row, results } = await resultsOf('partly.pdf');
    expect(Object.keys(results)).toEqual(['pages/2.json']);
    expect(row?.status).toBe('partial');
    expect(JSON.parse(row?.result ?? '')).toMatchObject({
      pages: 2,
      unfinished: [{ page: 1, reason: THROTTLED }],
    });
  });

  it('analyse an upload once, however often its event arrives', async () => {
    await media.upload('once.txt', 'Hello');
    const first = await resultsOf('once.txt');
    const again = await media.upload('once.txt', 'Hello', {}, { name: 'second' });
    expect([again.status, again.states.at(-1)]).toEqual(['SUCCEEDED', 'AlreadyClaimed']);
    expect(again.calls().map(({ resource }) => resource)).toEqual(['dynamodb:putItem']);
    expect(await resultsOf('once.txt')).toEqual(first);
    // Another version of the same key is another upload.
    const other = await media.upload('once.txt', 'Hello', {}, { name: 'third', version: 'v2' });
    expect(other.states).toContain('AnalysePages');
  });

  it('claim once although the answer to the claim was lost', async () => {
    const claim = media.tasks['dynamodb:putItem'];
    const lost = {
      'dynamodb:putItem': async (input: unknown, task: Task) => {
        await claim?.(input, task);
        if (task.attempt === 0) throw new StateError('DynamoDB.InternalServerError');
      },
    };
    const execution = await media.upload('lost.txt', 'Hello', lost);
    expect(execution.states).toContain('AnalysePages');
    expect((await media.row('lost.txt'))?.status).toBe('done');
  });

  it('analyse an upload again after a failure, and write its result then', async () => {
    await media.upload('later.txt', 'Hello', { [SENTIMENT]: throws('Comprehend.InternalServerException') });
    expect((await media.row('later.txt'))?.status).toBe('failed');
    const again = await media.upload('later.txt', 'Hello', {}, { name: 'again' });
    expect(again.status).toBe('SUCCEEDED');
    const { row, results } = await resultsOf('later.txt');
    expect(row?.status).toBe('done');
    expect(Object.keys(results)).toEqual(['pages/1.json']);
  });

  it('start another job for a document whose job failed, and read its pages only', async () => {
    const failed = { 'aws-sdk:textract:getDocumentAnalysis': () => ({ JobStatus: 'FAILED' }) };
    const start = 'aws-sdk:textract:startDocumentAnalysis';
    const token = (execution: Execution) =>
      execution.calls(start).map(({ input }) => (input as { ClientRequestToken: string }).ClientRequestToken);
    const first = await media.upload('again.pdf', 'x', failed);
    const second = await media.upload('again.pdf', 'x', {}, { name: 'again' });
    expect(token(first)).not.toEqual(token(second));
    expect(token(first)[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.parse((await media.row('again.pdf'))?.result ?? '')).toEqual({ status: 'done', pages: 2 });
  });

  it('write no personal data into results, translations and the table', async () => {
    const text = 'Hola 🎉 Ann Lee, ann@example.org, Paris';
    const execution = await media.upload('letter.txt', text);
    const { row, results } = await resultsOf('letter.txt');
    expect(Object.keys(results)).toEqual(['pages/1.en.txt', 'pages/1.json']);
    expect(JSON.parse(results['pages/1.json'] ?? '')).toEqual({
      page: 1,
      language: 'es',
      sentiment: 'NEUTRAL',
      text: 'Hola 🎉 [NAME], [EMAIL], Paris',
      entities: [{ text: 'Paris', type: 'LOCATION', score: 0.99 }],
      personal: ['EMAIL', 'NAME'],
    });
    expect(results['pages/1.en.txt']).toBe('(en) Hola 🎉 [NAME], [EMAIL], Paris');
    expect(execution.calls('aws-sdk:translate:translateText')).toHaveLength(1);
    expect(JSON.stringify([results, row])).not.toMatch(/Ann|example\.org/);
  });

  it('withhold a page in a language in which personal data cannot be found', async () => {
    const execution = await media.upload('brief.txt', 'Hallo Ann Lee');
    const { row, results } = await resultsOf('brief.txt');
    expect(results).toEqual({});
    expect([execution.error, row?.status]).toEqual(['NoPageDone', 'failed']);
    expect(execution.cause).toBe('personal data cannot be found in language de');
  });

  it('translate no text that is in the target language', async () => {
    const execution = await media.upload('english.txt', 'Hello');
    expect(execution.calls('aws-sdk:translate:translateText')).toEqual([]);
    expect(execution.status).toBe('SUCCEEDED');
  });
});

const PATH = 'MediaWorkflow/Workflow';
const [UPLOADS, WORK, RESULTS] = ['Uploads', 'Work', 'Results'].map((name) => `${PATH}/Media/${name}`) as [
  string,
  string,
  string,
];

function synthesize(props?: MediaWorkflowProps): Stack {
  const stack = new Stack(newApp(), 'Test');
  new MediaWorkflow(stack, 'Workflow', props);
  return stack;
}

describe('media-workflow', () => {
  const app = sandbox({}, 'media-workflow');
  const template = Template.fromStack(stackOf(app, 'MediaWorkflow'));
  const templates = Templates.fromApp(app);
  const iam = Iam.of(templates, { context: { 'aws:SecureTransport': 'true' } });

  it('may call the named services, on its buckets, table and functions only', () => {
    expect(iam).toAllowOnly(`${PATH}/StateMachine`, {
      [`${UPLOADS}/*`]: ['s3:GetObject', 's3:GetObjectVersion'],
      [`${WORK}/*`]: ['s3:GetObject', 's3:PutObject'],
      [`${RESULTS}/*`]: ['s3:PutObject'],
      [`${PATH}/Table`]: ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
      [`${PATH}/Split/Function`]: ['lambda:InvokeFunction'],
      [`${PATH}/Page/Function`]: ['lambda:InvokeFunction'],
      '*': [
        'comprehend:DetectDominantLanguage',
        'comprehend:DetectEntities',
        'comprehend:DetectPiiEntities',
        'comprehend:DetectSentiment',
        'rekognition:DetectLabels',
        'rekognition:DetectModerationLabels',
        'textract:GetDocumentAnalysis',
        'textract:StartDocumentAnalysis',
        'transcribe:GetTranscriptionJob',
        'transcribe:StartTranscriptionJob',
        'translate:TranslateText',
        ...['Create', 'Get', 'Update', 'Delete'].map((verb) => `logs:${verb}LogDelivery`),
        'logs:ListLogDeliveries',
        'logs:PutResourcePolicy',
        'logs:DescribeResourcePolicies',
        'logs:DescribeLogGroups',
        'xray:PutTraceSegments',
        'xray:PutTelemetryRecords',
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
      ],
    });
  });

  it('lets each function reach its buckets only', () => {
    const running = (name: string) => ({
      [`${PATH}/${name}/Logs:*`]: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      '*': ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    });
    expect(iam).toAllowOnly(`${PATH}/Split/Function`, {
      [`${UPLOADS}/*`]: ['s3:GetObject', 's3:GetObjectVersion'],
      [`${WORK}/*`]: ['s3:GetObject', 's3:PutObject'],
      [WORK]: ['s3:ListBucket'],
      ...running('Split'),
    });
    expect(iam).toAllowOnly(`${PATH}/Page/Function`, {
      [`${WORK}/*`]: ['s3:GetObject'],
      [`${RESULTS}/*`]: ['s3:PutObject'],
      ...running('Page'),
    });
  });

  it('starts an execution for each object of the upload bucket, or keeps the event', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: [{ Ref: templates.at(UPLOADS).logicalId }] } },
      },
      State: 'ENABLED',
      Targets: [
        Match.objectLike({
          Arn: { Ref: templates.at(`${PATH}/StateMachine`).logicalId },
          DeadLetterConfig: {
            Arn: { 'Fn::GetAtt': [templates.at(`${PATH}/DeadLetters/Queue`).logicalId, 'Arn'] },
          },
        }),
      ],
    });
    expect(templates.at(UPLOADS).properties.NotificationConfiguration).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
    // Results and intermediate texts start nothing.
    for (const bucket of [WORK, RESULTS]) {
      expect(templates.at(bucket).properties.NotificationConfiguration).toBeUndefined();
    }
  });

  it('has a definition that asl-validator accepts, of a Standard workflow', () => {
    const { definition, type } = States.of(templates, `${PATH}/StateMachine`);
    const { isValid, errorsText } = aslValidator(structuredClone(definition), {
      checkArn: false,
      checkPaths: true,
    });
    expect([isValid, errorsText(), type]).toEqual([true, '', 'STANDARD']);
  });

  it('logs all events and no data, with a trace', () => {
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      LoggingConfiguration: Match.objectLike({ Level: 'ALL', IncludeExecutionData: false }),
      TracingConfiguration: { Enabled: true },
    });
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: Match.anyValue() });
  });

  it('keeps texts before redaction for a day', () => {
    expect(templates.at(WORK).properties.LifecycleConfiguration).toMatchObject({
      Rules: [{ ExpirationInDays: 1, Status: 'Enabled' }],
    });
    expect(templates.at(WORK).properties.VersioningConfiguration).toBeUndefined();
  });

  it('keeps buckets private and encrypted, requires TLS, and logs access', () => {
    template.allResourcesProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: Match.anyValue(),
    });
    const plainText = { context: { 'aws:SecureTransport': 'false' } };
    for (const bucket of [UPLOADS, WORK, RESULTS]) {
      expect(iam.can(`${PATH}/StateMachine`, 's3:GetObject', bucket, plainText).answer).toBe('explicit deny');
      const { DestinationBucketName } = templates.at(bucket).properties.LoggingConfiguration as Record<
        string,
        string
      >;
      expect(templates.reference(DestinationBucketName)?.resource.path).toBe(`${PATH}/Media/AccessLogs`);
    }
  });

  it.each([
    ['AWS/States', 'ExecutionsFailed', 'Sum'],
    ['AWS/States', 'ExecutionsTimedOut', 'Sum'],
    ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'Maximum'],
  ])('alarms at the first of %s %s', (Namespace, MetricName, Statistic) => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace,
      MetricName,
      Statistic,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
  });

  it('sends alarms to the e-mail address', () => {
    const mailed = Template.fromStack(
      stackOf(sandbox({ alarmEmail: 'ops@example.org' }, 'media-workflow'), 'MediaWorkflow'),
    );
    mailed.allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [{ Ref: Match.stringLikeRegexp('Topic') }],
    });
  });

  it('is started by Step Functions of this account only', () => {
    const assume = ['states.amazonaws.com', 'sts:AssumeRole', `${PATH}/Role`] as const;
    expect(iam).toAllow(...assume, { context: { 'aws:SourceAccount': '⟨AWS::AccountId⟩' } });
    // For whom, that decides.
    expect(iam).toAllowConditionally(...assume);
  });

  it('retains buckets, table and logs, and protects the table from deletion', () => {
    const production = Template.fromStack(synthesize());
    for (const type of [
      'AWS::S3::Bucket',
      'AWS::DynamoDB::Table',
      'AWS::Logs::LogGroup',
      'AWS::SQS::Queue',
    ]) {
      production.allResources(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
    production.hasResourceProperties('AWS::DynamoDB::Table', {
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it('without redaction and translation writes texts as they are', async () => {
    const other = newApp();
    new MediaWorkflow(new Stack(other, 'Test'), 'Workflow', { redact: false });
    const plain = Templates.fromApp(other);
    const media = await startLocalMedia(plain, 'Test/Workflow');
    try {
      const execution = await media.upload('brief.txt', 'Hallo Ann Lee');
      expect(execution.status).toBe('SUCCEEDED');
      expect(execution.states).not.toContain('Translate');
      expect(Object.values(await media.results())[0]).toContain('Hallo Ann Lee');
    } finally {
      await media.stop();
    }
    expect(Iam.of(plain)).not.toAllow('Test/Workflow/StateMachine', 'translate:TranslateText', '*');
  });

  it('fits twice into one stack', () => {
    const stack = synthesize();
    new MediaWorkflow(stack, 'Other', { targetLanguage: 'zh-TW' });
    Template.fromStack(stack).resourceCountIs('AWS::StepFunctions::StateMachine', 2);
  });

  it.each(['english', 'EN', 'en_US', ''])('refuses targetLanguage %j in one line', (targetLanguage) => {
    expect(() => synthesize({ targetLanguage })).toThrow(
      `targetLanguage: got ${JSON.stringify(targetLanguage)}, expected a language code such as en or zh-TW`,
    );
  });
});
