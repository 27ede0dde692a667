import { Duration, Fn, Validations, type RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface SampleEndpointsProps {
  readonly removalPolicy: RemovalPolicy;
}

/** Three Lambda functions that answer `healthy` by HTTPS, each with the domain name of its own function URL. */
export class SampleEndpoints extends Construct {
  readonly A: SampleEndpoint;
  readonly B: SampleEndpoint;
  readonly C: SampleEndpoint;

  constructor(scope: Construct, id: string, { removalPolicy }: SampleEndpointsProps) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.ONE_WEEK,
      removalPolicy,
    });
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    this.A = new SampleEndpoint(this, 'A', { role, logGroup });
    this.B = new SampleEndpoint(this, 'B', { role, logGroup });
    this.C = new SampleEndpoint(this, 'C', { role, logGroup });
  }
}

class SampleEndpoint extends Construct {
  readonly function: lambda.Function;
  readonly domainName: string;

  constructor(scope: Construct, id: string, shared: Pick<lambda.FunctionProps, 'role' | 'logGroup'>) {
    super(scope, id);
    this.function = new lambda.Function(this, 'Function', {
      ...shared,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromInline("exports.handler = async () => ({ statusCode: 200, body: 'healthy' });"),
      memorySize: 256,
      timeout: Duration.seconds(2),
      // Three log lines for each of some million requests a month would cost more than everything else.
      loggingFormat: lambda.LoggingFormat.JSON,
      systemLogLevelV2: lambda.SystemLogLevel.WARN,
    });
    Validations.of(this.function).acknowledge(
      {
        id: 'Serverless-LambdaDLQ',
        reason: 'Only its URL invokes it, synchronously: the caller gets the error.',
      },
      {
        id: 'Serverless-LambdaTracing',
        reason:
          'It calls nothing that a trace could show, and a million traces a month cost more than the function.',
      },
    );
    // Health checkers have no credentials.
    const { url } = this.function.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });
    this.domainName = Fn.select(2, Fn.split('/', url));
  }
}
