import type { Resource } from '../../templates';
import { isInterfaceRemoved } from '../forwarding/direction';
import { formatAddresses } from '../model/addresses';
import type { GroupRule, Matched, NetworkInterface, SecurityGroup } from '../model/components';
import type { Model } from '../model/model';

/** Resources with interfaces that get the same answers as each other, whatever they are asked. */
export interface Alike {
  /** Construct paths, in template order. */
  readonly members: readonly string[];
  /** For each network: the resources of the first two members that exist there. */
  readonly examples: readonly (readonly Resource[])[];
}

/** A network from which some resources are removed. */
export interface PartOfNetwork {
  readonly model: Model;
  readonly removed: ReadonlySet<Resource>;
}

/**
 * Groups the resources that have interfaces: by subnet, addresses and security groups. Two security groups with the same
 * rules are alike where no rule references them. Each of `networks` describes one case of the same templates.
 */
export function groupAlike(networks: readonly PartOfNetwork[]): readonly Alike[] {
  const found = networks.map((network) => signaturesIn(network));
  const paths = new Map(
    found.flatMap((owners) => [...owners].map(([key, { resource }]) => [key, resource.path])),
  );
  const groups = new Map<string, string[]>();
  for (const key of paths.keys()) {
    const signature = found.map((owners) => owners.get(key)?.signature ?? 'absent').join('\n');
    const group = groups.get(signature);
    if (group) group.push(key);
    else groups.set(signature, [key]);
  }
  return [...groups.values()].map((keys) => ({
    members: keys.map((key) => paths.get(key) ?? key),
    examples: found.map((owners) => keys.slice(0, 2).flatMap((key) => owners.get(key)?.resource ?? [])),
  }));
}

interface Signed {
  readonly resource: Resource;
  readonly signature: string;
}

/** By stack and logical id: two resources may have one path. */
function signaturesIn({ model, removed }: PartOfNetwork): ReadonlyMap<string, Signed> {
  const signs = new Signs(model, removed);
  return new Map(
    [...model.interfacesOf]
      .filter(
        ([, nics]) =>
          nics.some((nic) => !isInterfaceRemoved(removed, nic)) &&
          nics.every(({ requesterManaged }) => requesterManaged !== true),
      )
      .map(([resource, nics]) => [
        `${resource.stack}.${resource.logicalId}`,
        { resource, signature: nics.map((nic) => signs.ofInterface(nic)).join(' ') },
      ]),
  );
}

/** Short texts that are equal where two things behave alike. */
class Signs {
  private readonly numbers = new Map<string, number>();
  private readonly ofGroups = new Map<SecurityGroup, string>();
  private readonly referenced: ReadonlySet<Matched | string>;

  constructor(
    model: Model,
    private readonly removed: ReadonlySet<Resource>,
  ) {
    const groups = new Set(model.interfaces.flatMap((nic) => nic.groups ?? []));
    const rules = [...groups].flatMap(({ inbound, outbound }) => [...inbound, ...outbound]);
    this.referenced = new Set(rules.map(({ peer }) => peer));
  }

  ofInterface(nic: NetworkInterface): string {
    const { subnet, groups, listens = [], path, doubt } = nic;
    return this.numbered([
      subnet ? `${subnet.resource.stack}.${subnet.resource.logicalId}` : path,
      [...(groups ?? ['none'])]
        .map((group) => (typeof group === 'string' ? group : this.ofGroup(group)))
        .sort(),
      [
        formatAddresses(nic.ipv4),
        formatAddresses(nic.ipv6),
        nic.ipv6Doubt !== undefined,
        nic.ipv6Internal,
        nic.publicIpv4,
      ],
      [nic.closed, doubt, nic.spread, isInterfaceRemoved(this.removed, nic)],
      nic.listens !== undefined && listens.map((one) => [one.protocol, one.port, one.doubt]),
    ]);
  }

  private ofGroup(group: SecurityGroup): string {
    const known = this.ofGroups.get(group);
    if (known !== undefined) return known;
    const { id, doubt, inbound, outbound } = group;
    const sign =
      this.referenced.has(id) || doubt !== undefined
        ? id
        : this.numbered([inbound.map(ruleSign).sort(), outbound.map(ruleSign).sort()]);
    this.ofGroups.set(group, sign);
    return sign;
  }

  /** Long texts of many interfaces would take much memory. */
  private numbered(parts: readonly unknown[]): string {
    const sign = JSON.stringify(parts);
    const number = this.numbers.get(sign) ?? this.numbers.size;
    this.numbers.set(sign, number);
    return `#${number}`;
  }
}

/** Its text says which traffic and which addresses. */
const ruleSign = ({ text: written, doubt, mayBeAbsent }: GroupRule): string =>
  `${written} ${doubt ?? ''} ${String(mayBeAbsent ?? false)}`;
