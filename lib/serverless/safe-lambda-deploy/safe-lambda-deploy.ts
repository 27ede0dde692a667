import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { alarmOnAny } from '../../shared/alarm-on-any';
import { checkInteger } from '../../shared/checks';
import { TrafficCheck } from './traffic-check';

export interface SafeLambdaDeployProps {
  /** Function to deploy. Each change of its code or configuration publishes a version. */
  readonly function: lambda.Function;
  /**
   * How CodeDeploy shifts the traffic of the alias `prod` to a new version.
   * @default LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES
   * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
   */
  readonly shift?: codedeploy.ILambdaDeploymentConfig;
  /**
   * Alarms that roll back too, up to nine. One that is in ALARM when a deployment starts makes the deployment fail.
   * Throws `InvalidValue` for more.
   * @default - only the alarm on errors of the new version
   */
  readonly rollbackAlarms?: readonly cloudwatch.IAlarm[];
  /**
   * Execution environments that Lambda keeps initialized for the alias `prod`, at least 1. They cost by the hour. Throws
   * `InvalidValue` for anything else.
   * @default - none
   * @see https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
   */
  readonly provisionedConcurrency?: number;
  /**
   * Topic that the alarm on errors notifies.
   * @default - none: the alarm only rolls back
   */
  readonly alarmTopic?: ITopic;
  /**
   * Removal policy of the logs of the checks.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Versions and two aliases of a function. `dev` gets each new version at once. `prod` gets it by CodeDeploy, after a check,
 * in steps. A failed check or an alarm brings all traffic of `prod` back to the old version.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
 */
export class SafeLambdaDeploy extends Construct {
  /** The newest version, of which the check before traffic asks the recorded requests. */
  readonly version: lambda.Version;
  readonly dev: lambda.Alias;
  readonly prod: lambda.Alias;
  /** In ALARM after a minute in which the new version failed a request to `prod`. */
  readonly errors: cloudwatch.Alarm;
  readonly deploymentGroup: codedeploy.LambdaDeploymentGroup;

  constructor(scope: Construct, id: string, props: SafeLambdaDeployProps) {
    super(scope, id);
    const { function: target, rollbackAlarms = [], provisionedConcurrency } = props;
    const { removalPolicy = RemovalPolicy.RETAIN } = props;
    // CodeDeploy takes at most ten alarms.
    // https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html
    checkInteger('rollbackAlarms.length', rollbackAlarms.length, 0, 9);
    if (provisionedConcurrency !== undefined) {
      checkInteger('provisionedConcurrency', provisionedConcurrency, 1, 100_000);
    }

    this.version = target.currentVersion;
    // Old versions stay, so that an alias can go back to them. A version whose deployment failed is deleted: Lambda
    // publishes no second version of the same code, so the next attempt would fail with "Version already exists".
    this.version.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    this.dev = new lambda.Alias(this, 'Dev', { aliasName: 'dev', version: this.version });
    this.prod = new lambda.Alias(this, 'Prod', {
      aliasName: 'prod',
      version: this.version,
      provisionedConcurrentExecutions: provisionedConcurrency,
    });

    this.errors = this.alarmOnErrors(target, props.alarmTopic);
    const before = new TrafficCheck(this, 'Before', {
      description: 'Checks a new version before it gets traffic',
      target,
      qualifier: this.version.version,
      mayInvoke: '*',
      removalPolicy,
    });
    const after = new TrafficCheck(this, 'After', {
      description: 'Checks the alias prod after the new version has all traffic',
      target,
      qualifier: this.prod.aliasName,
      mayInvoke: this.prod.aliasName,
      removalPolicy,
    });
    const role = this.codeDeployRole(target, [before.function, after.function]);
    this.deploymentGroup = new codedeploy.LambdaDeploymentGroup(this, 'Group', {
      application: new codedeploy.LambdaApplication(this, 'Application'),
      alias: this.prod,
      // CDK would attach AWSCodeDeployRoleForLambdaLimited, which may change every alias of the account.
      role: role.withoutPolicyUpdates(),
      deploymentConfig: props.shift ?? codedeploy.LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
      preHook: before.function,
      postHook: after.function,
      alarms: [this.errors, ...rollbackAlarms],
      autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: true },
    });
    // CloudFormation starts a deployment when it updates `prod`. By then all that the deployment needs is up to date.
    this.prod.node.addDependency(this.dev, role, before, after);
  }

  /** Allows a principal to invoke `prod`, and neither versions nor `$LATEST`. */
  grantInvoke(grantee: iam.IGrantable): iam.Grant {
    return this.prod.grantInvoke(grantee);
  }

  /**
   * Watches the new version only. An alarm on the alias would be in ALARM because of an old version that fails, and would
   * then stop the deployment that repairs it.
   */
  private alarmOnErrors(target: lambda.Function, topic: ITopic | undefined): cloudwatch.Alarm {
    return alarmOnAny(this, 'Errors', {
      description: 'The newest version fails: during a deployment, CodeDeploy rolls back',
      metric: target.metricErrors({
        statistic: 'Sum',
        period: Duration.minutes(1),
        // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
        dimensionsMap: {
          FunctionName: target.functionName,
          Resource: `${target.functionName}:prod`,
          ExecutedVersion: this.version.version,
        },
      }),
      topic,
    });
  }

  private codeDeployRole(target: lambda.Function, hooks: readonly lambda.Function[]): iam.Role {
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('codedeploy.amazonaws.com'),
    });
    const allow = (actions: string[], resources: string[]) =>
      role.addToPolicy(new iam.PolicyStatement({ actions, resources }));
    allow(
      ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
      [target.functionArn, `${target.functionArn}:prod`],
    );
    allow(
      ['lambda:InvokeFunction'],
      hooks.map(({ functionArn }) => functionArn),
    );
    allow(['cloudwatch:DescribeAlarms'], ['*']);
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'CodeDeploy lists the alarms of the deployment group. The action reads states of alarms and changes nothing.',
    });
    return role;
  }
}
