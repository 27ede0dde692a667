import type { Json, Resource, Templates } from '../../templates';
import { usableAddresses, AddressReader } from './address-reader';
import { NO_ADDRESSES, onlyVersion } from './addresses';
import type { NetworkInterface, Subnet, Vpc } from './components';
import { asList, conditionDoubt, describe, target, type Trilean } from '../../templates/properties';
import { SecurityGroups } from './security-groups';

export type Properties = Readonly<Record<string, Json>>;

/** What a resource says of the interfaces that it has: one in each of the subnets. */
export interface InterfaceSpec {
  readonly subnets: Json | undefined;
  /** SecurityGroupIds; undefined for the VPC's default group, `none` where only network ACLs filter. */
  readonly groups: Json | undefined;
  readonly publicIpv4: Trilean | 'as the subnet says' | 'if the VPC has an internet gateway';
  /** @default - as the subnet says */
  readonly ipv6?: Trilean;
  /** The internet gateway drops its IPv6 traffic. @default false */
  readonly ipv6Internal?: Trilean;
  /** @default - one of the subnet's */
  readonly address?: Json;
  readonly closed?: string;
  readonly listens?: NetworkInterface['listens'];
  readonly spread?: number;
  readonly requesterManaged?: boolean;
  readonly doubt?: string;
}

/** What the interfaces are built from. */
export interface InterfaceContext {
  readonly templates: Templates;
  readonly reader: AddressReader;
  readonly groups: SecurityGroups;
  readonly subnets: ReadonlyMap<Resource, Subnet>;
  /** Why an internet gateway's attachment to the VPC is certain (true), in doubt or missing. */
  readonly hasInternetGateway: (vpc: Vpc) => Trilean;
}

export function makeInterfaces(
  context: InterfaceContext,
  resource: Resource,
  spec: InterfaceSpec,
): NetworkInterface[] {
  return asList(spec.subnets).map((value) => {
    const found = target(context.templates, value, 'AWS::EC2::Subnet');
    const subnet = found && context.subnets.get(found);
    const ipv4 = spec.address === undefined ? undefined : context.reader.read(spec.address);
    const ipv6 = spec.ipv6 ?? subnet?.assignIpv6 ?? 'doubt';
    return {
      path: resource.path,
      resource,
      subnet,
      doubt:
        conditionDoubt(resource) ??
        spec.doubt ??
        (subnet ? undefined : `subnet ${describe(value)} of ${resource.path} is not in the templates`),
      ipv4: ipv4 ?? (subnet ? usableAddresses(onlyVersion(subnet.addresses, 4)) : NO_ADDRESSES),
      ipv6: subnet && ipv6 !== false ? onlyVersion(subnet.addresses, 6) : NO_ADDRESSES,
      ...(ipv6 === 'doubt' && { ipv6Doubt: `it is not known whether ${resource.path} has an IPv6 address` }),
      ipv6Internal: spec.ipv6Internal,
      publicIpv4: publicIpv4(context, spec, subnet),
      groups: groupsOf(context, spec.groups, subnet),
      closed: spec.closed,
      listens: spec.listens,
      spread: spec.spread,
      requesterManaged: spec.requesterManaged,
    };
  });
}

function publicIpv4(context: InterfaceContext, spec: InterfaceSpec, subnet: Subnet | undefined): Trilean {
  if (spec.publicIpv4 === 'as the subnet says') return subnet?.mapPublicIpOnLaunch ?? 'doubt';
  if (spec.publicIpv4 !== 'if the VPC has an internet gateway') return spec.publicIpv4;
  return subnet ? context.hasInternetGateway(subnet.vpc) : 'doubt';
}

function groupsOf({ groups }: InterfaceContext, ids: Json | undefined, subnet: Subnet | undefined) {
  if (ids === 'none') return undefined;
  if (asList(ids).length > 0) return asList(ids).map((id) => groups.get(id));
  // https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
  return [subnet ? groups.byId(subnet.vpc.defaultGroup) : groups.get(null)];
}
