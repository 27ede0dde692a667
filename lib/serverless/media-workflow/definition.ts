import { analyseImage, analysePages, type DefinitionNames } from './analyse-pages';
import { call, catchAll, job, sequence, type State } from './states';

/** Kind of an upload by the end of its key. */
const KINDS = {
  image: ['jpg', 'jpeg', 'png'],
  document: ['pdf', 'tif', 'tiff'],
  audio: ['mp3', 'mp4', 'm4a', 'wav', 'flac', 'ogg'],
  text: ['txt', 'md'],
};

/** The longest time of an execution, in seconds. A claim on an upload ends then. */
const LIMIT = 6 * 60 * 60;

const ends = Object.fromEntries(
  Object.entries(KINDS).flatMap(([kind, endings]) => endings.map((ending) => [ending, kind])),
);
const jsonata = (value: object) => JSON.stringify(value).replaceAll('"', "'");

/** The state machine in the Amazon States Language, with JSONata. */
export function definition(names: DefinitionNames): object {
  const { partition, table } = names;
  const Key = { id: { S: '{% $id %}' } };
  const mine = { ':execution': { S: '{% $states.context.Execution.Id %}' } };
  const record = (values: State, more: State) =>
    call(
      partition,
      'dynamodb:updateItem',
      {
        TableName: table,
        Key,
        UpdateExpression: 'SET #status = :status, #result = :result, finishedAt = :now',
        // Another execution has taken over an upload whose claim ended.
        ConditionExpression: '#execution = :execution',
        ExpressionAttributeNames: { '#status': 'status', '#result': 'result', '#execution': 'execution' },
        ExpressionAttributeValues: { ...mine, ':now': { S: '{% $now() %}' }, ...values },
      },
      { Output: '{% $states.input %}', ...more },
    );
  return {
    Comment: 'Analyses one upload',
    QueryLanguage: 'JSONata',
    TimeoutSeconds: LIMIT,
    ...sequence({
      Describe: {
        Type: 'Pass',
        Assign: {
          bucket: '{% $states.input.detail.bucket.name %}',
          key: '{% $states.input.detail.object.key %}',
          version: '{% $states.input.detail.object.`version-id` %}',
          id: "{% $states.input.detail.object.key & '#' & $states.input.detail.object.`version-id` %}",
          prefix:
            "{% $hash($states.input.detail.object.key & '#' & $states.input.detail.object.`version-id`, 'SHA-256') %}",
          kind: `{% ($k := $lookup(${jsonata(ends)}, $lowercase($split($states.input.detail.object.key, '.')[-1])); $exists($k) ? $k : 'unknown') %}`,
        },
        Output: {},
      },
      // EventBridge delivers an event at least once. One execution gets the upload.
      Claim: call(
        partition,
        'dynamodb:putItem',
        {
          TableName: table,
          Item: {
            ...Key,
            bucket: { S: '{% $bucket %}' },
            key: { S: '{% $key %}' },
            version: { S: '{% $version %}' },
            kind: { S: '{% $kind %}' },
            prefix: { S: '{% $prefix %}' },
            status: { S: 'running' },
            execution: { S: '{% $states.context.Execution.Id %}' },
            startedAt: { S: '{% $now() %}' },
            claimedUntil: { N: `{% $string($floor($millis() / 1000) + ${LIMIT}) %}` },
          },
          // The last condition is for a retry whose first attempt has written the row.
          ConditionExpression:
            'attribute_not_exists(id) OR #status = :failed OR (#status = :running AND claimedUntil < :now) OR (#status = :running AND #execution = :execution)',
          ExpressionAttributeNames: { '#status': 'status', '#execution': 'execution' },
          ExpressionAttributeValues: {
            ...mine,
            ':failed': { S: 'failed' },
            ':running': { S: 'running' },
            ':now': { N: '{% $string($floor($millis() / 1000)) %}' },
          },
        },
        {
          Output: {},
          Catch: [{ ErrorEquals: ['DynamoDB.ConditionalCheckFailedException'], Next: 'AlreadyClaimed' }],
        },
      ),
      Analyse: {
        Type: 'Parallel',
        Branches: [analysis(names)],
        Output: '{% $states.result[0] %}',
        Catch: catchAll('RecordFailure'),
      },
      Record: record(
        { ':status': { S: '{% $states.input.status %}' }, ':result': { S: '{% $string($states.input) %}' } },
        {
          Catch: [{ ErrorEquals: ['DynamoDB.ConditionalCheckFailedException'], Next: 'AlreadyClaimed' }],
          End: true,
        },
      ),
      RecordFailure: record(
        { ':status': { S: 'failed' }, ':result': { S: '{% $states.input.error %}' } },
        { Next: 'Failed' },
      ),
      Failed: { Type: 'Fail', Error: '{% $states.input.error %}', Cause: '{% $states.input.cause %}' },
      AlreadyClaimed: { Type: 'Succeed' },
    }),
  };
}

/** What happens to each kind of upload. */
function analysis(names: DefinitionNames): State {
  const { partition, work, split } = names;
  const splitText = (Payload: State) =>
    call(
      partition,
      'lambda:invoke',
      { FunctionName: split, Payload: { prefix: '{% $prefix %}', ...Payload } },
      { Output: '{% {"pages": [$states.result.Payload.pages]} %}', Next: 'AnalysePages' },
    );
  const kinds = Object.entries({
    image: 'AnalyseImage',
    document: 'StartTextract',
    audio: 'StartTranscribe',
    text: 'SplitText',
  });
  return sequence({
    ByKind: {
      Type: 'Choice',
      Choices: kinds.map(([kind, Next]) => ({ Condition: `{% $kind = '${kind}' %}`, Next })),
      Default: 'Refuse',
    },
    Refuse: {
      Type: 'Pass',
      Output: {
        status: 'refused',
        reason: `{% 'expected a key that ends with one of ${Object.keys(ends).join(', ')}, got ' & $key %}`,
      },
      Next: 'Analysed',
    },
    ...analyseImage(names),
    ...job({
      name: 'Textract',
      start: call(
        partition,
        'aws-sdk:textract:startDocumentAnalysis',
        {
          DocumentLocation: {
            S3Object: { Bucket: '{% $bucket %}', Name: '{% $key %}', Version: '{% $version %}' },
          },
          FeatureTypes: ['LAYOUT'],
          // A retry with the same token starts no second job; another execution does. 64 characters at most.
          ClientRequestToken: "{% $hash($prefix & $states.context.Execution.Name, 'SHA-256') %}",
          // Not in the answer: that of a page of text can be larger than a payload of Step Functions.
          OutputConfig: { S3Bucket: work, S3Prefix: "{% $prefix & '/textract' %}" },
        },
        { Assign: { textractJob: '{% $states.result.JobId %}' }, Output: {} },
      ),
      get: call(
        partition,
        'aws-sdk:textract:getDocumentAnalysis',
        { JobId: '{% $textractJob %}', MaxResults: 1 },
        {},
      ),
      status: 'JobStatus',
      succeeded: ['SUCCEEDED', 'PARTIAL_SUCCESS'],
      failed: ['FAILED'],
      next: 'SplitDocument',
    }),
    SplitDocument: splitText({ kind: 'document', job: '{% $textractJob %}' }),
    ...job({
      name: 'Transcribe',
      start: call(
        partition,
        'aws-sdk:transcribe:startTranscriptionJob',
        {
          TranscriptionJobName: "{% $prefix & '-' & $states.context.Execution.Name %}",
          Media: { MediaFileUri: "{% 's3://' & $bucket & '/' & $key %}" },
          IdentifyLanguage: true,
          Settings: { ShowSpeakerLabels: true, MaxSpeakerLabels: 10 },
          OutputBucketName: work,
          OutputKey: "{% $prefix & '/transcript.json' %}",
        },
        {
          Output: {},
          // An earlier attempt of this execution started the job.
          Catch: [
            {
              ErrorEquals: ['Transcribe.ConflictException'],
              Assign: { TranscribePolls: 0 },
              Output: {},
              Next: 'WaitForTranscribe',
            },
          ],
        },
      ),
      get: call(
        partition,
        'aws-sdk:transcribe:getTranscriptionJob',
        { TranscriptionJobName: "{% $prefix & '-' & $states.context.Execution.Name %}" },
        {},
      ),
      status: 'TranscriptionJob.TranscriptionJobStatus',
      succeeded: ['COMPLETED'],
      failed: ['FAILED'],
      next: 'SplitTranscript',
    }),
    SplitTranscript: splitText({ kind: 'audio' }),
    SplitText: splitText({
      kind: 'text',
      bucket: '{% $bucket %}',
      key: '{% $key %}',
      version: '{% $version %}',
    }),
    ...analysePages(names),
    Analysed: { Type: 'Succeed' },
  });
}
