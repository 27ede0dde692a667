import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export interface ProbesProps {
  readonly vpc: ec2.IVpc;
  readonly loadBalancer: ec2.ISecurityGroup;
  readonly application: ec2.ISecurityGroup;
  readonly database: ec2.ISecurityGroup;
}

/**
 * A network interface in each tier, with its security group and nothing behind it: free of charge, and enough for
 * Reachability Analyzer to say what passes.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/reachability/what-is-reachability-analyzer.html
 */
export class Probes extends Construct {
  readonly loadBalancer: ec2.CfnNetworkInterface;
  readonly application: ec2.CfnNetworkInterface;
  readonly database: ec2.CfnNetworkInterface;

  constructor(scope: Construct, id: string, props: ProbesProps) {
    super(scope, id);
    const { vpc } = props;
    this.loadBalancer = this.networkInterface('LoadBalancer', vpc.publicSubnets, props.loadBalancer);
    this.application = this.networkInterface('Application', vpc.privateSubnets, props.application);
    this.database = this.networkInterface('Database', vpc.isolatedSubnets, props.database);
  }

  private networkInterface(id: string, [subnet]: readonly ec2.ISubnet[], group: ec2.ISecurityGroup) {
    return new ec2.CfnNetworkInterface(this, id, {
      description: `Probe of ${id}`,
      subnetId: subnet?.subnetId ?? '',
      groupSet: [group.securityGroupId],
    });
  }
}
