import type { Json, Resource, Templates } from '../../templates';
import type { Properties, InterfaceSpec } from './network-interfaces';
import { asBoolean, asList, asNumber, asRecord, target } from './properties';

/** Instances and interfaces that have an Elastic IP address. */
export function elasticAddresses(templates: Templates): ReadonlySet<Resource> {
  const holders = ['AWS::EC2::EIP', 'AWS::EC2::EIPAssociation'].flatMap((type) =>
    templates
      .ofType(type)
      .flatMap(({ properties }) => [properties.InstanceId, properties.NetworkInterfaceId])
      .map((value) => templates.reference(value)?.resource),
  );
  return new Set(holders.filter((holder) => holder !== undefined));
}

export function networkInterface(p: Properties, hasElasticAddress: boolean): InterfaceSpec {
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
  elastic: ReadonlySet<Resource>,
): InterfaceSpec[] {
  const attached = templates
    .ofType('AWS::EC2::NetworkInterfaceAttachment')
    .filter(({ properties }) => target(templates, properties.InstanceId, resource.type) === resource)
    .map(({ properties }) => properties);
  const launch = launchTemplate(templates, p.LaunchTemplate);
  const own = asList(p.NetworkInterfaces ?? launch.NetworkInterfaces).map(asRecord);
  const specs = [...own, ...attached].map((nic, index): InterfaceSpec => {
    const eni = target(templates, nic.NetworkInterfaceId, 'AWS::EC2::NetworkInterface');
    if (eni)
      return networkInterface(eni.properties, elastic.has(eni) || (index === 0 && elastic.has(resource)));
    return {
      subnets: nic.SubnetId ?? p.SubnetId,
      groups: nic.GroupSet ?? nic.Groups ?? p.SecurityGroupIds,
      publicIpv4:
        (index === 0 && elastic.has(resource)) ||
        (asBoolean(nic.AssociatePublicIpAddress) ?? 'as the subnet says'),
      address: nic.PrivateIpAddress,
      ipv6: hasIpv6(nic),
    };
  });
  if (own.length > 0) return specs;
  const first: InterfaceSpec = {
    subnets: p.SubnetId ?? null,
    groups:
      p.SecurityGroupIds ??
      p.SecurityGroups ??
      launch.SecurityGroupIds ??
      (p.LaunchTemplate !== undefined && Object.keys(launch).length === 0
        ? UNKNOWN_LAUNCH_TEMPLATE
        : undefined),
    publicIpv4: elastic.has(resource) || 'as the subnet says',
    address: p.PrivateIpAddress,
    ipv6: hasIpv6(p),
    doubt: p.SubnetId === undefined ? `${resource.path} names no subnet` : undefined,
  };
  return [{ ...first, subnets: p.SubnetId ?? 'none' }, ...specs];
}

const hasIpv6 = (p: Properties): boolean | undefined =>
  (asNumber(p.Ipv6AddressCount) ?? 0) > 0 || asList(p.Ipv6Addresses).length > 0 || undefined;

export function autoScalingGroup(templates: Templates, p: Properties): InterfaceSpec[] {
  const mixed = asRecord(asRecord(p.MixedInstancesPolicy).LaunchTemplate).LaunchTemplateSpecification;
  const configuration = target(
    templates,
    p.LaunchConfigurationName,
    'AWS::AutoScaling::LaunchConfiguration',
  )?.properties;
  const launch = launchTemplate(templates, p.LaunchTemplate ?? mixed);
  const nic = asRecord(asList(launch.NetworkInterfaces)[0]);
  const known = configuration !== undefined || Object.keys(launch).length > 0;
  return [
    {
      subnets: p.VPCZoneIdentifier,
      groups: known
        ? (nic.Groups ?? launch.SecurityGroupIds ?? configuration?.SecurityGroups)
        : UNKNOWN_LAUNCH_TEMPLATE,
      publicIpv4: known
        ? (asBoolean(nic.AssociatePublicIpAddress ?? configuration?.AssociatePublicIpAddress) ??
          'as the subnet says')
        : 'doubt',
      ipv6: hasIpv6(nic),
    },
  ];
}

const UNKNOWN_LAUNCH_TEMPLATE: Json = ['⟨?of a launch template that is not in the templates⟩'];

/** LaunchTemplateData of a launch template specification; empty when it is not in the templates. */
function launchTemplate(templates: Templates, specification: Json | undefined): Properties {
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
  return asRecord(found?.properties.LaunchTemplateData);
}
