import { Duration, Validations } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Ec2Action, Ec2InstanceAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { createSessionManagerRole } from '../../shared/session-manager';
import { parseCidr } from '../../shared/cidr';
import { InvalidValue } from '../../shared/invalid-value';
import { LINUX_INSTANCE } from '../../shared/linux-instance';

export interface BastionHostProps {
  readonly vpc: ec2.IVpc;
  /**
   * IPv4 networks that may open SSH connections to the bastion host, /8 or smaller.
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
}

/**
 * An instance through which people reach the private instances of a VPC.
 *
 * Throws `InvalidValue` for a trusted network that is malformed or larger than /8, and for trusted networks
 * together with `publicSubnet: false`.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager.html
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/connect-linux-inst-eic.html
 */
export class BastionHost extends Construct implements ec2.IConnectable {
  readonly instance: ec2.Instance;
  readonly connections: ec2.Connections;

  constructor(scope: Construct, id: string, props: BastionHostProps) {
    super(scope, id);
    const { vpc, trustedCidrs = [], publicSubnet = trustedCidrs.length > 0 } = props;
    validate(trustedCidrs, publicSubnet);

    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Bastion host',
      allowAllOutbound: false,
    });
    for (const cidr of trustedCidrs) {
      securityGroup.addIngressRule(ec2.Peer.ipv4(cidr), ec2.Port.SSH, 'SSH from a trusted network');
    }
    // Session Manager's endpoints have no fixed addresses and no managed prefix list.
    securityGroup.addEgressRule(
      ec2.Peer.anyIpv4(),
      ec2.Port.HTTPS,
      'Session Manager and package repositories',
    );

    this.instance = new ec2.Instance(this, 'Instance', {
      vpc,
      vpcSubnets: {
        subnetType: publicSubnet ? ec2.SubnetType.PUBLIC : ec2.SubnetType.PRIVATE_WITH_EGRESS,
      },
      associatePublicIpAddress: publicSubnet,
      securityGroup,
      role: createSessionManagerRole(this),
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

function validate(trustedCidrs: readonly string[], publicSubnet: boolean): void {
  for (const cidr of trustedCidrs) {
    // Two networks of /1 are the whole internet. No organization has a network larger than /8.
    if (parseCidr('trustedCidrs', cidr).prefix < 8) {
      throw new InvalidValue('trustedCidrs', cidr, 'a network of your own, /8 or smaller');
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
