import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export interface CloudFormationEndpointProps {
  readonly vpc: ec2.IVpc;
  /** The endpoint accepts connections from these only. */
  readonly clients: ec2.IConnectable;
}

/**
 * An interface endpoint for CloudFormation, for private subnets without a route to the internet. It is in one AZ only,
 * because instances need it during a deployment and not afterwards.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/vpc-interface-endpoints.html
 */
export class CloudFormationEndpoint extends Construct {
  constructor(scope: Construct, id: string, { vpc, clients }: CloudFormationEndpointProps) {
    super(scope, id);
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'CloudFormation endpoint',
      allowAllOutbound: false,
    });
    securityGroup.connections.allowFrom(clients, ec2.Port.HTTPS, 'Signals to CloudFormation');
    const { subnets } = vpc.selectSubnets({ subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS });
    new ec2.InterfaceVpcEndpoint(this, 'Endpoint', {
      vpc,
      service: ec2.InterfaceVpcEndpointAwsService.CLOUDFORMATION,
      subnets: { subnets: subnets.slice(0, 1) },
      securityGroups: [securityGroup],
      open: false,
    });
  }
}
