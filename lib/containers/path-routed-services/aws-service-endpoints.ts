import { Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export interface AwsServiceEndpointsProps {
  /** Its private subnets need the gateway endpoint for S3: ECR stores the layers of images there. */
  readonly vpc: ec2.IVpc;
}

/** Services that a Fargate task calls when it starts. It does not call ECS itself. */
const SERVICES = {
  EcrApi: ec2.InterfaceVpcEndpointAwsService.ECR,
  EcrDocker: ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER,
  CloudWatchLogs: ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  SecretsManager: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  ParameterStore: ec2.InterfaceVpcEndpointAwsService.SSM,
};

/**
 * Interface endpoints for the services that tasks need to start in subnets without a route to the internet.
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
    // From the whole VPC: private DNS sends every client in the VPC to these endpoints.
    securityGroup.addIngressRule(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.HTTPS, 'HTTPS from the VPC');
    Validations.of(securityGroup).acknowledge({
      id: 'AwsSolutions-EC23',
      reason: "The source is the VPC's own network, which cdk-nag cannot read before the deployment.",
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
