import type { Resource } from '../../templates';
import type { AddressSet } from './addresses';

/** A part of the network. Names in answers are construct paths. */
export interface Component {
  readonly path: string;
  /** Undefined for what has no resource of its own: the default network ACL, the main route table. */
  readonly resource?: Resource;
  /** Why the template does not say whether it exists or what it is; answers that depend on it are unknown. */
  readonly doubt?: string;
}

export interface Vpc extends Component {
  readonly cidrs: AddressSet;
  /** Route table of the subnets that name none. CloudFormation cannot add routes to it. */
  readonly mainRouteTable: RouteTable;
  readonly defaultAcl: NetworkAcl;
  readonly defaultGroup: string;
}

export interface Subnet extends Component {
  readonly resource: Resource;
  readonly vpc: Vpc;
  /** @default - not known before deployment, and lost with no Availability Zone in particular */
  readonly zone?: string;
  readonly addresses: AddressSet;
  readonly routeTable: RouteTable;
  readonly acl: NetworkAcl;
  readonly mapPublicIpOnLaunch: boolean;
  readonly assignIpv6: boolean;
}

export interface RouteTable extends Component {
  /** Longest prefix first. */
  readonly routes: readonly Route[];
  /** Gateway endpoints whose prefix list this table routes to them. */
  readonly gatewayEndpoints: readonly Endpoint[];
  /** Virtual private gateways that propagate their routes into it. */
  readonly propagating: readonly Gateway[];
}

export interface Route extends Component {
  /** CIDR or prefix list, as the template has it. */
  readonly text: string;
  /** Undefined when it is not known what it matches. */
  readonly destination?: AddressSet;
  readonly target: Target;
}

export type Target =
  | { readonly kind: 'local' }
  | { readonly kind: 'internet gateway'; readonly to: Gateway }
  | { readonly kind: 'egress-only internet gateway'; readonly to: Gateway }
  | { readonly kind: 'NAT gateway'; readonly to: NatGateway }
  | { readonly kind: 'virtual private gateway'; readonly to: Gateway }
  | { readonly kind: 'transit gateway'; readonly to: TransitGateway }
  | { readonly kind: 'peering connection'; readonly to: Peering }
  | { readonly kind: 'gateway load balancer endpoint'; readonly to: Endpoint }
  | { readonly kind: 'other'; readonly to: Component };

/** An internet gateway, an egress-only internet gateway or a virtual private gateway. */
export interface Gateway extends Component {
  /** What attaches it to each VPC. */
  readonly attachments: readonly { readonly vpc: Vpc; readonly by: Component }[];
  readonly vpns: readonly VpnConnection[];
}

export interface NatGateway extends Component {
  readonly connectivity: 'public' | 'private';
  /** The interface in its subnet; undefined for a regional NAT gateway, which is in its VPC. */
  readonly nic?: NetworkInterface;
  readonly vpc: Vpc;
}

export interface Peering extends Component {
  /** Undefined for a VPC that is in none of the templates. */
  readonly sides: readonly [Vpc | undefined, Vpc | undefined];
}

export interface VpnConnection extends Component {
  /** On-premises prefixes: static routes, or those that the customer gateway is said to advertise. */
  readonly prefixes: AddressSet;
  /** Routes come by BGP, and it was not said which. */
  readonly dynamic: boolean;
}

export interface TransitGateway extends Component {
  readonly attachments: readonly Attachment[];
  readonly groupReferencing: boolean;
}

export interface Attachment extends Component {
  readonly kind: 'VPC' | 'VPN' | 'other';
  readonly vpc?: Vpc;
  readonly subnets: readonly Subnet[];
  readonly vpn?: VpnConnection;
  /** The table that routes what comes from this attachment. */
  readonly routeTable: () => TransitRouteTable | undefined;
}

export interface TransitRouteTable extends Component {
  /** Longest prefix first; of one prefix static before propagated. */
  readonly routes: readonly TransitRoute[];
  /** Attachments that propagate prefixes which are not known. */
  readonly dynamic: readonly Attachment[];
}

export interface TransitRoute extends Component {
  readonly destination: AddressSet;
  readonly text: string;
  /** Undefined for a blackhole. */
  readonly attachment?: Attachment;
}

/** A VPC endpoint. A gateway endpoint has no interfaces; one of a gateway load balancer is a route's target. */
export interface Endpoint extends Component {
  readonly kind: 'gateway' | 'interface' | 'gateway load balancer';
  readonly vpc?: Vpc;
  /** `s3`, `ecr.dkr`; the path of a service of one's own; the whole name for anything else. */
  readonly service: string;
  readonly privateDns: boolean;
  readonly nics: readonly NetworkInterface[];
}

/** A gateway load balancer, and the appliances that it hands traffic to. */
export interface GatewayLoadBalancer extends Component {
  /** Its interface in each subnet that it is in. */
  readonly nodes: readonly NetworkInterface[];
  /** Whether a node hands traffic to targets in other zones too. */
  readonly crossZone: Trilean;
  readonly targets: readonly NetworkInterface[];
  /** TCP port of the health check. */
  readonly healthCheckPort: number;
}

/** The route table of what comes into a VPC by a gateway. */
export interface GatewayRouteTable {
  readonly table: RouteTable;
  /** What associates it with the gateway. */
  readonly by: Component;
}

/** A service of one's own, for endpoints in other VPCs. */
export interface EndpointService extends Component {
  readonly loadBalancers: readonly ServiceLoadBalancer[];
}

/** A Network Load Balancer, as what comes through endpoints sees it. */
export interface ServiceLoadBalancer extends Component {
  readonly nics: readonly NetworkInterface[];
  /** Whether the inbound rules of its security groups are applied to it. */
  readonly inboundRulesApply: boolean;
  readonly listeners: readonly ServiceListener[];
}

export interface ServiceListener extends Component {
  /** IANA numbers. */
  readonly protocols: readonly number[];
  readonly port?: number;
  readonly targets: readonly {
    readonly nic: NetworkInterface;
    readonly port?: number;
    /** Whether load balancers of other zones send to it. */
    readonly crossZone: boolean;
  }[];
}

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** What a rule matches. For ICMP the port is the type. */
interface Rule {
  /** `tcp 22 from 10.0.0.0/16` */
  readonly text: string;
  /** IANA number; undefined for all */
  readonly protocol?: number;
  /** @default - all */
  readonly ports?: PortRange;
  /** Why it is not known what it matches, or whether it exists. */
  readonly doubt?: string;
}

/** Addresses that a rule matches for certain, and those that it may match. */
export interface Matched {
  readonly sure: AddressSet;
  readonly possible: AddressSet;
}

export interface GroupRule extends Rule {
  /** The other side: addresses, or the members of a group (by `SecurityGroup.id`). */
  readonly peer: Matched | string;
}

export interface SecurityGroup extends Component {
  readonly id: string;
  readonly inbound: readonly GroupRule[];
  readonly outbound: readonly GroupRule[];
}

export interface AclEntry extends Rule {
  /** Lowest first; the first that matches decides. */
  readonly number: number;
  readonly action: 'allow' | 'deny';
  readonly addresses: Matched;
}

export interface NetworkAcl extends Component {
  readonly inbound: readonly AclEntry[];
  readonly outbound: readonly AclEntry[];
}

/** `doubt` where the template does not say. */
export type Trilean = boolean | 'doubt';

/** An elastic network interface, or one that a resource will have in a subnet. */
export interface NetworkInterface extends Component {
  readonly resource: Resource;
  /** @default - the subnet is in none of the templates */
  readonly subnet?: Subnet;
  /** One of these is its private IPv4 address. Empty where it has none. */
  readonly ipv4: AddressSet;
  readonly ipv6: AddressSet;
  readonly publicIpv4: Trilean;
  /** What filters its traffic; undefined for what has no security groups, so that only network ACLs filter. */
  readonly groups?: readonly SecurityGroup[];
  /** Why nothing can open a connection to it. @default - something may */
  readonly closed?: string;
  /** Ports that it listens on, where the template says. @default - any */
  readonly listens?: readonly { readonly protocol: number; readonly port?: number }[];
  /**
   * Its owner has this many interfaces, in that many subnets of those that it names; which ones is not known.
   * @default - one in each
   */
  readonly spread?: number;
  /** Carries the traffic of a service or gateway, so that a construct path does not mean it unless it names it. */
  readonly requesterManaged?: boolean;
}
