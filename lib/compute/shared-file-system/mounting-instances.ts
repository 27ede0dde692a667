import { Duration, Validations } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as efs from 'aws-cdk-lib/aws-efs';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { LINUX_LAUNCH_TEMPLATE } from '../../shared/linux-instance';
import { createSessionManagerRole } from '../../shared/session-manager';
import { mountAtStart } from './user-data';

export interface MountingInstancesProps {
  readonly vpc: ec2.IVpc;
  readonly vpcSubnets: ec2.SubnetSelection;
  readonly accessPoint: efs.AccessPoint;
  /** Number of instances. A rolling update starts one more before it stops an old one. */
  readonly instances: number;
  /** Shell commands that run after the mount. */
  readonly commands: readonly string[];
  /** Topic for failed launches and terminations. */
  readonly alarmTopic?: ITopic;
}

/** An Auto Scaling group of instances that mount an access point. They accept no connections. */
export class MountingInstances extends Construct {
  readonly group: autoscaling.AutoScalingGroup;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: MountingInstancesProps) {
    super(scope, id);
    const { vpc, vpcSubnets, accessPoint, instances } = props;
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Instances that mount the file system',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'AWS services and package repositories');
    this.role = createSessionManagerRole(this);
    this.role.addManagedPolicy(
      new iam.ManagedPolicy(this, 'MountPolicy', {
        statements: [
          new iam.PolicyStatement({
            actions: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
            resources: [accessPoint.fileSystem.fileSystemArn],
            conditions: {
              StringEquals: { 'elasticfilesystem:AccessPointArn': accessPoint.accessPointArn },
            },
          }),
        ],
      }),
    );
    const userData = ec2.UserData.forLinux();
    userData.addCommands(...mountAtStart(accessPoint), ...props.commands);

    this.group = new autoscaling.AutoScalingGroup(this, 'Group', {
      vpc,
      vpcSubnets,
      launchTemplate: new ec2.LaunchTemplate(this, 'LaunchTemplate', {
        ...LINUX_LAUNCH_TEMPLATE,
        securityGroup,
        role: this.role,
        userData,
      }),
      minCapacity: instances,
      maxCapacity: instances + 1,
      updatePolicy: autoscaling.UpdatePolicy.rollingUpdate({
        minInstancesInService: instances,
        maxBatchSize: 1,
        pauseTime: Duration.minutes(3),
      }),
      groupMetrics: [autoscaling.GroupMetrics.all()],
      notifications: props.alarmTopic && [
        { topic: props.alarmTopic, scalingEvents: autoscaling.ScalingEvents.ERRORS },
      ],
    });
    this.group.node.addDependency(vpc.selectSubnets(vpcSubnets).internetConnectivityEstablished);
    Validations.of(this.group).acknowledge({
      id: 'AwsSolutions-AS3',
      reason:
        'Failed launches and terminations notify the topic. Updates would send a message for each instance.',
    });
  }
}
