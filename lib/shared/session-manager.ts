import { Validations } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * Just what Session Manager needs of an instance; the managed policy AmazonSSMManagedInstanceCore also reads all
 * parameters. None of the actions supports resource-level permissions.
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

/** A role `Role` for an instance that people use by Session Manager, and that may do nothing else. */
export function createSessionManagerRole(scope: Construct): Role {
  const policy = new ManagedPolicy(scope, 'SessionManagerPolicy', {
    statements: [sessionManagerStatement()],
  });
  Validations.of(policy).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      'The actions of ssmmessages support no resource-level permissions; the agent acts for itself only.',
  });
  return new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
    managedPolicies: [policy],
  });
}
