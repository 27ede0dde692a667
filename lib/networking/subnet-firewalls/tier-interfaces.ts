import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export interface TierInterfacesProps {
  /** VPC with public, private and isolated subnets. */
  readonly vpc: ec2.IVpc;
  readonly loadBalancer: ec2.ISecurityGroup;
  readonly application: ec2.ISecurityGroup;
  readonly database: ec2.ISecurityGroup;
}

/**
 * A network interface in each tier, with the security group of the tier and without an instance. Reachability Analyzer can
 * analyze paths between them. They are free of charge.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/reachability/what-is-reachability-analyzer.html
 */
export class TierInterfaces extends Construct {
  readonly loadBalancer: ec2.CfnNetworkInterface;
  readonly application: ec2.CfnNetworkInterface;
  readonly database: ec2.CfnNetworkInterface;

  constructor(scope: Construct, id: string, props: TierInterfacesProps) {
    super(scope, id);
    const { vpc } = props;
    this.loadBalancer = this.networkInterface('LoadBalancer', vpc.publicSubnets, props.loadBalancer);
    this.application = this.networkInterface('Application', vpc.privateSubnets, props.application);
    this.database = this.networkInterface('Database', vpc.isolatedSubnets, props.database);
  }

  private networkInterface(id: string, subnets: readonly ec2.ISubnet[], group: ec2.ISecurityGroup) {
    const [subnet] = subnets as [ec2.ISubnet, ...ec2.ISubnet[]];
    return new ec2.CfnNetworkInterface(this, id, {
      description: `${id} tier, for Reachability Analyzer`,
      subnetId: subnet.subnetId,
      groupSet: [group.securityGroupId],
    });
  }
}
