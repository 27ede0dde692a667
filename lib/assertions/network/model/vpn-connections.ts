import type { Resource, Templates } from '../../templates';
import { AddressReader } from './address-reader';
import { union } from './addresses';
import type { VpnConnection } from './components';
import { asBoolean, conditionDoubt, each, target } from './properties';

/**
 * VPN connections with the on-premises prefixes behind them. `advertised` are those that customer gateways advertise
 * by BGP, by the construct path of the connection: they are in no template.
 * https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNRoutingTypes.html
 */
export function readVpns(
  templates: Templates,
  reader: AddressReader,
  advertised: Readonly<Record<string, readonly string[]>>,
): ReadonlyMap<Resource, VpnConnection> {
  const known = new Map(Object.entries(advertised).map(([path, cidrs]) => [templates.at(path), cidrs]));
  return each(templates, ['AWS::EC2::VPNConnection'], (resource) => {
    const statics = templates
      .ofType('AWS::EC2::VPNConnectionRoute')
      .filter(({ properties }) => target(templates, properties.VpnConnectionId, resource.type) === resource)
      // A transit gateway has its static routes in its own table.
      // https://docs.aws.amazon.com/vpn/latest/s2svpn/vpn-edit-static-routes.html
      .filter(() => resource.properties.VpnGatewayId !== undefined)
      .map(({ properties }) => properties.DestinationCidrBlock);
    const isStatic = asBoolean(resource.properties.StaticRoutesOnly) === true;
    // Without BGP there is nothing to advertise by.
    const given = isStatic ? undefined : known.get(resource);
    return {
      path: resource.path,
      resource,
      doubt: conditionDoubt(resource),
      prefixes: union(...[...statics, ...(given ?? [])].map((cidr) => reader.read(cidr) ?? [])),
      dynamic: !isStatic && given === undefined,
    };
  });
}
