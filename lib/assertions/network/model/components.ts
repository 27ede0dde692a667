import type { Resource } from '../../templates';
import type { Trilean } from '../../templates/properties';
import type { AddressSet } from './addresses';

/** A part of the network. Names in answers are construct paths. */
export interface Component {
  readonly path: string;
  /** Undefined for the default network ACL and the main route table, which CloudFormation does not create. */
  readonly resource?: Resource;
  /** Why it is not certain whether it exists or what it is. Answers that depend on it are unknown. */
  readonly doubt?: string;
}

export interface Vpc extends Component {
  /** It is not known which VPC this is: it may be any VPC of the templates. */
  readonly undecided?: boolean;
  readonly cidrs: AddressSet;
  /** Route table of subnets without an association. CloudFormation cannot add routes to it. */
  readonly mainRouteTable: RouteTable;
  readonly defaultAcl: NetworkAcl;
  readonly defaultGroup: string;
}

export interface Subnet extends Component {
  readonly resource: Resource;
  readonly vpc: Vpc;
  /** @default - not known before deployment */
  readonly zone?: string;
  readonly addresses: AddressSet;
  readonly routeTable: RouteTable;
  readonly acl: NetworkAcl;
  readonly mapPublicIpOnLaunch: Trilean;
  /** Whether interfaces get an IPv6 address. */
  readonly assignIpv6: Trilean;
  /** Why its addresses are not all known. */
  readonly unreadCidr?: string;
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
  /** Destination as written in the template: CIDR block or prefix list. */
  readonly text: string;
  /** Undefined when it is not known which addresses it matches. */
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
  /** Its attachments to VPCs. */
  readonly attachments: readonly { readonly vpc: Vpc; readonly by: Component }[];
  readonly vpns: readonly VpnConnection[];
}

export interface NatGateway extends Component {
  readonly connectivity: 'public' | 'private' | 'doubt';
  /** The interface in its subnet. Undefined for a regional NAT gateway, which is in no subnet. */
  readonly nic?: NetworkInterface;
  readonly vpc: Vpc;
}

export interface Peering extends Component {
  /** Undefined for a VPC that is not in the templates. */
  readonly sides: readonly [Vpc | undefined, Vpc | undefined];
  readonly groupReferencing: Trilean;
}

export interface VpnConnection extends Component {
  /** On-premises prefixes: static routes, and those given in the option `advertised`. */
  readonly prefixes: AddressSet;
  /** The customer gateway advertises prefixes by BGP, and they were not given. */
  readonly dynamic: boolean;
}

export interface TransitGateway extends Component {
  readonly attachments: readonly Attachment[];
  readonly groupReferencing: Trilean;
}

export interface Attachment extends Component {
  readonly kind: 'VPC' | 'VPN' | 'other';
  readonly vpc?: Vpc;
  readonly subnets: readonly Subnet[];
  readonly vpn?: VpnConnection;
  /** Whether security group references work through it. */
  readonly groupReferencing: Trilean;
  /** Why not all of its subnets are known. */
  readonly unreadSubnets?: string;
  /** The transit gateway route table that it is associated with. */
  readonly routeTable: () => TransitRouteTable | undefined;
}

export interface TransitRouteTable extends Component {
  /** Longest prefix first. For one prefix, static routes stand before propagated ones. */
  readonly routes: readonly TransitRoute[];
  /** Attachments that propagate prefixes that are not known. */
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
  readonly kind: 'gateway' | 'interface' | 'gateway load balancer' | 'doubt';
  readonly vpc?: Vpc;
  /** `s3`, `ecr.dkr`; the path of an endpoint service of the templates; otherwise the whole service name. */
  readonly service: string;
  readonly privateDns: Trilean;
  /** Why it is not known of which service it is. */
  readonly unreadService?: string;
  readonly nics: readonly NetworkInterface[];
}

/** A Gateway Load Balancer, and the appliances that are its targets. */
export interface GatewayLoadBalancer extends Component {
  /** Its interface in each of its subnets. */
  readonly nodes: readonly NetworkInterface[];
  /** Whether a node also sends to targets in other zones. */
  readonly crossZone: Trilean;
  readonly targets: readonly NetworkInterface[];
  /** TCP port of the health check. */
  /** Undefined when it is not known. */
  readonly healthCheckPort?: number;
}

/** A gateway route table: the route table for traffic that enters a VPC through a gateway. */
export interface GatewayRouteTable {
  readonly table: RouteTable;
  /** Its association with the gateway. */
  readonly by: Component;
}

/** A VPC endpoint service (AWS PrivateLink) of the templates. */
export interface EndpointService extends Component {
  readonly loadBalancers: readonly ServiceLoadBalancer[];
}

/** A Network Load Balancer of an endpoint service. */
export interface ServiceLoadBalancer extends Component {
  readonly nics: readonly NetworkInterface[];
  /** Whether its inbound rules apply to traffic from endpoints. */
  readonly inboundRulesApply: Trilean;
  readonly listeners: readonly ServiceListener[];
}

export interface ServiceListener extends Component {
  /** IANA numbers. */
  readonly protocols: readonly number[];
  readonly port?: number;
  readonly targets: readonly {
    readonly nic: NetworkInterface;
    readonly port?: number;
    /** Whether load balancer nodes of other zones send to it. */
    readonly crossZone: Trilean;
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
  /** Why it is not certain what it matches or whether it exists. */
  readonly doubt?: string;
}

/** Addresses that a rule certainly matches, and those that it may match. */
export interface Matched {
  readonly sure: AddressSet;
  readonly possible: AddressSet;
}

export interface GroupRule extends Rule {
  /** It may not exist, or belong to another group. */
  readonly mayBeAbsent?: boolean;
  /** Addresses, or the id of a security group whose members match. */
  readonly peer: Matched | string;
}

export interface SecurityGroup extends Component {
  readonly id: string;
  readonly inbound: readonly GroupRule[];
  readonly outbound: readonly GroupRule[];
}

export interface AclEntry extends Rule {
  /** The matching entry with the lowest number decides. */
  readonly number: number;
  readonly action: 'allow' | 'deny' | 'doubt';
  readonly addresses: Matched;
}

export interface NetworkAcl extends Component {
  readonly inbound: readonly AclEntry[];
  readonly outbound: readonly AclEntry[];
}

/** What a load balancer listens on. */
export interface Listener {
  /** IANA number. Undefined when it is not known. */
  readonly protocol?: number;
  /** Undefined when it is not known. */
  readonly port?: number;
  /** Why it is not certain that it exists or what it is. */
  readonly doubt?: string;
}

/** An elastic network interface, or one that a resource will have in a subnet. */
export interface NetworkInterface extends Component {
  readonly resource: Resource;
  /** @default - the subnet is not in the templates */
  readonly subnet?: Subnet;
  /** Its private IPv4 address is one of these. Empty: it has none. */
  readonly ipv4: AddressSet;
  readonly ipv6: AddressSet;
  readonly publicIpv4: Trilean;
  /** Undefined for interfaces without security groups: only network ACLs filter their traffic. */
  readonly groups?: readonly SecurityGroup[];
  /** Why nothing can open a connection to it. @default - connections are possible */
  readonly closed?: string;
  /** Listeners of a load balancer. @default - any port */
  readonly listens?: readonly Listener[];
  /** Why it may have no IPv6 address. */
  readonly ipv6Doubt?: string;
  /** The internet gateway drops its IPv6 traffic. */
  readonly ipv6Internal?: Trilean;
  /**
   * Number of interfaces that its owner has. In which of the owner's subnets they are is not known.
   * @default - one in each subnet
   */
  readonly spread?: number;
  /** Belongs to a gateway or endpoint. A construct above it does not mean this interface. */
  readonly requesterManaged?: boolean;
}
