import { mutationsBelow, type Mutation } from '../support/mutation';

const FILES = 'SharedFileSystem/Files';
const { removed, changed, edited } = mutationsBelow(FILES);

type Properties = Record<string, unknown>;

const statementRemoved = (name: string, index: number): Mutation =>
  edited(name, 'FileSystem', ({ FileSystemPolicy }) => {
    (FileSystemPolicy as { Statement: Properties[] }).Statement.splice(index, 1);
  });
const mountStatement = (name: string, change: Properties): Mutation =>
  edited(name, 'Instances/MountPolicy', ({ PolicyDocument }) => {
    const [statement] = (PolicyDocument as { Statement: Properties[] }).Statement;
    Object.assign(statement ?? {}, change);
  });

const NFS_FROM = 'SecurityGroup/from SharedFileSystemFilesInstancesSecurityGroup89C83A81:2049';
const NFS_TO = 'Instances/SecurityGroup/to SharedFileSystemFilesSecurityGroupFFDAF83D:2049';

export const mutations: readonly Mutation[] = [
  removed('one AZ has no mount target', 'FileSystem/EfsMountTarget-PrivateSubnet2'),
  edited('all instances are in one AZ', 'Instances/Group/ASG', (properties) => {
    properties.VPCZoneIdentifier = (properties.VPCZoneIdentifier as unknown[]).slice(0, 1);
  }),
  removed('the mount targets accept nothing', NFS_FROM),
  removed('the instances may not connect to the mount targets', NFS_TO),
  changed('the mount targets accept NFS from anywhere in the VPC', 'SecurityGroup', {
    SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 2049, ToPort: 2049, CidrIp: '10.0.0.0/8' }],
  }),
  {
    name: 'the mount targets accept every port of the instances',
    apply: (template) => {
      for (const rule of [NFS_FROM, NFS_TO]) {
        Object.assign(template.properties(`${FILES}/${rule}`), {
          IpProtocol: '-1',
          FromPort: undefined,
          ToPort: undefined,
        });
      }
    },
  },
  changed('the mount targets may connect to anything', 'SecurityGroup', {
    SecurityGroupEgress: [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }],
  }),
  changed('the instances may connect to anything', 'Instances/SecurityGroup', {
    SecurityGroupEgress: [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }],
  }),
  changed('the instances accept SSH from anywhere in the VPC', 'Instances/SecurityGroup', {
    SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '10.0.0.0/8' }],
  }),
  changed('every client of the network may mount as root', 'FileSystem', { FileSystemPolicy: undefined }),
  statementRemoved('clients may mount without TLS', 0),
  statementRemoved('clients may mount without an access point', 1),
  statementRemoved('an identity may have root access', 2),
  edited('clients may mount without IAM', 'FileSystem', ({ FileSystemPolicy }) => {
    (FileSystemPolicy as { Statement: Properties[] }).Statement.push({
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: 'elasticfilesystem:ClientMount',
    });
  }),
  mountStatement('the instances may mount through any access point', { Condition: undefined }),
  mountStatement('the instances may only read', { Action: 'elasticfilesystem:ClientMount' }),
  mountStatement('the instances may mount any file system', { Resource: '*' }),
  changed('clients keep their own user ids', 'FileSystem/AccessPoint', { PosixUser: undefined }),
  changed('the access point opens the root folder', 'FileSystem/AccessPoint', { RootDirectory: undefined }),
  changed('files are not encrypted', 'FileSystem', { Encrypted: false }),
  changed('files are not backed up', 'FileSystem', { BackupPolicy: undefined }),
  changed('files stay in the frequent class', 'FileSystem', { LifecyclePolicies: undefined }),
  changed('throughput depends on the size', 'FileSystem', { ThroughputMode: 'bursting' }),
  removed('nobody hears that instances are missing', 'TooFewInstances'),
];
