import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { QuoteFunction } from './quote-function';
import { SafeLambdaDeploy } from './safe-lambda-deploy';

export interface SafeLambdaDeployStackProps extends StackProps {
  /**
   * E-mail address that the alarm notifies.
   * @default - none: the alarm only rolls back
   */
  readonly alarmEmail?: string;
}

/** A function whose new versions get 10 % of the traffic for 5 minutes, then all of it. */
export class SafeLambdaDeployStack extends Stack {
  readonly quotes: SafeLambdaDeploy;

  constructor(scope: Construct, id: string, { alarmEmail, ...props }: SafeLambdaDeployStackProps = {}) {
    super(scope, id, props);
    // The sandbox deletes everything with the stack. Leave this out in production.
    const removalPolicy = RemovalPolicy.DESTROY;
    const quote = new QuoteFunction(this, 'Quote', { removalPolicy });
    this.quotes = new SafeLambdaDeploy(this, 'Deploy', {
      function: quote.function,
      alarmTopic: alarmTopicFor(this, alarmEmail),
      removalPolicy,
    });

    new CfnOutput(this, 'DevArn', { value: this.quotes.dev.functionArn });
    new CfnOutput(this, 'ProdArn', { value: this.quotes.prod.functionArn });
    new CfnOutput(this, 'ApplicationName', {
      value: this.quotes.deploymentGroup.application.applicationName,
    });
    new CfnOutput(this, 'DeploymentGroupName', { value: this.quotes.deploymentGroup.deploymentGroupName });
  }
}
