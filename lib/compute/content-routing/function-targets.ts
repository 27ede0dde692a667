import { Aws, Stack } from 'aws-cdk-lib';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { shortUniqueName } from '../../shared/unique-name';

export interface FunctionTargetsProps {
  /** The one target: a target group has one function at most. */
  readonly function: IFunction;
}

/**
 * A target group with a Lambda function. Only this target group can invoke the function. Each request is a JSON event with
 * multi-value headers, and the response needs them too.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export class FunctionTargets extends Construct {
  readonly targetGroup: elb.ApplicationTargetGroup;

  constructor(scope: Construct, id: string, { function: target }: FunctionTargetsProps) {
    super(scope, id);
    // CDK's LambdaTarget lets every load balancer of every account invoke the function. AWS recommends to name the target
    // group. Its ARN ends with an id that does not exist yet: Elastic Load Balancing registers a function only after the
    // permission exists. So the permission has its name, which is unique in an account and Region.
    const targetGroupName = shortUniqueName(this, 32);
    target.addPermission(`${this.node.id}Invoke`, {
      scope: this,
      principal: new ServicePrincipal('elasticloadbalancing.amazonaws.com'),
      sourceAccount: Aws.ACCOUNT_ID,
      sourceArn: Stack.of(this).formatArn({
        service: 'elasticloadbalancing',
        resource: 'targetgroup',
        resourceName: `${targetGroupName}/*`,
      }),
    });
    this.targetGroup = new elb.ApplicationTargetGroup(this, 'TargetGroup', {
      targetGroupName,
      targetType: elb.TargetType.LAMBDA,
      multiValueHeadersEnabled: true,
      targets: [
        {
          attachToApplicationTargetGroup: () => ({
            targetType: elb.TargetType.LAMBDA,
            targetJson: { id: target.functionArn },
          }),
        },
      ],
      // Health checks would invoke the function all day. They are off by default.
      healthCheck: { enabled: false },
    });
    this.targetGroup.node.addDependency(this.node.findChild(`${this.node.id}Invoke`));
  }
}
