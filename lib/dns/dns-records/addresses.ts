const IPV4 = /^((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(?!$)|$)){4}$/;

export function isIpv4(text: string): boolean {
  return IPV4.test(text);
}

/** The URL parser reads IPv6 addresses as strictly as `net.isIPv6`, but for zones (`%eth0`), which DNS does not have. */
export function isIpv6(text: string): boolean {
  return /^[0-9a-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]`);
}

export function isIpv4Network(text: string): boolean {
  const [address = '', prefix = '32', ...rest] = text.split('/');
  return isIpv4(address) && /^([12]?\d|3[0-2])$/.test(prefix) && rest.length === 0;
}

export function isIpv6Network(text: string): boolean {
  const [address = '', prefix = '128', ...rest] = text.split('/');
  return isIpv6(address) && /^([1-9]?\d|1[01]\d|12[0-8])$/.test(prefix) && rest.length === 0;
}
