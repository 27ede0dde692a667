import { Duration, Validations } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import { LINUX_LAUNCH_TEMPLATE } from '../../shared/linux-instance';
import { createSessionManagerRole } from '../../shared/session-manager';
import { alarmOnTooFewInstances } from '../../shared/too-few-instances';
import { readFleetCapacity, type FleetCapacity, type Placement } from './fleet-capacity';
import { checkRequirements, requirementsOf, type Requirements } from './requirements';
import { checkReservedType, reserve } from './reservations';
import { startWatcher } from './watcher/user-data';

export interface InstanceFleetProps {
  readonly vpc: ec2.IVpc;
  /**
   * Subnets of the instances, in one AZ for a cluster.
   * @default - private subnets with egress, in all AZs
   */
  readonly vpcSubnets?: ec2.SubnetSelection;
  /** @default - at least one instance for each AZ, On-Demand; at most twice as many, the others Spot */
  readonly capacity?: FleetCapacity;
  /**
   * Instance types by what they have. More types mean more Spot capacity.
   * @default - 1 to 2 vCPUs and 2 to 8 GiB of memory
   */
  readonly requirements?: Requirements;
  /**
   * One Graviton instance type, with a Capacity Reservation in each AZ for its share of `onDemandBase`. All instances are then of
   * this type. You pay for the reservations whether instances run in them or not.
   * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-reservation-overview.html
   * @default - none
   */
  readonly reservedType?: ec2.InstanceType;
  /** @default - none: EC2 chooses the places */
  readonly placement?: Placement;
  /**
   * User data that installs what the fleet does, as the systemd unit `fleet.service`. That unit is stopped before a Spot
   * interruption and has then less than two minutes. The commands of the interruption watcher are added to it.
   * @default - nothing but the watcher
   */
  readonly userData?: ec2.UserData;
  /**
   * Average CPU utilization that scaling keeps, more than 0 and up to 100 percent.
   * @default 50
   */
  readonly cpuPercent?: number;
  /**
   * Topic for failed launches and for the alarm. Its policy must allow CloudWatch to publish.
   * @default - none
   */
  readonly alarmTopic?: ITopic;
}

/** The type in the launch template, which the group's own types replace. */
const NOMINAL_TYPE = ec2.InstanceType.of(ec2.InstanceClass.C6G, ec2.InstanceSize.MEDIUM);

/**
 * An Auto Scaling group of On-Demand and Spot Instances of several types. A Spot Instance stops its work before EC2 interrupts it.
 *
 * Throws `InvalidValue` for capacities that contradict each other or the placement strategy, for a cluster over several AZs, for
 * more than 7 instances of a spread group in an AZ or 7 partitions, for requirements out of order, for a reserved type without
 * Graviton or beside Spot Instances, and for a CPU target out of range.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html
 */
export class InstanceFleet extends Construct {
  readonly group: autoscaling.AutoScalingGroup;
  readonly reservations: readonly ec2.CfnCapacityReservation[];
  readonly alarms: readonly cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: InstanceFleetProps) {
    super(scope, id);
    const { vpc, placement, reservedType, cpuPercent = 50 } = props;
    const vpcSubnets = props.vpcSubnets ?? { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };
    const { subnets, internetConnectivityEstablished } = vpc.selectSubnets(vpcSubnets);
    const zones = [...new Set(subnets.map(({ availabilityZone }) => availabilityZone))];
    const capacity = readFleetCapacity(props.capacity ?? {}, placement, zones.length);
    const requirements = props.requirements ?? { vcpus: [1, 2], memoryGiB: [2, 8] };
    checkRequirements(requirements);
    if (!(cpuPercent > 0 && cpuPercent <= 100)) {
      throw new InvalidValue('cpuPercent', cpuPercent, 'more than 0, up to 100');
    }
    if (reservedType) checkReservedType(reservedType, capacity);

    this.group = new autoscaling.AutoScalingGroup(this, 'Group', {
      vpc,
      vpcSubnets,
      minCapacity: capacity.min,
      maxCapacity: capacity.max,
      mixedInstancesPolicy: {
        instancesDistribution: {
          onDemandBaseCapacity: capacity.onDemandBase,
          onDemandPercentageAboveBaseCapacity: capacity.onDemandPercent,
          onDemandAllocationStrategy: autoscaling.OnDemandAllocationStrategy.LOWEST_PRICE,
          spotAllocationStrategy: autoscaling.SpotAllocationStrategy.PRICE_CAPACITY_OPTIMIZED,
        },
        launchTemplate: this.createLaunchTemplate(props),
        launchTemplateOverrides: [
          reservedType
            ? { instanceType: reservedType }
            : { instanceRequirements: requirementsOf(requirements) },
        ],
      },
      // A replacement starts when EC2 recommends to rebalance, often before the notice.
      capacityRebalance: true,
      defaultInstanceWarmup: Duration.minutes(2),
      updatePolicy: autoscaling.UpdatePolicy.rollingUpdate({
        minInstancesInService: Math.min(capacity.min, capacity.max - 1),
        maxBatchSize: 1,
        pauseTime: Duration.minutes(2),
      }),
      groupMetrics: [autoscaling.GroupMetrics.all()],
      notifications: props.alarmTopic && [
        { topic: props.alarmTopic, scalingEvents: autoscaling.ScalingEvents.ERRORS },
      ],
    });
    this.group.node.addDependency(internetConnectivityEstablished);
    Validations.of(this.group).acknowledge(
      {
        id: 'AwsSolutions-AS3',
        reason:
          'Failed launches and terminations notify the topic. Normal scaling would send a message for each.',
      },
      {
        id: 'AwsSolutions-EC26',
        reason:
          'The rule cannot read groups with several instance types. The launch template encrypts the volume.',
      },
    );
    const placementGroup = placement && this.createPlacementGroup(placement);
    (this.group.node.defaultChild as autoscaling.CfnAutoScalingGroup).placementGroup =
      placementGroup?.placementGroupName;
    this.reservations = reservedType ? reserve(this, reservedType, zones, capacity.onDemandBase) : [];
    // The first instances shall find them.
    this.group.node.addDependency(...this.reservations);
    if (capacity.max > capacity.min) {
      this.group.scaleOnCpuUtilization('CpuTarget', { targetUtilizationPercent: cpuPercent });
    }
    this.alarms = [
      alarmOnTooFewInstances(this, {
        group: this.group,
        min: capacity.min,
        cause: 'EC2 may lack capacity',
        topic: props.alarmTopic,
      }),
    ];
  }

  private createLaunchTemplate(props: InstanceFleetProps): ec2.LaunchTemplate {
    const { vpc, reservedType, userData = ec2.UserData.forLinux() } = props;
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Instance fleet',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'AWS services and package repositories');
    userData.addCommands(...startWatcher());
    return new ec2.LaunchTemplate(this, 'LaunchTemplate', {
      ...LINUX_LAUNCH_TEMPLATE,
      instanceType: reservedType ?? NOMINAL_TYPE,
      securityGroup,
      role: createSessionManagerRole(this),
      userData,
    });
  }

  private createPlacementGroup(placement: Placement): ec2.PlacementGroup {
    return new ec2.PlacementGroup(this, 'PlacementGroup', {
      strategy: {
        cluster: ec2.PlacementGroupStrategy.CLUSTER,
        spread: ec2.PlacementGroupStrategy.SPREAD,
        partition: ec2.PlacementGroupStrategy.PARTITION,
      }[placement.strategy],
      partitions: placement.strategy === 'partition' ? placement.partitions : undefined,
    });
  }
}
