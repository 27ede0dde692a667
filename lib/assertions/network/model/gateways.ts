import type { Resource, Templates } from '../../templates';
import type { Gateway, Trilean, Vpc, VpnConnection } from './components';
import { conditionDoubt, each, groupBy, target } from './properties';
import { vpcOf } from './vpcs';

export function readGateways(
  templates: Templates,
  vpcs: ReadonlyMap<Resource, Vpc>,
  kind: 'InternetGateway' | 'VPNGateway',
  vpns: ReadonlyMap<Resource, readonly VpnConnection[]> = new Map(),
): ReadonlyMap<Resource, Gateway> {
  const type = `AWS::EC2::${kind}`;
  const attachments = groupBy(templates.ofType('AWS::EC2::VPCGatewayAttachment'), ({ properties }) =>
    target(templates, kind === 'VPNGateway' ? properties.VpnGatewayId : properties.InternetGatewayId, type),
  );
  return each(templates, [type], (resource) => ({
    path: resource.path,
    resource,
    doubt: conditionDoubt(resource),
    attachments: (attachments.get(resource) ?? []).map((attachment) => ({
      vpc: vpcOf(templates, vpcs, attachment.properties.VpcId),
      by: { path: attachment.path, resource: attachment, doubt: conditionDoubt(attachment) },
    })),
    vpns: vpns.get(resource) ?? [],
  }));
}

export function attachmentTo(gateways: Iterable<Gateway>, vpc: Vpc): Trilean {
  const attachments = [...gateways].flatMap((gateway) => gateway.attachments).filter((a) => a.vpc === vpc);
  if (attachments.length === 0) return vpc.resource ? false : 'doubt';
  return attachments.some(({ by }) => by.doubt === undefined) ? true : 'doubt';
}
