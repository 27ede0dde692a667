import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { FlowLogs } from '../multi-az-vpc/flow-logs';
import { GatewayLoadBalancer } from './gateway-load-balancer';
import { WebServer } from './web-server';

/** A web server in a VPC whose traffic with the internet passes appliances in another one. */
export class GatewayLoadBalancerStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, props);

    // A sandbox leaves nothing behind. In production, leave deletionProtection and removalPolicy out.
    const inspection = new GatewayLoadBalancer(this, 'Inspection', { deletionProtection: false });
    const { applianceVpc, inspected, appliances, service } = inspection;
    const removalPolicy = RemovalPolicy.DESTROY;
    new FlowLogs(this, 'ApplianceFlowLogs', { vpc: applianceVpc, removalPolicy });
    new FlowLogs(this, 'InspectedFlowLogs', { vpc: inspected.vpc, removalPolicy });

    const web = new WebServer(this, 'Web', { vpc: inspected.vpc });
    // A public address needs the internet gateway, for as long as it exists.
    web.address.node.addDependency(inspected.internetConnectivityEstablished);

    new CfnOutput(this, 'Url', { value: `http://${web.address.attrPublicIp}` });
    new CfnOutput(this, 'AppliancesName', { value: appliances.autoScalingGroupName });
    new CfnOutput(this, 'TargetGroupArn', { value: service.targetGroup.ref });
    new CfnOutput(this, 'LoadBalancerName', { value: service.loadBalancer.attrLoadBalancerFullName });
  }
}
