import { Annotations, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { LINUX_LAUNCH_TEMPLATE } from '../../shared/linux-instance';
import { sessionManagerStatement } from '../../shared/session-manager';
import type { CheckedCapacity } from './capacity';
import { APPLICATION, METRIC_NAMESPACE, signalWhenHealthy, startWebServer } from './user-data';

export interface WebServersProps {
  readonly vpc: ec2.IVpc;
  readonly instanceType: ec2.InstanceType;
  /** @default - the latest Amazon Linux 2023 for ARM64 */
  readonly machineImage?: ec2.IMachineImage;
  readonly capacity: CheckedCapacity;
  /** Topic for failed launches and terminations. */
  readonly failureTopic?: ITopic;
  readonly removalPolicy?: RemovalPolicy;
}

/** An Auto Scaling group in private subnets. Its security group allows no inbound traffic by itself. */
export class WebServers extends Construct {
  readonly group: autoscaling.AutoScalingGroup;

  constructor(scope: Construct, id: string, props: WebServersProps) {
    super(scope, id);
    const { vpc, capacity } = props;
    const application = new Asset(this, 'Application', { path: APPLICATION });
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    const userData = startWebServer(application, logGroup);
    const vpcSubnets = { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };

    this.group = new autoscaling.AutoScalingGroup(this, 'Group', {
      vpc,
      vpcSubnets,
      launchTemplate: this.createLaunchTemplate(props, userData, this.createRole(application, logGroup)),
      minCapacity: capacity.min,
      maxCapacity: capacity.max,
      desiredCapacity: capacity.desired,
      healthChecks: autoscaling.HealthChecks.withAdditionalChecks({
        additionalTypes: [autoscaling.AdditionalHealthCheckType.ELB],
        gracePeriod: Duration.seconds(300),
      }),
      defaultInstanceWarmup: Duration.minutes(2),
      signals: autoscaling.Signals.waitForAll({ timeout: Duration.minutes(10) }),
      // One instance at a time. If a new version does not start, its instance does not signal, and the update rolls back.
      updatePolicy: autoscaling.UpdatePolicy.rollingUpdate({
        minInstancesInService: capacity.min,
        maxBatchSize: 1,
      }),
      groupMetrics: [autoscaling.GroupMetrics.all()],
      notifications: props.failureTopic && [
        { topic: props.failureTopic, scalingEvents: autoscaling.ScalingEvents.ERRORS },
      ],
    });
    signalWhenHealthy(userData, this.group);
    // Instances download packages at boot, so the route to the NAT gateway must exist before.
    this.group.node.addDependency(vpc.selectSubnets(vpcSubnets).internetConnectivityEstablished);
    Annotations.of(this.group).acknowledgeWarning(
      '@aws-cdk/aws-autoscaling:desiredCapacitySet',
      'Set only with capacity.desired, whose documentation says that each deployment resets the group to it.',
    );
    Validations.of(this.group).acknowledge({
      id: 'AwsSolutions-AS3',
      reason:
        'Notifications for failed launches and terminations only: normal scaling would send one for each instance.',
    });
  }

  private createLaunchTemplate(
    { vpc, instanceType, machineImage = LINUX_LAUNCH_TEMPLATE.machineImage }: WebServersProps,
    userData: ec2.UserData,
    role: iam.IRole,
  ): ec2.LaunchTemplate {
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Web servers',
      allowAllOutbound: false,
    });
    // CloudFormation, Systems Manager and CloudWatch have no fixed addresses and no managed prefix lists.
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'AWS services and package repositories');
    return new ec2.LaunchTemplate(this, 'LaunchTemplate', {
      ...LINUX_LAUNCH_TEMPLATE,
      instanceType,
      machineImage,
      securityGroup,
      role,
      userData,
    });
  }

  /** Allows what Session Manager, the CloudWatch agent and the download of the application need. */
  private createRole(application: Asset, logGroup: logs.LogGroup): iam.IRole {
    const policy = new iam.ManagedPolicy(this, 'Policy', {
      statements: [
        sessionManagerStatement(),
        new iam.PolicyStatement({
          actions: ['cloudwatch:PutMetricData'],
          resources: ['*'],
          conditions: { StringEquals: { 'cloudwatch:namespace': METRIC_NAMESPACE } },
        }),
        new iam.PolicyStatement({
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [logGroup.logGroupArn],
        }),
        new iam.PolicyStatement({
          actions: ['s3:GetObject'],
          resources: [application.bucket.arnForObjects(application.s3ObjectKey)],
        }),
      ],
    });
    Validations.of(policy).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'The actions of ssmmessages and PutMetricData support no resource-level permissions. A condition fixes the namespace.',
    });
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
      managedPolicies: [policy],
    });
    // CDK would add cloudformation:SignalResource, which cfn-signal does not need on an instance of the stack.
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-signal.html
    return role.withoutPolicyUpdates();
  }
}
