import {
  allAddresses,
  prefixLength,
  union,
  parseAddresses,
} from '../../../lib/assertions/network/model/addresses';
import {
  portRange,
  protocolName,
  protocolNumber,
  trafficText,
} from '../../../lib/assertions/network/model/protocols';

describe('network: protocols and ports', () => {
  it.each([
    [undefined, 'all traffic'],
    [6, 'tcp'],
    [17, 'udp'],
    [1, 'icmp'],
    [58, 'icmpv6'],
    [47, 'protocol 47'],
  ])('protocol %s is %s', (number, name) => {
    expect(protocolName(number)).toBe(name);
    expect(trafficText(number, undefined)).toBe(name);
  });

  it.each([
    ['tcp', 6],
    ['UDP', 17],
    ['icmp', 1],
    ['icmpv6', 58],
    ['47', 47],
    [6, 6],
    ['-1', undefined],
    [-1, undefined],
    ['all', undefined],
  ])('%s is protocol %s', (text, number) => {
    expect(protocolNumber(text)).toBe(number);
  });

  it.each([
    [6, { from: 22, to: 22 }, 'tcp 22'],
    [17, { from: 1024, to: 65535 }, 'udp 1024-65535'],
    [1, { from: 8, to: 8 }, 'icmp type 8'],
    [58, { from: 128, to: 129 }, 'icmpv6 type 128-129'],
  ])('protocol %s with %j is %s', (protocol, ports, text) => {
    expect(trafficText(protocol, ports)).toBe(text);
  });

  it('other protocols have no ports', () => {
    expect(portRange(47, 1, 2)).toBeUndefined();
    expect(portRange(undefined, 1, 2)).toBeUndefined();
    expect(portRange(6, 1, 2)).toEqual({ from: 1, to: 2 });
  });
});

describe('network: the prefix length of a set', () => {
  it.each([
    [['10.0.0.0/16'], 16],
    [['10.0.0.0/16', '10.2.0.0/24'], 16],
    [['10.0.0.0/24', '10.2.0.0/16'], 16],
    [['192.0.2.1'], 32],
    [['2001:db8::/32'], 32],
    [['2001:db8::1'], 128],
  ])('%j: %d', (blocks, length) => {
    expect(prefixLength(union(...blocks.map(parseAddresses)))).toBe(length);
  });

  it('is 0 for all addresses', () => {
    expect(prefixLength(allAddresses(4))).toBe(0);
  });
});
