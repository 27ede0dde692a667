import { AWS_SERVICES } from '../model/aws-services';
import { shortServiceName } from '../model/endpoints';
import type { Resource } from '../../templates';
import type { IpVersion } from '../model/addresses';
import type { PortRange } from '../model/components';
import { trafficText } from '../model/protocols';
import type { IConstruct } from 'constructs';

export interface Question {
  readonly source: Place;
  readonly destination: Place;
  /** `icmp` is ping, by IPv4 or IPv6. A number is an IANA protocol number. @default tcp; tcp 443 to an AWS service */
  readonly protocol?: 'tcp' | 'udp' | 'icmp' | 'all' | number;
  /** @default - all ports: reachable when every port is, not reachable when none is, otherwise unknown */
  readonly port?: number;
  /**
   * Every interface of the source must reach every interface of the destination.
   * @default false - one pair is enough
   */
  readonly every?: boolean;
  /** @default - IPv4 or IPv6 */
  readonly ipVersion?: IpVersion;
  /**
   * Ports that clients send from. Replies must reach all of them. When replies reach only some, the answer is
   * unknown; below one in a hundred, it is not reachable. Linux uses 32768-60999; NAT gateways, load balancers and Lambda use 1024-65535.
   * https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
   * @default 1024-65535
   */
  readonly ephemeralPorts?: PortRange;
}

/** `tcp 22`, `all traffic` */
export function questionText({ protocol = 'tcp', destination, ...rest }: Question): string {
  const port = rest.port ?? (isAwsService(destination) ? 443 : undefined);
  if (protocol === 'all') return 'all traffic';
  const number = typeof protocol === 'number' ? protocol : { tcp: 6, udp: 17, icmp: 1 }[protocol];
  if (protocol === 'icmp') return 'icmp (ping)';
  return trafficText(number, port === undefined ? undefined : { from: port, to: port });
}

/** All public addresses except some: `{ internet: true, except: ['203.0.113.0/24'] }`. */
export interface InternetExcept {
  readonly internet: true;
  /** Addresses and CIDR blocks. */
  readonly except: readonly string[];
}

/** An instance that would be launched in a subnet. */
export interface AnythingIn {
  /** A subnet, or the path of a construct that has subnets. */
  readonly subnet: string | IConstruct | Resource;
  /** Whether it has a public IPv4 address. @default - as the subnet's MapPublicIpOnLaunch says */
  readonly publicAddress?: boolean;
  /** A resource whose security groups it gets. @default - no security group limits it */
  readonly like?: string | IConstruct | Resource;
}

/** The network interface that a resource has in one of its subnets. */
export interface InterfaceIn {
  /** The resource, by its path or the path of a construct above it. */
  readonly interfaceOf: string | IConstruct | Resource;
  readonly subnet: string | IConstruct | Resource;
}

/**
 * An AWS service of the region, by its endpoint's service name or the last part of it: `com.amazonaws.eu-west-1.s3`,
 * `s3`, `ecr.dkr`. Or an endpoint service of the templates, by its path or a parent's path. A client reaches it through
 * an endpoint, a load balancer and a target.
 */
export interface ServicePlace {
  readonly service: string;
}

/**
 * The source or the destination of a connection:
 * - `'internet'`: any public address; one that gets through is enough;
 * - an address or CIDR block outside the VPCs, public or on-premises: all of its addresses must get through;
 * - a construct, its path, or a resource: its network interfaces. A subnet, or a construct that has only subnets: an
 *   instance without a security group in each of them;
 * - `InternetExcept`, `AnythingIn`, `InterfaceIn`, `ServicePlace`;
 * - a list of places that have interfaces: all of these interfaces.
 */
export type Place =
  | string
  | IConstruct
  | Resource
  | InternetExcept
  | AnythingIn
  | InterfaceIn
  | ServicePlace
  | readonly Place[];

export const isList = (place: Place): place is readonly Place[] => Array.isArray(place);

/** `internet to BastionHost/Instance on tcp 22` */
export const flowText = (question: Question): string =>
  `${placesText(question)} on ${questionText(question)}`;

/** `internet to BastionHost/Instance` */
export function placesText(question: Question): string {
  const name = (place: Question['source']): string => {
    if (typeof place === 'string') return place;
    if (isList(place)) return place.map(name).join(' and ');
    if ('internet' in place) return `internet except ${place.except.join(', ')}`;
    if ('service' in place) return `service ${place.service}`;
    if ('interfaceOf' in place) return `${name(place.interfaceOf)} in ${name(place.subnet)}`;
    if ('subnet' in place) {
      const address = place.publicAddress === true ? ' with a public address' : '';
      const like = place.like === undefined ? '' : ` like ${name(place.like)}`;
      return `anything in ${name(place.subnet)}${address}${like}`;
    }
    return 'node' in place ? place.node.path : place.path;
  };
  return `${name(question.source)} to ${name(question.destination)}`;
}

/** Whether the place is an AWS service, which is asked on tcp 443 unless the question says another port. */
export const isAwsService = (place: Place): boolean =>
  typeof place === 'object' && 'service' in place && AWS_SERVICES.has(shortServiceName(place.service));
