import { Duration, Validations } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { LINUX_INSTANCE, LINUX_LAUNCH_TEMPLATE } from '../../shared/linux-instance';
import { HEALTH_CHECK_PORT, startAppliance } from './user-data';
import { GENEVE_PORT } from './gwlb-endpoint-service';

/** An appliance: it receives GENEVE packets on UDP port 6081 and returns them to the load balancer. */
export interface Appliance {
  readonly machineImage: ec2.IMachineImage;
  /** Instance type with the CPU architecture of the image. */
  readonly instanceType: ec2.InstanceType;
  /** @default - the user data of the image */
  readonly userData?: ec2.UserData;
  /** TCP port for health checks, 1 to 65535. The appliance accepts connections there while it works. */
  readonly healthCheckPort: number;
}

/** An appliance that returns every packet unchanged and inspects nothing. Replace it with your own. */
export function passThrough(): Appliance {
  const userData = ec2.UserData.forLinux();
  userData.addCommands(...startAppliance());
  return {
    machineImage: LINUX_INSTANCE.machineImage,
    instanceType: LINUX_INSTANCE.instanceType,
    userData,
    healthCheckPort: HEALTH_CHECK_PORT,
  };
}

export interface ApplianceGroupProps {
  /** VPC of the appliances, with one isolated subnet in each AZ. */
  readonly vpc: ec2.Vpc;
  /** Network of the load balancer's nodes. A Gateway Load Balancer has no security group that a rule could reference. */
  readonly vpcCidr: string;
  readonly appliance: Appliance;
  readonly targetGroupArn: string;
}

/** An Auto Scaling group with one appliance in each AZ. The appliances exchange packets with the load balancer only. */
export class ApplianceGroup extends Construct {
  readonly group: autoscaling.AutoScalingGroup;

  constructor(
    scope: Construct,
    id: string,
    { vpc, vpcCidr, appliance, targetGroupArn }: ApplianceGroupProps,
  ) {
    super(scope, id);
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Appliances',
      allowAllOutbound: false,
    });
    const nodes = ec2.Peer.ipv4(vpcCidr);
    const { healthCheckPort } = appliance;
    securityGroup.addIngressRule(nodes, ec2.Port.udp(GENEVE_PORT), 'GENEVE from the load balancer');
    securityGroup.addIngressRule(nodes, ec2.Port.tcp(healthCheckPort), 'Health checks');
    // The appliance returns packets with unswapped ports. So the security group does not treat them as replies.
    securityGroup.addEgressRule(nodes, ec2.Port.udp(GENEVE_PORT), 'GENEVE back to the load balancer');

    const { machineImage, instanceType, userData } = appliance;
    const launchTemplate = new ec2.LaunchTemplate(this, 'LaunchTemplate', {
      ...LINUX_LAUNCH_TEMPLATE,
      machineImage,
      instanceType,
      userData,
      securityGroup,
    });

    const zones = vpc.isolatedSubnets.length;
    this.group = new autoscaling.AutoScalingGroup(this, 'Group', {
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      launchTemplate,
      minCapacity: zones,
      // A rolling update starts a new appliance before it stops an old one.
      maxCapacity: 2 * zones,
      healthChecks: autoscaling.HealthChecks.withAdditionalChecks({
        additionalTypes: [autoscaling.AdditionalHealthCheckType.ELB],
        gracePeriod: Duration.minutes(2),
      }),
      // The appliances cannot reach CloudFormation to signal success, so the update waits instead.
      updatePolicy: autoscaling.UpdatePolicy.rollingUpdate({
        minInstancesInService: zones,
        maxBatchSize: 1,
        pauseTime: Duration.minutes(3),
      }),
      groupMetrics: [autoscaling.GroupMetrics.all()],
    });
    (this.group.node.defaultChild as autoscaling.CfnAutoScalingGroup).targetGroupArns = [targetGroupArn];
    Validations.of(this.group).acknowledge({
      id: 'AwsSolutions-AS3',
      reason:
        'The group has a fixed size. It launches only replacements, and alarms report unhealthy appliances.',
    });
  }
}
