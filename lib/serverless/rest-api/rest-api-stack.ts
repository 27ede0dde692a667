import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { ApiGatewayAccount } from './api-gateway-account';
import { ApiUsers } from './api-users';
import { Products } from './products';
import { CognitoRestApi } from './rest-api';

export interface RestApiStackProps extends StackProps {
  /**
   * E-mail address that the alarm notifies.
   * @default - none: the alarm only changes state
   */
  readonly alarmEmail?: string;
}

/** An API for products: users of a user pool read them, editors write them. */
export class RestApiStack extends Stack {
  constructor(scope: Construct, id: string, { alarmEmail, ...props }: RestApiStackProps = {}) {
    super(scope, id, props);
    // The sandbox deletes everything with the stack. Leave this out in production.
    const removalPolicy = RemovalPolicy.DESTROY;

    const account = new ApiGatewayAccount(this, 'Account', { removalPolicy });
    const users = new ApiUsers(this, 'Users', { removalPolicy });
    const api = new CognitoRestApi(this, 'Api', {
      userPool: users.userPool,
      // A web page that is served on your machine.
      allowedOrigin: 'http://localhost:8080',
      alarmTopic: alarmTopicFor(this, alarmEmail),
      removalPolicy,
    });
    api.stage.node.addDependency(account);
    const products = new Products(this, 'Products', {
      api,
      editors: users.editors.ref,
      removalPolicy,
    });

    new CfnOutput(this, 'Url', { value: api.api.url });
    new CfnOutput(this, 'UserPoolId', { value: users.userPool.userPoolId });
    new CfnOutput(this, 'ClientId', { value: users.client.userPoolClientId });
    new CfnOutput(this, 'TableName', { value: products.table.tableName });
  }
}
