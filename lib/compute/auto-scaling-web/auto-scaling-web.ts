import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import { createAlarms } from './alarms';
import { readCapacity, type Capacity } from './capacity';
import { PublicLoadBalancer, type Domain } from './public-load-balancer';
import { addScaling, checkScaling, type Scaling } from './scaling';
import { APPLICATION_PORT } from './user-data';
import { WebServers } from './web-servers';

export interface AutoScalingWebProps {
  /** Has public and private subnets in two Availability Zones at least, and a way out for the private ones. */
  readonly vpc: ec2.IVpc;
  /**
   * An ARM64 type with 1 GiB of memory at least: installing packages needs more than half of one.
   * @default t4g.micro
   */
  readonly instanceType?: ec2.InstanceType;
  /**
   * How many instances there may be.
   * @default - one instance in each AZ, and up to twice as many
   */
  readonly capacity?: Capacity;
  /**
   * When the group grows and shrinks: by one of `cpu-target` and `cpu-steps`, by schedules, or by both.
   * @default - the average CPU utilization is kept at 40 %
   */
  readonly scaling?: readonly Scaling[];
  /**
   * Name of the site, and the public hosted zone that it is in: for HTTPS, and an alias record.
   * @default - none: HTTP only, under the load balancer's own name
   */
  readonly domain?: Domain;
  /**
   * How long requests that have begun may take to finish, when an instance is removed. 0 to 3,600 s.
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#deregistration-delay
   * @default Duration.seconds(300)
   */
  readonly deregistrationDelay?: Duration;
  /**
   * How long a client stays with the same instance, by a cookie. 1 s to 7 days.
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#sticky-sessions
   * @default - each request goes to any instance
   */
  readonly stickiness?: Duration;
  /**
   * Whether the load balancer refuses to be deleted.
   * @default true
   */
  readonly deletionProtection?: boolean;
  /**
   * Where alarms and failed launches are sent. Its policy must let CloudWatch publish.
   * @default - nowhere: alarms change state only
   */
  readonly alarmTopic?: ITopic;
  /**
   * What becomes of the logs when the stack is deleted.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Web servers in private subnets, as many as the load asks for, behind a load balancer that is the only way to them.
 *
 * Throws `InvalidValue` for a VPC with fewer than two AZs, for capacities and scaling that contradict each other, for
 * durations out of range, and for a domain that is not in its hosted zone.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-load-balancer.html
 */
export class AutoScalingWeb extends Construct {
  readonly loadBalancer: PublicLoadBalancer;
  readonly targetGroup: elb.ApplicationTargetGroup;
  readonly group: AutoScalingGroup;
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AutoScalingWebProps) {
    super(scope, id);
    const { vpc, deregistrationDelay = Duration.seconds(300), stickiness, alarmTopic, removalPolicy } = props;
    const scaling = props.scaling ?? [{ by: 'cpu-target' }];
    const capacity = readCapacity(props.capacity ?? {}, vpc);
    checkScaling(scaling, capacity);
    checkSeconds('deregistrationDelay', deregistrationDelay, 0, 3600);
    if (stickiness) checkSeconds('stickiness', stickiness, 1, 7 * 24 * 3600);

    const servers = new WebServers(this, 'Servers', {
      vpc,
      instanceType: props.instanceType ?? ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.MICRO),
      capacity,
      failureTopic: alarmTopic,
      removalPolicy,
    });
    this.group = servers.group;
    this.targetGroup = new elb.ApplicationTargetGroup(this, 'TargetGroup', {
      vpc,
      protocol: elb.ApplicationProtocol.HTTP,
      port: APPLICATION_PORT,
      targets: [this.group],
      deregistrationDelay,
      stickinessCookieDuration: stickiness,
      healthCheck: {
        path: '/health',
        interval: Duration.seconds(15),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
    });
    this.loadBalancer = new PublicLoadBalancer(this, 'LoadBalancer', {
      vpc,
      targetGroup: this.targetGroup,
      domain: props.domain,
      deletionProtection: props.deletionProtection ?? true,
      removalPolicy,
    });
    addScaling(this, this.group, scaling);
    this.alarms = createAlarms(this, this.loadBalancer.alb, this.targetGroup, alarmTopic);
  }
}

function checkSeconds(name: string, duration: Duration, from: number, to: number): void {
  if (duration.isUnresolved()) return;
  const seconds = duration.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds < from || seconds > to) {
    throw new InvalidValue(name, `${seconds} s`, `${from} to ${to} s`);
  }
}
