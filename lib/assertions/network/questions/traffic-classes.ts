import type { Traffic } from '../forwarding/direction';
import type { IpVersion } from '../model/addresses';
import type { NetworkAcl, NetworkInterface, PortRange, SecurityGroup } from '../model/components';
import type { Model } from '../model/model';
import { trafficText } from '../model/protocols';
import type { ResolvedPlace } from './places';
import type { Question } from './question';

/** A protocol and a range of ports that all rules treat alike. One port of it is asked for. */
export interface TrafficClass {
  readonly text: string;
  /** IANA number. 1 is ping, by IPv4 or IPv6; `ANY_OTHER_PROTOCOL` stands for all protocols that no rule names. */
  readonly protocol: number;
  /** All ports, for a protocol without ports. */
  readonly ports: PortRange;
  traffic(version: IpVersion, ephemeral: PortRange): Traffic;
}

const PROTOCOLS = { tcp: 6, udp: 17 } as const;
/** Echo request and reply. https://www.iana.org/assignments/icmp-parameters */
const PING = {
  4: { protocol: 1, request: 8, reply: 0 },
  6: { protocol: 58, request: 128, reply: 129 },
} as const;
/** IANA's reserved number. It stands for all protocols that no rule names. */
export const ANY_OTHER_PROTOCOL = 255;
const ALL_PORTS: PortRange = { from: 0, to: 65535 };

/** The traffic to ask for: one class, or one for each range of ports that all rules treat alike. */
export function trafficClasses(
  model: Model,
  question: Question,
  groups: readonly ResolvedPlace[],
): readonly TrafficClass[] {
  return classesOf(question, question.port === undefined ? rulesOf(model, groups) : []);
}

/** The traffic to ask for, where these rules decide. */
export function classesOf(question: Question, rules: readonly Ruled[]): readonly TrafficClass[] {
  const { protocol = 'tcp', port } = question;
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65535)) {
    throw new Error(`port ${port}: expected a whole number from 0 to 65535`);
  }
  if (protocol === 'icmp' || protocol === 1 || protocol === 58) return [ping()];
  if (protocol === 'all') {
    const numbers = new Set(
      rules.flatMap((rule) => rule.protocol ?? []).filter((n) => ![1, 6, 17, 58].includes(n)),
    );
    return [
      ...ports(6, undefined, rules),
      ...ports(17, undefined, rules),
      ping(),
      ...[...numbers, ANY_OTHER_PROTOCOL].map((number) => trafficClass(number, { from: 0, to: 0 })),
    ];
  }
  const number = typeof protocol === 'number' ? protocol : PROTOCOLS[protocol];
  if (number !== 6 && number !== 17) return [trafficClass(number, { from: 0, to: 0 })];
  return ports(number, port, rules);
}

function ping(): TrafficClass {
  return {
    text: 'icmp (ping)',
    protocol: 1,
    ports: ALL_PORTS,
    traffic: (version) => {
      const { protocol, request, reply } = PING[version];
      return {
        request: { protocol, ports: { from: request, to: request } },
        reply: { protocol, ports: { from: reply, to: reply } },
      };
    },
  };
}

function trafficClass(protocol: number, range: PortRange): TrafficClass {
  const first = { from: range.from, to: range.from };
  const isTransport = protocol === 6 || protocol === 17;
  return {
    text: trafficText(protocol, isTransport ? range : undefined),
    protocol,
    ports: isTransport ? range : ALL_PORTS,
    traffic: (_, ephemeral) => ({
      request: { protocol, ports: first },
      reply: { protocol, ports: isTransport ? ephemeral : first },
    }),
  };
}

/** What a rule or a listener is about. */
export interface Ruled {
  readonly protocol?: number;
  readonly ports?: PortRange;
}

function ports(protocol: number, port: number | undefined, rules: readonly Ruled[]): readonly TrafficClass[] {
  if (port !== undefined) return [trafficClass(protocol, { from: port, to: port })];
  const starts = new Set([0]);
  for (const rule of rules) {
    if (!rule.ports || (rule.protocol !== undefined && rule.protocol !== protocol)) continue;
    starts.add(rule.ports.from);
    if (rule.ports.to < 65535) starts.add(rule.ports.to + 1);
  }
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.map((from, i) => trafficClass(protocol, { from, to: (sorted[i + 1] ?? 65536) - 1 }));
}

/** The rules that can apply: those of the security groups at both ends, and those that any path may pass. */
function rulesOf(model: Model, groups: readonly ResolvedPlace[]): readonly Ruled[] {
  const units = groups.flatMap((group) => (group.kind === 'interfaces' ? group.units : []));
  return [...rulesOfInterfaces(units.flatMap(({ nics }) => nics)), ...rulesOnTheWay(model)];
}

/** The rules of all network ACLs, endpoints and load balancers of endpoint services. */
export function rulesOnTheWay({ endpointServices, endpoints, subnets }: Model): readonly Ruled[] {
  const balancers = endpointServices.flatMap(({ loadBalancers }) => loadBalancers);
  const nics = [...balancers, ...endpoints].flatMap((one) => one.nics);
  const acls = new Set([...subnets.values()].map(({ acl }) => acl));
  return [...rulesOfInterfaces(nics), ...[...acls].flatMap(rules)];
}

/** The rules of the security groups of interfaces, and what they listen on. */
export function rulesOfInterfaces(nics: readonly NetworkInterface[]): readonly Ruled[] {
  const groups = new Set(nics.flatMap((nic) => nic.groups ?? []));
  const listeners = new Set(nics.flatMap((nic) => nic.listens ?? []));
  return [
    ...[...groups].flatMap(rules),
    ...[...listeners].map(({ protocol, port }) => ({
      protocol,
      ports: port === undefined ? undefined : { from: port, to: port },
    })),
  ];
}

const rules = ({ inbound, outbound }: SecurityGroup | NetworkAcl): readonly Ruled[] => [
  ...inbound,
  ...outbound,
];
