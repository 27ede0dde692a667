import { Aws, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export interface AlarmTopicProps {
  /** SNS sends nothing but a confirmation message to this address until somebody confirms the subscription. */
  readonly email: string;
}

/** An SNS topic that sends the alarms of this account to an e-mail address. */
export class AlarmTopic extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, { email }: AlarmTopicProps) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', { enforceSSL: true });
    const subscription = this.topic.addSubscription(new EmailSubscription(email));
    Validations.of(subscription).acknowledge({
      id: 'Serverless-SNSRedrivePolicy',
      reason: 'A lost e-mail loses no data: CloudWatch keeps the alarms and their history.',
    });
    // This policy replaces the default one, which allows the alarms of the account to publish.
    // https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
  }
}

/** Creates an `AlarmTopic` for an e-mail address and returns its topic. Returns undefined without an address. */
export function alarmTopicFor(scope: Construct, email: string | undefined): sns.ITopic | undefined {
  return email === undefined ? undefined : new AlarmTopic(scope, 'Alarms', { email }).topic;
}
