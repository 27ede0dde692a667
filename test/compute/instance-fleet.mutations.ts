import { mutationsBelow, type Mutation } from '../support/mutation';

const { removed, changed, edited } = mutationsBelow('InstanceFleet/Fleet');

type Properties = Record<string, unknown>;

const mixed = (name: string, change: (policy: Record<string, Properties>) => void): Mutation =>
  edited(name, 'Group/ASG', ({ MixedInstancesPolicy }) => {
    change(MixedInstancesPolicy as Record<string, Properties>);
  });
const requirements = (name: string, change: Properties): Mutation =>
  mixed(name, ({ LaunchTemplate }) => {
    const [override] = LaunchTemplate?.Overrides as { InstanceRequirements: Properties }[];
    if (override) Object.assign(override.InstanceRequirements, change);
  });
const launch = (name: string, change: Properties): Mutation =>
  edited(name, 'LaunchTemplate', ({ LaunchTemplateData }) => {
    Object.assign(LaunchTemplateData as Properties, change);
  });

export const mutations: readonly Mutation[] = [
  mixed('the base is Spot too', ({ InstancesDistribution }) => {
    Object.assign(InstancesDistribution ?? {}, { OnDemandBaseCapacity: 0 });
  }),
  mixed('what scaling adds is On-Demand', ({ InstancesDistribution }) => {
    Object.assign(InstancesDistribution ?? {}, { OnDemandPercentageAboveBaseCapacity: 100 });
  }),
  mixed('Spot Instances are the cheapest, which are interrupted most', ({ InstancesDistribution }) => {
    Object.assign(InstancesDistribution ?? {}, { SpotAllocationStrategy: 'lowest-price' });
  }),
  requirements('only a few types match', {
    VCpuCount: { Min: 1, Max: 1 },
    MemoryMiB: { Min: 8192, Max: 8192 },
  }),
  requirements('types match that cannot run the image', { CpuManufacturers: ['intel'] }),
  requirements('burstable types match', { BurstablePerformance: 'included' }),
  changed('Spot Instances at risk are not replaced', 'Group/ASG', { CapacityRebalance: false }),
  changed('instances may share a rack', 'Group/ASG', { PlacementGroup: undefined }),
  changed('the placement group is a cluster', 'PlacementGroup', { Strategy: 'cluster' }),
  removed('nothing scales', 'Group/ScalingPolicyCpuTarget'),
  edited('the CPU target is 90 %', 'Group/ScalingPolicyCpuTarget', ({ TargetTrackingConfiguration }) => {
    (TargetTrackingConfiguration as Properties).TargetValue = 90;
  }),
  edited('all instances are in one AZ', 'Group/ASG', (properties) => {
    properties.VPCZoneIdentifier = (properties.VPCZoneIdentifier as unknown[]).slice(0, 1);
  }),
  changed('the instances accept SSH from anywhere in the VPC', 'SecurityGroup', {
    SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '10.0.0.0/8' }],
  }),
  changed('the instances may connect to anything', 'SecurityGroup', {
    SecurityGroupEgress: [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }],
  }),
  edited('the instances may read every object', 'SessionManagerPolicy', ({ PolicyDocument }) => {
    const { Statement } = PolicyDocument as { Statement: Properties[] };
    Statement.push({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' });
  }),
  launch('credentials are handed out by IMDSv1', { MetadataOptions: { HttpTokens: 'optional' } }),
  launch('volumes are not encrypted', {
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeType: 'gp3', VolumeSize: 8 } }],
  }),
  launch('nothing watches for interruptions', { UserData: { 'Fn::Base64': '#!/bin/bash' } }),
  removed('nobody hears that instances are missing', 'TooFewInstances'),
];
