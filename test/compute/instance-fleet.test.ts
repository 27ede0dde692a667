import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Network } from '../../lib/assertions/network';
import '../../lib/assertions/network/matchers';
import { Scaling, type Instant } from '../../lib/assertions/scaling';
import { Templates } from '../../lib/assertions/templates';
import { InstanceFleet, type InstanceFleetProps } from '../../lib/compute/instance-fleet/instance-fleet';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const FLEET = 'InstanceFleet/Fleet';
const GROUP = `${FLEET}/Group`;

type Props = Partial<Omit<InstanceFleetProps, 'vpc'>>;

function create(props: Props = {}) {
  const app = newApp();
  const stack = new Stack(app, 'Test');
  const vpc = new ec2.Vpc(stack, 'Vpc', { availabilityZones: ['a', 'b', 'c'] });
  new InstanceFleet(stack, 'Fleet', { vpc, ...props });
  return { app, template: Template.fromStack(stack) };
}

const synthesize = (props?: Props) => create(props).template;
const group = (properties: object) => ['AWS::AutoScaling::AutoScalingGroup', properties] as const;
const oneZone = { availabilityZones: ['b'] };

interface Bounds {
  readonly Min: number;
  readonly Max: number;
}
interface Distribution {
  readonly OnDemandBaseCapacity: number;
  readonly OnDemandPercentageAboveBaseCapacity: number;
}
interface MixedInstancesPolicy {
  readonly InstancesDistribution: Distribution;
  readonly LaunchTemplate: {
    readonly Overrides: readonly [
      { readonly InstanceRequirements: { readonly VCpuCount: Bounds; readonly MemoryMiB: Bounds } },
    ];
  };
}

function policyOf(template: Template): MixedInstancesPolicy {
  const [resource] = Object.values(template.findResources('AWS::AutoScaling::AutoScalingGroup'));
  const { Properties } = resource as { Properties: { MixedInstancesPolicy: MixedInstancesPolicy } };
  return Properties.MixedInstancesPolicy;
}

const inRange = (value: number, { Min, Max }: Bounds) => Min <= value && value <= Max;
const distributionOf = (template: Template) => policyOf(template).InstancesDistribution;

/** On-Demand Instances of a group of some size. The share is rounded in favour of On-Demand. */
const onDemand = (distribution: Distribution, size: number) => {
  const base = Math.min(size, distribution.OnDemandBaseCapacity);
  return base + Math.ceil(((size - base) * distribution.OnDemandPercentageAboveBaseCapacity) / 100);
};

/**
 * Families with Graviton, with GiB of memory for each vCPU. A size has as many vCPUs in each.
 * https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-type-specifications.html
 */
const GRAVITON: Readonly<Record<string, number>> = {
  ...{ c6g: 2, c6gd: 2, c6gn: 2, c7g: 2, c7gd: 2, c7gn: 2, c8g: 2 },
  ...{ m6g: 4, m6gd: 4, m7g: 4, m7gd: 4, m8g: 4 },
  ...{ r6g: 8, r6gd: 8, r7g: 8, r7gd: 8, r8g: 8 },
};
const SIZES: Readonly<Record<string, number>> = { medium: 1, large: 2, xlarge: 4, '2xlarge': 8 };

describe('instance-fleet', () => {
  const app = sandbox({}, 'multi-az-vpc', 'instance-fleet');
  const templates = Templates.fromApp(app);
  const template = Template.fromStack(stackOf(app, 'InstanceFleet'));
  const network = Network.of(templates);
  const notified = Template.fromStack(
    stackOf(sandbox({ alarmEmail: 'ops@example.org' }, 'multi-az-vpc', 'instance-fleet'), 'InstanceFleet'),
  );

  describe('buys', () => {
    it('the minimum On-Demand, and what scaling adds as Spot', () => {
      const distribution = distributionOf(template);
      expect([3, 4, 6].map((size) => onDemand(distribution, size))).toEqual([3, 3, 3]);
      template.hasResourceProperties(...group({ MinSize: '3', MaxSize: '6' }));
    });

    it('never fewer On-Demand than the base, and the share above it', () => {
      const capacity = { min: 2, max: 12, onDemandBase: 4, onDemandPercent: 25 };
      const distribution = distributionOf(synthesize({ capacity }));
      expect([2, 4, 5, 8, 12].map((size) => onDemand(distribution, size))).toEqual([2, 4, 5, 5, 6]);
    });

    it('Spot where it is cheap and lasts, and replaces it when EC2 recommends to', () => {
      template.hasResourceProperties(
        ...group({
          CapacityRebalance: true,
          MixedInstancesPolicy: {
            InstancesDistribution: {
              SpotAllocationStrategy: 'price-capacity-optimized',
              OnDemandAllocationStrategy: 'lowest-price',
              // AWS sets the price. A maximum only loses capacity.
              SpotMaxPrice: Match.absent(),
            },
          },
        }),
      );
    });

    it('of at least ten instance types, all with Graviton as the image', () => {
      const { VCpuCount, MemoryMiB, ...rest } =
        policyOf(template).LaunchTemplate.Overrides[0].InstanceRequirements;
      const matching = Object.entries(GRAVITON).flatMap(([family, gibPerVcpu]) =>
        Object.entries(SIZES)
          .filter(([, vcpus]) => inRange(vcpus, VCpuCount) && inRange(1024 * vcpus * gibPerVcpu, MemoryMiB))
          .map(([size]) => `${family}.${size}`),
      );
      expect(matching.length).toBeGreaterThanOrEqual(10);
      expect(rest).toEqual({
        CpuManufacturers: ['amazon-web-services'],
        InstanceGenerations: ['current'],
        BurstablePerformance: 'excluded',
      });
    });

    it('of types with the given vCPUs and memory', () => {
      const requirements = { vcpus: [2, 4], memoryGiB: [8, 32] } as const;
      synthesize({ requirements }).hasResourceProperties(
        ...group({
          MixedInstancesPolicy: {
            LaunchTemplate: {
              Overrides: [
                {
                  InstanceRequirements: {
                    VCpuCount: { Min: 2, Max: 4 },
                    MemoryMiB: { Min: 8192, Max: 32_768 },
                  },
                },
              ],
            },
          },
        }),
      );
    });
  });

  describe('with a reserved type', () => {
    const reservedType = new ec2.InstanceType('m7g.large');
    const reserved = synthesize({
      reservedType,
      capacity: { min: 3, onDemandBase: 4, onDemandPercent: 100 },
      placement: { strategy: 'spread' },
    });

    it('has a reservation of that type in each AZ, for its share of the base', () => {
      const reservations = Object.values(reserved.findResources('AWS::EC2::CapacityReservation'));
      expect(reservations.map(({ Properties }: Record<string, unknown>) => Properties)).toEqual(
        ['a', 'b', 'c'].map((AvailabilityZone) => ({
          AvailabilityZone,
          InstanceType: 'm7g.large',
          InstancePlatform: 'Linux/UNIX',
          InstanceCount: 2,
          InstanceMatchCriteria: 'open',
          EndDateType: 'unlimited',
        })),
      );
    });

    it('launches that type only, after the reservations exist', () => {
      expect(policyOf(reserved).LaunchTemplate.Overrides).toEqual([{ InstanceType: 'm7g.large' }]);
      reserved.hasResource('AWS::AutoScaling::AutoScalingGroup', {
        DependsOn: Match.arrayWith(
          [1, 2, 3].map((number) => Match.stringLikeRegexp(`^FleetReservation${number}`)),
        ),
      });
      template.resourceCountIs('AWS::EC2::CapacityReservation', 0);
    });
  });

  describe('places', () => {
    it('each instance on a rack of its own in the sandbox, at most 7 in an AZ', () => {
      template.hasResourceProperties('AWS::EC2::PlacementGroup', { Strategy: 'spread' });
      template.hasResourceProperties(
        ...group({
          PlacementGroup: { 'Fn::GetAtt': [Match.stringLikeRegexp('PlacementGroup'), 'GroupName'] },
        }),
      );
    });

    it('a cluster in one AZ, all of it at once', () => {
      const cluster = synthesize({
        placement: { strategy: 'cluster' },
        vpcSubnets: oneZone,
        capacity: { min: 8 },
      });
      cluster.hasResourceProperties('AWS::EC2::PlacementGroup', { Strategy: 'cluster' });
      cluster.hasResourceProperties(...group({ MinSize: '8', MaxSize: '8' }));
      cluster.resourceCountIs('AWS::AutoScaling::ScalingPolicy', 0);
      cluster.hasResource('AWS::AutoScaling::AutoScalingGroup', {
        UpdatePolicy: { AutoScalingRollingUpdate: { MinInstancesInService: 7 } },
      });
    });

    it('partitions, of which each AZ has up to 7', () => {
      const partitioned = synthesize({
        placement: { strategy: 'partition', partitions: 7 },
        capacity: { max: 300 },
      });
      partitioned.hasResourceProperties('AWS::EC2::PlacementGroup', {
        Strategy: 'partition',
        PartitionCount: 7,
      });
    });

    it('nothing by itself without a strategy', () => {
      const plain = synthesize();
      plain.resourceCountIs('AWS::EC2::PlacementGroup', 0);
      plain.hasResourceProperties(...group({ PlacementGroup: Match.absent() }));
    });
  });

  describe('scales', () => {
    it('a recorded day: 3 at night, 6 at noon, 3 at night again', () => {
      // Percent of one CPU in each hour, for all instances together.
      const recorded = [60, 60, 60, 60, 80, 120, 180, 240, 260, 280, 290, 300, 300, 290, 280, 260, 240, 180];
      const day = [...recorded, 120, 60, 60, 60, 60, 60];
      const CPUUtilization = ({ minute, inService }: Instant) =>
        Math.min(100, (day[Math.floor((minute - 1) / 60)] ?? 60) / inService);
      const sizes = Scaling.of(templates).sizes({ of: GROUP, minutes: 24 * 60, metrics: { CPUUtilization } });
      expect([3, 12, 23].map((hour) => sizes.at(60 * hour))).toEqual([3, 6, 3]);
      const all = Array.from({ length: 24 * 60 }, (_, minute) => sizes.range(minute));
      expect(Math.max(...all.map(({ most }) => most))).toBe(6);
      expect(Math.min(...all.map(({ least }) => least))).toBe(3);
    });

    it('at the given CPU utilization', () => {
      const { app: other } = create({ cpuPercent: 80, capacity: { max: 12 } });
      const sizes = (cpu: number) =>
        Scaling.fromApp(other).sizes({
          of: 'Test/Fleet/Group',
          minutes: 3,
          metrics: { CPUUtilization: [cpu] },
        });
      expect([80, 81, 100].map((cpu) => sizes(cpu).at(3))).toEqual([3, 4, 4]);
    });
  });

  describe('instances', () => {
    it('accept no connection, and open connections to port 443 only, in every AZ', () => {
      for (const source of ['internet', GROUP, { subnet: 'MultiAzVpc/Network/Vpc' }]) {
        expect(network).not.toReach({ source, destination: GROUP, protocol: 'all' });
      }
      expect(network).toReach({ source: GROUP, destination: 'internet', port: 443, every: true });
      expect(network).not.toReach({ source: GROUP, destination: 'internet', port: 80 });
      expect(network).toSurviveLossOfAnyAz({ source: GROUP, destination: 'internet', port: 443 });
    });

    it('may use Session Manager and nothing else', () => {
      expect(Iam.of(templates)).toAllowOnly(`${FLEET}/Role`, {
        '*': [
          'ssm:UpdateInstanceInformation',
          'ssmmessages:CreateControlChannel',
          'ssmmessages:CreateDataChannel',
          'ssmmessages:OpenControlChannel',
          'ssmmessages:OpenDataChannel',
        ],
      });
    });

    it('require IMDSv2, encrypt their volume and have no public address', () => {
      template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
        LaunchTemplateData: {
          MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
          BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeType: 'gp3' } }],
          NetworkInterfaces: [Match.objectLike({ AssociatePublicIpAddress: false })],
          Monitoring: { Enabled: true },
        },
      });
    });

    it('watch for interruptions, after what the given user data installs', () => {
      const userDataOf = (of: Templates) =>
        of.ofType('AWS::EC2::LaunchTemplate').map(({ properties }) => properties.LaunchTemplateData);
      expect(JSON.stringify(userDataOf(templates))).toContain('systemctl enable --now fleet-interruption');
      const userData = ec2.UserData.forLinux();
      userData.addCommands('dnf install --assumeyes worker');
      const given = userDataOf(Templates.fromApp(create({ userData }).app));
      expect(JSON.stringify(given)).toMatch(/install --assumeyes worker.*enable --now fleet-interruption/);
    });

    it('are updated one by one, and the minimum stays in service', () => {
      template.hasResource('AWS::AutoScaling::AutoScalingGroup', {
        UpdatePolicy: { AutoScalingRollingUpdate: { MaxBatchSize: 1, MinInstancesInService: 3 } },
      });
      template.hasResourceProperties(...group({ DefaultInstanceWarmup: 120 }));
    });

    it('start after the default route of their subnet exists', () => {
      synthesize().hasResource('AWS::AutoScaling::AutoScalingGroup', {
        DependsOn: Match.arrayWith([Match.stringLikeRegexp('^VpcPrivateSubnet1DefaultRoute')]),
      });
    });
  });

  it('tells when fewer than the minimum are in service for 15 minutes', () => {
    const alarm = {
      Namespace: 'AWS/AutoScaling',
      MetricName: 'GroupInServiceInstances',
      Statistic: 'Maximum',
      Threshold: 3,
      ComparisonOperator: 'LessThanThreshold',
      Period: 300,
      EvaluationPeriods: 3,
      TreatMissingData: 'breaching',
    };
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { ...alarm, AlarmActions: Match.absent() });
    const topic = { Ref: Match.stringLikeRegexp('^AlarmsTopic') };
    notified.hasResourceProperties('AWS::CloudWatch::Alarm', { ...alarm, AlarmActions: [topic] });
    notified.hasResourceProperties(
      ...group({
        MetricsCollection: [{ Granularity: '1Minute' }],
        NotificationConfigurations: [
          {
            TopicARN: topic,
            NotificationTypes: [
              'autoscaling:EC2_INSTANCE_LAUNCH_ERROR',
              'autoscaling:EC2_INSTANCE_TERMINATE_ERROR',
            ],
          },
        ],
      }),
    );
  });

  it('can be created twice in one stack', () => {
    const stack = new Stack(newApp(), 'Test');
    const vpc = new ec2.Vpc(stack, 'Vpc');
    new InstanceFleet(stack, 'One', { vpc });
    new InstanceFleet(stack, 'Two', { vpc, placement: { strategy: 'spread' } });
    Template.fromStack(stack).resourceCountIs('AWS::AutoScaling::AutoScalingGroup', 2);
  });

  const spread = { strategy: 'spread' } as const;
  const all = { onDemandPercent: 100 };
  it.each<[string, Props]>([
    ['7 in each AZ of a spread group', { placement: spread, capacity: { max: 21 } }],
    ['one partition', { placement: { strategy: 'partition', partitions: 1 } }],
    ['Spot only', { capacity: { onDemandBase: 0 } }],
    ['one instance', { capacity: { min: 1, max: 1 }, vpcSubnets: oneZone }],
    ['a CPU target of 100 %', { cpuPercent: 100 }],
    ['one size', { requirements: { vcpus: [2, 2], memoryGiB: [4, 4] } }],
  ])('accepts %s', (_, props) => {
    expect(() => synthesize(props)).not.toThrow();
  });

  it.each<[string, Props]>([
    [
      'capacity.max: got 22, expected 21 at most: 7 in each of 3 AZs',
      { placement: spread, capacity: { max: 22 } },
    ],
    ['vpcSubnets: got "3 AZs", expected one AZ for a cluster', { placement: { strategy: 'cluster' } }],
    [
      'capacity.max: got 9, expected capacity.min 8 for a cluster',
      { placement: { strategy: 'cluster' }, vpcSubnets: oneZone, capacity: { min: 8, max: 9 } },
    ],
    [
      'placement.partitions: got 8, expected a whole number from 1 to 7',
      { placement: { strategy: 'partition', partitions: 8 } },
    ],
    ['placement.partitions: got 0, expected', { placement: { strategy: 'partition', partitions: 0 } }],
    ['capacity.min: got 0, expected a whole number from 1', { capacity: { min: 0 } }],
    ['capacity.max: got 2, expected a whole number from 3', { capacity: { max: 2 } }],
    ['capacity.onDemandBase: got 7, expected a whole number from 0 to 6', { capacity: { onDemandBase: 7 } }],
    [
      'capacity.onDemandPercent: got 101, expected a whole number from 0 to 100',
      { capacity: { onDemandPercent: 101 } },
    ],
    [
      'requirements.vcpus: got [4,2], expected a minimum',
      { requirements: { vcpus: [4, 2], memoryGiB: [2, 4] } },
    ],
    ['requirements.memoryGiB: got [0,4], expected', { requirements: { vcpus: [1, 2], memoryGiB: [0, 4] } }],
    ['cpuPercent: got 0, expected more than 0, up to 100', { cpuPercent: 0 }],
    ['cpuPercent: got 101, expected', { cpuPercent: 101 }],
    [
      'reservedType: got "m7i.large", expected a type with Graviton',
      { reservedType: new ec2.InstanceType('m7i.large'), capacity: all },
    ],
    [
      'capacity.onDemandPercent: got 0, expected 100 with reservedType',
      { reservedType: new ec2.InstanceType('m7g.large') },
    ],
    [
      'capacity.onDemandBase: got 0, expected 1 or more with reservedType',
      { reservedType: new ec2.InstanceType('m7g.large'), capacity: { ...all, onDemandBase: 0 } },
    ],
  ])('refuses in one line: %s', (message, props) => {
    expect(() => synthesize(props)).toThrow(message);
  });
});
