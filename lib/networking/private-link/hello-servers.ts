import { Duration, Validations } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { LINUX_LAUNCH_TEMPLATE } from '../../shared/linux-instance';

export interface HelloServersProps {
  readonly vpc: ec2.IVpc;
}

/**
 * An internal service: a web server in each of two AZs at least, replaced when it stops to answer. It is made of what
 * the image of Amazon Linux 2023 has, so that it starts without a way to the internet.
 */
export class HelloServers extends Construct {
  /** TCP port on which the servers listen, one that needs no privileges. */
  readonly port = 8080;
  readonly group: autoscaling.AutoScalingGroup;

  constructor(scope: Construct, id: string, { vpc }: HelloServersProps) {
    super(scope, id);
    const vpcSubnets = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
    const servers = Math.max(2, vpc.selectSubnets(vpcSubnets).availabilityZones.length);
    this.group = new autoscaling.AutoScalingGroup(this, 'Group', {
      vpc,
      vpcSubnets,
      launchTemplate: this.createLaunchTemplate(vpc),
      minCapacity: servers,
      // Room to start a new version beside the old one.
      maxCapacity: servers + 1,
      healthChecks: autoscaling.HealthChecks.withAdditionalChecks({
        additionalTypes: [autoscaling.AdditionalHealthCheckType.ELB],
        gracePeriod: Duration.minutes(2),
      }),
      // Without a way to CloudFormation, no instance can signal that it is ready: it is given time.
      updatePolicy: autoscaling.UpdatePolicy.rollingUpdate({
        minInstancesInService: servers,
        maxBatchSize: 1,
        pauseTime: Duration.minutes(2),
      }),
    });
    Validations.of(this.group).acknowledge({
      id: 'AwsSolutions-AS3',
      reason: 'It stands for a service of your own, which knows whom to tell when an instance is replaced.',
    });
  }

  private createLaunchTemplate(vpc: ec2.IVpc): ec2.LaunchTemplate {
    const userData = ec2.UserData.forLinux();
    userData.addCommands(...startServer(this.port));
    return new ec2.LaunchTemplate(this, 'LaunchTemplate', {
      ...LINUX_LAUNCH_TEMPLATE,
      securityGroup: new ec2.SecurityGroup(this, 'SecurityGroup', {
        vpc,
        description: 'Servers of an internal service',
        allowAllOutbound: false,
      }),
      userData,
    });
  }
}

/** As a user that is made up for it, which may write nowhere. */
const startServer = (port: number): string[] => [
  'set -euo pipefail',
  'mkdir -p /srv/hello',
  // The name of an instance has its private address in it.
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
