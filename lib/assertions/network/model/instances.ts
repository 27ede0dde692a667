import type { Json, Resource, Templates } from '../../templates';
import type { Properties, InterfaceSpec } from './network-interfaces';
import {
  asBoolean,
  asFlag,
  asList,
  asNumber,
  asRecord,
  conditionDoubt,
  MANY_STRAY,
  ownedBy,
  reference,
  strayDoubt,
  target,
  Undecided,
  type Owned,
  type Trilean,
} from '../../templates/properties';

/** Which instances and interfaces have an Elastic IP address. */
export interface ElasticAddresses {
  readonly of: (holder: Resource) => Trilean;
}

export function elasticAddresses(templates: Templates): ElasticAddresses {
  const types = ['AWS::EC2::EIP', 'AWS::EC2::EIPAssociation'];
  const [byInstance, byInterface] = [
    ownedBy(templates, types, ({ InstanceId }) => InstanceId, INSTANCE),
    ownedBy(templates, types, ({ NetworkInterfaceId }) => NetworkInterfaceId, INTERFACE),
  ];
  const isStray = byInstance.stray.length + byInterface.stray.length > 0;
  return {
    of: (holder) => {
      const addresses = [...byInstance.of(holder), ...byInterface.of(holder)];
      if (addresses.some(({ undecidedCondition }) => undecidedCondition === undefined)) return true;
      return addresses.length > 0 || isStray ? 'doubt' : false;
    },
  };
}

const INSTANCE = 'AWS::EC2::Instance';
const INTERFACE = 'AWS::EC2::NetworkInterface';

/** Network interfaces by the instance that they are attached to. */
export const attachedInterfaces = (templates: Templates): Owned =>
  ownedBy(templates, ['AWS::EC2::NetworkInterfaceAttachment'], ({ InstanceId }) => InstanceId, INSTANCE);

/** An interface that is created before its instance gets no public address by itself. */
export function networkInterface(p: Properties, hasElasticAddress: Trilean): InterfaceSpec {
  return {
    subnets: p.SubnetId,
    groups: p.GroupSet,
    publicIpv4: hasElasticAddress,
    address: p.PrivateIpAddress,
    ipv6: hasIpv6(p),
  };
}

export function instance(
  templates: Templates,
  p: Properties,
  resource: Resource,
  elastic: ElasticAddresses,
  attachments: Owned,
): InterfaceSpec[] {
  const attached = [
    ...attachments.of(resource).map((by) => ({ nic: by.properties, doubt: conditionDoubt(by) })),
    ...(attachments.stray.length > MANY_STRAY ? [] : attachments.stray).map((by) => ({
      nic: by.properties,
      doubt: strayDoubt(by),
    })),
  ];
  const [stray] = attachments.stray;
  const unread: InterfaceSpec[] =
    stray && attachments.stray.length > MANY_STRAY ? [{ ...unknownInterface, doubt: strayDoubt(stray) }] : [];
  const launch = launchTemplate(templates, p.LaunchTemplate);
  const own = asList(p.NetworkInterfaces ?? launch.properties.NetworkInterfaces).map((nic) => ({
    nic: asRecord(nic),
    doubt: undefined,
  }));
  const specs = [...own, ...attached].map(({ nic, doubt }, index): InterfaceSpec => {
    const hasElastic = index === 0 && own.length > 0 ? elastic.of(resource) : false;
    const eni = reference(templates, nic.NetworkInterfaceId, INTERFACE);
    if (eni instanceof Undecided) return { ...unknownInterface, doubt: eni.reason };
    if (eni) return { ...networkInterface(eni.properties, either(elastic.of(eni), hasElastic)), doubt };
    return {
      subnets: nic.SubnetId ?? p.SubnetId ?? 'none',
      groups: nic.GroupSet ?? nic.Groups ?? p.SecurityGroupIds,
      publicIpv4:
        hasElastic === true ? true : publicAddress(nic.AssociatePublicIpAddress, own.length, hasElastic),
      address: nic.PrivateIpAddress,
      ipv6: hasIpv6(nic),
      doubt,
    };
  });
  if (own.length > 0) return [...specs, ...unread];
  const hasElastic = elastic.of(resource);
  const isOpen = !launch.known && p.LaunchTemplate !== undefined;
  const first: InterfaceSpec = {
    subnets: p.SubnetId ?? 'none',
    groups:
      p.SecurityGroupIds ??
      p.SecurityGroups ??
      launch.properties.SecurityGroupIds ??
      (isOpen ? UNKNOWN_LAUNCH_TEMPLATE : undefined),
    publicIpv4:
      hasElastic === true ? true : isOpen || hasElastic === 'doubt' ? 'doubt' : 'as the subnet says',
    address: p.PrivateIpAddress,
    ipv6: hasIpv6(p) ?? (isOpen ? 'doubt' : undefined),
    doubt: p.SubnetId === undefined ? `${resource.path} names no subnet` : undefined,
  };
  return [first, ...specs, ...unread];
}

const unknownInterface = { subnets: 'none', groups: 'none', publicIpv4: 'doubt' } as const;

const either = (one: Trilean, other: Trilean): Trilean =>
  one === true || other === true ? true : one === 'doubt' || other === 'doubt' ? 'doubt' : false;

/**
 * AWS assigns a public address only at the launch of an instance with one interface.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html#public-ip-addresses
 */
function publicAddress(
  associate: Json | undefined,
  interfaces: number,
  hasElastic: Trilean,
): InterfaceSpec['publicIpv4'] {
  const flag = asBoolean(associate);
  if (flag instanceof Undecided || hasElastic === 'doubt') return 'doubt';
  return flag ?? (interfaces > 1 ? false : 'as the subnet says');
}

/** Undefined where the resource leaves it to the subnet. */
function hasIpv6(p: Properties): Trilean | undefined {
  const [count, primary] = [asNumber(p.Ipv6AddressCount), asFlag(p.EnablePrimaryIpv6, false)];
  if (count instanceof Undecided || primary === 'doubt') return 'doubt';
  if ((count ?? 0) > 0 || asList(p.Ipv6Addresses).length > 0 || primary) return true;
  // A count of 0 takes the place of the subnet's setting.
  return count === 0 ? false : undefined;
}

export function autoScalingGroup(templates: Templates, p: Properties): InterfaceSpec[] {
  const mixed = asRecord(asRecord(p.MixedInstancesPolicy).LaunchTemplate).LaunchTemplateSpecification;
  const configuration = target(
    templates,
    p.LaunchConfigurationName,
    'AWS::AutoScaling::LaunchConfiguration',
  )?.properties;
  const launch = launchTemplate(templates, p.LaunchTemplate ?? mixed);
  const nics = asList(launch.properties.NetworkInterfaces);
  const nic = asRecord(nics[0]);
  const known = configuration !== undefined || launch.known;
  return [
    {
      subnets: p.VPCZoneIdentifier ?? 'none',
      groups: known
        ? (nic.Groups ?? launch.properties.SecurityGroupIds ?? configuration?.SecurityGroups)
        : UNKNOWN_LAUNCH_TEMPLATE,
      publicIpv4: known
        ? publicAddress(
            nic.AssociatePublicIpAddress ?? configuration?.AssociatePublicIpAddress,
            nics.length,
            false,
          )
        : 'doubt',
      ipv6: known ? hasIpv6(nic) : 'doubt',
    },
  ];
}

const UNKNOWN_LAUNCH_TEMPLATE: Json = ['⟨?of a launch template that is not in the templates⟩'];

/** LaunchTemplateData of a launch template specification. */
function launchTemplate(
  templates: Templates,
  specification: Json | undefined,
): { readonly properties: Properties; readonly known: boolean } {
  const { LaunchTemplateId, LaunchTemplateName } = asRecord(specification);
  const byId = target(templates, LaunchTemplateId ?? LaunchTemplateName, 'AWS::EC2::LaunchTemplate');
  const found =
    byId ??
    templates
      .ofType('AWS::EC2::LaunchTemplate')
      .find(
        ({ properties }) =>
          LaunchTemplateName !== undefined && properties.LaunchTemplateName === LaunchTemplateName,
      );
  return { properties: asRecord(found?.properties.LaunchTemplateData), known: found !== undefined };
}
