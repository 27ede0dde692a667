import { Names } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { TUNNEL_OPTIONS } from './tunnel-options';
import { TunnelAlarms, type TunnelAlarmsProps } from './tunnel-alarms';

/** Where the tunnels end at AWS: one of the two. */
export type VpnEnd = Pick<ec2.CfnVPNConnectionProps, 'vpnGatewayId' | 'transitGatewayId'>;

export interface CustomerRouterProps extends Pick<TunnelAlarmsProps, 'alarmTopic'> {
  /** Static public IPv4 address. */
  readonly address: string;
  /** Autonomous system number, on the customer's side of BGP sessions. */
  readonly asn: number;
  readonly end: VpnEnd;
  /** Networks behind the router; undefined when BGP says them. */
  readonly staticRoutes?: readonly string[];
  /** Takes the logs of both tunnels. */
  readonly logGroupArn: string;
}

/**
 * A router of the customer's, and its VPN connection: two tunnels, which AWS ends in two AZs.
 *
 * @see https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html
 */
export class CustomerRouter extends Construct {
  readonly customerGateway: ec2.CfnCustomerGateway;
  readonly connection: ec2.CfnVPNConnection;
  readonly alarms: TunnelAlarms;

  constructor(scope: Construct, id: string, props: CustomerRouterProps) {
    super(scope, id);
    const { address, asn, end, staticRoutes, logGroupArn } = props;
    const tags = [{ key: 'Name', value: this.node.path }];
    this.customerGateway = new ec2.CfnCustomerGateway(this, 'CustomerGateway', {
      type: 'ipsec.1',
      ipAddress: address,
      // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateCustomerGateway.html
      ...(asn > 2147483647 ? { bgpAsnExtended: asn } : { bgpAsn: asn }),
      // AWS gives a second request for one address the gateway of the first, unless the device has another name.
      deviceName: Names.uniqueResourceName(this, { maxLength: 64 }),
      tags,
    });

    const isStatic = staticRoutes !== undefined;
    const log = { logEnabled: true, logGroupArn, logOutputFormat: 'json' };
    const bgpLog = { bgpLogEnabled: true, bgpLogGroupArn: logGroupArn, bgpLogOutputFormat: 'json' };
    const tunnel: ec2.CfnVPNConnection.VpnTunnelOptionsSpecificationProperty = {
      ...TUNNEL_OPTIONS,
      logOptions: { cloudwatchLogOptions: isStatic ? log : { ...log, ...bgpLog } },
    };
    this.connection = new ec2.CfnVPNConnection(this, 'Connection', {
      type: 'ipsec.1',
      customerGatewayId: this.customerGateway.attrCustomerGatewayId,
      ...end,
      staticRoutesOnly: isStatic,
      // AWS makes the keys and keeps them there; otherwise whoever may describe the connection may read them.
      preSharedKeyStorage: 'SecretsManager',
      vpnTunnelOptionsSpecifications: [tunnel, tunnel],
      tags,
    });
    for (const destinationCidrBlock of staticRoutes ?? []) {
      const name = destinationCidrBlock.replace(/\W/g, '-');
      new ec2.CfnVPNConnectionRoute(this, `Route${name}`, {
        vpnConnectionId: this.connection.attrVpnConnectionId,
        destinationCidrBlock,
      });
    }
    this.alarms = new TunnelAlarms(this, 'Alarms', {
      vpnConnectionId: this.connection.attrVpnConnectionId,
      alarmTopic: props.alarmTopic,
    });
  }
}
