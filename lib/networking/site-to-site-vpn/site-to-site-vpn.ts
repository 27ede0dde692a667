import { RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { CustomerRouter, type TargetGateway } from './customer-router';
import { validate } from './validate';
import { VirtualPrivateGateway } from './virtual-private-gateway';
import type { AttachToTransitGateway, AttachToVpc, Router } from './vpn-ends';

export type { AttachToTransitGateway, AttachToVpc, Router } from './vpn-ends';

export interface SiteToSiteVpnProps {
  /**
   * Two to ten routers by name: a capital letter, then lower-case letters and digits. Each has its own address. Put them
   * in different places, with different internet providers.
   */
  readonly routers: Readonly<Record<string, Router>>;
  /** A VPC or a transit gateway. */
  readonly attachTo: AttachToVpc | AttachToTransitGateway;
  /**
   * The customer's networks, for routers without BGP. Not possible with a transit gateway: its static routes are in its
   * own route table.
   * @see https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNRoutingTypes.html
   * @default - none: the routers advertise their networks by BGP
   */
  readonly staticRoutes?: readonly string[];
  /**
   * Receives the alarms of all tunnels, and a message when a tunnel is up again.
   * @default - none: alarms change state in the console only
   */
  readonly alarmTopic?: ITopic;
  /**
   * Retention of the tunnel logs.
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: logs.RetentionDays;
  /**
   * What happens to the log group when the stack is deleted.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Joins a customer's site to AWS over the internet. Each router has its own VPN connection with two tunnels, so the site
 * stays connected when one router fails.
 *
 * Throws `InvalidValue` for fewer than two or more than ten routers, an address that is not public or is used twice, an
 * autonomous system number that is out of range or the same on both sides, static routes that are malformed, empty,
 * repeated or combined with a transit gateway, a VPC that already has a VPN gateway, and an empty selection of subnets.
 *
 * @see https://docs.aws.amazon.com/vpn/latest/s2svpn/vpn-redundant-connection.html
 */
export class SiteToSiteVpn extends Construct {
  readonly routers: ReadonlyMap<string, CustomerRouter>;
  readonly logGroup: logs.LogGroup;
  /** The virtual private gateway. Undefined with a transit gateway. */
  readonly gateway?: VirtualPrivateGateway;

  constructor(scope: Construct, id: string, props: SiteToSiteVpnProps) {
    super(scope, id);
    const { attachTo, staticRoutes, alarmTopic } = props;
    const routers = validate(props);

    // No customer managed KMS key: the logs show the negotiation, never the pre-shared keys.
    this.logGroup = new logs.LogGroup(this, 'LogGroup', {
      retention: props.logRetention ?? logs.RetentionDays.THREE_MONTHS,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    let targetGateway: TargetGateway;
    if ('vpc' in attachTo) {
      this.gateway = new VirtualPrivateGateway(this, 'Gateway', attachTo);
      targetGateway = { vpnGatewayId: this.gateway.gateway.attrVpnGatewayId };
    } else targetGateway = { transitGatewayId: attachTo.transitGatewayId };

    this.routers = new Map(
      routers.map(({ name, address, asn }) => [
        name,
        new CustomerRouter(this, name, {
          address,
          asn,
          targetGateway,
          staticRoutes,
          logGroupArn: this.logGroup.logGroupArn,
          alarmTopic,
        }),
      ]),
    );
  }
}
