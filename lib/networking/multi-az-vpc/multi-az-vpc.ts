import { RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { createVpc } from '../../shared/create-vpc';
import { checkAzCount, checkVpcCidr } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';
import { FlowLogs, type FlowLogDestination } from './flow-logs';
import type { NatGateways } from './nat-gateways';

export { NAT_GATEWAYS, type NatGateways } from './nat-gateways';

export interface MultiAzVpcProps {
  /**
   * Address range of the VPC, /16 to /28.
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
   * @default 10.0.0.0/16
   */
  readonly vpcCidr?: string;
  /**
   * Availability Zones in use, 2 to 6.
   * @default 3
   */
  readonly azCount?: number;
  /**
   * Further AZs for which addresses are reserved. If you later move one from here to `azCount`, no existing subnet changes
   * its CIDR. CloudFormation replaces a subnet whose CIDR changes.
   * @default - four minus `azCount`, at least 0: 1 with the default `azCount` of 3
   */
  readonly reservedAzs?: number;
  /**
   * How the private tier reaches the internet.
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
   * @default per-az
   */
  readonly natGateways?: NatGateways;
  /**
   * Where flow logs are kept.
   * @default cloud-watch-logs
   */
  readonly flowLogDestination?: FlowLogDestination;
  /**
   * How long flow logs are kept.
   * @default RetentionDays.THREE_MONTHS
   */
  readonly flowLogRetention?: RetentionDays;
  /**
   * Whether the flow logs and their key are kept when the stack is deleted.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** Public, private and isolated. */
const TIERS = 3;

/**
 * A VPC with a public, a private and an isolated subnet in each Availability Zone, and with flow logs. The egress of the
 * private subnets survives the loss of an AZ.
 *
 * Throws `InvalidValue` for a prop out of range, and for a VPC that is too small for its subnets.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-example-private-subnets-nat.html
 */
export class MultiAzVpc extends Construct {
  readonly vpc: ec2.Vpc;
  readonly flowLogs: FlowLogs;

  constructor(scope: Construct, id: string, props: MultiAzVpcProps = {}) {
    super(scope, id);
    const {
      vpcCidr = '10.0.0.0/16',
      azCount = 3,
      reservedAzs = Math.max(0, 4 - azCount),
      natGateways = 'per-az',
    } = props;
    validate(vpcCidr, azCount, reservedAzs);

    this.vpc = createVpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(vpcCidr),
      azCount,
      reservedAzs,
      subnetConfiguration: [
        // Load balancers and NAT gateways have their own public addresses. Nothing here needs an automatic one.
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false },
        { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
        { name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      ],
      natGateways: { 'per-az': azCount, single: 1, regional: undefined, none: 0 }[natGateways],
      natGatewayProvider: natGateways === 'regional' ? ec2.NatProvider.regionalGateway() : undefined,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      // The default group allows traffic between its members and to the internet. CloudFormation cannot change a group
      // that it did not create, so CDK uses a custom resource.
      restrictDefaultSecurityGroup: true,
    });
    if (natGateways === 'regional') {
      // It needs an attached internet gateway. CDK makes it wait for the gateway, but not for the attachment.
      // https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
      const { node } = this.vpc;
      node.findChild('RegionalNatGateway').node.addDependency(node.findChild('VPCGW'));
    }

    // Gateway endpoints are free, and traffic through them does not pay for a NAT gateway.
    const subnets = [
      { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    ];
    this.vpc.addGatewayEndpoint('S3Endpoint', { service: ec2.GatewayVpcEndpointAwsService.S3, subnets });
    this.vpc.addGatewayEndpoint('DynamoDbEndpoint', {
      service: ec2.GatewayVpcEndpointAwsService.DYNAMODB,
      subnets,
    });

    this.flowLogs = new FlowLogs(this, 'FlowLogs', {
      vpc: this.vpc,
      destination: props.flowLogDestination,
      retention: props.flowLogRetention,
      removalPolicy: props.removalPolicy,
    });
  }
}

function validate(vpcCidr: string, azCount: number, reservedAzs: number): void {
  checkAzCount(azCount);
  if (!Number.isInteger(reservedAzs) || reservedAzs < 0 || azCount + reservedAzs > 6) {
    throw new InvalidValue(
      'reservedAzs',
      reservedAzs,
      `a whole number from 0 to ${6 - azCount} with azCount ${azCount}`,
    );
  }
  // All subnets have one size, a power of two. AWS's smallest subnet is /28.
  const longestPrefix = 28 - Math.ceil(Math.log2(TIERS * (azCount + reservedAzs)));
  checkVpcCidr(
    'vpcCidr',
    vpcCidr,
    longestPrefix,
    `for ${TIERS} tiers in ${azCount} AZs and ${reservedAzs} reserved`,
  );
}
