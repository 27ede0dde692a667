import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { createUserPool } from '../../shared/user-pool';

export interface ApiUsersProps {
  /**
   * Removal policy of the user pool.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** A user pool without self-service sign-up, with the group `editors` and one app client without a secret. */
export class ApiUsers extends Construct {
  readonly userPool: cognito.UserPool;
  readonly client: cognito.UserPoolClient;
  readonly editors: cognito.CfnUserPoolGroup;

  constructor(scope: Construct, id: string, { removalPolicy = RemovalPolicy.RETAIN }: ApiUsersProps = {}) {
    super(scope, id);
    this.userPool = createUserPool(this, { removalPolicy });
    this.client = this.userPool.addClient('Client', {
      authFlows: { userSrp: true, adminUserPassword: true },
      disableOAuth: true,
      preventUserExistenceErrors: true,
    });
    this.editors = new cognito.CfnUserPoolGroup(this, 'Editors', {
      userPoolId: this.userPool.userPoolId,
      groupName: 'editors',
    });
    Validations.of(this.userPool).acknowledge({
      id: 'AwsSolutions-COG2',
      reason:
        'Users may set up an authenticator app. If it was required, the CLI could not sign in a new user.',
    });
  }
}
