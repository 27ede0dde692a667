import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { FlowLogs } from '../multi-az-vpc/flow-logs';
import { GatewayLoadBalancer } from './gateway-load-balancer';
import { WebServer } from './web-server';

export interface GatewayLoadBalancerStackProps extends StackProps {
  /**
   * E-mail address that receives the alarms.
   * @default - none: alarms change state in the console only
   */
  readonly alarmEmail?: string;
}

/** A web server in a VPC whose internet traffic passes appliances in another VPC. */
export class GatewayLoadBalancerStack extends Stack {
  constructor(scope: Construct, id: string, props: GatewayLoadBalancerStackProps = {}) {
    super(scope, id, props);

    // In production, leave out deletionProtection and removalPolicy.
    const inspection = new GatewayLoadBalancer(this, 'Inspection', {
      deletionProtection: false,
      alarmTopic: alarmTopicFor(this, props.alarmEmail),
    });
    const { applianceVpc, inspected, appliances, service } = inspection;
    const removalPolicy = RemovalPolicy.DESTROY;
    new FlowLogs(this, 'ApplianceFlowLogs', { vpc: applianceVpc, removalPolicy });
    new FlowLogs(this, 'InspectedFlowLogs', { vpc: inspected.vpc, removalPolicy });

    const web = new WebServer(this, 'WebServer', { vpc: inspected.vpc });
    // EC2 refuses a public address in a VPC without an internet gateway.
    web.address.node.addDependency(inspected.internetConnectivityEstablished);

    new CfnOutput(this, 'Url', { value: `http://${web.address.attrPublicIp}` });
    new CfnOutput(this, 'AppliancesName', { value: appliances.autoScalingGroupName });
    new CfnOutput(this, 'TargetGroupArn', { value: service.targetGroup.ref });
    new CfnOutput(this, 'LoadBalancerName', { value: service.loadBalancer.attrLoadBalancerFullName });
  }
}
