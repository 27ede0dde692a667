import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Network } from '../../lib/assertions/network';
import '../../lib/assertions/network/matchers';
import { Templates } from '../../lib/assertions/templates';
import {
  SharedFileSystem,
  type SharedFileSystemProps,
} from '../../lib/compute/shared-file-system/shared-file-system';
import { Instance, type InstanceOptions } from '../support/instance';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const FILES = 'SharedFileSystem/Files';
const FILE_SYSTEM = `${FILES}/FileSystem`;
const ACCESS_POINT = `${FILE_SYSTEM}/AccessPoint`;
const GROUP = `${FILES}/Instances/Group`;
const ROLE = `${FILES}/Instances/Role`;
const subnet = (number: number) => `MultiAzVpc/Network/Vpc/PrivateSubnet${number}`;

type Props = Partial<Omit<SharedFileSystemProps, 'vpc'>>;

function create(props: Props = {}, vpcProps: ec2.VpcProps = {}) {
  const app = newApp();
  const stack = new Stack(app, 'Test');
  const vpc = new ec2.Vpc(stack, 'Vpc', { availabilityZones: ['a', 'b', 'c'], ...vpcProps });
  new SharedFileSystem(stack, 'Files', { vpc, ...props });
  return { app, stack };
}
const synthesize = (props?: Props, vpcProps?: ec2.VpcProps) =>
  Template.fromStack(create(props, vpcProps).stack);

const userDataOf = (templates: Templates) => {
  const [launchTemplate] = templates.ofType('AWS::EC2::LaunchTemplate');
  return (launchTemplate?.properties.LaunchTemplateData as { UserData: string }).UserData;
};

describe('shared-file-system', () => {
  const app = sandbox({}, 'shared-file-system');
  const templates = Templates.fromApp(app);
  const template = Template.fromStack(stackOf(app, 'SharedFileSystem'));
  const network = Network.of(templates);
  const iam = Iam.of(templates);
  const mountTargets = templates.ofType('AWS::EFS::MountTarget');

  describe('mount targets', () => {
    it.each([1, 2, 3])('are in the subnet %i of the instances, open to them on port 2049', (number) => {
      expect(mountTargets).toHaveLength(3);
      const [own] = mountTargets.filter(({ path }) => path.endsWith(`PrivateSubnet${number}`));
      expect(network).toReach({
        source: { interfaceOf: GROUP, subnet: subnet(number) },
        destination: { interfaceOf: own?.path ?? 'no mount target', subnet: subnet(number) },
        port: 2049,
      });
    });

    it('stay reachable for the other AZs if an AZ is lost', () => {
      expect(network).toSurviveLossOfAnyAz({ source: GROUP, destination: FILE_SYSTEM, port: 2049 });
    });

    it.each(['internet', { subnet: 'MultiAzVpc/Network/Vpc' }])('accept nothing from %j', (source) => {
      expect(network).not.toReach({ source, destination: FILE_SYSTEM, protocol: 'all' });
    });

    it('accept no other port of the instances, and open no connections', () => {
      expect(network).not.toReach({ source: GROUP, destination: FILE_SYSTEM, port: 111 });
      expect(network).not.toReach({ source: GROUP, destination: FILE_SYSTEM, protocol: 'udp', port: 2049 });
      for (const destination of ['internet', GROUP]) {
        expect(network).not.toReach({ source: FILE_SYSTEM, destination, protocol: 'all' });
      }
    });

    it('are one in each AZ, even where an AZ has two private subnets', () => {
      const subnetConfiguration = [
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC },
        { name: 'Web', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
        { name: 'Batch', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      ];
      const twice = synthesize({}, { subnetConfiguration });
      twice.resourceCountIs('AWS::EFS::MountTarget', 3);
      twice.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', { MinSize: '3', MaxSize: '4' });
    });
  });

  describe('file system policy', () => {
    const mounting = ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'];
    const mount = {
      'aws:SecureTransport': 'true',
      'elasticfilesystem:AccessedViaMountTarget': 'true',
      'elasticfilesystem:AccessPointArn': iam.arn(ACCESS_POINT),
    };

    it.each(mounting)('lets the instances do %s by TLS through the access point', (action) => {
      expect(iam).toAllow(ROLE, action, FILE_SYSTEM, { context: mount });
    });

    it.each(mounting)('refuses the instances %s without TLS', (action) => {
      const context = { ...mount, 'aws:SecureTransport': 'false' };
      expect(iam.can(ROLE, action, FILE_SYSTEM, { context }).answer).toBe('explicit deny');
    });

    it('refuses the instances without an access point', () => {
      const context = { ...mount, 'elasticfilesystem:AccessPointArn': null };
      expect(iam.can(ROLE, 'elasticfilesystem:ClientMount', FILE_SYSTEM, { context }).answer).toBe(
        'explicit deny',
      );
    });

    it('refuses the instances through another access point', () => {
      // An ARN that is certainly another one: EFS makes up the ids of access points.
      const context = { ...mount, 'elasticfilesystem:AccessPointArn': iam.arn(FILE_SYSTEM) };
      expect(iam).not.toAllow(ROLE, 'elasticfilesystem:ClientMount', FILE_SYSTEM, { context });
    });

    it.each([...mounting, 'elasticfilesystem:ClientRootAccess'])(
      'refuses clients without IAM %s',
      (action) => {
        expect(iam).not.toAllow('*', action, FILE_SYSTEM, { context: mount });
      },
    );

    it('refuses root access to everyone', () => {
      for (const who of ['*', ROLE]) {
        const decision = iam.can(who, 'elasticfilesystem:ClientRootAccess', FILE_SYSTEM, { context: mount });
        expect(decision.answer).toBe('explicit deny');
      }
    });

    it.each(['elasticfilesystem:Backup', 'elasticfilesystem:PutFileSystemPolicy'])(
      'does not deny %s',
      (action) => {
        // An identity with the permission may do it: nothing denies it explicitly.
        expect(iam.can(ROLE, action, FILE_SYSTEM).answer).toBe('implicit deny');
      },
    );
  });

  it('opens one folder through the access point, as one user', () => {
    const properties = (path: string, id: string) => ({
      PosixUser: { Uid: id, Gid: id },
      RootDirectory: { Path: path, CreationInfo: { OwnerUid: id, OwnerGid: id, Permissions: '750' } },
    });
    template.hasResourceProperties('AWS::EFS::AccessPoint', properties('/shared', '1000'));
    synthesize({ path: '/web/uploads', userId: 4_294_967_295 }).hasResourceProperties(
      'AWS::EFS::AccessPoint',
      properties('/web/uploads', '4294967295'),
    );
  });

  describe('files', () => {
    const policies = (properties: object) => ({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      ...properties,
    });

    it('are encrypted, backed up, and move to colder classes', () => {
      template.hasResourceProperties('AWS::EFS::FileSystem', {
        Encrypted: true,
        ThroughputMode: 'elastic',
        PerformanceMode: Match.absent(),
        AvailabilityZoneName: Match.absent(),
        BackupPolicy: { Status: 'ENABLED' },
        LifecyclePolicies: [{ TransitionToIA: 'AFTER_30_DAYS' }, { TransitionToArchive: 'AFTER_90_DAYS' }],
      });
    });

    it('stay when the stack is deleted; the sandbox deletes them', () => {
      synthesize().hasResource('AWS::EFS::FileSystem', policies({}));
      template.hasResource('AWS::EFS::FileSystem', { DeletionPolicy: 'Delete' });
    });
  });

  describe('instances', () => {
    it('may use Session Manager and mount the file system, and nothing else', () => {
      expect(iam).toAllowOnly(ROLE, {
        '*': [
          'ssm:UpdateInstanceInformation',
          'ssmmessages:CreateControlChannel',
          'ssmmessages:CreateDataChannel',
          'ssmmessages:OpenControlChannel',
          'ssmmessages:OpenDataChannel',
        ],
        [FILE_SYSTEM]: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
      });
    });

    it('accept no connection, and reach nothing but port 443 and the mount targets', () => {
      for (const source of ['internet', GROUP, { subnet: 'MultiAzVpc/Network/Vpc' }]) {
        expect(network).not.toReach({ source, destination: GROUP, protocol: 'all' });
      }
      expect(network).toReach({ source: GROUP, destination: 'internet', port: 443, every: true });
      expect(network).not.toReach({ source: GROUP, destination: 'internet', port: 2049 });
    });

    it('start after the mount targets, their rule and the default route exist', () => {
      synthesize().hasResource('AWS::AutoScaling::AutoScalingGroup', {
        DependsOn: Match.arrayWith(
          [
            'FileSystemEfsMountTargetPrivateSubnet3',
            'SecurityGroupfrom',
            'VpcPrivateSubnet1DefaultRoute',
          ].map((name) => Match.stringLikeRegexp(name)),
        ),
      });
    });

    it('are as many as you say, and are updated one by one', () => {
      template.hasResource('AWS::AutoScaling::AutoScalingGroup', {
        Properties: { MinSize: '3', MaxSize: '4' },
        UpdatePolicy: { AutoScalingRollingUpdate: { MaxBatchSize: 1, MinInstancesInService: 3 } },
      });
      synthesize({ instances: 1 }).hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', {
        MinSize: '1',
        MaxSize: '2',
      });
    });

    it('send failed launches, and too few instances in service, to the topic', () => {
      const topic = { Ref: Match.stringLikeRegexp('^AlarmsTopic') };
      const notified = Template.fromStack(
        stackOf(sandbox({ alarmEmail: 'ops@example.org' }, 'shared-file-system'), 'SharedFileSystem'),
      );
      notified.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', {
        MetricsCollection: [{ Granularity: '1Minute' }],
        NotificationConfigurations: [
          Match.objectLike({
            TopicARN: topic,
            NotificationTypes: Match.arrayWith(['autoscaling:EC2_INSTANCE_LAUNCH_ERROR']),
          }),
        ],
      });
      notified.hasResourceProperties('AWS::CloudWatch::Alarm', {
        MetricName: 'GroupInServiceInstances',
        Threshold: 3,
        AlarmActions: [topic],
      });
    });
  });

  describe('user data', () => {
    const userData = userDataOf(Templates.fromApp(create({ commands: ['touch /var/ready'] }).app));
    let instance: Instance;
    const boot = (options: InstanceOptions = {}) => {
      instance = new Instance(options);
      return instance.boot(userData);
    };
    afterEach(() => {
      instance.terminate();
    });
    const fstab = () => instance.read('etc/fstab').replaceAll(instance.root, '');
    const names = (commands: readonly string[]) => commands.map((command) => command.split(' ')[0]);

    it('mounts the access point with TLS and IAM, now and at each start', () => {
      const { status, commands } = boot();
      expect(status).toBe(0);
      expect(commands[0]).toBe('dnf install --assumeyes amazon-efs-utils');
      expect(fstab()).toMatch(
        /^⟨.*FileSystem.*⟩:\/ \/mnt\/shared efs _netdev,noresvport,tls,iam,accesspoint=⟨.*AccessPoint.*⟩ 0 0\n$/,
      );
      expect(instance.read('mounts')).toBe(instance.read('etc/fstab'));
      expect(names(commands)).not.toContain('shutdown');
    });

    it('changes nothing when it runs again', () => {
      boot();
      const before = [fstab(), instance.read('mounts')];
      const { status, commands } = instance.boot(userData);
      expect(status).toBe(0);
      expect([fstab(), instance.read('mounts')]).toEqual(before);
      expect(names(commands).filter((name) => name === 'mount')).toHaveLength(1);
    });

    it('tries again until the mount target answers, then runs the commands', () => {
      const { status, commands } = boot({ failedMounts: 7 });
      expect(status).toBe(0);
      expect(names(commands).filter((name) => name === 'mount')).toHaveLength(8);
      expect(commands.filter((command) => command === 'sleep 10')).toHaveLength(7);
      expect(instance.read('var/ready')).toBe('');
    });

    it.each<[string, number, InstanceOptions]>([
      ['the mount fails for five minutes', 30, { failedMounts: 1000 }],
      ['the mount helper cannot be installed', 0, { broken: ['dnf'] }],
    ])('shuts the instance down if %s', (_, tries, options) => {
      const { status, commands } = boot(options);
      expect(status).not.toBe(0);
      expect(commands.at(-1)).toBe('shutdown now');
      expect(() => instance.read('var/ready')).toThrow('ENOENT');
      expect(commands.filter((command) => command === 'sleep 10')).toHaveLength(tries);
    });
  });

  it('can be created twice in one stack', () => {
    const stack = new Stack(newApp(), 'Test');
    const vpc = new ec2.Vpc(stack, 'Vpc');
    new SharedFileSystem(stack, 'One', { vpc });
    new SharedFileSystem(stack, 'Two', { vpc });
    Template.fromStack(stack).resourceCountIs('AWS::EFS::FileSystem', 2);
  });

  it.each<[string, Props]>([
    ['instances: got 0, expected a whole number from 1', { instances: 0 }],
    ['userId: got 0, expected a whole number from 1 to 4294967295', { userId: 0 }],
    ['userId: got 4294967296, expected', { userId: 4_294_967_296 }],
    ['path: got "/", expected one to four folders', { path: '/' }],
    ['path: got "shared", expected', { path: 'shared' }],
    ['path: got "/a/../b", expected', { path: '/a/../b' }],
    ['path: got "/a/b/c/d/e", expected', { path: '/a/b/c/d/e' }],
    [`path: got "/${'a'.repeat(100)}", expected`, { path: `/${'a'.repeat(100)}` }],
  ])('refuses in one line: %s', (message, props) => {
    expect(() => synthesize(props)).toThrow(message);
  });
});
