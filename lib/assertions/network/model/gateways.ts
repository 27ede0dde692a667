import type { Resource, Templates } from '../../templates';
import type { Gateway, Vpc, VpnConnection } from './components';
import { conditionDoubt, each, ownedBy, strayDoubt, type Trilean } from '../../templates/properties';
import { vpcOf } from './vpcs';

export function readGateways(
  templates: Templates,
  vpcs: ReadonlyMap<Resource, Vpc>,
  kind: 'InternetGateway' | 'VPNGateway',
  vpns: ReadonlyMap<Resource, readonly VpnConnection[]> = new Map(),
): ReadonlyMap<Resource, Gateway> {
  const type = `AWS::EC2::${kind}`;
  const attachments = ownedBy(
    templates,
    ['AWS::EC2::VPCGatewayAttachment'],
    (properties) => (kind === 'VPNGateway' ? properties.VpnGatewayId : properties.InternetGatewayId),
    type,
  );
  return each(templates, [type], (resource) => ({
    path: resource.path,
    resource,
    doubt: conditionDoubt(resource),
    attachments: [
      ...attachments.of(resource).map((by) => ({ by, doubt: conditionDoubt(by) })),
      ...attachments.stray.map((by) => ({ by, doubt: strayDoubt(by) })),
    ].map(({ by, doubt }) => ({
      vpc: vpcOf(templates, vpcs, by.properties.VpcId),
      by: { path: by.path, resource: by, doubt },
    })),
    vpns: [...(vpns.get(resource) ?? [])],
  }));
}

export function attachmentTo(gateways: Iterable<Gateway>, vpc: Vpc): Trilean {
  const all = [...gateways].flatMap((gateway) => gateway.attachments);
  const attachments = all.filter((attachment) => attachment.vpc === vpc);
  if (attachments.length === 0) {
    return vpc.resource && !all.some((attachment) => attachment.vpc.undecided) ? false : 'doubt';
  }
  return attachments.some(({ by }) => by.doubt === undefined) ? true : 'doubt';
}
