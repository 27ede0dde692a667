import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { DRAINING } from './draining';
import { CONTAINER_PORT, ServiceTask, type ServiceTaskOptions } from './service-task';
import { DEFAULT_MIN_TASKS, type TaskScaling } from './task-scaling';

export interface RoutedServiceOptions extends ServiceTaskOptions {
  /**
   * Path of the service. It includes everything below: `/users` matches `/users/1` and `/users?sort=name`, but not
   * `/users-of-today`. It is case-sensitive. If several paths match, the deepest one wins.
   * @default - none: the service gets the requests that match no path. Only one service can be without a path.
   */
  readonly path?: string;
  /** @default - 2 to 10 tasks, target tracking keeps CPU at 40 % */
  readonly scaling?: TaskScaling;
}

export interface RoutedServiceProps extends RoutedServiceOptions {
  readonly cluster: ecs.Cluster;
  readonly spotPercent: number;
  readonly removalPolicy: RemovalPolicy;
}

/** A service: Fargate tasks in private subnets, with their own security group, target group, roles and log group. */
export class RoutedService extends Construct {
  readonly task: ServiceTask;
  readonly service: ecs.FargateService;
  readonly targetGroup: elbv2.ApplicationTargetGroup;

  constructor(scope: Construct, id: string, props: RoutedServiceProps) {
    super(scope, id);
    const { cluster } = props;

    this.task = new ServiceTask(this, 'Task', props);
    this.service = this.createService(cluster, props);
    // The construct, to include the role's policy: tasks fail without it, and the circuit breaker counts failures.
    this.service.node.addDependency(this.task.executionRole);
    this.targetGroup = new elbv2.ApplicationTargetGroup(this, 'TargetGroup', {
      vpc: cluster.vpc,
      port: CONTAINER_PORT,
      protocol: elbv2.ApplicationProtocol.HTTP,
      targets: [this.service],
      deregistrationDelay: DRAINING.deregistrationDelay,
      healthCheck: {
        path: '/health',
        interval: DRAINING.healthCheckInterval,
        timeout: DRAINING.healthCheckTimeout,
        healthyThresholdCount: 2,
        unhealthyThresholdCount: DRAINING.unhealthyThreshold,
      },
    });
  }

  private createService(
    cluster: ecs.Cluster,
    { spotPercent, scaling }: RoutedServiceProps,
  ): ecs.FargateService {
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: cluster.vpc,
      description: `Tasks of ${this.node.id}`,
      allowAllOutbound: false,
    });
    // ECR, S3, CloudWatch Logs and the others have no fixed addresses. The route table decides what tasks can reach.
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'AWS services');

    return new ecs.FargateService(this, 'Service', {
      cluster,
      taskDefinition: this.task.definition,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      assignPublicIp: false,
      securityGroups: [securityGroup],
      // The minimum number of tasks is On-Demand. Spot interruptions affect only the tasks above it.
      capacityProviderStrategies: [
        {
          capacityProvider: 'FARGATE',
          base: scaling?.minTasks ?? DEFAULT_MIN_TASKS,
          weight: 100 - spotPercent,
        },
        { capacityProvider: 'FARGATE_SPOT', weight: spotPercent },
      ],
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
      availabilityZoneRebalancing: ecs.AvailabilityZoneRebalancing.ENABLED,
      healthCheckGracePeriod: Duration.seconds(60),
      // Tasks appear on the bill with the tags of their service.
      propagateTags: ecs.PropagatedTagSource.SERVICE,
      enableECSManagedTags: true,
    });
  }
}
