import { Aws, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';

/** In which load balancer and appliances wrap the packets that they hand each other. RFC 8926. */
export const GENEVE_PORT = 6081;

export interface InspectionServiceProps {
  /** Of the appliances. */
  readonly vpc: ec2.Vpc;
  readonly healthCheckPort: number;
  readonly crossZone: boolean;
  readonly deletionProtection: boolean;
}

/**
 * A gateway load balancer in front of appliances, as a service that endpoints in other VPCs of this account lead to.
 * CDK has no constructs of its own for it.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/introduction.html
 */
export class InspectionService extends Construct {
  readonly loadBalancer: elb.CfnLoadBalancer;
  readonly targetGroup: elb.CfnTargetGroup;
  readonly listener: elb.CfnListener;
  /** What endpoints name. */
  readonly serviceName: string;

  constructor(scope: Construct, id: string, props: InspectionServiceProps) {
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
        // Otherwise connections stay with an appliance that is gone until they are closed.
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
      reason: 'A gateway load balancer has no access logs. Flow logs of both VPCs record what passes it.',
    });
    // It takes packets of every protocol and port, so that a listener names none.
    this.listener = new elb.CfnListener(this, 'Listener', {
      loadBalancerArn: this.loadBalancer.ref,
      defaultActions: [{ type: 'forward', targetGroupArn: this.targetGroup.ref }],
    });
    const service = new ec2.CfnVPCEndpointService(this, 'EndpointService', {
      gatewayLoadBalancerArns: [this.loadBalancer.ref],
      // Nobody but this account is allowed to connect, whose endpoints nobody has to accept.
      acceptanceRequired: false,
    });
    this.serviceName = `com.amazonaws.vpce.${Aws.REGION}.${service.ref}`;
  }
}

const attributes = (values: Readonly<Record<string, string | number | boolean>>) =>
  Object.entries(values).map(([key, value]) => ({ key, value: String(value) }));
