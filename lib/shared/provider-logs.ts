import { CfnResource, CustomResourceProviderBase, RemovalPolicy, type IAspect } from 'aws-cdk-lib';
import { CfnLogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';

/**
 * Gives the functions of CDK's custom resources a log group of the stack, with a retention of one week. CDK gives them
 * none. Lambda then creates one that keeps its logs for ever, and that stays when the stack is deleted.
 *
 * The function's role loses the right to create log groups. Otherwise its last log lines, which may come after the log
 * group is deleted, create the group again.
 *
 * Use: `Aspects.of(app).add(new ProviderLogs())`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
 */
export class ProviderLogs implements IAspect {
  visit(node: IConstruct): void {
    if (!(node instanceof CustomResourceProviderBase)) return;
    const [role, handler] = [node.node.findChild('Role'), node.node.findChild('Handler')];
    if (!(CfnResource.isCfnResource(role) && CfnResource.isCfnResource(handler))) return;
    const logGroup = new CfnLogGroup(node, 'Logs', { retentionInDays: RetentionDays.ONE_WEEK });
    logGroup.applyRemovalPolicy(RemovalPolicy.DESTROY);
    handler.addPropertyOverride('LoggingConfig', { LogGroup: logGroup.ref });
    // AWSLambdaBasicExecutionRole, which may create any log group and write to it.
    role.addPropertyDeletionOverride('ManagedPolicyArns');
    node.addToRolePolicy({
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: logGroup.attrArn,
    });
  }
}
