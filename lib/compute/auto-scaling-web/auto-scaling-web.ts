import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import {
  loadBalancerErrorsAlarm,
  targetErrorsAlarm,
  unhealthyTargetsAlarm,
} from '../../shared/load-balancer-alarms';
import { notify } from '../../shared/notify';
import { WebLoadBalancer, type Clients, type Domain } from '../../shared/web-load-balancer';
import { readCapacity, type Capacity } from './capacity';
import { addScaling, checkScaling, type Scaling } from './scaling';
import { APPLICATION_PORT } from './user-data';
import { WebServers } from './web-servers';

export interface AutoScalingWebProps {
  /** Has public subnets and private subnets with egress, each in at least two Availability Zones. */
  readonly vpc: ec2.IVpc;
  /**
   * An ARM64 type with at least 1 GiB of memory. The installation of packages needs more than half of that.
   * @default t4g.micro
   */
  readonly instanceType?: ec2.InstanceType;
  /**
   * Image of the instances, for the architecture of the instance type. The user data needs `dnf`, systemd and the AWS CLI, and
   * the root volume is `/dev/xvda`: take Amazon Linux 2023, or a golden image that is made of it. With Node.js and the
   * CloudWatch agent in the image, an instance starts faster.
   * @default - the latest Amazon Linux 2023 for ARM64
   */
  readonly machineImage?: ec2.IMachineImage;
  /**
   * Minimum, maximum and desired number of instances.
   * @default - at least one instance for each AZ, at most twice as many
   */
  readonly capacity?: Capacity;
  /**
   * Scaling policies: any of `cpu-target`, `requests-target` and `metric-target`, each once, or `cpu-steps` alone; and any
   * number of schedules. With several targets, one that is exceeded is enough to add instances, and all must allow to remove
   * some.
   * @default - target tracking keeps the average CPU utilization at 40 %
   */
  readonly scaling?: readonly Scaling[];
  /**
   * Domain name of the site, for HTTPS.
   * @default - none: HTTP only, under the name that AWS gives to the load balancer
   */
  readonly domain?: Domain;
  /**
   * Further domain names of the site, up to 25, each with its own certificate. The load balancer chooses the certificate by
   * the name that the client asks for (SNI). A client that asks for another name gets that of `domain`.
   * @default - none. Needs `domain`
   */
  readonly furtherDomains?: readonly Domain[];
  /**
   * Who can connect to the load balancer: `internet`, `vpc`, or a list of IPv4 and IPv6 networks. With `vpc` the load
   * balancer is internal.
   * @default internet
   */
  readonly clients?: Clients;
  /**
   * How long the load balancer waits for requests in flight before it deregisters an instance. 0 to 3,600 s.
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#deregistration-delay
   * @default Duration.seconds(300)
   */
  readonly deregistrationDelay?: Duration;
  /**
   * How long a cookie binds a client to the same instance. 1 s to 7 days.
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#sticky-sessions
   * @default - no sticky sessions
   */
  readonly stickiness?: Duration;
  /**
   * Topic for alarms and for failed launches of instances. Its policy must allow CloudWatch to publish.
   * @default - none: alarms change their state and notify nobody
   */
  readonly alarmTopic?: ITopic;
  /**
   * What happens to the logs when the stack is deleted. Unless it is DESTROY, the load balancer has deletion protection.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * An Auto Scaling group of web servers in private subnets, behind an Application Load Balancer. Only the load balancer can
 * connect to the instances.
 *
 * Throws `InvalidValue` for a VPC with fewer than two AZs, for capacities and scaling that contradict each other, for
 * durations out of range, for a domain that is not in its hosted zone, for further domains without a first one or more
 * than 25, and for clients that are no networks.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-load-balancer.html
 */
export class AutoScalingWeb extends Construct {
  /** The load balancer is its `alb`. A web application firewall takes `loadBalancer.alb.loadBalancerArn`. */
  readonly loadBalancer: WebLoadBalancer;
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
      machineImage: props.machineImage,
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
    this.loadBalancer = new WebLoadBalancer(this, 'LoadBalancer', {
      vpc,
      defaultAction: elb.ListenerAction.forward([this.targetGroup]),
      domain: props.domain,
      furtherDomains: props.furtherDomains,
      clients: props.clients,
      removalPolicy,
    });
    addScaling(this, this.group, scaling);
    this.alarms = [
      unhealthyTargetsAlarm(this, 'UnhealthyTargets', this.targetGroup, 'Web servers'),
      loadBalancerErrorsAlarm(this, 'LoadBalancerErrors', this.loadBalancer.alb),
      targetErrorsAlarm(this, 'TargetErrors', this.targetGroup, 'Web servers'),
    ];
    notify(alarmTopic, ...this.alarms);
  }
}

function checkSeconds(name: string, duration: Duration, from: number, to: number): void {
  if (duration.isUnresolved()) return;
  const seconds = duration.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds < from || seconds > to) {
    throw new InvalidValue(name, `${seconds} s`, `${from} to ${to} s`);
  }
}
