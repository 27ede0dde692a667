import { Annotations, CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { SubnetType, type IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { InvalidValue } from '../../shared/invalid-value';
import { SiteToSiteVpn, type SiteToSiteVpnProps } from './site-to-site-vpn';
import { VpnTransitGateway } from './vpn-transit-gateway';

export interface SiteToSiteVpnStackProps extends StackProps, Pick<SiteToSiteVpnProps, 'staticRoutes'> {
  readonly vpc: IVpc;
  /**
   * Public IPv4 addresses of the two routers.
   * @default - addresses for documentation, with a warning: the stack synthesizes, but cannot be deployed
   */
  readonly vpnRouterAddresses?: readonly string[];
  /**
   * The gateway at AWS's side: a virtual private gateway, or a transit gateway with the VPC attached.
   * @default virtual-private-gateway
   */
  readonly gateway?: 'virtual-private-gateway' | 'transit-gateway';
  /**
   * E-mail address that receives the alarms.
   * @default - none: alarms change state in the console only
   */
  readonly alarmEmail?: string;
}

/** Addresses for documentation (RFC 5737). The internet does not route them. */
const PLACEHOLDERS: readonly string[] = ['192.0.2.10', '198.51.100.10'];

/** Joins a customer's site with two routers to the sandbox's VPC. */
export class SiteToSiteVpnStack extends Stack {
  constructor(scope: Construct, id: string, props: SiteToSiteVpnStackProps) {
    super(scope, id, props);
    const { vpc, vpnRouterAddresses = [], staticRoutes, alarmEmail } = props;
    const [a, b] = this.addressesOf(vpnRouterAddresses);

    const vpn = new SiteToSiteVpn(this, 'Vpn', {
      routers: { A: { address: a }, B: { address: b } },
      attachTo: props.gateway === 'transit-gateway' ? this.transitGatewayOf(vpc) : { vpc },
      staticRoutes,
      alarmTopic: alarmTopicFor(this, alarmEmail),
      // Leave this out in production: the logs are then retained.
      removalPolicy: RemovalPolicy.DESTROY,
    });

    for (const [name, { connection }] of vpn.routers) {
      new CfnOutput(this, `${name}ConnectionId`, { value: connection.attrVpnConnectionId });
    }
    new CfnOutput(this, 'LogGroupName', { value: vpn.logGroup.logGroupName });
  }

  private addressesOf(given: readonly string[]): readonly [string, string] {
    // CDK's name for "this stack was selected on the command line": `cdk list` and other stacks' deployments stay quiet.
    if (given.length === 0 && this.bundlingRequired) {
      Annotations.of(this).addWarningV2(
        'site-to-site-vpn:vpnRouterAddresses',
        'The customer gateways have placeholder addresses, which the internet does not route. To deploy this stack, set vpnRouterAddresses to the public IPv4 addresses of your two routers.',
      );
    }
    const [a, b, ...more] = given.length === 0 ? PLACEHOLDERS : given;
    if (a === undefined || b === undefined || more.length > 0) {
      throw new InvalidValue('vpnRouterAddresses', given, 'two public IPv4 addresses');
    }
    return [a, b];
  }

  private transitGatewayOf(vpc: IVpc): { transitGatewayId: string } {
    const { transitGateway } = new VpnTransitGateway(this, 'VpnTransitGateway', {
      vpc,
      attachmentSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      customerCidrs: ['192.168.0.0/16'],
    });
    return { transitGatewayId: transitGateway.attrId };
  }
}
