import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Ec2Action, Ec2InstanceAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { createSessionManagerRole } from '../../shared/session-manager';
import { parseCidr, parseIpv6Cidr } from '../../shared/cidr';
import { InvalidValue } from '../../shared/invalid-value';
import { LINUX_INSTANCE } from '../../shared/linux-instance';
import { grantConnect, type ConnectOptions } from './grant-connect';
import { SessionLogs } from './session-logs';

export interface BastionHostProps {
  readonly vpc: ec2.IVpc;
  /**
   * Networks that may open SSH connections to the bastion host: IPv4 of /8 or smaller, IPv6 of /16 or smaller. With IPv6, the
   * public subnets must give IPv6 addresses to instances.
   * @default - none: no inbound rule, access only by Session Manager
   */
  readonly trustedCidrs?: readonly string[];
  /**
   * Whether the bastion host is in a public subnet, with a public address. The SSM agent needs a route to the internet, so
   * set this in a VPC without NAT gateways. Without an inbound rule, the address accepts no connection.
   * @default - true if there are trusted networks, since they cannot reach a private address
   */
  readonly publicSubnet?: boolean;
  /**
   * An ARM64 type. The image is Amazon Linux 2023 for Graviton.
   * @default t4g.nano
   */
  readonly instanceType?: ec2.InstanceType;
  /**
   * Key pair for `ec2-user`.
   * @default - none: EC2 Instance Connect sends a key that is valid for 60 seconds
   */
  readonly keyPair?: ec2.IKeyPair;
  /**
   * What happens to the session logs when the stack is deleted.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * An instance through which people reach the private instances of a VPC.
 *
 * Throws `InvalidValue` for a trusted network that is malformed or too large, for an IPv6 network if the public subnets give no
 * IPv6 addresses, and for trusted networks together with `publicSubnet: false`.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager.html
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/connect-linux-inst-eic.html
 */
export class BastionHost extends Construct implements ec2.IConnectable {
  readonly instance: ec2.Instance;
  readonly connections: ec2.Connections;
  /** What people type and see in sessions. */
  readonly sessionLogs: SessionLogs;

  constructor(scope: Construct, id: string, props: BastionHostProps) {
    super(scope, id);
    const { vpc, trustedCidrs = [], publicSubnet = trustedCidrs.length > 0 } = props;
    validate(vpc, trustedCidrs, publicSubnet);

    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Bastion host',
      allowAllOutbound: false,
    });
    for (const cidr of trustedCidrs) {
      const peer = isIpv6(cidr) ? ec2.Peer.ipv6(cidr) : ec2.Peer.ipv4(cidr);
      securityGroup.addIngressRule(peer, ec2.Port.SSH, 'SSH from a trusted network');
    }
    // Session Manager's endpoints have no fixed addresses and no managed prefix list.
    securityGroup.addEgressRule(
      ec2.Peer.anyIpv4(),
      ec2.Port.HTTPS,
      'Session Manager, CloudWatch Logs and package repositories',
    );
    const role = createSessionManagerRole(this);
    this.sessionLogs = new SessionLogs(this, 'SessionLogs', {
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    this.sessionLogs.grantWrite(role);

    this.instance = new ec2.Instance(this, 'Instance', {
      vpc,
      vpcSubnets: {
        subnetType: publicSubnet ? ec2.SubnetType.PUBLIC : ec2.SubnetType.PRIVATE_WITH_EGRESS,
      },
      associatePublicIpAddress: publicSubnet,
      securityGroup,
      role,
      keyPair: props.keyPair,
      ...LINUX_INSTANCE,
      instanceType: props.instanceType ?? LINUX_INSTANCE.instanceType,
    });
    Validations.of(this.instance).acknowledge({
      id: 'AwsSolutions-EC29',
      reason: 'A bastion host keeps no state, and termination protection would make `cdk destroy` fail.',
    });
    this.connections = new ec2.Connections({
      securityGroups: [securityGroup],
      defaultPort: ec2.Port.SSH,
    });
    this.recoverAutomatically();
  }

  /**
   * Lets the bastion host open SSH connections to the target. The rules on both sides name the other's security group.
   */
  allowSshTo(target: ec2.IConnectable): void {
    this.connections.allowTo(target, ec2.Port.SSH, 'SSH from the bastion host');
  }

  /**
   * Allows somebody to open a shell on the bastion host by Session Manager, which logs the session, and to send an SSH key for
   * one user to it and to instances behind it. Both need a login with MFA.
   *
   * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-examples.html
   * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-connect-configure-IAM-role.html
   */
  grantConnect(grantee: iam.IGrantable, options: ConnectOptions = {}): iam.Grant {
    return grantConnect(grantee, this.instance, this.sessionLogs.document, options);
  }

  /** If the hardware fails, EC2 moves the instance to other hardware. It keeps its address and its volume. */
  private recoverAutomatically(): void {
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/cloudwatch-recovery.html
    new cloudwatch.Alarm(this, 'RecoveryAlarm', {
      alarmDescription: 'The host under the bastion host has failed; EC2 recovers the instance',
      metric: new cloudwatch.Metric({
        namespace: 'AWS/EC2',
        metricName: 'StatusCheckFailed_System',
        dimensionsMap: { InstanceId: this.instance.instanceId },
        statistic: 'Maximum',
        period: Duration.minutes(1),
      }),
      threshold: 1,
      evaluationPeriods: 2,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    }).addAlarmAction(new Ec2Action(Ec2InstanceAction.RECOVER));
  }
}

const isIpv6 = (cidr: string) => cidr.includes(':');

function validate(vpc: ec2.IVpc, trustedCidrs: readonly string[], publicSubnet: boolean): void {
  for (const cidr of trustedCidrs) {
    // Two networks of /1 are the whole internet. No organization has a network larger than /8, or /16 of IPv6.
    const [{ prefix }, longest] = isIpv6(cidr)
      ? [parseIpv6Cidr('trustedCidrs', cidr), 16]
      : [parseCidr('trustedCidrs', cidr), 8];
    if (prefix < longest) {
      throw new InvalidValue('trustedCidrs', cidr, `a network of your own, /${longest} or smaller`);
    }
    if (isIpv6(cidr) && vpc.publicSubnets.some(assignsNoIpv6)) {
      throw new InvalidValue(
        'trustedCidrs',
        cidr,
        'IPv4 networks: the public subnets give no IPv6 addresses',
      );
    }
  }
  if (trustedCidrs.length > 0 && !publicSubnet) {
    throw new InvalidValue(
      'publicSubnet',
      false,
      'true with trustedCidrs, which cannot reach a private address',
    );
  }
}

/** Whether a subnet of this app gives no IPv6 address to an instance. Of an imported one it is not known. */
function assignsNoIpv6({ node }: ec2.ISubnet): boolean {
  const subnet = node.defaultChild;
  return subnet instanceof ec2.CfnSubnet && subnet.assignIpv6AddressOnCreation !== true;
}
