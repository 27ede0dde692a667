import { Aws, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { TargetHealthAlarms } from '../../shared/target-health-alarms';

/** UDP port of GENEVE (RFC 8926), the protocol between the load balancer and the appliances. */
export const GENEVE_PORT = 6081;

export interface GwlbEndpointServiceProps {
  /** VPC of the appliances. */
  readonly vpc: ec2.Vpc;
  readonly healthCheckPort: number;
  readonly crossZone: boolean;
  readonly deletionProtection: boolean;
  readonly alarmTopic?: ITopic;
}

/**
 * A Gateway Load Balancer in front of appliances, and an endpoint service for it. Gateway Load Balancer endpoints in other
 * VPCs of this account connect to that service. Alarms report unhealthy appliances. CDK has no L2 constructs for it.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/introduction.html
 */
export class GwlbEndpointService extends Construct {
  readonly loadBalancer: elb.CfnLoadBalancer;
  readonly targetGroup: elb.CfnTargetGroup;
  readonly listener: elb.CfnListener;
  /** Name of the endpoint service: `com.amazonaws.vpce.<region>.vpce-svc-<id>`. */
  readonly serviceName: string;
  readonly alarms: TargetHealthAlarms;

  constructor(scope: Construct, id: string, props: GwlbEndpointServiceProps) {
    super(scope, id);
    const { vpc, healthCheckPort, crossZone, deletionProtection } = props;

    this.targetGroup = new elb.CfnTargetGroup(this, 'TargetGroup', {
      vpcId: vpc.vpcId,
      protocol: 'GENEVE',
      port: GENEVE_PORT,
      targetType: 'instance',
      healthCheckProtocol: 'TCP',
      healthCheckPort: String(healthCheckPort),
      healthCheckIntervalSeconds: 10,
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 2,
      targetGroupAttributes: attributes({
        // By default, existing flows stay with an appliance that is gone, and are lost.
        // https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/target-groups.html#target-failover
        'target_failover.on_deregistration': 'rebalance',
        'target_failover.on_unhealthy': 'rebalance',
        'deregistration_delay.timeout_seconds': 60,
      }),
    });
    this.loadBalancer = new elb.CfnLoadBalancer(this, 'LoadBalancer', {
      type: 'gateway',
      subnets: vpc.isolatedSubnets.map(({ subnetId }) => subnetId),
      loadBalancerAttributes: attributes({
        'load_balancing.cross_zone.enabled': crossZone,
        'deletion_protection.enabled': deletionProtection,
      }),
    });
    Validations.of(this.loadBalancer).acknowledge({
      id: 'AwsSolutions-ELB2',
      reason: 'A Gateway Load Balancer has no access logs. Flow logs of both VPCs record its traffic.',
    });
    // A Gateway Load Balancer forwards every protocol and port, so its listener has neither.
    this.listener = new elb.CfnListener(this, 'Listener', {
      loadBalancerArn: this.loadBalancer.ref,
      defaultActions: [{ type: 'forward', targetGroupArn: this.targetGroup.ref }],
    });
    const service = new ec2.CfnVPCEndpointService(this, 'EndpointService', {
      gatewayLoadBalancerArns: [this.loadBalancer.ref],
      // Without permissions for other accounts, only this account can connect.
      acceptanceRequired: false,
    });
    this.serviceName = `com.amazonaws.vpce.${Aws.REGION}.${service.ref}`;
    this.alarms = new TargetHealthAlarms(this, 'Alarms', {
      namespace: 'AWS/GatewayELB',
      loadBalancerFullName: this.loadBalancer.attrLoadBalancerFullName,
      targetGroupFullName: this.targetGroup.attrTargetGroupFullName,
      unhealthyDescription: 'An appliance of the Gateway Load Balancer is unhealthy.',
      noneHealthyDescription:
        'The Gateway Load Balancer has no healthy appliance. It drops all traffic of the inspected VPC with the internet.',
      alarmTopic: props.alarmTopic,
    });
  }
}

const attributes = (values: Readonly<Record<string, string | number | boolean>>) =>
  Object.entries(values).map(([key, value]) => ({ key, value: String(value) }));
