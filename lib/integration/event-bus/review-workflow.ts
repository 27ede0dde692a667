import { Aws, RemovalPolicy, Stack, Validations, Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { leadingKeys } from '../../shared/leading-keys';
import { alarmOnAny } from '../../shared/alarm-on-any';

export interface ReviewWorkflowProps {
  /** Table with partition key `work` and sort key `id`. A review is a row with `work` = `review`. */
  readonly table: ITable;
  /**
   * Topic that the alarm notifies.
   * @default - none: the alarm only changes state
   */
  readonly alarmTopic?: ITopic;
  /**
   * Removal policy of the logs.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

const EXISTS = 'DynamoDB.ConditionalCheckFailedException';

/** A state machine that opens one review for each order, however often its event comes. Its input is the order. */
export class ReviewWorkflow extends Construct {
  readonly stateMachine: sfn.StateMachine;

  constructor(scope: Construct, id: string, props: ReviewWorkflowProps) {
    super(scope, id);
    const { table, alarmTopic, removalPolicy = RemovalPolicy.RETAIN } = props;
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['dynamodb:PutItem'],
        resources: [table.tableArn],
        conditions: leadingKeys('review'),
      }),
    );
    table.encryptionKey?.grantEncryptDecrypt(role);
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'The delivery of logs and X-Ray support no resource-level permissions.',
    });
    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      definitionBody: sfn.DefinitionBody.fromString(Stack.of(this).toJsonString(definition(table.tableName))),
      role,
      logs: {
        destination: new logs.LogGroup(this, 'Logs', {
          retention: logs.RetentionDays.THREE_MONTHS,
          removalPolicy,
        }),
        level: sfn.LogLevel.ALL,
        includeExecutionData: false,
      },
      tracingEnabled: true,
      removalPolicy,
    });
    alarmOnAny(this, 'Failed', {
      description: 'Executions fail: orders without a review',
      metric: this.stateMachine.metricFailed({ period: Duration.minutes(5) }),
      topic: alarmTopic,
    });
  }
}

const definition = (table: string) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'OpenReview',
  States: {
    OpenReview: {
      Type: 'Task',
      Resource: `arn:${Aws.PARTITION}:states:::dynamodb:putItem`,
      Arguments: {
        TableName: table,
        Item: {
          work: { S: 'review' },
          id: { S: '{% $states.input.id %}' },
          order: { S: '{% $string($states.input) %}' },
        },
        // EventBridge delivers an event at least once.
        ConditionExpression: 'attribute_not_exists(id)',
      },
      Retry: [
        { ErrorEquals: [EXISTS], MaxAttempts: 0 },
        {
          ErrorEquals: ['States.ALL'],
          IntervalSeconds: 2,
          BackoffRate: 2,
          MaxAttempts: 5,
          JitterStrategy: 'FULL',
        },
      ],
      Catch: [{ ErrorEquals: [EXISTS], Next: 'AlreadyOpen' }],
      End: true,
    },
    AlreadyOpen: { Type: 'Succeed' },
  },
});
