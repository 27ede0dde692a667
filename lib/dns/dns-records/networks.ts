import { isIpv4, isIpv6 } from '../../shared/ip-address';

export function isIpv4Network(text: string): boolean {
  const [address = '', prefix = '32', ...rest] = text.split('/');
  return isIpv4(address) && /^([12]?\d|3[0-2])$/.test(prefix) && rest.length === 0;
}

export function isIpv6Network(text: string): boolean {
  const [address = '', prefix = '128', ...rest] = text.split('/');
  return isIpv6(address) && /^([1-9]?\d|1[01]\d|12[0-8])$/.test(prefix) && rest.length === 0;
}
