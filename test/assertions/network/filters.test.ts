import '../../../lib/assertions/network/matchers';
import {
  acl,
  at,
  att,
  ec2,
  entry,
  everything,
  instance,
  internetGateway,
  network,
  ref,
  subnet,
  tcp,
  toInternet,
  vpc,
  without,
} from './templates';

/** Two public subnets of one VPC, a client in one and a server in the other. */
const base = {
  ...vpc('Vpc', '10.0.0.0/16'),
  ...internetGateway('Vpc'),
  ...subnet('A', 'Vpc', '10.0.1.0/24', [toInternet], { MapPublicIpOnLaunch: true }),
  ...subnet('B', 'Vpc', '10.0.2.0/24', [toInternet], { MapPublicIpOnLaunch: true }),
  ...instance('Client', 'A'),
};
const question = { source: at('Client'), destination: at('Server'), port: 22 } as const;
const web = { source: 'internet', destination: at('Server'), port: 443 } as const;
const serverWith = (...inbound: readonly object[]) => ({ ...base, ...instance('Server', 'B', { inbound }) });

describe('security groups', () => {
  // https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
  it('deny inbound traffic without a rule, and list the rules', () => {
    expect(network(serverWith())).not.toReach(question);
    const flow = network(serverWith(tcp(23, '10.0.0.0/8'))).canReach(question);
    expect(String(flow)).toContain(
      'security group T/ServerGroup: no inbound rule allows tcp 22 from T/Client (rules: tcp 23 from 10.0.0.0/8)',
    );
  });

  it('match protocol, port range and address', () => {
    const range = { IpProtocol: '6', FromPort: '20', ToPort: '25', CidrIp: '10.0.1.0/24' };
    expect(network(serverWith(range))).toReach(question);
    expect(network(serverWith({ ...range, IpProtocol: 'udp' }))).not.toReach(question);
    expect(network(serverWith({ ...range, ToPort: 21 }))).not.toReach(question);
    expect(network(serverWith({ ...range, CidrIp: '10.0.2.0/24' }))).not.toReach(question);
    expect(network(serverWith(everything))).toReach(question);
  });

  it('allow what any rule of any group allows', () => {
    const two = {
      ...serverWith(tcp(80, '10.0.0.0/8')),
      More: ec2('SecurityGroup', {
        SecurityGroupIngress: [tcp(22, '10.0.1.0/25'), tcp(22, '10.0.1.128/25')],
      }),
    };
    const server = ec2('Instance', {
      SubnetId: ref('B'),
      SecurityGroupIds: [ref('ServerGroup'), ref('More')],
    });
    expect(network(two)).not.toReach(question);
    expect(network({ ...two, Server: server })).toReach(question);
  });

  it('are stateful: replies need no rule', () => {
    const shut = instance('Server', 'B', {
      inbound: [tcp(22, '10.0.0.0/8')],
      outbound: [tcp(9, '192.0.2.1/32')],
    });
    expect(network({ ...base, ...shut })).toReach(question);
    expect(network({ ...base, ...shut })).not.toReach({
      ...question,
      source: at('Server'),
      destination: at('Client'),
    });
  });

  it('treat standalone rules like inline rules', () => {
    const rule = ec2('SecurityGroupIngress', {
      GroupId: att('ServerGroup', 'GroupId'),
      ...tcp(22, '10.0.0.0/8'),
    });
    expect(network({ ...serverWith(), Rule: rule })).toReach(question);
  });

  // https://github.com/aws/aws-cdk/pull/998
  it('allow everything out until they have an outbound rule, inline or standalone', () => {
    const open = serverWith(everything);
    expect(network(open)).toReach(question);
    const rule = (port: number) =>
      ec2('SecurityGroupEgress', { GroupId: ref('ClientGroup'), ...tcp(port, '10.0.0.0/8') });
    expect(network({ ...open, Rule: rule(443) })).not.toReach(question);
    expect(network({ ...open, Rule: rule(22) })).toReach(question);
    const dummy = { IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32' };
    expect(network({ ...open, ...instance('Client', 'A', { outbound: [dummy] }) })).not.toReach(question);
  });

  it('reference another group: its members match by private address', () => {
    const members = { SourceSecurityGroupId: att('ClientGroup', 'GroupId') };
    expect(network(serverWith(tcp(22, members)))).toReach(question);
    expect(network(serverWith(tcp(22, members)))).not.toReach({ ...question, source: 'internet' });
    expect(network(serverWith(tcp(22, { SourceSecurityGroupId: ref('ServerGroup') })))).not.toReach(question);
    const outbound = [tcp(22, { DestinationSecurityGroupId: ref('ServerGroup') })];
    const both = { ...serverWith(everything), ...instance('Client', 'A', { outbound }) };
    expect(network(both)).toReach(question);
    expect(network(both)).not.toReach({ source: at('Client'), destination: 'internet', port: 22 });
  });

  it('reference themselves', () => {
    const own = tcp(22, { SourceSecurityGroupId: ref('ServerGroup') });
    const twin = ec2('Instance', { SubnetId: ref('A'), SecurityGroupIds: [ref('ServerGroup')] });
    const inline = {
      ...serverWith(),
      Twin: twin,
      Rule: ec2('SecurityGroupIngress', { GroupId: ref('ServerGroup'), ...own }),
    };
    expect(network(inline)).toReach({ ...question, source: at('Twin') });
    expect(network(inline)).not.toReach(question);
  });

  // https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
  it('default to the default group, whose members trust each other', () => {
    const [client, server] = [
      ec2('Instance', { SubnetId: ref('A') }),
      ec2('Instance', { SubnetId: ref('B') }),
    ];
    const template = { ...without(base, 'ClientGroup'), Client: client, Server: server };
    expect(network(template)).toReach(question);
    expect(network(template)).not.toReach(web);
    const emptied = {
      Type: 'Custom::VpcRestrictDefaultSG',
      Properties: { DefaultSecurityGroupId: att('Vpc', 'DefaultSecurityGroup') },
    };
    expect(network({ ...template, Emptied: emptied })).not.toReach(question);
  });

  it('expand prefix lists of the templates; others are unknown', () => {
    const list = ec2('PrefixList', { Entries: [{ Cidr: '10.0.1.0/24' }] });
    const net = (id: object | string) =>
      network({ ...serverWith(tcp(22, { SourcePrefixListId: id })), List: list });
    expect(net(ref('List'))).toReach(question);
    expect(net(ref('List'))).not.toReach({ ...question, source: 'internet' });
    expect(net('pl-1').canReach(question).answer).toBe('unknown');
  });

  it('distinguish the internet, trusted addresses and all others', () => {
    const trusted = network(serverWith(tcp(443, '203.0.113.0/24')));
    const others = { internet: true, except: ['203.0.113.0/24'] } as const;
    expect(trusted).toReach(web);
    expect(trusted).toReach({ ...web, source: '203.0.113.7' });
    expect(trusted).not.toReach({ ...web, source: '198.51.100.7' });
    expect(trusted).not.toReach({ ...web, source: others });
    expect(network(serverWith(tcp(443, '0.0.0.0/0')))).toReach({ ...web, source: others });
  });

  it('name all groups of an interface, and four of their rules', () => {
    const More = ec2('SecurityGroup', {
      SecurityGroupIngress: [1, 2, 3, 4, 5].map((port) => tcp(port, '10.0.0.0/8')),
    });
    const server = ec2('Instance', {
      SubnetId: ref('B'),
      SecurityGroupIds: [ref('ServerGroup'), ref('More')],
    });
    const text = (resources: Record<string, object>) =>
      String(network({ ...serverWith(), ...resources }).canReach(question));
    expect(text({ More, Server: server })).toContain(
      'security groups T/ServerGroup, T/More: no inbound rule allows tcp 22 from T/Client (rules: tcp 1 from 10.0.0.0/8; tcp 2 from 10.0.0.0/8; tcp 3 from 10.0.0.0/8; tcp 4 from 10.0.0.0/8; and 1 more)',
    );
    expect(text({})).toContain(
      'security group T/ServerGroup: no inbound rule allows tcp 22 from T/Client: it has no inbound rules',
    );
    const opened = {
      More: ec2('SecurityGroup', { SecurityGroupIngress: [tcp(22, '10.0.0.0/8')] }),
      Server: server,
    };
    expect(text(opened)).toContain(
      'security groups T/ServerGroup, T/More: T/More: inbound tcp 22 from 10.0.0.0/8',
    );
  });

  it('are unknown when only part of a CIDR block gets through', () => {
    const flow = network(serverWith(tcp(443, '203.0.113.0/25'))).canReach({
      ...web,
      source: '203.0.113.0/24',
    });
    expect(flow.answer).toBe('unknown');
    expect(String(flow)).toContain('lets through 203.0.113.0/25 only, of 203.0.113.0/24');
  });

  it('are not matched by reference over a public address', () => {
    // Private addresses are blocked by the server's ACL, so that only the way over the internet is left.
    const members = serverWith(tcp(22, { SourceSecurityGroupId: ref('ClientGroup') }));
    const deny = [entry(1, 'deny', 'in', '10.0.0.0/8'), entry(2, 'allow', 'in'), entry(1, 'allow', 'out')];
    expect(network({ ...members, ...acl('Acl', 'Vpc', 'B', deny) })).not.toReach(question);
    expect(network({ ...serverWith(everything), ...acl('Acl', 'Vpc', 'B', deny) })).toReach(question);
  });

  it('distinguish ping from the rest of ICMP', () => {
    const icmp = (type: number, code: number) => ({
      IpProtocol: 'icmp',
      FromPort: type,
      ToPort: code,
      CidrIp: '10.0.0.0/8',
    });
    const ping = { source: at('Client'), destination: at('Server'), protocol: 'icmp' } as const;
    expect(network(serverWith(icmp(8, -1)))).toReach(ping);
    expect(network(serverWith(icmp(-1, -1)))).toReach(ping);
    expect(network(serverWith(icmp(3, -1)))).not.toReach(ping);
    expect(network(serverWith(tcp(22, '10.0.0.0/8')))).not.toReach(ping);
  });

  it('are asked for all ports when the question has no port', () => {
    const all = { source: at('Client'), destination: at('Server') };
    expect(network(serverWith(everything))).toReach({ ...all, protocol: 'all' });
    expect(network(serverWith())).not.toReach({ ...all, protocol: 'all' });
    const some = network(serverWith(tcp(22, '10.0.0.0/8'))).canReach(all);
    expect(some.answer).toBe('unknown');
    expect(String(some)).toContain('reachable on tcp 22, but not on all');
  });
});

describe('network ACLs', () => {
  const open = serverWith(everything);
  const withAcl = (...entries: readonly object[]) => network({ ...open, ...acl('Acl', 'Vpc', 'B', entries) });
  const [allIn, allOut] = [entry(100, 'allow', 'in'), entry(100, 'allow', 'out')];

  // https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
  it('allow everything by default, and nothing without entries', () => {
    expect(network(open)).toReach(question);
    expect(withAcl(allIn, allOut)).toReach(question);
    expect(withAcl()).not.toReach(question);
    expect(String(withAcl(allOut).canReach(question))).toContain(
      'network ACL T/Acl: entry * denies what no entry matches, which stops inbound tcp 22 from T/Client',
    );
  });

  // https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
  it('decide by the first entry that matches, in order of numbers', () => {
    const deny = (number: number) => entry(number, 'deny', 'in');
    expect(withAcl(allIn, deny(90), allOut)).not.toReach(question);
    expect(withAcl(deny(110), allIn, allOut)).toReach(question);
    expect(String(withAcl(allIn, deny(90), allOut).canReach(question))).toContain(
      'entry 90 denies all traffic',
    );
  });

  it('are stateless: replies need an entry for the ephemeral ports', () => {
    const replies = entry(100, 'allow', 'out', '0.0.0.0/0', [1024, 65535]);
    expect(withAcl(allIn, replies)).toReach(question);
    const flow = withAcl(allIn, entry(100, 'allow', 'out', '0.0.0.0/0', [22, 22])).canReach(question);
    expect(flow.answer).toBe('not reachable');
    expect(String(flow)).toContain('stops outbound tcp 1024-65535 to T/Client');
  });

  it('are unknown when replies pass to some ephemeral ports only', () => {
    const linux = entry(100, 'allow', 'out', '0.0.0.0/0', [32768, 60999]);
    const net = withAcl(allIn, linux);
    expect(net.canReach(question).answer).toBe('unknown');
    expect(String(net.canReach(question))).toContain('passes for ports 32768-60999 only');
    expect(net).toReach({ ...question, ephemeralPorts: { from: 32768, to: 60999 } });
    const second = { ...linux, RuleNumber: 101, PortRange: { From: 61500, To: 62000 } };
    expect(String(withAcl(allIn, linux, second).canReach(question))).toContain(
      'passes for ports 32768-60999, 61500-62000 only (entry * denies what no entry matches)',
    );
  });

  it('of the client filter outbound requests and inbound replies', () => {
    const at443 = (...entries: readonly object[]) => network({ ...open, ...acl('Acl', 'Vpc', 'A', entries) });
    const request = entry(1, 'allow', 'out', '10.0.2.0/24', [22, 22]);
    const reply = entry(1, 'allow', 'in', '10.0.2.0/24', [1024, 65535]);
    expect(at443(request, reply)).toReach(question);
    expect(at443(request)).not.toReach(question);
    expect(at443(reply)).not.toReach(question);
  });

  it('filter nothing within a subnet', () => {
    const together = { ...open, ...instance('Client', 'B') };
    expect(network({ ...together, ...acl('Acl', 'Vpc', 'B', []) })).toReach(question);
  });

  it('filter public addresses, and stop a denied one at the subnet', () => {
    const net = withAcl(entry(50, 'deny', 'in', '198.51.100.0/24'), allIn, allOut);
    expect(net).not.toReach({ ...web, source: '198.51.100.9' });
    expect(net).toReach({ ...web, source: '203.0.113.9' });
    expect(net).toReach(web);
    const none = withAcl(entry(50, 'deny', 'in', '0.0.0.0/0'), allIn, allOut);
    expect(none).not.toReach(web);
  });

  it('intersect with security groups address by address', () => {
    const trusted = serverWith(tcp(443, '203.0.113.0/24'));
    const deny = acl('Acl', 'Vpc', 'B', [entry(50, 'deny', 'in', '203.0.113.0/24'), allIn, allOut]);
    expect(network({ ...trusted, ...deny })).not.toReach(web);
  });

  it('of a NAT gateway filter the client on one side, the internet on the other', () => {
    const nat = {
      ...without(base, 'A', 'ARoute0'),
      ...subnet('A', 'Vpc', '10.0.1.0/24', [{ DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: ref('Nat') }]),
      Nat: ec2('NatGateway', { SubnetId: ref('B') }),
    };
    const out = { source: at('Client'), destination: 'internet', port: 443 } as const;
    const entries = [
      entry(1, 'allow', 'in', '10.0.1.0/24', [443, 443]),
      entry(2, 'allow', 'in', '0.0.0.0/0', [1024, 65535]),
      entry(1, 'allow', 'out', '0.0.0.0/0', [443, 443]),
      entry(2, 'allow', 'out', '10.0.1.0/24', [1024, 65535]),
    ];
    expect(network({ ...nat, ...acl('Acl', 'Vpc', 'B', entries) })).toReach(out);
    for (const dropped of entries) {
      const rest = entries.filter((kept) => kept !== dropped);
      expect(network({ ...nat, ...acl('Acl', 'Vpc', 'B', rest) })).not.toReach(out);
    }
  });

  // Rule 100 allows all IPv4 traffic. https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
  it.each([
    [1, 'not reachable'],
    [99, 'not reachable'],
    [101, 'reachable'],
  ])('of a VPC by default: an entry %d that denies all makes the server %s', (number, answer) => {
    const deny = ec2('NetworkAclEntry', {
      NetworkAclId: att('Vpc', 'DefaultNetworkAcl'),
      ...entry(number, 'deny', 'in'),
    });
    expect(network({ ...open, Deny: deny }).canReach(question).answer).toBe(answer);
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-networkaclentry.html
  it('take an entry without Egress as inbound', () => {
    const { Egress, ...inbound } = entry(100, 'allow', 'in');
    expect(Egress).toBe(false);
    expect(withAcl(inbound, allOut)).toReach(question);
    expect(withAcl(allIn, inbound)).not.toReach(question);
  });

  it('take rule actions in any case', () => {
    expect(withAcl({ ...allIn, RuleAction: 'ALLOW' }, allOut)).toReach(question);
    expect(withAcl({ ...allIn, RuleAction: 'Deny' }, allOut)).not.toReach(question);
  });

  it('match types of ICMP', () => {
    const ping = { source: at('Client'), destination: at('Server'), protocol: 'icmp' } as const;
    const icmp = (direction: 'in' | 'out', Type: number, Code = -1) => ({
      ...entry(100, 'allow', direction),
      Protocol: 1,
      Icmp: { Type, Code },
    });
    // 8 is the request and 0 the reply.
    expect(withAcl(icmp('in', 8), icmp('out', 0))).toReach(ping);
    expect(withAcl(icmp('in', -1), icmp('out', -1))).toReach(ping);
    expect(withAcl(icmp('in', 8), icmp('out', 8))).not.toReach(ping);
    expect(withAcl(icmp('in', 8, 1), icmp('out', 0))).not.toReach(ping);
  });

  it.each([
    ['Egress', 'Egress of T/AclEntry0 is not known before deployment'],
    ['RuleNumber', 'is not known before deployment'],
    ['RuleAction', 'is not known before deployment'],
    ['Protocol', 'is not known'],
    ['CidrBlock', 'is not known before deployment'],
  ])('are unknown while %s of the entry that decides is', (property, reason) => {
    const flow = withAcl({ ...allIn, [property]: { 'Fn::ImportValue': 'Open' } }, allOut).canReach(question);
    expect(flow.answer).toBe('unknown');
    expect(String(flow)).toContain(reason);
  });

  it('are unknown while an entry has no number', () => {
    const { RuleNumber, ...unnumbered } = entry(1, 'deny', 'in');
    expect(RuleNumber).toBe(1);
    const flow = withAcl(unnumbered, allIn, allOut).canReach(question);
    expect(String(flow)).toContain('the number of T/AclEntry0 is not known');
  });

  it('are unknown while it is not known to which ACL an entry belongs', () => {
    const stray = ec2('NetworkAclEntry', {
      NetworkAclId: { 'Fn::ImportValue': 'Acl' },
      ...entry(1, 'deny', 'in'),
    });
    const flow = network({ ...open, Stray: stray }).canReach(question);
    expect(flow.answer).toBe('unknown');
    expect(String(flow)).toContain('T/Stray');
  });

  it('name the entry that allows the request', () => {
    const flow = withAcl(entry(7, 'allow', 'in', '10.0.1.0/24', [22, 22]), allOut).canReach(question);
    expect(String(flow)).toContain('inbound entry 7 allows tcp 22 from 10.0.1.0/24');
    expect(String(flow)).toContain('outbound entry 100 allows all traffic to 0.0.0.0/0');
  });
});
