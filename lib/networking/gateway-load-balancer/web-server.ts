import { Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { LINUX_INSTANCE } from '../../shared/linux-instance';

export interface WebServerProps {
  readonly vpc: ec2.IVpc;
}

const PAGE = '/srv/www/index.html';
const SERVICE = `[Unit]
Description=Web server
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/python3 -m http.server 80 --directory /srv/www
DynamicUser=yes
AmbientCapabilities=CAP_NET_BIND_SERVICE
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
Restart=always

[Install]
WantedBy=multi-user.target`;

/** An instance with a public web page, to show that packets pass the appliances. It cannot open connections itself. */
export class WebServer extends Construct {
  readonly instance: ec2.Instance;
  readonly address: ec2.CfnEIP;

  constructor(scope: Construct, id: string, { vpc }: WebServerProps) {
    super(scope, id);
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Web server',
      allowAllOutbound: false,
    });
    securityGroup.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTP, 'HTTP from the internet');
    Validations.of(securityGroup).acknowledge({
      id: 'AwsSolutions-EC23',
      reason: 'An example of a public workload: the appliances inspect traffic with the whole internet.',
    });

    const userData = ec2.UserData.forLinux();
    userData.addCommands(
      'mkdir -p /srv/www',
      `echo 'This page passed the appliances.' > ${PAGE}`,
      `cat > /etc/systemd/system/web.service <<'EOF'\n${SERVICE}\nEOF`,
      'systemctl enable --now web',
    );
    this.instance = new ec2.Instance(this, 'Instance', {
      vpc,
      vpcSubnets: { subnetGroupName: 'Workload' },
      securityGroup,
      userData,
      ...LINUX_INSTANCE,
    });
    Validations.of(this.instance).acknowledge(
      {
        id: 'AwsSolutions-EC26',
        reason:
          'The volume is encrypted. The rule fails if the stack has a launch template that the instance does not use.',
      },
      {
        id: 'AwsSolutions-EC29',
        reason: 'An example instance. Termination protection would make `cdk destroy` fail.',
      },
    );
    this.address = new ec2.CfnEIP(this, 'Address', { instanceId: this.instance.instanceId });
  }
}
