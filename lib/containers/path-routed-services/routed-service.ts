import { Aws, Duration, Stack, Validations, type RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { InjectedParameter, InjectedSecret } from './injected-values';
import { DEFAULT_MIN_TASKS, type TaskScaling } from './task-scaling';

/** The port that every container listens on, given to it as PORT. */
export const CONTAINER_PORT = 8080;

/**
 * How a task leaves. When Fargate takes a Spot task back, the load balancer may not be told; it then learns from two
 * failed health checks, up to 25 seconds, and the task has to keep answering for longer than that. Then it finishes
 * what is in flight, before the 120 seconds are over that Fargate grants.
 * https://repost.aws/knowledge-center/fargate-spot-termination-notice
 */
const LEAVING = {
  healthCheckInterval: Duration.seconds(10),
  healthCheckTimeout: Duration.seconds(5),
  unhealthyThreshold: 2,
  drain: Duration.seconds(40),
  deregistrationDelay: Duration.seconds(60),
  stopTimeout: Duration.seconds(120),
};

export interface RoutedServiceOptions {
  /**
   * The path that this service answers, with all that is below it: `/users` is also `/users/1` and `/users?sort=name`,
   * but not `/users-of-today`. Case matters. The longer path wins.
   * @default - none: the service answers what no other service does. Only one can.
   */
  readonly path?: string;
  /** Listens on PORT, answers `GET /health`, runs as any user, writes no file, and is built for ARM64. */
  readonly image: ecs.ContainerImage;
  /** Variables that anyone may read who may read the task definition. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Variables from Secrets Manager, read when a task starts. @default - none */
  readonly secrets?: Readonly<Record<string, ISecret>>;
  /** Variables from Parameter Store, read when a task starts. @default - none */
  readonly parameters?: Readonly<Record<string, IParameter>>;
  /**
   * CPU units, 1024 for one vCPU.
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
   * @default 256
   */
  readonly cpu?: number;
  /** Memory of a size that goes with `cpu`. @default 512 */
  readonly memoryMiB?: number;
  /** @default - 2 to 10 tasks, CPU at 40 % */
  readonly scaling?: TaskScaling;
}

export interface RoutedServiceProps extends RoutedServiceOptions {
  readonly cluster: ecs.Cluster;
  readonly spotPercent: number;
  readonly removalPolicy: RemovalPolicy;
}

/** One service: tasks in private subnets, with roles, a log group, a security group and a target group of their own. */
export class RoutedService extends Construct {
  readonly service: ecs.FargateService;
  readonly taskDefinition: ecs.FargateTaskDefinition;
  /** What the code in the container may do: nothing, until you say so here. */
  readonly taskRole: iam.Role;
  /** What ECS does before the code runs: pull the image, read the injected values, write the log. */
  readonly executionRole: iam.Role;
  readonly targetGroup: elbv2.ApplicationTargetGroup;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: RoutedServiceProps) {
    super(scope, id);
    const { cluster, cpu = 256, memoryMiB = 512 } = props;

    this.logGroup = new logs.LogGroup(this, 'LogGroup', {
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: props.removalPolicy,
    });
    this.taskRole = this.createRole('TaskRole');
    this.executionRole = this.createRole('ExecutionRole');
    this.taskDefinition = new ecs.FargateTaskDefinition(this, 'TaskDefinition', {
      cpu,
      memoryLimitMiB: memoryMiB,
      runtimePlatform: {
        cpuArchitecture: ecs.CpuArchitecture.ARM64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
      taskRole: this.taskRole,
      executionRole: this.executionRole,
    });
    this.addContainer(props);
    this.service = this.createService(cluster, props);
    // Not only on the role: without its policy the first tasks cannot start, and the circuit breaker counts them.
    this.service.node.addDependency(this.executionRole);
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

  private addContainer({ image, environment, secrets = {}, parameters = {} }: RoutedServiceOptions): void {
    // Not even a container that runs as nobody needs a capability to listen and answer.
    const linuxParameters = new ecs.LinuxParameters(this, 'LinuxParameters');
    linuxParameters.dropCapabilities(ecs.Capability.ALL);
    const injected = [
      ...Object.entries(secrets).map(([name, secret]) => [name, new InjectedSecret(secret)] as const),
      ...Object.entries(parameters).map(([name, value]) => [name, new InjectedParameter(value)] as const),
    ];
    this.taskDefinition.addContainer('App', {
      image,
      portMappings: [{ containerPort: CONTAINER_PORT }],
      environment: {
        PORT: String(CONTAINER_PORT),
        DRAIN_SECONDS: String(LEAVING.drain.toSeconds()),
        ...environment,
      },
      secrets: Object.fromEntries(injected),
      // Nobody in distroless images, and in the others a number that has no rights either.
      user: '65532',
      readonlyRootFilesystem: true,
      linuxParameters,
      stopTimeout: LEAVING.stopTimeout,
      logging: ecs.LogDrivers.awsLogs({ logGroup: this.logGroup, streamPrefix: 'app' }),
    });
    Validations.of(this.executionRole).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'ecr:GetAuthorizationToken supports no resource-level permissions; the pull itself is limited.',
    });
    Validations.of(this.taskDefinition).acknowledge({
      id: 'AwsSolutions-ECS2',
      reason:
        'Only what is no secret stands in the environment: name, port, drain time. Secrets are injected.',
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
      taskDefinition: this.taskDefinition,
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

  private createRole(id: string): iam.Role {
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    return new iam.Role(this, id, {
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': Stack.of(this).formatArn({ service: 'ecs', resource: '*' }) },
        },
      }),
    });
  }
}
