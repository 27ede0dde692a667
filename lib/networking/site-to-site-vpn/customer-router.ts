import { Names } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { TUNNEL_OPTIONS } from './tunnel-options';
import { TunnelAlarms, type TunnelAlarmsProps } from './tunnel-alarms';

/** The gateway at AWS's side of the connection. Exactly one of the two ids. */
export type TargetGateway = Pick<ec2.CfnVPNConnectionProps, 'vpnGatewayId' | 'transitGatewayId'>;

export interface CustomerRouterProps extends Pick<TunnelAlarmsProps, 'alarmTopic'> {
  /** Static public IPv4 address of the router. */
  readonly address: string;
  /** BGP autonomous system number of the router. */
  readonly asn: number;
  readonly targetGateway: TargetGateway;
  /** Networks behind the router. Undefined if the router advertises them by BGP. */
  readonly staticRoutes?: readonly string[];
  /** Log group for both tunnels. */
  readonly logGroupArn: string;
}

/**
 * A customer gateway for one router, and its VPN connection. The connection has two tunnels. Their AWS endpoints are in
 * two AZs.
 *
 * @see https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html
 */
export class CustomerRouter extends Construct {
  readonly customerGateway: ec2.CfnCustomerGateway;
  readonly connection: ec2.CfnVPNConnection;
  readonly alarms: TunnelAlarms;

  constructor(scope: Construct, id: string, props: CustomerRouterProps) {
    super(scope, id);
    const { address, asn, targetGateway, staticRoutes, logGroupArn } = props;
    const tags = [{ key: 'Name', value: this.node.path }];
    this.customerGateway = new ec2.CfnCustomerGateway(this, 'CustomerGateway', {
      type: 'ipsec.1',
      ipAddress: address,
      // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateCustomerGateway.html
      ...(asn > 2147483647 ? { bgpAsnExtended: asn } : { bgpAsn: asn }),
      // AWS returns the existing customer gateway for an address that it knows, unless the device name differs.
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
      ...targetGateway,
      staticRoutesOnly: isStatic,
      // AWS generates the pre-shared keys and stores them there. With the default, DescribeVpnConnections returns them.
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
