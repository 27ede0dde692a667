import { Validations, type RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';

export interface SessionLogsProps {
  readonly removalPolicy: RemovalPolicy;
}

/**
 * A session document for shells whose input and output go to a log group. Session Manager cannot log what passes in SSH or port
 * forwarding sessions.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-logging.html
 */
export class SessionLogs extends Construct {
  readonly logGroup: LogGroup;
  readonly document: CfnDocument;

  constructor(scope: Construct, id: string, { removalPolicy }: SessionLogsProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'LogGroup', { retention: RetentionDays.ONE_YEAR, removalPolicy });
    // A document of its own: the default one, SSM-SessionManagerRunShell, belongs to the whole account.
    this.document = new CfnDocument(this, 'Document', {
      documentType: 'Session',
      content: {
        schemaVersion: '1.0',
        description: 'A shell whose input and output are logged',
        sessionType: 'Standard_Stream',
        inputs: {
          cloudWatchLogGroupName: this.logGroup.logGroupName,
          // While the session runs, so that nobody can keep its end out of the log.
          cloudWatchStreamingEnabled: true,
          // True would need a key of your own. CloudWatch Logs always encrypts.
          cloudWatchEncryptionEnabled: false,
          idleSessionTimeout: '20',
        },
      },
    });
  }

  /** Allows the SSM agent of an instance to write the log. */
  grantWrite(role: iam.Role): void {
    const policy = new iam.ManagedPolicy(this, 'Policy', {
      roles: [role],
      statements: [
        new iam.PolicyStatement({
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
          resources: [this.logGroup.logGroupArn],
        }),
        new iam.PolicyStatement({
          actions: ['logs:DescribeLogGroups'],
          resources: ['*'],
        }),
      ],
    });
    Validations.of(policy).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'The agent looks for the log group in the list of all of them, and reads nothing but their names.',
    });
  }
}
