import { Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export interface AwsServiceEndpointsProps {
  /** Its private subnets must have the gateway endpoint for S3, where ECR keeps the layers of images. */
  readonly vpc: ec2.IVpc;
}

/** What a Fargate task calls on its way up, by PrivateLink. ECS itself is not among it. */
const SERVICES = {
  EcrApi: ec2.InterfaceVpcEndpointAwsService.ECR,
  EcrDocker: ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER,
  CloudWatchLogs: ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  SecretsManager: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  ParameterStore: ec2.InterfaceVpcEndpointAwsService.SSM,
};

/**
 * Lets tasks start in subnets that have no way to the internet.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
 */
export class AwsServiceEndpoints extends Construct {
  constructor(scope: Construct, id: string, { vpc }: AwsServiceEndpointsProps) {
    super(scope, id);
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Endpoints of AWS services',
      allowAllOutbound: false,
    });
    // From the whole VPC: with private DNS, everyone in it is led here, and nobody should be led to a closed door.
    securityGroup.addIngressRule(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.HTTPS, 'HTTPS from the VPC');
    Validations.of(securityGroup).acknowledge({
      id: 'AwsSolutions-EC23',
      reason: "cdk-nag cannot read the VPC's address range before it is deployed. It is no public one.",
    });
    for (const [name, service] of Object.entries(SERVICES)) {
      new ec2.InterfaceVpcEndpoint(this, name, {
        vpc,
        service,
        subnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
        securityGroups: [securityGroup],
        privateDnsEnabled: true,
        open: false,
      });
    }
  }
}
