import { RemovalPolicy, Token } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as efs from 'aws-cdk-lib/aws-efs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { checkInteger } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';
import { alarmOnTooFewInstances } from '../../shared/too-few-instances';
import { fileSystemPolicy } from './file-system-policy';
import { MountingInstances } from './mounting-instances';

export interface SharedFileSystemProps {
  /** It has private subnets with egress, DNS support and DNS hostnames. */
  readonly vpc: ec2.IVpc;
  /** Number of instances, 1 or more. @default - one for each Availability Zone */
  readonly instances?: number;
  /**
   * Shell commands that each instance runs at its first start, after it has mounted the access point at `/mnt/shared`. If one
   * fails, the instance shuts down and the group replaces it.
   * @default - none
   */
  readonly commands?: readonly string[];
  /**
   * Folder of the file system that the access point opens, one to four levels below the root, 100 characters at most. EFS
   * creates it. Clients see it as `/`.
   * @default '/shared'
   */
  readonly path?: string;
  /**
   * POSIX user id and group id, 1 to 4294967295, of everything that clients do through the access point, whichever user
   * runs on the instance. 0 is root and refused.
   * @default 1000
   */
  readonly userId?: number;
  /**
   * Topic for failed launches and for the alarm. Its policy must allow CloudWatch to publish.
   * @default - none
   */
  readonly alarmTopic?: ITopic;
  /** What becomes of the files when the file system is removed from the stack. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * An encrypted file system in all AZs of the private subnets, and an Auto Scaling group whose instances mount its access point
 * with TLS and IAM authorization.
 *
 * Throws `InvalidValue` for a number of instances below 1, for a path that EFS refuses, and for a user id out of range.
 *
 * @see https://docs.aws.amazon.com/efs/latest/ug/how-it-works.html
 */
export class SharedFileSystem extends Construct {
  readonly fileSystem: efs.FileSystem;
  readonly accessPoint: efs.AccessPoint;
  readonly instances: MountingInstances;
  readonly alarms: readonly cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: SharedFileSystemProps) {
    super(scope, id);
    const { vpc, path = '/shared', userId = 1000, removalPolicy = RemovalPolicy.RETAIN } = props;
    const privateSubnets = { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };
    const { availabilityZones } = vpc.selectSubnets(privateSubnets);
    const instances = props.instances ?? new Set(availabilityZones).size;
    checkInteger('instances', instances, 1, Number.MAX_SAFE_INTEGER);
    checkInteger('userId', userId, 1, 2 ** 32 - 1);
    checkPath(path);

    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Mount targets',
      allowAllOutbound: false,
    });
    this.fileSystem = new efs.FileSystem(this, 'FileSystem', {
      vpc,
      // A file system has at most one mount target in an AZ, which the instances in all its subnets use.
      vpcSubnets: { ...privateSubnets, onePerAz: true },
      securityGroup,
      encrypted: true,
      throughputMode: efs.ThroughputMode.ELASTIC,
      lifecyclePolicy: efs.LifecyclePolicy.AFTER_30_DAYS,
      transitionToArchivePolicy: efs.LifecyclePolicy.AFTER_90_DAYS,
      enableAutomaticBackups: true,
      fileSystemPolicy: fileSystemPolicy(),
      // With `false`, CDK adds a statement that allows everyone ClientWrite and ClientRootAccess. Our policy allows nobody anything.
      allowAnonymousAccess: true,
      removalPolicy,
    });
    const owner = String(userId);
    this.accessPoint = this.fileSystem.addAccessPoint('AccessPoint', {
      path,
      posixUser: { uid: owner, gid: owner },
      createAcl: { ownerUid: owner, ownerGid: owner, permissions: '750' },
    });

    this.instances = new MountingInstances(this, 'Instances', {
      vpc,
      vpcSubnets: privateSubnets,
      accessPoint: this.accessPoint,
      instances,
      commands: props.commands ?? [],
      alarmTopic: props.alarmTopic,
    });
    this.fileSystem.connections.allowDefaultPortFrom(this.instances.group, 'NFS with TLS');
    // The first instances shall find the mount targets and their rules.
    this.instances.group.node.addDependency(this.fileSystem.mountTargetsAvailable, securityGroup);
    this.alarms = [
      alarmOnTooFewInstances(this, {
        group: this.instances.group,
        min: instances,
        cause: 'they may fail to mount the file system, see the system log of an instance',
        topic: props.alarmTopic,
      }),
    ];
  }
}

/** https://docs.aws.amazon.com/efs/latest/ug/API_RootDirectory.html */
function checkPath(path: string): void {
  if (Token.isUnresolved(path)) return;
  if (/^(\/[\w-][\w.-]*){1,4}$/.test(path) && path.length <= 100) return;
  throw new InvalidValue('path', path, 'one to four folders such as /shared or /web/uploads');
}
