import { addressName } from '../../../lib/assertions/changes/ends';
import { behaviour, endNames, merged, type Flow } from '../../../lib/assertions/changes/flow-groups';
import type { Reachability } from '../../../lib/assertions/network';
import {
  parseAddresses,
  PUBLIC_ADDRESSES,
  subtract,
  union,
} from '../../../lib/assertions/network/model/addresses';

const reached = (more: Partial<Reachability>): Reachability =>
  ({ answer: 'reachable', path: [], explanation: [], ...more }) as unknown as Reachability;
const blocked = (...reasons: readonly (readonly [string, string])[]) =>
  reached({
    answer: 'not reachable',
    explanation: reasons.map(([component, reason]) => ({ component, reason })),
  });
const hop = (component: string, allowedBy?: string, reply?: true) => ({
  component,
  ...(allowedBy !== undefined && { allowedBy }),
  ...(reply && { reply }),
});

describe('changes: the reasons of an answer', () => {
  it('are those of what blocks it: the last one of each component, at most three', () => {
    const four = blocked(['a', '1'], ['b', '1'], ['a', '2'], ['c', '1'], ['d', '1']);
    expect(behaviour(four, 'not reachable', undefined)).toEqual({
      answer: 'not reachable',
      because: ['b: 1', 'a: 1', 'c: 1'],
    });
  });

  it('are the first thing that is not known', () => {
    const open = reached({
      answer: 'unknown',
      explanation: [
        { component: 'a', reason: '1' },
        { component: 'b', reason: '2' },
      ],
    });
    expect(behaviour(open, 'unknown', undefined)).toEqual({ answer: 'unknown', because: ['a: 1'] });
  });

  it('are the hops that block it in the other state', () => {
    const path = [hop('a', 'x'), hop('b', 'y'), hop('b', 'z', true), hop('c')];
    expect(behaviour(reached({ path }), 'reachable', blocked(['b', 'no'])).because).toEqual(['b: y', 'b: z']);
  });

  it('are the last hops of the request where none blocks it in the other state', () => {
    const path = [hop('a', '1'), hop('b', '2'), hop('c', '3'), hop('d', '4'), hop('e', '5', true)];
    expect(behaviour(reached({ path }), 'reachable', undefined).because).toEqual(['b: 2', 'c: 3', 'd: 4']);
    expect(behaviour(reached({ path }), 'reachable', blocked(['z', 'no'])).because).toHaveLength(3);
    expect(behaviour(reached({ path }), 'reachable', undefined, false).because).toEqual([]);
  });

  it('name the last component where no hop says why', () => {
    expect(behaviour(reached({ path: [hop('a'), hop('b')] }), 'reachable', undefined).because).toEqual(['b']);
  });

  it('say that a place does not exist', () => {
    expect(behaviour(undefined, 'not reachable', undefined).because).toEqual(['it does not exist']);
  });
});

const ipv4 = parseAddresses('0.0.0.0/0');
const internet4 = subtract(PUBLIC_ADDRESSES, parseAddresses('2000::/3'));

describe('changes: names of addresses', () => {
  const but = (...blocks: readonly string[]) => subtract(internet4, union(...blocks.map(parseAddresses)));
  it.each([
    ['internet', PUBLIC_ADDRESSES],
    ['internet (IPv4)', internet4],
    ['internet (IPv4)', ipv4],
    ['internet (IPv6)', parseAddresses('2000::/3')],
    ['203.0.113.0/24', parseAddresses('203.0.113.0/24')],
    ['internet (IPv4) except 203.0.113.0/24', but('203.0.113.0/24')],
    ['internet (IPv4) except 192.0.2.1, 203.0.113.0/24', but('203.0.113.0/24', '192.0.2.1')],
  ])('are %s', (name, set) => {
    expect(addressName(set, PUBLIC_ADDRESSES)).toBe(name);
  });

  it('are written out where more than three blocks are left out', () => {
    const set = but('8.8.8.8', '9.9.9.9', '12.0.0.1', '13.0.0.1');
    expect(addressName(set, PUBLIC_ADDRESSES)).not.toContain('except');
  });
});

const end = (kind: 'resource' | 'subnet' | 'outside', names: readonly string[], addresses?: string) => ({
  kind,
  names,
  at: [undefined, undefined] as const,
  differs: false,
  ...(addresses !== undefined && { addresses: parseAddresses(addresses), internet: PUBLIC_ADDRESSES }),
});

describe('changes: names of ends', () => {
  it('join addresses, and are sorted, each once', () => {
    expect(
      endNames([
        end('resource', ['Shop/Web']),
        end('outside', [], '10.0.0.0/25'),
        end('subnet', ['Net/PrivateSubnet1/Subnet', 'Net/Public/Subnet with a public address']),
        end('outside', [], '10.0.0.128/25'),
        end('resource', ['Shop/Web', 'Shop/Api']),
      ]),
    ).toEqual([
      '10.0.0.0/24',
      'Shop/Api',
      'Shop/Web',
      'anything in Net/PrivateSubnet1',
      'anything in Net/Public with a public address',
    ]);
  });

  it('are joined for flows of one change with one source or one destination', () => {
    const traffic = [{ protocol: 6, from: 22, to: 22, before: 'not reachable', after: 'reachable' }] as const;
    const flow = (source: string, destination: string): Flow => ({
      source: end('resource', [source]),
      destination: end('resource', [destination]),
      traffic,
    });
    const groups = (...flows: readonly Flow[]) =>
      merged(flows.map((one) => ({ flows: [one], traffic: one.traffic }))).map(({ flows: alike }) =>
        alike.map(({ source, destination }) => `${source.names.join()}>${destination.names.join()}`),
      );
    expect(groups(flow('a', 'x'), flow('b', 'x'))).toEqual([['a>x', 'b>x']]);
    expect(groups(flow('a', 'x'), flow('a', 'y'))).toEqual([['a>x', 'a>y']]);
    expect(groups(flow('a', 'x'), flow('b', 'y'))).toEqual([['a>x'], ['b>y']]);
    expect(groups(flow('a', 'x'), flow('b', 'x'), flow('a', 'y'), flow('b', 'y'))).toEqual([
      ['a>x', 'b>x', 'a>y', 'b>y'],
    ]);
    const other = { ...flow('a', 'y'), traffic: [{ ...traffic[0], to: 23 }] };
    expect(groups(flow('a', 'x'), other)).toEqual([['a>x'], ['a>y']]);
  });
});
