import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { NatGateways } from '../../networking/multi-az-vpc/multi-az-vpc';
import { AlarmTopic } from '../../shared/alarm-topic';
import { AutoScalingWeb } from './auto-scaling-web';
import { CloudFormationEndpoint } from './cloud-formation-endpoint';

export interface AutoScalingWebStackProps extends StackProps {
  readonly vpc: IVpc;
  /** How the VPC's private subnets reach the internet. */
  readonly natGateways: NatGateways;
  /** A zone's name and id; the site is `web` in it. */
  readonly domainName?: string;
  readonly hostedZoneId?: string;
  readonly alarmEmail?: string;
}

/** A web site on as many instances as its load asks for. */
export class AutoScalingWebStack extends Stack {
  readonly web: AutoScalingWeb;

  constructor(scope: Construct, id: string, props: AutoScalingWebStackProps) {
    super(scope, id, props);
    const { vpc, natGateways, domainName: zoneName, hostedZoneId, alarmEmail } = props;

    this.web = new AutoScalingWeb(this, 'Web', {
      vpc,
      domain:
        zoneName !== undefined && hostedZoneId !== undefined
          ? {
              name: `web.${zoneName}`,
              zone: HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId, zoneName }),
            }
          : undefined,
      alarmTopic:
        alarmEmail === undefined ? undefined : new AlarmTopic(this, 'Alarms', { email: alarmEmail }).topic,
      // A sandbox leaves nothing behind. In production, leave these two out.
      deletionProtection: false,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    if (natGateways === 'none') {
      // Otherwise no instance could tell CloudFormation that it is ready.
      const endpoint = new CloudFormationEndpoint(this, 'Signals', { vpc, clients: this.web.group });
      this.web.group.node.addDependency(endpoint);
    }

    new CfnOutput(this, 'Url', {
      value: this.web.loadBalancer.url,
      description:
        hostedZoneId === undefined ? 'Unencrypted: HTTPS needs domainName and hostedZoneId' : undefined,
    });
    new CfnOutput(this, 'GroupName', { value: this.web.group.autoScalingGroupName });
    new CfnOutput(this, 'TargetGroupArn', { value: this.web.targetGroup.targetGroupArn });
  }
}
