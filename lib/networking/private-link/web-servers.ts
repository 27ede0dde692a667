import { Duration, Validations } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { LINUX_LAUNCH_TEMPLATE } from '../../shared/linux-instance';

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
  readonly group: autoscaling.AutoScalingGroup;

  constructor(scope: Construct, id: string, { vpc }: WebServersProps) {
    super(scope, id);
    const vpcSubnets = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
    const servers = Math.max(2, vpc.selectSubnets(vpcSubnets).availabilityZones.length);
    this.group = new autoscaling.AutoScalingGroup(this, 'Group', {
      vpc,
      vpcSubnets,
      launchTemplate: this.createLaunchTemplate(vpc),
      minCapacity: servers,
      // A rolling update starts one new server before it stops an old one.
      maxCapacity: servers + 1,
      healthChecks: autoscaling.HealthChecks.withAdditionalChecks({
        additionalTypes: [autoscaling.AdditionalHealthCheckType.ELB],
        gracePeriod: Duration.minutes(2),
      }),
      // The instances cannot reach CloudFormation to signal success, so the update waits instead.
      updatePolicy: autoscaling.UpdatePolicy.rollingUpdate({
        minInstancesInService: servers,
        maxBatchSize: 1,
        pauseTime: Duration.minutes(2),
      }),
    });
    Validations.of(this.group).acknowledge({
      id: 'AwsSolutions-AS3',
      reason: 'An example service. The alarms of PrivateLinkService report unhealthy servers.',
    });
  }

  private createLaunchTemplate(vpc: ec2.IVpc): ec2.LaunchTemplate {
    const userData = ec2.UserData.forLinux();
    userData.addCommands(...startCommands(this.port));
    return new ec2.LaunchTemplate(this, 'LaunchTemplate', {
      ...LINUX_LAUNCH_TEMPLATE,
      securityGroup: new ec2.SecurityGroup(this, 'SecurityGroup', {
        vpc,
        description: 'Web servers of an internal service',
        allowAllOutbound: false,
      }),
      userData,
    });
  }
}

/** systemd creates a user for the service (`DynamicUser`). It cannot write to the file system. */
const startCommands = (port: number): string[] => [
  'set -euo pipefail',
  'mkdir -p /srv/hello',
  // The host name of an instance contains its private address.
  'echo "Hello from $(hostname)" > /srv/hello/index.html',
  "cat > /etc/systemd/system/hello.service <<'EOF'",
  `[Unit]
Description=Hello

[Service]
ExecStart=/usr/bin/python3 -m http.server ${port} --directory /srv/hello
DynamicUser=yes
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateDevices=yes
Restart=always
RestartSec=1

[Install]
WantedBy=multi-user.target`,
  'EOF',
  'systemctl enable --now hello',
];
