import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { IdentityFederation } from './identity-federation';
import { ManagedLogin } from './managed-login';
import { UserData } from './user-data';

/** Users and guests who get AWS credentials for their own files and rows, editors who write public files. */
export class IdentityFederationStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, props);
    // The sandbox deletes everything with the stack. Leave this out in production.
    const removalPolicy = RemovalPolicy.DESTROY;

    const login = new ManagedLogin(this, 'Login', {
      // A web page that is served on your machine.
      callbackUrls: ['http://localhost:8080/'],
      // Nobody has an address there: in the sandbox, administrators create the users.
      signUpDomains: ['example.org'],
      removalPolicy,
    });
    const federation = new IdentityFederation(this, 'Federation', {
      userPool: login.userPool,
      client: login.client,
      allowGuests: true,
    });
    const data = new UserData(this, 'Data', { allowedOrigins: ['http://localhost:8080'], removalPolicy });

    data.allowReadPublic(federation.guestRole);
    data.allowOwn(federation.userRole);
    data.allowReadPublic(federation.userRole);
    const editors = federation.addGroup('editors');
    data.allowOwn(editors);
    data.allowWritePublic(editors);

    new CfnOutput(this, 'LoginUrl', { value: login.domain.baseUrl() });
    new CfnOutput(this, 'UserPoolId', { value: login.userPool.userPoolId });
    new CfnOutput(this, 'ClientId', { value: login.client.userPoolClientId });
    new CfnOutput(this, 'ProviderName', { value: login.userPool.userPoolProviderName });
    new CfnOutput(this, 'IdentityPoolId', { value: federation.identityPool.identityPoolId });
    new CfnOutput(this, 'BucketName', { value: data.bucket.bucketName });
    new CfnOutput(this, 'TableName', { value: data.table.tableName });
  }
}
