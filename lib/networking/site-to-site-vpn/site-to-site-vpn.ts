import { RemovalPolicy } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { CustomerRouter, type VpnEnd } from './customer-router';
import { validate } from './validate';
import { VirtualPrivateGateway } from './virtual-private-gateway';

/** A router at the customer's. */
export interface Router {
  /** Static public IPv4 address; that of the device which translates it, where there is one. */
  readonly address: string;
  /**
   * Autonomous system number, on the customer's side of BGP sessions: 1 to 4294967294.
   * @default 65000
   */
  readonly asn?: number;
}

/** The tunnels end at a virtual private gateway, which is made for this one VPC. */
export interface AttachToVpc {
  readonly vpc: ec2.IVpc;
  /**
   * Subnets that get routes to the customer's networks.
   * @default - all but the public ones
   */
  readonly subnets?: ec2.SubnetSelection;
  /**
   * AWS's side of BGP sessions, 64512 to 65534 or 4200000000 to 4294967294.
   * @default 64512
   */
  readonly amazonSideAsn?: number;
}

/** The tunnels end at a transit gateway, which associates what is attached with its default route table. */
export interface AttachToTransitGateway {
  readonly transitGatewayId: string;
}

export interface SiteToSiteVpnProps {
  /**
   * The routers by name, a capital, then lower-case letters and digits: two to ten of them, each with an address of its
   * own, best in different places and on different lines.
   */
  readonly routers: Readonly<Record<string, Router>>;
  readonly attachTo: AttachToVpc | AttachToTransitGateway;
  /**
   * The customer's networks, for routers without BGP. Not with a transit gateway, which has static routes in its own
   * route table.
   * @see https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNRoutingTypes.html
   * @default - none: routers advertise them by BGP
   */
  readonly staticRoutes?: readonly string[];
  /**
   * Told when a tunnel goes down, and when it is up again.
   * @default - nobody: the alarms change state in the console only
   */
  readonly alarmTopic?: ITopic;
  /**
   * How long the logs of the tunnels are kept.
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: logs.RetentionDays;
  /**
   * What becomes of the logs when the stack is deleted.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A customer's site joined to AWS over the internet, by two routers with two tunnels each, so that it stays joined
 * when one of them is lost.
 *
 * Throws `InvalidValue` for less than two routers, an address that is not public or taken twice, autonomous system
 * numbers out of range or the same on both sides, static routes that are malformed, none, or for a transit gateway, a
 * VPC that has a VPN gateway already, and subnets without any.
 *
 * @see https://docs.aws.amazon.com/vpn/latest/s2svpn/vpn-redundant-connection.html
 */
export class SiteToSiteVpn extends Construct {
  readonly routers: ReadonlyMap<string, CustomerRouter>;
  readonly logGroup: logs.LogGroup;
  /** Set when the tunnels end at a VPC. */
  readonly gateway?: VirtualPrivateGateway;

  constructor(scope: Construct, id: string, props: SiteToSiteVpnProps) {
    super(scope, id);
    const { attachTo, staticRoutes, alarmTopic } = props;
    const routers = validate(props);

    // Without a key of its own, of which the logs hold nothing: they say what was negotiated, never with which key.
    this.logGroup = new logs.LogGroup(this, 'LogGroup', {
      retention: props.logRetention ?? logs.RetentionDays.THREE_MONTHS,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    let end: VpnEnd;
    if ('vpc' in attachTo) {
      this.gateway = new VirtualPrivateGateway(this, 'Gateway', attachTo);
      end = { vpnGatewayId: this.gateway.gateway.attrVpnGatewayId };
    } else end = { transitGatewayId: attachTo.transitGatewayId };

    this.routers = new Map(
      routers.map(({ name, address, asn }) => [
        name,
        new CustomerRouter(this, name, {
          address,
          asn,
          end,
          staticRoutes,
          logGroupArn: this.logGroup.logGroupArn,
          alarmTopic,
        }),
      ]),
    );
  }
}
