import { type Duration, Validations } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { LINUX_LAUNCH_TEMPLATE } from './linux-instance';

export interface ServerGroupProps {
  readonly vpc: ec2.IVpc;
  readonly vpcSubnets: ec2.SubnetSelection;
  /** Description of the security group. It allows no traffic by itself. */
  readonly description: string;
  /** Shell commands of the user data. They must not need to signal CloudFormation. */
  readonly commands: readonly string[];
  /** Number of servers. A rolling update starts one more before it stops an old one. */
  readonly servers: number;
  /** Longest time from the start of a server to its first answer. */
  readonly bootTime: Duration;
}

/**
 * Creates an Auto Scaling group of example servers behind a load balancer: `Group`, `LaunchTemplate` and `SecurityGroup`. It
 * replaces a server that fails a health check of a target group. An update waits for `bootTime` after each new server.
 */
export function createServerGroup(scope: Construct, props: ServerGroupProps) {
  const { vpc, vpcSubnets, servers, bootTime } = props;
  const securityGroup = new ec2.SecurityGroup(scope, 'SecurityGroup', {
    vpc,
    description: props.description,
    allowAllOutbound: false,
  });
  const userData = ec2.UserData.forLinux();
  userData.addCommands(...props.commands);
  const group = new autoscaling.AutoScalingGroup(scope, 'Group', {
    vpc,
    vpcSubnets,
    launchTemplate: new ec2.LaunchTemplate(scope, 'LaunchTemplate', {
      ...LINUX_LAUNCH_TEMPLATE,
      securityGroup,
      userData,
    }),
    minCapacity: servers,
    maxCapacity: servers + 1,
    healthChecks: autoscaling.HealthChecks.withAdditionalChecks({
      additionalTypes: [autoscaling.AdditionalHealthCheckType.ELB],
      gracePeriod: bootTime,
    }),
    updatePolicy: autoscaling.UpdatePolicy.rollingUpdate({
      minInstancesInService: servers,
      maxBatchSize: 1,
      pauseTime: bootTime,
    }),
  });
  Validations.of(group).acknowledge({
    id: 'AwsSolutions-AS3',
    reason: 'Example servers. Alarms report the targets that fail their health check.',
  });
  return { group, securityGroup };
}
