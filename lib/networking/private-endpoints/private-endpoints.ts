import { Aws, Fn, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { createVpc } from '../../shared/create-vpc';
import { checkAzCount, checkVpcCidr } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';

const { SSM, SSM_MESSAGES, ECR, ECR_DOCKER, CLOUDWATCH_LOGS, SNS } = ec2.InterfaceVpcEndpointAwsService;

/**
 * The endpoints that a capability needs, all of them. Session Manager does without `ec2messages` since version
 * 3.3.40.0 of its agent: https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html
 */
const ENDPOINTS = {
  'session-manager': { SsmEndpoint: SSM, SsmMessagesEndpoint: SSM_MESSAGES },
  ecr: { EcrApiEndpoint: ECR, EcrDockerEndpoint: ECR_DOCKER },
  logs: { LogsEndpoint: CLOUDWATCH_LOGS },
  sns: { SnsEndpoint: SNS },
} as const;

/** The services that a VPC can reach through interface endpoints. */
export const PRIVATE_SERVICES = ['session-manager', 'ecr', 'logs', 'sns'] as const;
export type PrivateService = (typeof PRIVATE_SERVICES)[number];

export interface PrivateEndpointsProps {
  /**
   * Address range of the VPC, /16 to /26.
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
   * @default 10.1.0.0/24
   */
  readonly vpcCidr?: string;
  /**
   * Availability Zones in use, 2 to 6. Each interface endpoint has one network interface, with its price, in each.
   * @default 2
   */
  readonly azCount?: number;
  /**
   * Services with interface endpoints. S3 and DynamoDB always have gateway endpoints.
   * @default - all: session-manager, ecr, logs, sns
   */
  readonly services?: readonly PrivateService[];
  /**
   * Further accounts, twelve digits each, whose identities may use the endpoints, and whose buckets and tables may
   * be reached through them.
   * @default - none: this account only
   */
  readonly trustedAccounts?: readonly string[];
  /**
   * Names of further buckets, of any account, whose objects may be read.
   * @default - none: only those of ECR's layers and of Amazon Linux's packages
   */
  readonly readableBuckets?: readonly string[];
}

/**
 * A VPC without internet access. Its isolated subnets reach AWS services by their ordinary names, in every Availability
 * Zone. The endpoint policies allow only identities of the accounts that you trust.
 *
 * Throws `InvalidValue` for a prop out of range, and for a VPC that is too small for its subnets.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
 */
export class PrivateEndpoints extends Construct {
  readonly vpc: ec2.Vpc;
  /** Security group of all interface endpoints. It accepts HTTPS from the VPC. */
  readonly securityGroup: ec2.SecurityGroup;
  private readonly accounts: readonly string[];

  constructor(scope: Construct, id: string, props: PrivateEndpointsProps = {}) {
    super(scope, id);
    const { vpcCidr = '10.1.0.0/24', azCount = 2, services = PRIVATE_SERVICES } = props;
    const { trustedAccounts = [], readableBuckets = [] } = props;
    const reservedAzs = Math.max(0, 4 - azCount);
    validate(vpcCidr, azCount, services, trustedAccounts);
    this.accounts = [Aws.ACCOUNT_ID, ...trustedAccounts];

    this.vpc = createVpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(vpcCidr),
      azCount,
      reservedAzs,
      subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
      // Private DNS needs both.
      enableDnsSupport: true,
      enableDnsHostnames: true,
      restrictDefaultSecurityGroup: true,
    });

    this.addGatewayEndpoints(readableBuckets);
    this.securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: this.vpc,
      description: 'Interface endpoints',
      allowAllOutbound: false,
    });
    this.securityGroup.addIngressRule(ec2.Peer.ipv4(vpcCidr), ec2.Port.HTTPS, 'HTTPS from the VPC');
    for (const service of new Set(services)) {
      for (const [name, endpoint] of Object.entries(ENDPOINTS[service])) this.addService(name, endpoint);
    }
  }

  /** Adds an interface endpoint in every AZ, with the same security group and the same endpoint policy. */
  addService(id: string, service: ec2.InterfaceVpcEndpointAwsService): ec2.InterfaceVpcEndpoint {
    const endpoint = new ec2.InterfaceVpcEndpoint(this, id, {
      vpc: this.vpc,
      service,
      securityGroups: [this.securityGroup],
      // The security group already has the rule for HTTPS.
      open: false,
      privateDnsEnabled: true,
    });
    // Not aws:ResourceAccount: Systems Manager also serves documents that belong to AWS.
    endpoint.addToPolicy(this.allow('OurIdentities', ['*'], { 'aws:PrincipalAccount': this.accounts }));
    return endpoint;
  }

  /** Gateway endpoints are free. They are routes for the services' public addresses. */
  private addGatewayEndpoints(readableBuckets: readonly string[]): void {
    const { S3, DYNAMODB } = ec2.GatewayVpcEndpointAwsService;
    const ours = { 'aws:PrincipalAccount': this.accounts, 'aws:ResourceAccount': this.accounts };

    const s3 = this.vpc.addGatewayEndpoint('S3Endpoint', { service: S3 });
    s3.addToPolicy(this.allow('OurIdentitiesToOurBuckets', ['s3:*'], ours));
    const buckets = [
      // https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
      `prod-${Aws.REGION}-starport-layer-bucket`,
      // https://docs.aws.amazon.com/linux/al2023/ug/managing-repos-os-updates.html
      `al2023-repos-${Aws.REGION}-de612dc2`,
      ...readableBuckets,
    ];
    s3.addToPolicy(
      new iam.PolicyStatement({
        sid: 'ReadableBuckets',
        principals: [new iam.AnyPrincipal()],
        actions: ['s3:GetObject'],
        resources: buckets.map((name) => `arn:${Aws.PARTITION}:s3:::${name}/*`),
      }),
    );

    // Custom resources and wait conditions in the VPC answer CloudFormation by an object in a bucket of AWS. The address is
    // signed by CloudFormation, not by an identity of ours. In the first name, the Region has no dashes.
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/vpc-interface-endpoints.html
    const answers = [
      `cloudformation-custom-resource-response-${Fn.join('', Fn.split('-', Aws.REGION))}`,
      `cloudformation-waitcondition-${Aws.REGION}`,
    ];
    s3.addToPolicy(
      new iam.PolicyStatement({
        sid: 'AnswersToCloudFormation',
        principals: [new iam.AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: answers.map((name) => `arn:${Aws.PARTITION}:s3:::${name}/*`),
      }),
    );

    const dynamoDb = this.vpc.addGatewayEndpoint('DynamoDbEndpoint', { service: DYNAMODB });
    dynamoDb.addToPolicy(this.allow('OurIdentitiesToOurTables', ['dynamodb:*'], ours));
  }

  private allow(
    sid: string,
    actions: string[],
    equal: Record<string, readonly string[]>,
  ): iam.PolicyStatement {
    // An endpoint policy grants nothing. It limits what the policies of identities and resources grant.
    return new iam.PolicyStatement({
      sid,
      principals: [new iam.AnyPrincipal()],
      actions,
      resources: ['*'],
      conditions: { StringEquals: equal },
    });
  }
}

function validate(
  vpcCidr: string,
  azCount: number,
  services: readonly string[],
  trustedAccounts: readonly string[],
): void {
  checkAzCount(azCount);
  // CDK divides the VPC into four or eight subnets. AWS's smallest subnet is /28.
  checkVpcCidr('vpcCidr', vpcCidr, azCount > 4 ? 25 : 26, `for ${azCount} AZs`);
  for (const service of services) {
    if (!PRIVATE_SERVICES.some((known) => known === service)) {
      throw new InvalidValue('services', service, `of ${PRIVATE_SERVICES.join(', ')}`);
    }
  }
  for (const account of trustedAccounts) {
    if (!Token.isUnresolved(account) && !/^\d{12}$/.test(account)) {
      throw new InvalidValue('trustedAccounts', account, 'account ids of twelve digits');
    }
  }
}
