import { Aws, Stack, Validations, type RemovalPolicy } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { InjectedParameter, InjectedSecret } from './injected-values';
import { LEAVING } from './leaving';

/** The port that every container listens on, given to it as PORT. */
export const CONTAINER_PORT = 8080;

export interface ServiceTaskOptions {
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
}

export interface ServiceTaskProps extends ServiceTaskOptions {
  readonly removalPolicy: RemovalPolicy;
}

/** What a task of a service is: its container, its two roles, and its log. */
export class ServiceTask extends Construct {
  readonly definition: ecs.FargateTaskDefinition;
  /** What the code in the container may do: nothing, until you say so here. */
  readonly role: iam.Role;
  /** What ECS does before the code runs: pull the image, read the injected values, write the log. */
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
    // Not even a container that runs as nobody needs a capability to listen and answer.
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
    Validations.of(this.definition).acknowledge({
      id: 'AwsSolutions-ECS2',
      reason:
        'Only what is no secret stands in the environment: name, port, drain time. Secrets are injected.',
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
