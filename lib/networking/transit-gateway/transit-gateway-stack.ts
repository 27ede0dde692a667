import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Peer, Port } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { BastionHost } from '../bastion-host/bastion-host';
import { FlowLogs } from '../multi-az-vpc/flow-logs';
import type { NatGateways } from '../multi-az-vpc/multi-az-vpc';
import { SpokeVpc } from './spoke-vpc';
import { TransitGateway } from './transit-gateway';

export interface TransitGatewayStackProps extends StackProps {
  /** An egress VPC has NAT gateways: `regional` is `per-az` here, and `none` is `single`. */
  readonly natGateways: NatGateways;
  /**
   * Puts both spokes into this segment, so that they reach each other.
   * @default - none: they do not
   */
  readonly segment?: string;
}

const SPOKES = { A: '10.5.0.0/16', B: '10.6.0.0/16' };

/**
 * Two spokes that share the egress VPC of a hub, with a machine in each. A's machine may open SSH connections to B's, as
 * far as security groups go, so that it is the hub that decides.
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
    for (const [name, vpc] of Object.entries({ A: a.vpc, B: b.vpc, Egress: hub.egress.vpc })) {
      // A sandbox leaves nothing behind. In production, leave removalPolicy out: flow logs are then retained.
      new FlowLogs(this, `${name}FlowLogs`, { vpc, removalPolicy: RemovalPolicy.DESTROY });
    }

    const shellA = new BastionHost(this, 'AShell', { vpc: a.vpc });
    const shellB = new BastionHost(this, 'BShell', { vpc: b.vpc });
    shellA.connections.allowTo(Peer.ipv4(SPOKES.B), Port.SSH, 'SSH to the other spoke');
    shellB.connections.allowFrom(Peer.ipv4(SPOKES.A), Port.SSH, 'SSH from the other spoke');

    new CfnOutput(this, 'AInstanceId', { value: shellA.instance.instanceId });
    new CfnOutput(this, 'BAddress', { value: shellB.instance.instancePrivateIp });
    new CfnOutput(this, 'TransitGatewayId', { value: hub.transitGateway.attrId });
  }
}
