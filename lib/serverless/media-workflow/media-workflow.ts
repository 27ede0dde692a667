import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { DeadLetters } from '../../shared/dead-letters';
import { InvalidValue } from '../../shared/invalid-value';
import { onDemandTable } from '../../shared/on-demand-table';
import { definition } from './definition';
import { MediaBuckets } from './media-buckets';
import { TextFunction } from './text-function';
import { WorkflowAlarms } from './workflow-alarms';
import { workflowPermissions } from './workflow-permissions';

export interface MediaWorkflowProps {
  /**
   * Replaces personal data in texts by its type before a result is written. A page in another language than English and
   * Spanish is withheld, because Amazon Comprehend finds personal data in these two only.
   * @default true
   */
  readonly redact?: boolean;
  /**
   * Language that texts are translated into, as a code of Amazon Translate such as `en` or `zh-TW`. The source language is
   * detected. Throws `InvalidValue` for anything else.
   * @see https://docs.aws.amazon.com/translate/latest/dg/what-is-languages.html
   * @default - texts are not translated
   */
  readonly targetLanguage?: string;
  /**
   * Topic that the alarms notify.
   * @default - none: the alarms only change state
   */
  readonly alarmTopic?: ITopic;
  /**
   * Removal policy of buckets, table, queue and logs.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A state machine that analyses each upload by its kind: images, documents, audio and text. Results go to a bucket, and each
 * upload has a row in a table with its status.
 */
export class MediaWorkflow extends Construct {
  readonly uploads: s3.Bucket;
  readonly results: s3.Bucket;
  /** One row for each version of an upload. */
  readonly table: dynamodb.Table;
  readonly stateMachine: sfn.StateMachine;
  /** Receives events that could not start an execution. */
  readonly deadLetters: sqs.Queue;

  constructor(scope: Construct, id: string, props: MediaWorkflowProps = {}) {
    super(scope, id);
    const { redact = true, targetLanguage, removalPolicy = RemovalPolicy.RETAIN } = props;
    if (targetLanguage !== undefined && !/^[a-z]{2,3}(-[A-Z]{2})?$/.test(targetLanguage)) {
      throw new InvalidValue('targetLanguage', targetLanguage, 'a language code such as en or zh-TW');
    }
    const buckets = new MediaBuckets(this, 'Media', { removalPolicy });
    this.uploads = buckets.uploads;
    this.results = buckets.results;
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      ...onDemandTable(removalPolicy),
    });

    const { split, page } = this.createFunctions(buckets, redact, removalPolicy);
    const { table } = this;
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    workflowPermissions(role, { buckets, table, split, page, translates: targetLanguage !== undefined });
    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      definitionBody: sfn.DefinitionBody.fromString(
        Stack.of(this).toJsonString(
          definition({
            partition: Aws.PARTITION,
            table: table.tableName,
            work: buckets.work.bucketName,
            results: buckets.results.bucketName,
            split: split.functionArn,
            page: page.functionArn,
            redact,
            targetLanguage,
          }),
        ),
      ),
      role,
      logs: {
        destination: new logs.LogGroup(this, 'Logs', {
          retention: logs.RetentionDays.THREE_MONTHS,
          removalPolicy,
        }),
        level: sfn.LogLevel.ALL,
        // The data of an execution is the text of uploads.
        includeExecutionData: false,
      },
      tracingEnabled: true,
      removalPolicy,
    });
    const deadLetters = new DeadLetters(this, 'DeadLetters', {
      contents: 'Uploads started no execution',
      alarmTopic: props.alarmTopic,
      removalPolicy,
    });
    this.deadLetters = deadLetters.queue;
    this.startOnUpload();
    new WorkflowAlarms(this, 'Alarms', { stateMachine: this.stateMachine, topic: props.alarmTopic });
  }

  private createFunctions(buckets: MediaBuckets, redact: boolean, removalPolicy: RemovalPolicy) {
    const { uploads, work, results } = buckets;
    const allow = (actions: string[], ...resources: string[]) =>
      new iam.PolicyStatement({ actions, resources });
    const objects = (bucket: s3.Bucket) =>
      `<${Stack.of(this).getLogicalId(bucket.node.defaultChild as s3.CfnBucket)}.Arn>/*`;
    const split = new TextFunction(this, 'Split', {
      description: 'Splits the text of an upload into pages',
      entry: 'split',
      environment: { WORK_BUCKET: work.bucketName },
      statements: [
        allow(['s3:GetObject', 's3:GetObjectVersion'], uploads.arnForObjects('*')),
        allow(['s3:GetObject', 's3:PutObject'], work.arnForObjects('*')),
        allow(['s3:ListBucket'], work.bucketArn),
      ],
      objects: [objects(uploads), objects(work)],
      removalPolicy,
    }).function;
    const page = new TextFunction(this, 'Page', {
      description: 'Writes the analysis of a page, without personal data where redaction is on',
      entry: 'page',
      environment: {
        WORK_BUCKET: work.bucketName,
        RESULT_BUCKET: results.bucketName,
        REDACT: String(redact),
      },
      statements: [
        allow(['s3:GetObject'], work.arnForObjects('*')),
        allow(['s3:PutObject'], results.arnForObjects('*')),
      ],
      objects: [objects(work), objects(results)],
      removalPolicy,
    }).function;
    return { split, page };
  }

  /** Starts an execution for each object that is created in the upload bucket. */
  private startOnUpload(): void {
    new events.Rule(this, 'Uploaded', {
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [this.uploads.bucketName] } },
      },
      targets: [
        new targets.SfnStateMachine(this.stateMachine, {
          deadLetterQueue: this.deadLetters,
          retryAttempts: 185,
          maxEventAge: Duration.hours(24),
        }),
      ],
    });
  }
}
