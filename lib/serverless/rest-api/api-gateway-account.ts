import { Validations, type RemovalPolicy } from 'aws-cdk-lib';
import { CfnAccount } from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

export interface ApiGatewayAccountProps {
  readonly removalPolicy: RemovalPolicy;
}

/**
 * The role with which API Gateway writes the logs of all APIs of an account in a Region. Create one for each account and
 * Region: a second one replaces the first. A stage with an access log cannot be created before it.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-account.html
 */
export class ApiGatewayAccount extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, { removalPolicy }: ApiGatewayAccountProps) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('apigateway.amazonaws.com'),
      managedPolicies: [
        iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonAPIGatewayPushToCloudWatchLogs'),
      ],
    });
    this.role.applyRemovalPolicy(removalPolicy);
    Validations.of(this.role).acknowledge({
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      reason: 'API Gateway refuses a role without these permissions. It writes to log groups of all APIs.',
    });
    new CfnAccount(this, 'Account', { cloudWatchRoleArn: this.role.roleArn }).applyRemovalPolicy(
      removalPolicy,
    );
  }
}
