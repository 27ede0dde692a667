import { Duration, Fn, Validations, type RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface SampleEndpointsProps {
  readonly removalPolicy: RemovalPolicy;
}

/** The cheapest things that answer by HTTPS under names of their own: three functions that say `healthy`. */
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
      // Three lines for each of a million requests a month would cost more than everything else.
      loggingFormat: lambda.LoggingFormat.JSON,
      systemLogLevelV2: lambda.SystemLogLevel.WARN,
    });
    Validations.of(this.function).acknowledge(
      {
        id: 'Serverless-LambdaDLQ',
        reason: 'It is only ever called by its URL, and whoever calls waits for the answer.',
      },
      {
        id: 'Serverless-LambdaTracing',
        reason:
          'It does nothing that a trace could show, and a million traces a month cost more than it does.',
      },
    );
    // Whoever checks an endpoint must be able to reach it without credentials.
    const { url } = this.function.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });
    this.domainName = Fn.select(2, Fn.split('/', url));
  }
}
