import { parseCidr } from './cidr';

/*
 * Special-use networks, where Route 53's health checkers do not go.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
 */
const SPECIAL_USE = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
].map((cidr) => parseCidr('network', cidr));
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;
const IPV6 = /^(?=.*:.*:)[0-9a-f:.]+$/i;
const PUBLIC_IPV6 = /^[23]/;
const DOCUMENTATION_IPV6 = /^2001:0?db8:/i;

export const isIpAddress = (text: string): boolean => IPV4.test(text) || IPV6.test(text);

/** Whether an address is one on the internet. Throws `InvalidValue` in the name of the given prop when it is none at all. */
export function isPublicAddress(name: string, text: string): boolean {
  if (!IPV4.test(text)) return PUBLIC_IPV6.test(text) && !DOCUMENTATION_IPV6.test(text);
  const { address } = parseCidr(name, `${text}/32`);
  return !SPECIAL_USE.some(
    (network) => address >= network.address && address < network.address + 2 ** (32 - network.prefix),
  );
}
