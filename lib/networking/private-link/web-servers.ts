import { Duration } from 'aws-cdk-lib';
import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { createServerGroup } from '../../shared/server-group';
import { startService } from '../../shared/systemd';

export interface WebServersProps {
  readonly vpc: ec2.IVpc;
}

/**
 * Example of an internal service: an Auto Scaling group of web servers, one in each AZ and at least two. It replaces a
 * server that fails its health check. The servers run software of the Amazon Linux 2023 image only, so they need no
 * internet access.
 */
export class WebServers extends Construct {
  /** TCP port on which the servers listen. Ports from 1024 on need no privileges. */
  readonly port = 8080;
  readonly group: AutoScalingGroup;

  constructor(scope: Construct, id: string, { vpc }: WebServersProps) {
    super(scope, id);
    const vpcSubnets = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
    const servers = Math.max(2, vpc.selectSubnets(vpcSubnets).availabilityZones.length);
    this.group = createServerGroup(this, {
      vpc,
      vpcSubnets,
      description: 'Web servers of an internal service',
      commands: startCommands(this.port),
      servers,
      bootTime: Duration.minutes(2),
    }).group;
  }
}

const startCommands = (port: number): string[] => [
  'set -euo pipefail',
  'mkdir -p /srv/hello',
  // The host name of an instance contains its private address.
  'echo "Hello from $(hostname)" > /srv/hello/index.html',
  ...startService('hello', {
    description: 'Hello',
    command: `/usr/bin/python3 -m http.server ${port} --directory /srv/hello`,
  }),
];
