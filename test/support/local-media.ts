import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import {
  StateError,
  States,
  type Execution,
  type Task,
  type TaskFunctions,
} from '../../lib/assertions/states';
import type { Templates } from '../../lib/assertions/templates';
import { writePage, type PageEvent } from '../../lib/serverless/media-workflow/handler/page';
import { split, type SplitEvent } from '../../lib/serverless/media-workflow/handler/split';
import { startLocalAws } from './local-aws';

interface S3Input {
  readonly Bucket: string;
  readonly Key: string;
  readonly Body?: string;
}

/** Where a text has a word, as Comprehend says it. */
export const spanOf = (text: string, word: string, Type: string) => {
  const BeginOffset = Array.from(text.slice(0, text.indexOf(word))).length;
  return { BeginOffset, EndOffset: BeginOffset + Array.from(word).length, Type, Score: 0.99 };
};

/** Names and addresses that the recorded answers of Comprehend know. */
const PERSONAL: readonly [string, string][] = [
  ['Ann Lee', 'NAME'],
  ['ann@example.org', 'EMAIL'],
];
const found = (text: string, words: readonly [string, string][]) =>
  words.filter(([word]) => text.includes(word)).map(([word, type]) => spanOf(text, word, type));

/** The media workflow on local S3 and DynamoDB servers, with recorded answers of the services that analyse. */
export async function startLocalMedia(templates: Templates, path: string) {
  // Before the servers start, because it throws for a definition that Step Functions refuses.
  const machine = States.of(templates, `${path}/StateMachine`);
  const aws = await startLocalAws();
  const buckets = ['uploads', 'work', 'results'];
  for (const bucket of buckets) await aws.createBucket(bucket);
  await aws.createTable('table', 'id');
  const documents = DynamoDBDocumentClient.from(aws.dynamodb);

  /** The local bucket or table that a placeholder of the definition stands for. */
  const local = (placeholder: string): string => {
    const name = templates.reference(placeholder)?.resource.path.split('/').at(-1)?.toLowerCase() ?? '';
    if (![...buckets, 'table'].includes(name)) throw new Error(`no local resource for ${placeholder}`);
    return name;
  };
  const put = (bucket: string, key: string, body: string) =>
    aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  const get = async (bucket: string, key: string): Promise<string> => {
    const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToString()) ?? '';
  };
  const named = async <T>(service: string, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      const { name, message } = error as Error;
      throw new StateError(`${service}.${name}`, message);
    }
  };

  let polls = 0;
  let jobs = 0;
  const tasks: TaskFunctions = {
    'dynamodb:putItem': (input: { TableName: string; Item: never }) =>
      named(
        'DynamoDB',
        aws.dynamodb.send(new PutItemCommand({ ...input, TableName: local(input.TableName) })),
      ),
    'dynamodb:updateItem': (input: { TableName: string; Key: never }) =>
      named(
        'DynamoDB',
        aws.dynamodb.send(new UpdateItemCommand({ ...input, TableName: local(input.TableName) })),
      ),
    'aws-sdk:s3:getObject': async ({ Bucket, Key }: S3Input) => ({ Body: await get(local(Bucket), Key) }),
    'aws-sdk:s3:putObject': async ({ Bucket, Key, Body = '' }: S3Input) => {
      await put(local(Bucket), Key, Body);
    },
    [`${path}/Split/Function`]: (event: SplitEvent) =>
      split(aws.s3, 'work', event.kind === 'text' ? { ...event, bucket: local(event.bucket) } : event),
    [`${path}/Page/Function`]: (event: PageEvent) => {
      const { Environment } = templates.at(`${path}/Page/Function`).properties as {
        Environment: { Variables: Record<string, string> };
      };
      const { WORK_BUCKET = '', RESULT_BUCKET = '', REDACT } = Environment.Variables;
      const settings = {
        work: local(WORK_BUCKET),
        results: local(RESULT_BUCKET),
        redacts: REDACT === 'true',
      };
      return writePage(aws.s3, settings, event);
    },
    'aws-sdk:rekognition:detectLabels': () => ({ Labels: [{ Name: 'Cat', Confidence: 99 }] }),
    'aws-sdk:rekognition:detectModerationLabels': () => ({ ModerationLabels: [] }),
    'aws-sdk:comprehend:detectDominantLanguage': ({ Text }: { Text: string }) => ({
      Languages: [
        { LanguageCode: Text.startsWith('Hallo') ? 'de' : Text.startsWith('Hola') ? 'es' : 'en', Score: 0.9 },
        { LanguageCode: 'fr', Score: 0.1 },
      ],
    }),
    'aws-sdk:comprehend:detectSentiment': () => ({ Sentiment: 'NEUTRAL' }),
    'aws-sdk:comprehend:detectEntities': ({ Text }: { Text: string }) => ({
      Entities: [...PERSONAL, ['Paris', 'LOCATION'] as [string, string]]
        .filter(([word]) => Text.includes(word))
        .map(([word, type]) => ({ ...spanOf(Text, word, type), Text: word })),
    }),
    'aws-sdk:comprehend:detectPiiEntities': ({ Text }: { Text: string }) => ({
      Entities: found(Text, PERSONAL),
    }),
    'aws-sdk:translate:translateText': ({ Text }: { Text: string }) => ({ TranslatedText: `(en) ${Text}` }),
    'aws-sdk:textract:startDocumentAnalysis': async (input: {
      OutputConfig: { S3Bucket: string; S3Prefix: string };
    }) => {
      polls = 0;
      jobs++;
      const line = (Page: number, Text: string) => ({ BlockType: 'LINE', Page, Text });
      const parts = [
        [line(1, 'First page,'), line(1, 'by Ann Lee')],
        [{ BlockType: 'WORD', Page: 2, Text: 'x' }, line(2, 'In Paris')],
      ];
      const { S3Bucket, S3Prefix } = input.OutputConfig;
      for (const [index, Blocks] of parts.entries()) {
        await put(local(S3Bucket), `${S3Prefix}/job-${jobs}/${index + 1}`, JSON.stringify({ Blocks }));
      }
      await put(local(S3Bucket), `${S3Prefix}/.s3_access_check`, 'x');
      return { JobId: `job-${jobs}` };
    },
    'aws-sdk:textract:getDocumentAnalysis': () => ({ JobStatus: ++polls < 3 ? 'IN_PROGRESS' : 'SUCCEEDED' }),
    'aws-sdk:transcribe:startTranscriptionJob': async (input: {
      OutputBucketName: string;
      OutputKey: string;
    }) => {
      polls = 0;
      const audio_segments = [
        { speaker_label: 'spk_0', transcript: 'Ann Lee here.' },
        { speaker_label: 'spk_1', transcript: 'Hello.' },
      ];
      const results = { transcripts: [{ transcript: 'Ann Lee here. Hello.' }], audio_segments };
      await put(local(input.OutputBucketName), input.OutputKey, JSON.stringify({ results }));
    },
    'aws-sdk:transcribe:getTranscriptionJob': () => ({
      TranscriptionJob: { TranscriptionJobStatus: ++polls < 3 ? 'IN_PROGRESS' : 'COMPLETED' },
    }),
  };

  const event = (key: string, version = 'v1') => ({
    detail: {
      bucket: { name: `⟨${path.split('/')[0] ?? ''}.${templates.at(`${path}/Media/Uploads`).logicalId}⟩` },
      object: { key, 'version-id': version, size: 5 },
    },
  });

  return {
    machine,
    tasks,
    /** Puts an object and runs the execution of its event. `others` are other answers of services. */
    upload: async (
      key: string,
      body = 'x',
      others: TaskFunctions = {},
      options: { name?: string; version?: string; seed?: number } = {},
    ): Promise<Execution> => {
      const { version, ...more } = options;
      await put('uploads', key, body);
      return machine.run({ input: event(key, version), tasks: { ...tasks, ...others }, ...more });
    },
    row: async (key: string, version = 'v1') => {
      const { Item } = await documents.send(
        new GetCommand({ TableName: 'table', Key: { id: `${key}#${version}` } }),
      );
      return Item as (Record<string, string> & { claimedUntil: number }) | undefined;
    },
    /** All results of an upload, by the end of their keys. */
    results: async (prefix = ''): Promise<Record<string, string>> => {
      const { Contents = [] } = await aws.s3.send(
        new ListObjectsV2Command({ Bucket: 'results', Prefix: prefix }),
      );
      const entries = Contents.map(
        async ({ Key = '' }) => [Key.slice(prefix.length + 1), await get('results', Key)] as const,
      );
      return Object.fromEntries(await Promise.all(entries));
    },
    stop: () => aws.stop(),
  };
}

/** A task function that throws this error each time, or a number of times before it answers. */
export const throws =
  (error: string, times = Infinity, answer: unknown = {}) =>
  (_input: unknown, { attempt }: Task) => {
    if (attempt < times) throw new StateError(error, 'as told');
    return answer;
  };
