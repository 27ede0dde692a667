import { Network } from '../../../lib/assertions/network';
import { Templates } from '../../../lib/assertions/templates';
import {
  acl,
  at,
  ec2,
  entry,
  instance,
  internetGateway,
  network,
  ref,
  subnet,
  tcp,
  to,
  vpc,
} from './templates';

const toInternet = to('0.0.0.0/0', { GatewayId: ref('Igw') });
const everything = { IpProtocol: '-1', CidrIp: '0.0.0.0/0' };

/** Subnet A has a route to the internet, subnet B has none. */
const base = {
  ...vpc('Vpc', '10.0.0.0/16'),
  ...internetGateway('Vpc'),
  ...subnet('A', 'Vpc', '10.0.1.0/24', [toInternet], { MapPublicIpOnLaunch: true }),
  ...subnet('B', 'Vpc', '10.0.2.0/24', [], { MapPublicIpOnLaunch: true }),
};
const server = (...inbound: object[]) => network({ ...base, ...instance('Server', 'A', { inbound }) });
const toServer = { source: 'internet', destination: at('Server') };
const group = {
  Template: ec2('LaunchTemplate', { LaunchTemplateData: { SecurityGroupIds: [ref('ServerGroup')] } }),
  Group: {
    Type: 'AWS::AutoScaling::AutoScalingGroup',
    Properties: {
      VPCZoneIdentifier: [ref('A'), ref('B')],
      LaunchTemplate: { LaunchTemplateId: ref('Template'), Version: '1' },
    },
  },
};

describe('what is open', () => {
  it.each([
    [[tcp(80, '0.0.0.0/0')], 'tcp 80 only'],
    [[tcp(22, '0.0.0.0/0'), tcp(443, '0.0.0.0/0')], 'tcp 22, 443; udp none'],
    [[everything], 'everything'],
    [[], 'nothing'],
    [[{ ...everything, IpProtocol: 'tcp', FromPort: 8000, ToPort: 8100 }], 'tcp 8000-8100 only'],
    [[{ ...everything, IpProtocol: 'udp', FromPort: 0, ToPort: 65535 }], 'tcp none; udp on all ports'],
    [
      [{ ...everything, IpProtocol: 'icmp', FromPort: -1, ToPort: -1 }, tcp(80, '0.0.0.0/0')],
      'tcp 80; udp none; ping',
    ],
    [[{ ...everything, IpProtocol: '50' }], 'protocol 50 only'],
  ])('by the rules %j is %s', (rules, open) => {
    expect(server(...rules).whatIsOpen(toServer).open).toBe(open);
  });

  it('names the ports that are not known', () => {
    const net = Network.of(
      Templates.fromTemplates({
        T: {
          Parameters: { Stage: { Type: 'String' } },
          Conditions: { Is: { 'Fn::Equals': [ref('Stage'), 'prod'] } },
          Resources: {
            ...base,
            ...instance('Server', 'A', { inbound: [tcp(80, '0.0.0.0/0')] }),
            Extra: {
              ...ec2('SecurityGroupIngress', { GroupId: ref('ServerGroup'), ...tcp(8080, '0.0.0.0/0') }),
              Condition: 'Is',
            },
          },
        },
      }),
    );
    expect(net.whatIsOpen(toServer).open).toBe('tcp 80 (unknown: 8080); udp none');
  });

  it('is about the port and protocol of the question', () => {
    const net = server(tcp(80, '0.0.0.0/0'));
    expect(net.whatIsOpen({ ...toServer, port: 80 }).open).toBe('tcp 80');
    expect(net.whatIsOpen({ ...toServer, protocol: 'udp' }).answer).toBe('not reachable');
    expect(net.whatIsOpen({ source: at('Server'), destination: { service: 's3' } }).open).toBe('tcp 443');
  });

  it('counts the interfaces of a source that can, and says why others cannot', () => {
    const net = network({ ...base, ...group, ...instance('Server', 'A', { inbound: [] }) });
    const found = net.whatIsOpen({ source: at('Group'), destination: 'internet' });
    expect(String(found).split('\n')).toEqual([
      'T/Group to internet: everything, from 1 of 2',
      '  - from T/Group in T/A: everything',
      '  - from T/Group in T/B: nothing (T/BTable: has no route to internet)',
    ]);
    expect(found.sources.map(({ answer }) => answer)).toEqual(['reachable', 'not reachable']);
  });

  it('counts the interfaces of a destination', () => {
    const inbound = [tcp(80, '0.0.0.0/0')];
    const net = network({ ...base, ...group, ...instance('Server', 'A', { inbound }) });
    const found = net.whatIsOpen({ source: 'internet', destination: at('Group'), port: 80 });
    expect(found.counts).toBe(', to 1 of 2');
    expect(found.destinations[1]?.explanation[0]?.component).toBe('T/BTable');
  });

  it('says why nothing is open, and lists 24 of many interfaces', () => {
    const shut = network({ ...base, ...instance('Server', 'A', { inbound: [] }) });
    const nothing = shut.whatIsOpen(toServer);
    expect(nothing.answer).toBe('not reachable');
    expect(String(nothing)).toMatch(
      /^internet to T\/Server: nothing\n {2}- security group T\/ServerGroup: no inbound rule allows /,
    );
    const many = Object.fromEntries(
      Array.from({ length: 26 }, (_, i) => [
        `One${i}`,
        ec2('Instance', { SubnetId: ref(i === 0 ? 'A' : 'B') }),
      ]),
    );
    const lines = String(
      network({ ...base, ...many }).whatIsOpen({ source: 'T', destination: 'internet' }),
    ).split('\n');
    expect(lines).toHaveLength(26);
    expect(lines[0]).toBe('T to internet: everything, from 1 of 26');
    expect(lines.at(-1)).toBe('  - and 2 more');
  });

  it('does not list interfaces that are alike', () => {
    const inbound = [everything];
    const net = network({ ...base, ...group, ...instance('Server', 'A', { inbound }) });
    expect(net.whatIsOpen({ source: at('Group'), destination: at('Server') })).toMatchObject({
      open: 'everything',
      sources: [],
      counts: '',
    });
  });
});

describe('the matrix', () => {
  const twins = {
    ...base,
    ...instance('One', 'A', { inbound: [tcp(443, { SourceSecurityGroupId: ref('ClientGroup') })] }),
    ...instance('Two', 'A', { inbound: [tcp(443, { SourceSecurityGroupId: ref('ClientGroup') })] }),
    ...instance('Client', 'A', {}),
  };

  it('asks once about resources of one subnet whose groups have the same rules', () => {
    const { groups, rows } = network(twins).matrix();
    expect(groups).toEqual([['T/One', 'T/Two'], ['T/Client']]);
    expect([...rows]).toMatchObject([
      { sources: ['T/Client'], destinations: ['T/One', 'T/Two'], open: 'tcp 443 only' },
    ]);
  });

  it('tells apart ports that a network ACL treats differently', () => {
    const inbound = [tcp(22, '10.0.0.0/16'), tcp(443, '10.0.0.0/16')];
    const net = network({
      ...base,
      ...instance('Client', 'B', {}),
      ...instance('Server', 'A', { inbound }),
      ...acl('Acl', 'Vpc', 'A', [
        entry(10, 'deny', 'in', '10.0.0.0/16', [22, 22]),
        entry(20, 'allow', 'in', '0.0.0.0/0'),
        entry(20, 'allow', 'out', '0.0.0.0/0'),
      ]),
    });
    expect(String(net.matrix())).toBe('T/Client -> T/Server: tcp 443 only');
  });

  it('tells apart resources of which a rule names the group', () => {
    const named = ec2('SecurityGroupEgress', {
      GroupId: ref('ClientGroup'),
      ...tcp(443, { DestinationSecurityGroupId: ref('TwoGroup') }),
    });
    expect(String(network({ ...twins, Named: named }).matrix())).toBe('T/Client -> T/Two: tcp 443 only');
  });

  it('says what resources that are alike open to each other', () => {
    const inbound = [tcp(22, '10.0.0.0/16')];
    const net = network({
      ...base,
      ...instance('One', 'A', { inbound }),
      ...instance('Two', 'A', { inbound }),
    });
    expect(String(net.matrix())).toBe('T/One, T/Two -> each other: tcp 22 only');
  });
});
