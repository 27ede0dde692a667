import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

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
