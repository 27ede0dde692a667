import { brief, compare, group, instance, network, ref, resource, rule } from './templates';

const ANYWHERE = { CidrIp: '0.0.0.0/0' };
const web = (...ingress: readonly object[]) => ({
  ...network,
  Web: instance('PublicA', 'WebGroup'),
  WebGroup: group(ingress, [rule(443, ANYWHERE)]),
});

describe('changes: flows', () => {
  it('finds nothing in equal templates', () => {
    expect(compare(web(rule(80, ANYWHERE)), web(rule(80, ANYWHERE)))).toEqual({
      verdict: 'nothing opens',
      changes: [],
    });
  });

  it('names the port that opens, with the reasons of both states', () => {
    const diff = compare(web(rule(80, ANYWHERE)), web(rule(80, ANYWHERE), rule(22, ANYWHERE)));
    expect(diff.verdict).toBe('opens');
    expect(diff.changes).toEqual([
      {
        area: 'flow',
        effect: 'opens',
        subjects: [
          'internet (IPv4)',
          ...['PrivateA', 'PrivateB', 'PublicA', 'PublicB'].map((name) => `anything in Shop/${name}`),
        ],
        what: ['tcp 22'],
        objects: ['Shop/Web'],
        before: {
          answer: 'not reachable',
          because: [
            expect.stringMatching(
              /^security group Shop\/WebGroup: no inbound rule allows tcp 22 from/,
            ) as string,
          ],
        },
        after: {
          answer: 'reachable',
          because: ['security group Shop/WebGroup: inbound tcp 22 from 0.0.0.0/0'],
        },
      },
    ]);
  });

  it('says that a port closes', () => {
    const diff = compare(web(rule(80, ANYWHERE)), web());
    expect(diff.verdict).toBe('nothing opens');
    expect(brief(diff)).toEqual([expect.stringMatching(/^closes \| internet .* \| tcp 80 \| Shop\/Web$/)]);
  });

  it('compares ranges of ports, not samples of them', () => {
    const range = (from: number, to: number) => ({ ...rule(from, ANYWHERE), ToPort: to });
    expect(brief(compare(web(range(8000, 8100)), web(range(8050, 8200))))).toEqual([
      expect.stringContaining('| tcp 8101-8200 |'),
      expect.stringContaining('| tcp 8000-8049 |'),
    ]);
  });

  it('compares addresses: a network that is let in widens', () => {
    const [change] = brief(
      compare(web(rule(22, { CidrIp: '203.0.113.0/28' })), web(rule(22, { CidrIp: '203.0.113.0/24' }))),
    );
    expect(change).toMatch(/^opens \| 203\.0\.113\.16-203\.0\.113\.255 \| tcp 22 \| Shop\/Web$/);
  });

  it('tells IPv4 from IPv6', () => {
    const dual = (ingress: object) => ({
      ...web(ingress),
      Block: resource('AWS::EC2::VPCCidrBlock', {
        VpcId: ref('Vpc'),
        Ipv6CidrBlock: '2600:1f00::/56',
        Ipv6Pool: 'pool',
      }),
      PublicA: resource('AWS::EC2::Subnet', {
        VpcId: ref('Vpc'),
        CidrBlock: '10.0.0.0/24',
        Ipv6CidrBlock: '2600:1f00::/64',
        AssignIpv6AddressOnCreation: true,
        AvailabilityZone: 'eu-west-1a',
        MapPublicIpOnLaunch: true,
      }),
      Route6: resource('AWS::EC2::Route', {
        RouteTableId: ref('PublicATable'),
        DestinationIpv6CidrBlock: '::/0',
        GatewayId: ref('Gateway'),
      }),
    });
    const diff = compare(dual(rule(22, ANYWHERE)), dual(rule(22, { CidrIpv6: '::/0' })));
    expect(brief(diff)).toContainEqual(
      expect.stringMatching(/^opens \| internet \(IPv6\).* \| tcp 22 \| Shop\/Web$/),
    );
    expect(brief(diff)).toContainEqual(
      expect.stringMatching(/^closes \| internet \(IPv4\).* \| tcp 22 \| Shop\/Web$/),
    );
  });

  it('says in one line what a security group of 200 instances opens', () => {
    const fleet = (...ingress: readonly object[]) => ({
      ...web(...ingress),
      ...Object.fromEntries(
        Array.from({ length: 199 }, (_, i) => [`Web${i}`, instance('PublicA', 'WebGroup')] as const),
      ),
    });
    const { changes } = compare(fleet(), fleet(rule(22, ANYWHERE)));
    const [change] = changes;
    expect(changes).toHaveLength(1);
    expect(change?.objects).toHaveLength(200);
  });

  it.each<[string, object]>([
    [
      'tasks of a service',
      resource('AWS::ECS::Service', {
        NetworkConfiguration: {
          AwsvpcConfiguration: { Subnets: [ref('PrivateA')], SecurityGroups: [ref('WebGroup')] },
        },
      }),
    ],
    [
      'instances of a fleet',
      resource('AWS::AutoScaling::AutoScalingGroup', {
        VPCZoneIdentifier: [ref('PrivateA')],
        LaunchTemplate: { LaunchTemplateId: ref('Launch'), Version: '1' },
      }),
    ],
  ])('says that the %s reach each other', (_, Fleet) => {
    const fleet = (...ingress: readonly object[]) => ({
      ...network,
      Fleet,
      Launch: resource('AWS::EC2::LaunchTemplate', {
        LaunchTemplateData: { SecurityGroupIds: [ref('WebGroup')] },
      }),
      WebGroup: group(ingress),
    });
    const own = rule(7000, { SourceSecurityGroupId: ref('WebGroup') });
    expect(brief(compare(fleet(), fleet(own)))).toEqual(['opens | Shop/Fleet | tcp 7000 | Shop/Fleet']);
    // One instance has nobody of its kind.
    const single = (...ingress: readonly object[]) => ({
      ...fleet(...ingress),
      Fleet: instance('PrivateA', 'WebGroup'),
    });
    expect(compare(single(), single(own)).changes).toEqual([]);
  });

  it('names the zone whose loss a flow does not survive any more', () => {
    const cross = {
      ...network,
      PrivateBRoute: resource('AWS::EC2::Route', {
        RouteTableId: ref('PrivateBTable'),
        DestinationCidrBlock: '0.0.0.0/0',
        NatGatewayId: ref('NatA'),
      }),
    };
    const diff = compare(network, cross);
    expect(diff.verdict).toBe('nothing opens');
    expect(diff.changes).toEqual([
      expect.objectContaining({
        area: 'availability',
        effect: 'does not survive',
        subjects: ['anything in Shop/PrivateB'],
        objects: ['internet (IPv4)'],
        when: 'without eu-west-1a',
        after: {
          answer: 'not reachable',
          because: [
            'Shop/PrivateBTable: route 0.0.0.0/0 leads to NAT gateway Shop/NatA, which is gone (blackhole)',
          ],
        },
      }),
    ]);
    expect(brief(compare(cross, network))).toEqual([
      expect.stringMatching(/^survives \|.*without eu-west-1a$/),
    ]);
  });

  it('finds a private subnet that becomes public', () => {
    const open = {
      ...network,
      PrivateARoute: resource('AWS::EC2::Route', {
        RouteTableId: ref('PrivateATable'),
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: ref('Gateway'),
      }),
    };
    expect(brief(compare(network, open))).toContainEqual(
      'opens | internet (IPv4) | all traffic | anything in Shop/PrivateA with a public address',
    );
  });

  it('says what is not decided any more', () => {
    const Parameters = { From: { Type: 'String' } };
    const diff = compare(web(), web(rule(22, { CidrIp: ref('From') })), { Parameters });
    expect(diff.verdict).toBe('may open');
    expect(diff.changes[0]).toMatchObject({
      effect: 'undecided',
      mayOpen: true,
      before: { answer: 'not reachable' },
      after: { answer: 'unknown', because: [expect.stringContaining('parameter From') as string] },
    });
  });

  it('counts what was not known as closed, where it is open now', () => {
    const Parameters = { From: { Type: 'String' } };
    const diff = compare(web(rule(22, { CidrIp: ref('From') })), web(rule(22, ANYWHERE)), { Parameters });
    expect(diff.verdict).toBe('opens');
  });

  it('finds what a condition opens', () => {
    const Conditions = { Debug: { 'Fn::Equals': [ref('Stage'), 'dev'] } };
    const Parameters = { Stage: { Type: 'String', AllowedValues: ['dev', 'prod'] } };
    const conditional = {
      ...web(),
      Ssh: resource(
        'AWS::EC2::SecurityGroupIngress',
        { GroupId: { 'Fn::GetAtt': ['WebGroup', 'GroupId'] }, ...rule(22, ANYWHERE) },
        { Condition: 'Debug' },
      ),
    };
    const diff = compare(web(), conditional, { Conditions, Parameters });
    expect(diff.verdict).toBe('may open');
  });

  it('finds a rule of which it is not known to which group it belongs', () => {
    const Parameters = { Group: { Type: 'String' } };
    const stray = resource('AWS::EC2::SecurityGroupIngress', {
      GroupId: ref('Group'),
      ...rule(22, ANYWHERE),
    });
    expect(compare(web(), { ...web(), Stray: stray }, { Parameters }).verdict).toBe('may open');
  });

  it('matches a resource by its construct path where its logical id changes', () => {
    const at = (path: string, one: object) => ({
      ...one,
      Metadata: { 'aws:cdk:path': `Shop/${path}/Resource` },
    });
    const named = (id: string) => ({
      ...network,
      [`Web${id}`]: at('Web', instance('PublicA', `Group${id}`)),
      [`Group${id}`]: at('Web/Group', group([rule(80, ANYWHERE)])),
    });
    expect(compare(named('1'), named('2')).changes).toEqual([]);
  });

  it('takes a resource of another path for removed and added', () => {
    const { Web, ...rest } = web(rule(80, ANYWHERE));
    const diff = compare(web(rule(80, ANYWHERE)), { ...rest, Site: Web });
    expect(brief(diff)).toContainEqual(expect.stringMatching(/^opens \| internet .* tcp 80 \| Shop\/Site$/));
    expect(brief(diff)).toContainEqual(expect.stringMatching(/^closes \| internet .* tcp 80 \| Shop\/Web$/));
    expect(diff.changes.find(({ effect }) => effect === 'closes')?.after.because).toEqual([
      'it does not exist',
    ]);
  });
});
