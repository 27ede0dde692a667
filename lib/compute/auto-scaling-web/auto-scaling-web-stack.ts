import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { NatGateways } from '../../networking/multi-az-vpc/multi-az-vpc';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { importedZone } from '../../shared/imported-zone';
import { AutoScalingWeb } from './auto-scaling-web';
import { CloudFormationEndpoint } from './cloud-formation-endpoint';

export interface AutoScalingWebStackProps extends StackProps {
  readonly vpc: IVpc;
  /** How the VPC's private subnets reach the internet. */
  readonly natGateways: NatGateways;
  /** Name of a public hosted zone in the account. The name of the site is `web` in that zone. */
  readonly domainName?: string;
  /**
   * Id of that zone.
   * @default - none: HTTP only, under the name that AWS gives to the load balancer
   */
  readonly hostedZoneId?: string;
  /** @default - alarms notify nobody */
  readonly alarmEmail?: string;
}

/** A web site on an Auto Scaling group behind a load balancer. */
export class AutoScalingWebStack extends Stack {
  readonly web: AutoScalingWeb;

  constructor(scope: Construct, id: string, props: AutoScalingWebStackProps) {
    super(scope, id, props);
    const { vpc, natGateways, alarmEmail } = props;

    const zone = importedZone(this, props);
    this.web = new AutoScalingWeb(this, 'Web', {
      vpc,
      domain: zone && { name: `web.${zone.zoneName}`, zone },
      alarmTopic: alarmTopicFor(this, alarmEmail),
      // The sandbox deletes everything. In production, leave this out.
      removalPolicy: RemovalPolicy.DESTROY,
    });

    if (natGateways === 'none') {
      // Without a NAT gateway, instances need this endpoint to signal CloudFormation.
      const endpoint = new CloudFormationEndpoint(this, 'Signals', { vpc, clients: this.web.group });
      this.web.group.node.addDependency(endpoint);
    }

    new CfnOutput(this, 'Url', {
      value: this.web.loadBalancer.url,
      description: zone ? undefined : 'Unencrypted: HTTPS needs domainName and hostedZoneId',
    });
    new CfnOutput(this, 'GroupName', { value: this.web.group.autoScalingGroupName });
    new CfnOutput(this, 'LoadBalancerArn', { value: this.web.loadBalancer.alb.loadBalancerArn });
    new CfnOutput(this, 'TargetGroupArn', { value: this.web.targetGroup.targetGroupArn });
  }
}
