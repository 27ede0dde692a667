import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { LEAVING } from './leaving';
import { CONTAINER_PORT, ServiceTask, type ServiceTaskOptions } from './service-task';
import { DEFAULT_MIN_TASKS, type TaskScaling } from './task-scaling';

export interface RoutedServiceOptions extends ServiceTaskOptions {
  /**
   * The path that this service answers, with all that is below it: `/users` is also `/users/1` and `/users?sort=name`,
   * but not `/users-of-today`. Case matters. The longer path wins.
   * @default - none: the service answers what no other service does. Only one can.
   */
  readonly path?: string;
  /** @default - 2 to 10 tasks, CPU at 40 % */
  readonly scaling?: TaskScaling;
}

export interface RoutedServiceProps extends RoutedServiceOptions {
  readonly cluster: ecs.Cluster;
  readonly spotPercent: number;
  readonly removalPolicy: RemovalPolicy;
}

/** One service: tasks of its own in private subnets, behind a security group and a target group of its own. */
export class RoutedService extends Construct {
  readonly task: ServiceTask;
  readonly service: ecs.FargateService;
  readonly targetGroup: elbv2.ApplicationTargetGroup;

  constructor(scope: Construct, id: string, props: RoutedServiceProps) {
    super(scope, id);
    const { cluster } = props;

    this.task = new ServiceTask(this, 'Task', props);
    this.service = this.createService(cluster, props);
    // Not only on the role: without its policy the first tasks cannot start, and the circuit breaker counts them.
    this.service.node.addDependency(this.task.executionRole);
    this.targetGroup = new elbv2.ApplicationTargetGroup(this, 'TargetGroup', {
      vpc: cluster.vpc,
      port: CONTAINER_PORT,
      protocol: elbv2.ApplicationProtocol.HTTP,
      targets: [this.service],
      deregistrationDelay: LEAVING.deregistrationDelay,
      healthCheck: {
        path: '/health',
        interval: LEAVING.healthCheckInterval,
        timeout: LEAVING.healthCheckTimeout,
        healthyThresholdCount: 2,
        unhealthyThresholdCount: LEAVING.unhealthyThreshold,
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
    // ECR, S3, CloudWatch Logs and the rest have no fixed addresses. How far this leads is up to the route table.
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'AWS services');

    return new ecs.FargateService(this, 'Service', {
      cluster,
      taskDefinition: this.task.definition,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      assignPublicIp: false,
      securityGroups: [securityGroup],
      // The minimum is never at the mercy of a Spot interruption; only what load adds is.
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
      // So that tasks appear on the bill with the tags of their service.
      propagateTags: ecs.PropagatedTagSource.SERVICE,
      enableECSManagedTags: true,
    });
  }
}
