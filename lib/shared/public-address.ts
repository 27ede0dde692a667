import { overlap, parseCidr, parseIpv6Cidr, type Ipv6Cidr } from './cidr';
import { isIpv4, isIpv6 } from './ip-address';

/*
 * Special-use networks. Route 53 refuses to check an address in them.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
 */
const SPECIAL_USE = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
].map((cidr) => parseCidr('network', cidr));
const GLOBAL_UNICAST_IPV6 = parseIpv6Cidr('network', '2000::/3');
/** https://www.rfc-editor.org/rfc/rfc3849 and https://www.rfc-editor.org/rfc/rfc9637 */
const DOCUMENTATION_IPV6 = ['2001:db8::/32', '3fff::/20'].map((cidr) => parseIpv6Cidr('network', cidr));

export const isIpAddress = (text: string): boolean => isIpv4(text) || isIpv6(text);

/** Whether an IPv4 or IPv6 address is routed on the internet. */
export function isPublicAddress(text: string): boolean {
  if (isIpv4(text)) {
    const address = parseCidr('address', `${text}/32`);
    return !SPECIAL_USE.some((network) => overlap(network, address));
  }
  const { address } = parseIpv6Cidr('address', `${text}/128`);
  const isIn = (network: Ipv6Cidr) => {
    const hostBits = BigInt(128 - network.prefix);
    return address >> hostBits === network.address >> hostBits;
  };
  return isIn(GLOBAL_UNICAST_IPV6) && !DOCUMENTATION_IPV6.some(isIn);
}
