import type { Resource } from '../../templates';
import type { IpVersion } from '../model/addresses';
import type { PortRange } from '../model/components';
import { trafficText } from '../model/protocols';
import type { IConstruct } from 'constructs';

export interface Question {
  readonly source: Place;
  readonly destination: Place;
  /** `icmp` is ping, of IPv4 and of IPv6; a number is IANA's. @default tcp, and tcp 443 to a service */
  readonly protocol?: 'tcp' | 'udp' | 'icmp' | 'all' | number;
  /** @default - all: reachable when all ports are, not reachable when none is, unknown between */
  readonly port?: number;
  /**
   * Every interface of the source must reach every interface of the destination; not reachable when one pair does
   * not.
   * @default false - one pair is enough, and not reachable means that there is none
   */
  readonly every?: boolean;
  /** @default - either */
  readonly ipVersion?: IpVersion;
  /**
   * Ports that clients send from. Replies must get through to all of them; where they get through to some, the
   * answer is unknown. Linux takes 32768-60999; NAT gateways, load balancers and Lambda 1024-65535.
   * https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
   * @default 1024-65535
   */
  readonly ephemeralPorts?: PortRange;
}

/** `tcp 22`, `all traffic` */
export function questionText({ protocol = 'tcp', destination, ...rest }: Question): string {
  const port = rest.port ?? (typeof destination === 'object' && 'service' in destination ? 443 : undefined);
  if (protocol === 'all') return 'all traffic';
  const number = typeof protocol === 'number' ? protocol : { tcp: 6, udp: 17, icmp: 1 }[protocol];
  if (protocol === 'icmp') return 'icmp (ping)';
  return trafficText(number, port === undefined ? undefined : { from: port, to: port });
}

/** Any address of the internet but some: `{ internet: true, except: ['203.0.113.0/24'] }`. */
export interface InternetExcept {
  readonly internet: true;
  /** Addresses and CIDR blocks. */
  readonly except: readonly string[];
}

/** Whatever would be started in a subnet. */
export interface AnythingIn {
  /** A path that holds one or more subnets, as `canReach` takes it. */
  readonly subnet: string | IConstruct | Resource;
  /** Whether it has a public IPv4 address. @default - as the subnet's MapPublicIpOnLaunch says */
  readonly publicAddress?: boolean;
  /** What has the security groups that it has too. @default - they allow everything */
  readonly like?: string | IConstruct | Resource;
}

/**
 * An AWS service of the region, by the last part of its endpoint's service name: `{ service: 's3' }`, `ecr.dkr`. Or an
 * endpoint service of the templates, by its path or one above: a client reaches it through an endpoint, a load balancer
 * and to a target.
 */
export interface ServicePlace {
  readonly service: string;
}

/**
 * Where a connection comes from or goes to:
 * - `'internet'`: any public address; one that gets through is enough;
 * - an address or CIDR block outside the VPCs, public or on-premises: all of it, or the answer is unknown;
 * - a construct, its path, or a resource: the interfaces at and below it; where there are none, the subnets at and
 *   below it, each standing for an interface that has no security groups to limit it;
 * - `InternetExcept`, `AnythingIn`, `ServicePlace`;
 * - a list of places with interfaces, a tier of subnets for example: all of their interfaces together.
 */
export type Place =
  string | IConstruct | Resource | InternetExcept | AnythingIn | ServicePlace | readonly Place[];

export const isList = (place: Place): place is readonly Place[] => Array.isArray(place);

/** `internet to BastionHost/Instance on tcp 22` */
export function flowText(question: Question): string {
  const name = (place: Question['source']): string => {
    if (typeof place === 'string') return place;
    if (isList(place)) return place.map(name).join(' and ');
    if ('internet' in place) return `internet except ${place.except.join(', ')}`;
    if ('service' in place) return `service ${place.service}`;
    if ('subnet' in place) {
      const address = place.publicAddress === true ? ' with a public address' : '';
      const like = place.like === undefined ? '' : ` like ${name(place.like)}`;
      return `anything in ${name(place.subnet)}${address}${like}`;
    }
    return 'node' in place ? place.node.path : place.path;
  };
  return `${name(question.source)} to ${name(question.destination)} on ${questionText(question)}`;
}
