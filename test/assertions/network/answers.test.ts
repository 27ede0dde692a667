import '../../../lib/assertions/network/matchers';
import { Network } from '../../../lib/assertions/network';
import { Templates } from '../../../lib/assertions/templates';
import {
  at,
  ec2,
  everything,
  instance,
  network,
  ref,
  subnet,
  tcp,
  to,
  toInternet,
  twoTiers,
  without,
} from './templates';

const out = { source: at('Client'), destination: 'internet', port: 443 } as const;

describe('unknown', () => {
  const viaTarget = (target: object, more: object = {}) =>
    network({ ...twoTiers, ...more, ...subnet('Private', 'Vpc', '10.0.1.0/24', [to('0.0.0.0/0', target)]) });
  const firewall = { Type: 'AWS::NetworkFirewall::Firewall', Properties: {} };

  it.each([
    ['an instance as a router', viaTarget({ InstanceId: ref('Server') }), 'AWS::EC2::Instance T/Server'],
    [
      'a firewall endpoint',
      viaTarget({ VpcEndpointId: { 'Fn::GetAtt': ['Fw', 'EndpointIds'] } }, { Fw: firewall }),
      'AWS::NetworkFirewall::Firewall T/Fw',
    ],
    ['a target outside the templates', viaTarget({ NatGatewayId: 'nat-1' }), 'NatGatewayId nat-1'],
  ])('names %s', (_, net, name) => {
    const flow = net.canReach(out);
    expect(flow.answer).toBe('unknown');
    expect(String(flow)).toContain(name);
  });

  it('satisfies no assertion, in either direction', () => {
    const net = viaTarget({ InstanceId: ref('Server') });
    expect(() => {
      expect(net).toReach(out);
    }).toThrow('is unknown');
    expect(() => {
      expect(net).not.toReach(out);
    }).toThrow('is unknown');
    const passage = { ...out, component: at('Nat') };
    expect(() => {
      expect(net).toPassThrough(passage);
    }).toThrow();
    expect(() => {
      expect(net).not.toPassThrough(passage);
    }).toThrow();
    expect(() => {
      expect(net).toSurviveLossOfAnyAz(out);
    }).toThrow();
  });

  it('is the answer when a rule is left open and no other rule decides', () => {
    const rule = (CidrIp: object | string) => ({ ...tcp(22, '0.0.0.0/0'), CidrIp });
    const Parameters = { Trusted: { Type: 'String' } };
    const ssh = { source: at('Client'), destination: at('Server'), port: 22 } as const;
    const net = (...inbound: readonly object[]) =>
      Network.of(
        Templates.fromTemplates({
          T: { Parameters, Resources: { ...twoTiers, ...instance('Server', 'Public', { inbound }) } },
        }),
      );
    const flow = net(rule(ref('Trusted'))).canReach(ssh);
    expect(flow.answer).toBe('unknown');
    expect(String(flow)).toContain('parameter Trusted');
    expect(net(rule(ref('Trusted')), rule('10.0.0.0/8'))).toReach(ssh);
    expect(net(rule(ref('Trusted')))).not.toReach({ ...ssh, port: 23 });
  });

  it('is the answer when a resource has an undecided condition', () => {
    const conditional = (id: keyof typeof twoTiers) =>
      Network.of(
        Templates.fromTemplates({
          T: {
            Parameters: { Stage: { Type: 'String' } },
            Conditions: { IsProd: { 'Fn::Equals': [ref('Stage'), 'prod'] } },
            Resources: { ...twoTiers, [id]: { ...twoTiers[id], Condition: 'IsProd' } },
          },
        }),
      );
    for (const id of ['PrivateRoute0', 'Nat', 'IgwAttachment', 'Client', 'ClientGroup', 'Private']) {
      expect([id, conditional(id).canReach(out).answer]).toEqual([id, 'unknown']);
    }
    expect(conditional('Server')).toReach(out);
  });

  it('is the answer for a subnet or security group outside the templates', () => {
    const foreign = { ...twoTiers, Client: ec2('Instance', { SubnetId: 'subnet-1' }) };
    expect(network(foreign).canReach(out).answer).toBe('unknown');
    const imported = {
      ...twoTiers,
      Client: ec2('Instance', { SubnetId: ref('Private'), SecurityGroupIds: ['sg-1'] }),
    };
    expect(network(imported).canReach(out).answer).toBe('unknown');
  });

  it('is every answer when a macro may add resources', () => {
    const macro = Templates.fromTemplates({
      T: { Transform: 'AWS::Include', Resources: twoTiers },
    });
    expect(Network.of(macro).canReach(out).answer).toBe('unknown');
  });

  it('is the answer for a resource whose interfaces are not modelled', () => {
    const flow = network({ ...twoTiers, Fw: firewall }).canReach({ ...out, source: at('Fw') });
    expect(flow.answer).toBe('unknown');
    expect(String(flow)).toContain('it has AWS::NetworkFirewall::Firewall');
  });

  it('is the answer when VPC Block Public Access is set', () => {
    const blocked = ec2('VPCBlockPublicAccessOptions', { InternetGatewayBlockMode: 'block-bidirectional' });
    expect(network({ ...twoTiers, Block: blocked }).canReach(out).answer).toBe('unknown');
  });
});

describe('questions', () => {
  it('about a path that does not exist name similar paths', () => {
    expect(() => network(twoTiers).canReach({ ...out, source: 'T/Clientt' })).toThrow(
      'T/Clientt: no such resource. Nearest of',
    );
    expect(() => network(twoTiers).without('Nope')).toThrow('Nope: no such resource');
  });

  it('throw for a malformed address, a wrong port and two places outside', () => {
    expect(() => network(twoTiers).canReach({ ...out, destination: '10.0.0.300' })).toThrow(
      '"10.0.0.300": expected an IP address',
    );
    expect(() => network(twoTiers).canReach({ ...out, port: 70000 })).toThrow(
      'port 70000: expected a whole number',
    );
    expect(() => network(twoTiers).canReach({ source: 'internet', destination: '203.0.113.1' })).toThrow(
      'both are outside',
    );
  });

  it('about several interfaces need one pair; with `every`, all pairs', () => {
    const more = { ...twoTiers, ...instance('Shut', 'Private', { outbound: [tcp(9, '10.0.0.0/8')] }) };
    const both = { ...out, source: [at('Client'), at('Shut')] };
    expect(network(more)).toReach(both);
    expect(network(more)).not.toReach({ ...both, every: true });
    expect(network(twoTiers)).toReach({ ...out, every: true });
  });

  it('about a subnet mean an instance without a security group', () => {
    const net = network({ ...twoTiers, ...instance('Server', 'Public', { inbound: [everything] }) });
    expect(net).toReach({ source: at('Private'), destination: at('Server'), port: 9 });
    expect(net).not.toReach({ source: 'internet', destination: at('Private'), port: 9 });
    expect(net).not.toReach({
      source: { subnet: at('Public'), publicAddress: false },
      destination: 'internet',
    });
  });

  it('about passage find a second path', () => {
    const shortcut = subnet(
      'Private',
      'Vpc',
      '10.0.1.0/24',
      [to('0.0.0.0/0', { NatGatewayId: ref('Nat') }), to('203.0.113.0/24', { GatewayId: ref('Igw') })],
      { MapPublicIpOnLaunch: true },
    );
    expect(network(twoTiers)).toPassThrough({ ...out, component: at('Nat') });
    expect(network({ ...twoTiers, ...shortcut })).not.toPassThrough({ ...out, component: at('Nat') });
    expect(
      network(twoTiers)
        .everyPath({ ...out, source: 'internet', destination: at('Client') })
        .passesThrough(at('Igw')).answer,
    ).toBe('unknown');
  });
});

describe('explanations', () => {
  it('list the hops, with the rule or route that let the packet pass', () => {
    const { path, explanation } = network(twoTiers).canReach(out);
    expect(explanation).toEqual([]);
    expect(path.filter(({ reply }) => !reply).map(({ component }) => component)).toEqual([
      'T/Client',
      'security group T/ClientGroup',
      'T/PrivateTable',
      'default network ACL of T/Vpc',
      'default network ACL of T/Vpc',
      'T/Nat',
      'T/PublicTable',
      'default network ACL of T/Vpc',
      'T/Igw',
    ]);
  });

  it('name every blocker, not only the first', () => {
    const template = { ...without(twoTiers, 'PublicRoute0'), ...instance('Server', 'Public') };
    const { explanation } = network(template).canReach({
      source: 'internet',
      destination: at('Server'),
      port: 443,
    });
    expect(explanation.map(({ component }) => component)).toEqual([
      'security group T/ServerGroup',
      'T/PublicTable',
    ]);
  });

  it('are part of a failed expectation', () => {
    expect(() => {
      expect(network(twoTiers)).not.toReach(out);
    }).toThrow('T/Client to internet on tcp 443 is reachable\n  - T/Client');
    expect(() => {
      expect(network(without(twoTiers, 'Nat'))).toReach(out);
    }).toThrow('NatGatewayId');
  });

  it('list all pairs in a matrix', () => {
    const net = network({
      ...twoTiers,
      ...instance('Plain', 'Public', { inbound: [tcp(22, { SourceSecurityGroupId: ref('ServerGroup') })] }),
    });
    expect(String(net.matrix()).split('\n')).toEqual([
      'internet -> T/Server: tcp 443 only',
      'T/Client -> T/Server: tcp 443 only',
      'T/Plain -> T/Server: tcp 443 only',
      'T/Server -> T/Plain: tcp 22 only',
    ]);
    expect(String(net.matrix({ protocol: 'tcp', port: 22 }))).toBe('T/Server -> T/Plain: tcp 22');
  });
});

describe('routes of a public subnet', () => {
  it('do not let replies out through another interface', () => {
    const net = network({ ...twoTiers, ...subnet('Private', 'Vpc', '10.0.1.0/24', [toInternet]) });
    expect(net).not.toReach(out);
  });
});
