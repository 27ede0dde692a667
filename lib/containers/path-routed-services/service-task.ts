import { Aws, Stack, Validations, type RemovalPolicy } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { InjectedParameter, InjectedSecret } from './injected-values';
import { DRAINING } from './draining';

/** Port of every container. It gets the number as the variable PORT. */
export const CONTAINER_PORT = 8080;

export interface ServiceTaskOptions {
  /**
   * Listens on PORT, answers `GET /health`, runs as any user, writes no file, and is built for ARM64. From a repository of
   * yours: `ContainerImage.fromEcrRepository(repository, 'sha256:...')`. The execution role may then pull from that one.
   */
  readonly image: ecs.ContainerImage;
  /** Environment variables. Whoever can read the task definition can read them. @default - none */
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
  /** Memory in MiB. Fargate allows certain sizes for each `cpu`. @default 512 */
  readonly memoryMiB?: number;
}

export interface ServiceTaskProps extends ServiceTaskOptions {
  readonly removalPolicy: RemovalPolicy;
}

/** The task definition of a service, with its container, its two roles and its log group. */
export class ServiceTask extends Construct {
  readonly definition: ecs.FargateTaskDefinition;
  /** Task role, for the code in the container. It has no permissions until you grant some. */
  readonly role: iam.Role;
  /** Task execution role. ECS uses it to pull the image, read secrets and parameters, and write the log. */
  readonly executionRole: iam.Role;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: ServiceTaskProps) {
    super(scope, id);
    const { cpu = 256, memoryMiB = 512 } = props;

    this.logGroup = new logs.LogGroup(this, 'LogGroup', {
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: props.removalPolicy,
    });
    this.role = this.createRole('Role');
    this.executionRole = this.createRole('ExecutionRole');
    this.definition = new ecs.FargateTaskDefinition(this, 'Definition', {
      cpu,
      memoryLimitMiB: memoryMiB,
      runtimePlatform: {
        cpuArchitecture: ecs.CpuArchitecture.ARM64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
      taskRole: this.role,
      executionRole: this.executionRole,
    });
    this.addContainer(props);
  }

  private addContainer({ image, environment, secrets = {}, parameters = {} }: ServiceTaskOptions): void {
    // A server on a port above 1023 needs no Linux capability.
    const linuxParameters = new ecs.LinuxParameters(this, 'LinuxParameters');
    linuxParameters.dropCapabilities(ecs.Capability.ALL);
    const injected = [
      ...Object.entries(secrets).map(([name, secret]) => [name, new InjectedSecret(secret)] as const),
      ...Object.entries(parameters).map(([name, value]) => [name, new InjectedParameter(value)] as const),
    ];
    this.definition.addContainer('App', {
      image,
      portMappings: [{ containerPort: CONTAINER_PORT }],
      environment: {
        PORT: String(CONTAINER_PORT),
        DRAIN_SECONDS: String(DRAINING.drain.toSeconds()),
        ...environment,
      },
      secrets: Object.fromEntries(injected),
      // `nonroot` in distroless images. In other images a user id without rights.
      user: '65532',
      readonlyRootFilesystem: true,
      linuxParameters,
      stopTimeout: DRAINING.stopTimeout,
      logging: ecs.LogDrivers.awsLogs({ logGroup: this.logGroup, streamPrefix: 'app' }),
    });
    Validations.of(this.executionRole).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'ecr:GetAuthorizationToken supports no resource-level permissions. The pull itself is limited to the repository.',
    });
    Validations.of(this.definition).acknowledge({
      id: 'AwsSolutions-ECS2',
      reason:
        'The environment holds no secrets: only name, port and drain time. Secrets are injected by ECS.',
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
