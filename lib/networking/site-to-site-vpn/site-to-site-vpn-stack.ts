import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { SubnetType, type IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { SiteToSiteVpn, type SiteToSiteVpnProps } from './site-to-site-vpn';
import { TransitHub } from './transit-hub';

export interface SiteToSiteVpnStackProps
  extends StackProps, Partial<Pick<SiteToSiteVpnProps, 'routers' | 'staticRoutes'>> {
  readonly vpc: IVpc;
  /**
   * Where the tunnels end: the gateway of the VPC, or a transit gateway that the VPC is on.
   * @default virtual-private-gateway
   */
  readonly gateway?: 'virtual-private-gateway' | 'transit-gateway';
  /**
   * Where alarms are sent.
   * @default - nowhere: they change state in the console only
   */
  readonly alarmEmail?: string;
}

/** Addresses that are nobody's, kept for documentation: put those of your routers here. */
const ROUTERS = { A: { address: '192.0.2.10' }, B: { address: '198.51.100.10' } };

/** The site of a customer with two routers, joined to the sandbox's VPC. */
export class SiteToSiteVpnStack extends Stack {
  constructor(scope: Construct, id: string, props: SiteToSiteVpnStackProps) {
    super(scope, id, props);
    const { vpc, routers = ROUTERS, staticRoutes, alarmEmail } = props;

    const vpn = new SiteToSiteVpn(this, 'Vpn', {
      routers,
      attachTo: props.gateway === 'transit-gateway' ? this.transitGatewayOf(vpc) : { vpc },
      staticRoutes,
      alarmTopic: alarmTopicFor(this, alarmEmail),
      // A sandbox leaves nothing behind. In production, leave this out: the logs are then retained.
      removalPolicy: RemovalPolicy.DESTROY,
    });

    for (const [name, { connection }] of vpn.routers) {
      new CfnOutput(this, `${name}ConnectionId`, { value: connection.attrVpnConnectionId });
    }
    new CfnOutput(this, 'LogGroupName', { value: vpn.logGroup.logGroupName });
  }

  private transitGatewayOf(vpc: IVpc): { transitGatewayId: string } {
    const { transitGateway } = new TransitHub(this, 'Hub', {
      vpc,
      attachmentSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      customerCidrs: ['192.168.0.0/16'],
    });
    return { transitGatewayId: transitGateway.attrId };
  }
}
