import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Peer, Port } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { BastionHost } from '../bastion-host/bastion-host';
import { FlowLogs } from '../multi-az-vpc/flow-logs';
import type { NatGateways } from '../multi-az-vpc/multi-az-vpc';
import { SpokeVpc } from './spoke-vpc';
import { TransitGateway } from './transit-gateway';

export interface TransitGatewayStackProps extends StackProps {
  /** The egress VPC always has NAT gateways: here `regional` means `per-az`, and `none` means `single`. */
  readonly natGateways: NatGateways;
  /**
   * Segment of both spokes. They then reach each other.
   * @default - none: the spokes cannot reach each other
   */
  readonly segment?: string;
}

const SPOKES = { A: '10.5.0.0/16', B: '10.6.0.0/16' };

/**
 * Two spokes with one instance each, which share an egress VPC. The security groups allow SSH from A's instance to B's. So
 * only the route tables of the transit gateway decide whether it works.
 */
export class TransitGatewayStack extends Stack {
  constructor(scope: Construct, id: string, props: TransitGatewayStackProps) {
    super(scope, id, props);
    const { segment, natGateways } = props;

    const a = new SpokeVpc(this, 'A', { vpcCidr: SPOKES.A });
    const b = new SpokeVpc(this, 'B', { vpcCidr: SPOKES.B });
    const hub = new TransitGateway(this, 'Hub', {
      spokes: { A: { vpc: a.vpc, segment }, B: { vpc: b.vpc, segment } },
      natGateways: natGateways === 'per-az' || natGateways === 'regional' ? 'per-az' : 'single',
    });
    // The sandbox deletes flow logs and session logs. Leave this out in production.
    const removalPolicy = RemovalPolicy.DESTROY;
    for (const [name, vpc] of Object.entries({ A: a.vpc, B: b.vpc, Egress: hub.egress.vpc })) {
      new FlowLogs(this, `${name}FlowLogs`, { vpc, removalPolicy });
    }

    const instanceA = new BastionHost(this, 'AInstance', { vpc: a.vpc, removalPolicy });
    const instanceB = new BastionHost(this, 'BInstance', { vpc: b.vpc, removalPolicy });
    instanceA.connections.allowTo(Peer.ipv4(SPOKES.B), Port.SSH, 'SSH to spoke B');
    instanceB.connections.allowFrom(Peer.ipv4(SPOKES.A), Port.SSH, 'SSH from spoke A');

    new CfnOutput(this, 'AInstanceId', { value: instanceA.instance.instanceId });
    new CfnOutput(this, 'BAddress', { value: instanceB.instance.instancePrivateIp });
    new CfnOutput(this, 'TransitGatewayId', { value: hub.transitGateway.attrId });
  }
}
