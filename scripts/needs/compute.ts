import { referenced, type DeployedStack, type Resource } from './stacks';

/** Instances or tasks of one kind: how many run at first, and how many at the maximum of their scaling. */
export interface Fleet {
  readonly count: number;
  readonly maximum: number;
}

export interface InstanceFleet extends Fleet {
  readonly instanceType: string;
  /** Size of the root volume in GiB. */
  readonly volumeSize: number;
  readonly detailedMonitoring: boolean;
  readonly publicAddress: boolean;
}

export interface TaskFleet extends Fleet {
  readonly vcpus: number;
  readonly gigabytes: number;
}

interface InstanceProperties {
  readonly InstanceType: string;
  readonly Monitoring?: boolean | { readonly Enabled?: boolean };
  readonly BlockDeviceMappings?: readonly { readonly Ebs?: { readonly VolumeSize?: number } }[];
  readonly NetworkInterfaces?: readonly { readonly AssociatePublicIpAddress?: boolean }[];
}

interface TemplateId {
  readonly LaunchTemplateId?: unknown;
}

/** The instances of a stack: single ones, and those of Auto Scaling groups with a launch template. */
export function instancesOf(stack: DeployedStack): InstanceFleet[] {
  return stack.resources.flatMap(({ type, properties }) => {
    if (type === 'AWS::EC2::Instance') return [{ ...instance(properties), count: 1, maximum: 1 }];
    if (type !== 'AWS::AutoScaling::AutoScalingGroup') return [];
    const { LaunchTemplate, MixedInstancesPolicy, MinSize, MaxSize, DesiredCapacity } = properties as {
      LaunchTemplate?: TemplateId;
      MixedInstancesPolicy?: { LaunchTemplate: { LaunchTemplateSpecification: TemplateId } };
      MinSize: string;
      MaxSize: string;
      DesiredCapacity?: string;
    };
    // Of a group with several types, the one in the launch template stands for all.
    const { LaunchTemplateId } =
      LaunchTemplate ?? MixedInstancesPolicy?.LaunchTemplate.LaunchTemplateSpecification ?? {};
    const template = referenced(stack, LaunchTemplateId);
    if (!template)
      throw new Error(`${stack.name}: an Auto Scaling group without a launch template of its stack`);
    const count = Number(DesiredCapacity ?? MinSize);
    return [{ ...instance(launchTemplateData(template)), count, maximum: Number(MaxSize) }];
  });
}

const launchTemplateData = ({ properties }: Resource) =>
  properties.LaunchTemplateData as Readonly<Record<string, unknown>>;

function instance(properties: Readonly<Record<string, unknown>>): Omit<InstanceFleet, keyof Fleet> {
  const { InstanceType, Monitoring, BlockDeviceMappings, NetworkInterfaces } =
    properties as unknown as InstanceProperties;
  return {
    instanceType: InstanceType,
    volumeSize: BlockDeviceMappings?.[0]?.Ebs?.VolumeSize ?? 8,
    detailedMonitoring: typeof Monitoring === 'object' ? Monitoring.Enabled === true : Monitoring === true,
    publicAddress: NetworkInterfaces?.[0]?.AssociatePublicIpAddress === true,
  };
}

/** The Fargate tasks of a stack. */
export function tasksOf(stack: DeployedStack): TaskFleet[] {
  const targets = stack.resources.filter(
    ({ type }) => type === 'AWS::ApplicationAutoScaling::ScalableTarget',
  );
  return stack.resources.flatMap(({ logicalId, type, properties }) => {
    if (type !== 'AWS::ECS::Service') return [];
    const task = referenced(stack, properties.TaskDefinition);
    const scaling = targets.find(({ properties: { ResourceId } }) =>
      JSON.stringify(ResourceId).includes(`["${logicalId}","Name"]`),
    )?.properties as { MinCapacity: number; MaxCapacity: number } | undefined;
    const desired = properties.DesiredCount as number | undefined;
    return [
      {
        vcpus: Number(task?.properties.Cpu) / 1024,
        gigabytes: Number(task?.properties.Memory) / 1024,
        count: desired ?? scaling?.MinCapacity ?? 1,
        maximum: scaling?.MaxCapacity ?? desired ?? 1,
      },
    ];
  });
}

const VCPUS: Readonly<Record<string, number>> = {
  medium: 1,
  large: 2,
  xlarge: 4,
  '2xlarge': 8,
  '4xlarge': 16,
};
const BURSTABLE_VCPUS: Readonly<Record<string, number>> = {
  ...{ nano: 2, micro: 2, small: 2, medium: 2, large: 2 },
  ...{ xlarge: 4, '2xlarge': 8 },
};

/**
 * vCPUs of an instance type of the standard families (A, C, D, H, I, M, R, T, Z), which share one quota.
 * https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-type-specifications.html
 */
export function vcpusOf(instanceType: string): number {
  const [family = '', size = ''] = instanceType.split('.');
  const vcpus = /^t\d/.test(family)
    ? BURSTABLE_VCPUS[size]
    : /^[acdhimrz]\d/.test(family)
      ? VCPUS[size]
      : undefined;
  if (vcpus === undefined) throw new Error(`no vCPU count for the instance type ${instanceType}`);
  return vcpus;
}
