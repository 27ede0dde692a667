import { Duration } from 'aws-cdk-lib';
import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { createServerGroup } from '../../shared/server-group';
import { PORTS, startEcho } from './user-data';

export interface EchoServersProps {
  /** Its private subnets reach Amazon S3, for packages: by a NAT gateway or by the gateway endpoint. */
  readonly vpc: ec2.IVpc;
}

/**
 * Example of targets: an Auto Scaling group with a server in each AZ. They return what clients send, after a line with the
 * address of the client. Replace it with your servers.
 */
export class EchoServers extends Construct {
  /** `echo` by TCP and UDP, `proxied` by TCP with PROXY protocol v2, `tls` with a certificate of the server, `health`. */
  readonly ports = PORTS;
  readonly group: AutoScalingGroup;

  constructor(scope: Construct, id: string, { vpc }: EchoServersProps) {
    super(scope, id);
    const vpcSubnets = { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };
    const { group, securityGroup } = createServerGroup(this, {
      vpc,
      vpcSubnets,
      description: 'Echo servers',
      commands: startEcho(),
      servers: vpc.selectSubnets(vpcSubnets).availabilityZones.length,
      bootTime: Duration.minutes(3),
    });
    // The repositories of Amazon Linux are in S3, which has no fixed addresses.
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'Package repositories');
    this.group = group;
  }
}
