import type { Resource, Templates } from '../../templates';
import { AddressReader } from './address-reader';
import { union } from './addresses';
import type { VpnConnection } from './components';
import { asFlag, conditionDoubt, each, ownedBy } from '../../templates/properties';

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
  const routes = ownedBy(
    templates,
    ['AWS::EC2::VPNConnectionRoute'],
    ({ VpnConnectionId }) => VpnConnectionId,
    'AWS::EC2::VPNConnection',
  );
  return each(templates, ['AWS::EC2::VPNConnection'], (resource) => {
    // A transit gateway has its static routes in its own table.
    // https://docs.aws.amazon.com/vpn/latest/s2svpn/vpn-edit-static-routes.html
    const statics = resource.properties.VpnGatewayId === undefined ? [] : routes.of(resource);
    const prefixes = statics.map(({ properties }) => reader.read(properties.DestinationCidrBlock));
    const isStatic = asFlag(resource.properties.StaticRoutesOnly, false);
    // Without BGP there is nothing to advertise by.
    const given = isStatic === true ? undefined : known.get(resource);
    const isOpen =
      prefixes.includes(undefined) ||
      routes.stray.length > 0 ||
      statics.some(({ undecidedCondition }) => undecidedCondition !== undefined);
    return {
      path: resource.path,
      resource,
      doubt: conditionDoubt(resource),
      prefixes: union(
        ...prefixes.map((prefix) => prefix ?? []),
        ...(given ?? []).map((cidr) => reader.read(cidr) ?? []),
      ),
      dynamic: isOpen || (isStatic !== true && given === undefined),
    };
  });
}
