import { Validations } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * The permissions that an instance needs for Session Manager. The managed policy AmazonSSMManagedInstanceCore also allows
 * to read all parameters. None of these actions supports resource-level permissions.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
 */
export function sessionManagerStatement(): PolicyStatement {
  return new PolicyStatement({
    actions: [
      'ssm:UpdateInstanceInformation',
      'ssmmessages:CreateControlChannel',
      'ssmmessages:CreateDataChannel',
      'ssmmessages:OpenControlChannel',
      'ssmmessages:OpenDataChannel',
    ],
    resources: ['*'],
  });
}

/** Creates the role `Role` for an instance, with the permissions for Session Manager only. */
export function createSessionManagerRole(scope: Construct): Role {
  const policy = new ManagedPolicy(scope, 'SessionManagerPolicy', {
    statements: [sessionManagerStatement()],
  });
  Validations.of(policy).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      'The actions of ssmmessages support no resource-level permissions. The agent acts for its own instance only.',
  });
  return new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
    managedPolicies: [policy],
  });
}
