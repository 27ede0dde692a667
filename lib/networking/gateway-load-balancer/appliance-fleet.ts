import { Duration, Validations } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { LINUX_INSTANCE, LINUX_LAUNCH_TEMPLATE } from '../../shared/linux-instance';
import { HEALTH_CHECK_PORT, startAppliance } from './appliance/user-data';
import { GENEVE_PORT } from './inspection-service';

/** An image that takes GENEVE on UDP port 6081 and hands it back. */
export interface Appliance {
  readonly machineImage: ec2.IMachineImage;
  /** Of the image's architecture. */
  readonly instanceType: ec2.InstanceType;
  /** @default - none */
  readonly userData?: ec2.UserData;
  /** TCP port that accepts a connection while the appliance works. */
  readonly healthCheckPort: number;
}

/** Hands back everything: what shows that traffic passes, and holds the place of yours. */
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

export interface ApplianceFleetProps {
  /** One isolated subnet in each AZ. */
  readonly vpc: ec2.Vpc;
  /** Addresses of the load balancer's nodes, which have no security group that a rule could name. */
  readonly vpcCidr: string;
  readonly appliance: Appliance;
  readonly targetGroupArn: string;
}

/** Appliances in each AZ, which talk with the gateway load balancer and with nobody else. */
export class ApplianceFleet extends Construct {
  readonly group: autoscaling.AutoScalingGroup;

  constructor(
    scope: Construct,
    id: string,
    { vpc, vpcCidr, appliance, targetGroupArn }: ApplianceFleetProps,
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
    // Ports are not swapped on the way back, so that it is no reply to the security group.
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
      // Room for new ones beside the old ones.
      maxCapacity: 2 * zones,
      healthChecks: autoscaling.HealthChecks.withAdditionalChecks({
        additionalTypes: [autoscaling.AdditionalHealthCheckType.ELB],
        gracePeriod: Duration.minutes(2),
      }),
      // From here nothing reaches CloudFormation to tell that it is ready: the next one follows when it should be.
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
      reason: 'The group has a fixed size: what it launches takes the place of what failed its health check.',
    });
  }
}
