import { Token } from 'aws-cdk-lib';
import { checkInteger, checkRoleName } from '../../shared/checks';
import { overlap, parseCidr } from '../../shared/cidr';
import { InvalidValue } from '../../shared/invalid-value';
import type { AttachToTransitGateway, AttachToVpc, Router } from './vpn-ends';

/** Names that `SiteToSiteVpn` uses as construct ids itself. */
const RESERVED_NAMES = ['Gateway'];
/** Networks that the internet does not route. https://www.iana.org/assignments/iana-ipv4-special-registry */
const NOT_PUBLIC = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '224.0.0.0/3',
];

/** The props of `SiteToSiteVpn` that are checked. */
interface CheckedProps {
  readonly routers: Readonly<Record<string, Router>>;
  readonly attachTo: AttachToVpc | AttachToTransitGateway;
  readonly staticRoutes?: readonly string[];
}

/** Returns the routers with their defaults. Throws `InvalidValue` for the first invalid prop. */
export function validate(props: CheckedProps): readonly (Required<Router> & { readonly name: string })[] {
  const routers = Object.entries(props.routers).map(([name, { address, asn = 65000 }]) => ({
    name,
    address,
    asn,
  }));
  if (routers.length < 2 || routers.length > 10) {
    const names = routers.map(({ name }) => name);
    throw new InvalidValue('routers', names, 'two to ten routers, so that one can fail');
  }
  const amazonSideAsn = 'vpc' in props.attachTo ? (props.attachTo.amazonSideAsn ?? 64512) : undefined;
  if (amazonSideAsn !== undefined && !isPrivateAsn(amazonSideAsn)) {
    throw new InvalidValue('amazonSideAsn', amazonSideAsn, '64512 to 65534 or 4200000000 to 4294967294');
  }
  const seen = new Map<string, string>();
  for (const { name, address, asn } of routers) {
    checkRoleName('routers', name, RESERVED_NAMES);
    if (!Token.isUnresolved(address)) checkAddress(name, address);
    const other = seen.get(address);
    if (other !== undefined) {
      throw new InvalidValue('routers', `${name} ${address}`, `an address other than that of ${other}`);
    }
    seen.set(address, name);
    checkInteger('asn', asn, 1, 4_294_967_294);
    if (asn === amazonSideAsn) {
      throw new InvalidValue(
        'asn',
        asn,
        'a number other than amazonSideAsn: the two sides of a BGP session need different ones',
      );
    }
  }
  checkStaticRoutes(props);
  return routers;
}

const isPrivateAsn = (asn: number): boolean =>
  Number.isInteger(asn) && ((64512 <= asn && asn <= 65534) || (4200000000 <= asn && asn <= 4294967294));

function checkAddress(name: string, address: string): void {
  const network = parseCidr('routers', `${address}/32`);
  if (NOT_PUBLIC.some((range) => overlap(parseCidr('range', range), network))) {
    throw new InvalidValue('routers', `${name} ${address}`, 'a public address');
  }
}

function checkStaticRoutes({ staticRoutes, attachTo }: CheckedProps): void {
  if (staticRoutes === undefined) return;
  if (!('vpc' in attachTo)) {
    const why = 'none with a transit gateway: put static routes into its route table';
    throw new InvalidValue('staticRoutes', staticRoutes, why);
  }
  if (staticRoutes.length === 0) {
    throw new InvalidValue('staticRoutes', staticRoutes, 'at least one network; leave the prop out for BGP');
  }
  staticRoutes.forEach((cidr, index) => {
    parseCidr('staticRoutes', cidr);
    if (staticRoutes.indexOf(cidr) < index) {
      throw new InvalidValue('staticRoutes', cidr, 'each network once');
    }
  });
}
