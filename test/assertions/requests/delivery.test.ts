import { Network } from '../../../lib/assertions/network';
import { Requests } from '../../../lib/assertions/requests';
import '../../../lib/assertions/requests/matchers';
import { Templates } from '../../../lib/assertions/templates';
import {
  acl,
  att,
  ec2,
  entry,
  instance,
  internetGateway,
  subnet,
  tcp,
  toInternet,
  vpc,
  without,
  type Resources,
} from '../network/templates';
import {
  balancer,
  elb,
  fixed,
  forward,
  listener,
  path,
  redirect,
  ref,
  rule,
  sourceIp,
  weighted,
} from './template';

const requests = (resources: Resources) =>
  Requests.of(Templates.fromTemplates({ App: { Resources: resources } }));
const group = (inbound: readonly object[], outbound?: readonly object[]) =>
  ec2('SecurityGroup', {
    VpcId: ref('Vpc'),
    SecurityGroupIngress: inbound,
    ...(outbound && { SecurityGroupEgress: outbound }),
  });
const fromGroup = (id: string) => ({ SourceSecurityGroupId: ref(id) });
const udp = (port: number, peer: object | string) => ({ ...tcp(port, peer), IpProtocol: 'udp' });
const server = (id: string, where: string, inbound: readonly object[]) => instance(id, where, { inbound });
const targets = (ids: readonly string[], properties: object = {}) =>
  elb('TargetGroup', {
    Port: 8080,
    Protocol: 'HTTP',
    Targets: ids.map((Id) => ({ Id: ref(Id) })),
    ...properties,
  });

/** Two zones, each with a public and a private subnet. */
const network: Resources = {
  ...vpc('Vpc', '10.0.0.0/16'),
  ...internetGateway('Vpc'),
  ...subnet('PublicA', 'Vpc', '10.0.0.0/24', [toInternet], { MapPublicIpOnLaunch: true }),
  ...subnet('PublicB', 'Vpc', '10.0.1.0/24', [toInternet], {
    MapPublicIpOnLaunch: true,
    AvailabilityZone: 'az-b',
  }),
  ...subnet('PrivateA', 'Vpc', '10.0.2.0/24'),
  ...subnet('PrivateB', 'Vpc', '10.0.3.0/24', [], { AvailabilityZone: 'az-b' }),
};
const subnets = { Subnets: [ref('PublicA'), ref('PublicB')] };
const facing = { Scheme: 'internet-facing', SecurityGroups: [ref('LbGroup')], ...subnets };

const web: Resources = {
  ...network,
  LbGroup: group([tcp(80, '0.0.0.0/0')]),
  Lb: balancer('application', facing),
  Http: listener('HTTP', 80, { DefaultActions: [forward('A')] }),
  A: targets(['ServerA', 'ServerB']),
  ...server('ServerA', 'PrivateA', [tcp(8080, fromGroup('LbGroup'))]),
  ...server('ServerB', 'PrivateB', [tcp(8080, fromGroup('LbGroup'))]),
};
const get = { from: 'internet', to: 'App/Lb', url: 'http://example.com/' } as const;
const explained = (resources: Resources, question: Parameters<Requests['send']>[0] = get) =>
  requests(resources)
    .send(question)
    .explanation.map(({ component, reason }) => `${component}: ${reason}`)
    .join('\n');

describe('requests: a request through an Application Load Balancer', () => {
  it('passes the network to the load balancer, the rule, and the network to a target', () => {
    const answer = requests(web).send(get);
    expect(answer.answer).toBe('answered');
    const hops = answer.path.filter(({ reply }) => reply !== true).map(({ component }) => component);
    expect(hops.filter((hop) => /Igw|LbGroup|ServerAGroup|^App\/ServerA$|default rule/.test(hop))).toEqual([
      'App/Igw',
      'security group App/LbGroup',
      'the default rule of App/Http',
      'security group App/LbGroup',
      'security group App/ServerAGroup',
      'App/ServerA',
    ]);
    expect(requests(web)).toServe({ ...get, every: true });
    expect(requests(web)).toServe(get, { targetGroup: 'App/A' });
    expect(requests(web)).not.toServe(get, { targetGroup: 'App/B' });
  });

  it.each<[string, Resources, RegExp]>([
    [
      'no route from the internet',
      without(web, 'PublicARoute0', 'PublicBRoute0'),
      /PublicATable: has no route to internet/,
    ],
    ['no listener', without(web, 'Http'), /has no listener for tcp 80/],
    [
      'a closed load balancer',
      { ...web, LbGroup: group([]) },
      /LbGroup: no inbound rule allows tcp 80 from internet/,
    ],
    [
      'no way out of the load balancer',
      { ...web, LbGroup: group([tcp(80, '0.0.0.0/0')], [tcp(9999, '10.0.0.0/16')]) },
      /LbGroup: no outbound rule allows tcp 8080 to App\/ServerA/,
    ],
    [
      'closed targets',
      { ...web, ...server('ServerA', 'PrivateA', []), ...server('ServerB', 'PrivateB', []) },
      /ServerAGroup: no inbound rule allows tcp 8080 from App\/Lb/,
    ],
    [
      'targets in a zone that the load balancer is not in',
      {
        ...web,
        Lb: balancer('application', { ...facing, Subnets: [ref('PublicA')] }),
        A: targets(['ServerB']),
      },
      /ServerB: its zone is not enabled for App\/Lb/,
    ],
    [
      'a network ACL that stops the reply of the targets',
      { ...web, ...acl('Acl', 'Vpc', 'PrivateA', [entry(100, 'allow', 'in')]), A: targets(['ServerA']) },
      /App\/Acl.*tcp 1024-65535/,
    ],
  ])('gets no answer with %s', (_, resources, reason) => {
    expect(requests(resources)).not.toServe(get);
    expect(explained(resources)).toMatch(reason);
  });

  it('is not known to be answered when health checks cannot reach the targets', () => {
    const resources = { ...web, A: targets(['ServerA', 'ServerB'], { HealthCheckPort: '9000' }) };
    expect(requests(resources).send(get).answer).toBe('unknown');
    expect(explained(resources)).toContain('health checks on tcp 9000 fail');
    const open = [tcp(8080, fromGroup('LbGroup')), tcp(9000, fromGroup('LbGroup'))];
    expect(requests({ ...resources, ...server('ServerB', 'PrivateB', open) })).toServe(get);
    expect(
      requests({ ...resources, ...server('ServerB', 'PrivateB', open) }).send({ ...get, every: true }).answer,
    ).toBe('unknown');
  });

  it('needs a target in every group that gets a share', () => {
    const split = { ...web, Http: listener('HTTP', 80, { DefaultActions: [weighted({ A: 1, B: 1 })] }) };
    const closed = { ...split, B: targets(['ServerB']), ...server('ServerB', 'PrivateB', []) };
    expect(requests({ ...split, B: targets(['ServerB']) })).toServe(get);
    expect(requests(closed).send(get).answer).toBe('unknown');
    expect(explained(closed)).toContain('ServerBGroup');
  });

  it('is not known to be answered by a group that nothing registers with', () => {
    expect(explained({ ...web, A: targets([]) })).toContain(
      'nothing in the templates registers targets with it',
    );
    expect(requests({ ...web, A: targets([]) }).send(get).answer).toBe('unknown');
    const address = {
      ...web,
      A: elb('TargetGroup', { TargetType: 'ip', Port: 80, Targets: [{ Id: '10.0.2.9' }] }),
    };
    expect(explained(address)).toContain('target 10.0.2.9 is not a resource of the templates');
  });

  it('is answered by the load balancer itself with a fixed response or a redirect', () => {
    const rules = {
      ...web,
      Teapot: rule([path('/tea')], { Priority: 1, Actions: [fixed('418')] }),
      Moved: rule([path('/old')], { Priority: 2, Actions: [redirect({ Path: '/new' })] }),
      ServerAGroup: group([]),
      ServerBGroup: group([]),
    };
    expect(requests(rules)).toServe({ ...get, url: 'http://x.example/tea' }, { statusCode: 418 });
    expect(requests(rules)).toServe(
      { ...get, url: 'http://x.example/old' },
      { location: 'http://x.example/new' },
    );
    expect(requests(rules)).not.toServe({ ...get, url: 'http://x.example/' });
    expect(requests(rules)).not.toServe({ ...get, url: 'https://x.example/tea' });
  });

  it('is not known to be answered, with the reason, where a rule does not decide', () => {
    const open = {
      ...web,
      Http: listener('HTTP', 80, { DefaultActions: [{ Type: 'forward', TargetGroupArn: 'arn:other' }] }),
    };
    expect(requests(open).send(get).answer).toBe('unknown');
    expect(explained(open)).toContain('App/Lb: target group arn:other is not in the templates');
    const barred = listener('HTTP', 80, { DefaultActions: [{ Type: 'jwt-validation' }, forward('A')] });
    expect(requests({ ...web, Http: barred }).send(get).answer).toBe('not answered');
  });

  it('shows what the load balancer answers itself, and where a redirect leads', () => {
    const hops = (action: object) =>
      requests({ ...web, Http: listener('HTTP', 80, { DefaultActions: [action] }) })
        .send(get)
        .path.map(({ component, allowedBy }) => `${component}: ${allowedBy}`);
    expect(hops(fixed('418'))).toContain('the default rule of App/Http: fixed-response 418');
    expect(hops(redirect({ Protocol: 'HTTPS', Port: '443' }))).toContain(
      'the default rule of App/Http: redirect 301 to https://example.com/',
    );
  });

  it('says which case of an open condition gives which answer', () => {
    const Conditions = { Is: { 'Fn::Equals': [ref('Stage'), 'prod'] } };
    const open = Requests.of(
      Templates.fromTemplates({
        App: {
          Parameters: { Stage: { Type: 'String', AllowedValues: ['prod', 'test'] } },
          Conditions,
          Resources: {
            ...web,
            LbGroup: group([tcp(81, '0.0.0.0/0')]),
            Gone: { ...listener('HTTP', 81), Condition: 'Is' },
          },
        },
      }),
    ).send({ ...get, url: 'http://example.com:81/' });
    expect(open.answer).toBe('unknown');
    expect(open.route.reasons.join()).toMatch(/if parameter Stage of App is prod: fixed-response 404/);
    expect(open.route.reasons.join()).toMatch(/if parameter Stage of App is test: refused/);
  });

  it('matches conditions on source addresses by the place that it comes from', () => {
    const rules = { ...web, Office: rule([sourceIp('203.0.113.0/24')], { Actions: [fixed('418')] }) };
    expect(requests(rules)).toServe({ ...get, from: '203.0.113.7' }, { statusCode: 418 });
    expect(requests(rules)).toServe({ ...get, from: '198.51.100.7' }, { targetGroup: 'App/A' });
    expect(requests(rules).send(get).answer).toBe('unknown');
    expect(explained(rules)).toContain('it depends on the address of the client');
  });

  it('survives the loss of an AZ while the other has a node and a target', () => {
    expect(requests(web)).toServeWithoutAnyAz(get);
    const oneTarget = { ...web, A: targets(['ServerA']) };
    expect(requests(oneTarget)).toServe(get);
    expect(requests(oneTarget)).not.toServeWithoutAnyAz(get);
    expect(
      requests(oneTarget)
        .survivesLossOfAnyAz(get)
        .broken.map(({ zone }) => zone),
    ).toEqual(['az-a']);
    expect(requests(oneTarget).withoutAz('az-b')).toServe(get);
    expect(() => requests(web).withoutAz('az-c')).toThrow(/az-c: no subnet is in this .*az-a, az-b/);
  });
});

describe('requests: a question about the network behind a load balancer', () => {
  const reach = (source: string, destination: string) =>
    String(
      Network.of(Templates.fromTemplates({ App: { Resources: web } })).canReach({
        source,
        destination,
        port: 443,
      }),
    );

  it('names the load balancer that forwards to the destination', () => {
    expect(reach('internet', 'App/ServerA')).toMatch(/App\/Lb: forwards requests to it.*npm run request/);
    expect(reach('App/Lb', 'App/ServerA')).not.toContain('forwards requests');
    expect(reach('internet', 'App/Lb')).not.toContain('forwards requests');
  });
});

describe('requests: clients in the VPC', () => {
  const client = { ...web, ...instance('Client', 'PrivateA') };
  const byClient = { ...get, from: 'App/Client' };

  it('reach an internal load balancer by its private address', () => {
    const internal = {
      ...client,
      Lb: balancer('application', { ...facing, Scheme: 'internal' }),
      LbGroup: group([tcp(80, fromGroup('ClientGroup'))]),
    };
    expect(requests(internal)).toServe(byClient);
    expect(requests(internal)).not.toServe(get);
  });

  it('reach an internet-facing load balancer by its public address only', () => {
    expect(requests(client)).not.toServe(byClient);
    const isPublic = { ...web, ...instance('Client', 'PublicA') };
    expect(requests(isPublic)).toServe(byClient);
    expect(requests({ ...isPublic, LbGroup: group([tcp(80, fromGroup('ClientGroup'))]) })).not.toServe(
      byClient,
    );
  });
});

describe('requests: a Network Load Balancer', () => {
  const nlb = (protocol: string, group_: object, inbound: readonly object[]): Resources => ({
    ...network,
    LbGroup: group([tcp(80, '0.0.0.0/0'), udp(53, '0.0.0.0/0')]),
    Lb: balancer('network', facing),
    Tcp: listener(protocol === 'TLS' ? 'TCP' : protocol, protocol === 'UDP' ? 53 : 80, {
      DefaultActions: [forward('A')],
    }),
    A: targets(['ServerA', 'ServerB'], { Protocol: protocol, ...group_ }),
    ...server('ServerA', 'PrivateA', inbound),
    ...server('ServerB', 'PrivateB', inbound),
  });
  const onTcp = { ...get, url: 'tcp://game.example.org:80' };
  const onUdp = { ...get, url: 'udp://game.example.org:53' };
  const preserve = (Value: string) => ({
    TargetGroupAttributes: [{ Key: 'preserve_client_ip.enabled', Value }],
  });
  const fromLb = tcp(8080, fromGroup('LbGroup'));
  const fromNodes = tcp(8080, '10.0.0.0/23');
  const fromClients = tcp(8080, '203.0.113.0/24');

  it('reaches targets that accept its security group, with or without client addresses', () => {
    for (const value of ['true', 'false']) {
      expect(requests(nlb('TCP', preserve(value), [fromLb]))).toServe(onTcp);
    }
  });

  it('keeps client addresses for instances: "Instance type target groups: Enabled"', () => {
    // Health checks come from the nodes.
    expect(requests(nlb('TCP', {}, [fromNodes]))).not.toServe(onTcp);
    expect(requests(nlb('TCP', preserve('false'), [fromNodes]))).toServe(onTcp);
    expect(requests(nlb('TCP', {}, [fromNodes, fromClients]))).toServe({ ...onTcp, from: '203.0.113.7' });
    expect(requests(nlb('TCP', {}, [fromNodes, fromClients]))).not.toServe({
      ...onTcp,
      from: '198.51.100.7',
    });
    expect(requests(nlb('TCP', {}, [fromClients])).send({ ...onTcp, from: '203.0.113.7' }).answer).toBe(
      'unknown',
    );
  });

  it('keeps none for IP targets: "IP type target groups (TCP, TLS): Disabled"', () => {
    const byAddress = {
      TargetType: 'ip',
      Targets: ['ServerA', 'ServerB'].map((id) => ({ Id: att(id, 'PrivateIp') })),
    };
    for (const protocol of ['TCP', 'TLS']) {
      expect(requests(nlb(protocol, byAddress, [fromNodes]))).toServe(onTcp);
      expect(requests(nlb(protocol, { ...byAddress, ...preserve('true') }, [fromNodes]))).not.toServe(onTcp);
    }
  });

  it('always keeps it by UDP, and checks health by TCP', () => {
    const check = { HealthCheckPort: '8081' };
    const health = tcp(8081, fromGroup('LbGroup'));
    const nodesOnly = [udp(8080, '10.0.0.0/23'), health];
    expect(requests(nlb('UDP', { ...check, ...preserve('false') }, nodesOnly))).not.toServe(onUdp);
    expect(requests(nlb('UDP', check, [udp(8080, '0.0.0.0/0'), health]))).toServe(onUdp);
    expect(requests(nlb('UDP', check, [udp(8080, fromGroup('LbGroup')), health]))).toServe(onUdp);
    expect(requests(nlb('UDP', check, [udp(8080, '0.0.0.0/0')])).send(onUdp).answer).toBe('unknown');
  });

  it('does not know whether a target that is the client reaches itself', () => {
    const internal = { Lb: balancer('network', { ...facing, Scheme: 'internal' }) };
    const one = { ...nlb('TCP', { Targets: [{ Id: ref('ServerA') }] }, [fromLb]), ...internal };
    expect(explained(one, { ...onTcp, from: 'App/ServerA' })).toContain('the client is a target itself');
    expect(requests(one)).toServe({ ...onTcp, from: 'App/ServerB' });
    const notKept = { ...one, A: targets(['ServerA'], { Protocol: 'TCP', ...preserve('false') }) };
    expect(requests(notKept)).toServe({ ...onTcp, from: 'App/ServerA' });
  });

  it('lets the network ACL of the targets see the address of the client', () => {
    const acls = (inbound: string, outbound: string) =>
      acl('Acl', 'Vpc', 'PrivateA', [
        entry(100, 'allow', 'in', inbound),
        entry(100, 'allow', 'out', outbound),
      ]);
    const one = nlb('TCP', { Targets: [{ Id: ref('ServerA') }] }, [fromLb]);
    for (const [inbound, outbound] of [
      ['10.0.0.0/16', '0.0.0.0/0'],
      ['0.0.0.0/0', '10.0.0.0/16'],
    ] as const) {
      expect(requests({ ...one, ...acls(inbound, outbound) })).not.toServe(onTcp);
    }
    expect(requests({ ...one, ...acls('0.0.0.0/0', '0.0.0.0/0') })).toServe(onTcp);
    const notKept = targets(['ServerA'], { Protocol: 'TCP', ...preserve('false') });
    expect(requests({ ...one, ...acls('10.0.0.0/16', '10.0.0.0/16'), A: notKept })).toServe(onTcp);
  });

  it('sends only what its own security group lets out', () => {
    const check = { HealthCheckPort: '8081' };
    const inbound = [udp(8080, '0.0.0.0/0'), tcp(8081, fromGroup('LbGroup'))];
    const lets = (...outbound: readonly object[]) => ({
      ...nlb('UDP', check, inbound),
      LbGroup: group([udp(53, '0.0.0.0/0')], outbound),
    });
    expect(requests(lets(tcp(8081, '10.0.0.0/16')))).not.toServe(onUdp);
    expect(requests(lets(tcp(8081, '10.0.0.0/16'), udp(8080, '10.0.0.0/16')))).toServe(onUdp);
  });

  it('sends to its own zone, unless cross-zone load balancing is on', () => {
    const attributes = (Value: string) => [{ Key: 'load_balancing.cross_zone.enabled', Value }];
    const oneTarget = nlb('TCP', { Targets: [{ Id: ref('ServerA') }] }, [fromLb]);
    expect(requests(oneTarget)).toServe(onTcp);
    expect(requests(oneTarget)).not.toServe({ ...onTcp, every: true });
    expect(explained(oneTarget, { ...onTcp, every: true })).toContain('cross-zone load balancing is off');
    const byBalancer = {
      ...oneTarget,
      Lb: balancer('network', { ...facing, LoadBalancerAttributes: attributes('true') }),
    };
    expect(requests(byBalancer)).toServe({ ...onTcp, every: true });
    const offInGroup = { TargetGroupAttributes: attributes('false') };
    expect(
      requests({ ...byBalancer, A: targets(['ServerA'], { Protocol: 'TCP', ...offInGroup }) }),
    ).not.toServe({ ...onTcp, every: true });
    expect(requests(nlb('TCP', {}, [fromLb]))).toServeWithoutAnyAz(onTcp);
  });

  it('does not know to which zone it sends while the zone of a target is not known', () => {
    const open = {
      ...nlb('TCP', { Targets: [{ Id: ref('ServerB') }] }, [fromLb]),
      ...subnet('PrivateB', 'Vpc', '10.0.3.0/24', [], { AvailabilityZone: { 'Fn::ImportValue': 'Zone' } }),
    };
    expect(requests(open).send(onTcp).answer).toBe('unknown');
    expect(explained(open, onTcp)).toContain('ServerB: it is not known whether it is in the zone of App/Lb');
  });

  it('passes on to an Application Load Balancer, whose rules decide', () => {
    const chained: Resources = {
      ...web,
      LbGroup: group([tcp(80, '0.0.0.0/0')]),
      InnerGroup: group([tcp(80, fromGroup('LbGroup'))]),
      Lb: balancer('network', facing),
      Http: listener('TCP', 80, { DefaultActions: [forward('ToInner')] }),
      ToInner: elb('TargetGroup', {
        TargetType: 'alb',
        Protocol: 'TCP',
        Port: 80,
        Targets: [{ Id: ref('Inner') }],
      }),
      Inner: balancer('application', {
        Scheme: 'internal',
        SecurityGroups: [ref('InnerGroup')],
        Subnets: [ref('PrivateA'), ref('PrivateB')],
      }),
      InnerHttp: listener('HTTP', 80, { LoadBalancerArn: ref('Inner'), DefaultActions: [forward('A')] }),
      ...server('ServerA', 'PrivateA', [tcp(8080, fromGroup('InnerGroup'))]),
    };
    expect(requests(chained)).toServe(get);
    expect(requests({ ...chained, InnerGroup: group([]) })).not.toServe(get);
    expect(requests({ ...chained, ...server('ServerA', 'PrivateA', []) })).not.toServe(get);
    expect(requests(without(chained, 'InnerHttp'))).not.toServe(get);
  });
});

describe('requests: Lambda, Auto Scaling and ECS as targets', () => {
  const invoke = (SourceArn: unknown) => ({
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: att('Fn', 'Arn'),
      Principal: 'elasticloadbalancing.amazonaws.com',
      SourceArn,
    },
  });
  const lambda = (permission: object): Resources => ({
    ...web,
    Fn: { Type: 'AWS::Lambda::Function', Properties: {} },
    A: elb('TargetGroup', { TargetType: 'lambda', Targets: [{ Id: att('Fn', 'Arn') }] }),
    Permission: permission,
  });

  it('invokes a function whose policy lets this target group do so', () => {
    expect(requests(lambda(invoke(ref('A'))))).toServe(get, { target: 'App/Fn' });
    expect(requests(without(lambda(invoke(ref('A'))), 'Permission'))).not.toServe(get);
    expect(requests({ ...lambda(invoke(ref('Other'))), Other: targets([]) })).not.toServe(get);
  });

  it.each([
    [{ Ref: 'AWS::AccountId' }, 'named', 'answered'],
    // The stack may be in that account.
    ['222222222222', 'named', 'unknown'],
    [{ Ref: 'AWS::AccountId' }, 'other', 'not answered'],
  ])('with a policy for account %j and target group %s, is %s', (account, name, answer) => {
    const SourceArn = {
      'Fn::Sub': `arn:aws:elasticloadbalancing:*:\${AWS::AccountId}:targetgroup/${name}/*`,
    };
    const { Properties } = invoke(SourceArn);
    const permission = {
      Type: 'AWS::Lambda::Permission',
      Properties: { ...Properties, SourceAccount: account },
    };
    const group = { TargetType: 'lambda', Name: 'named', Targets: [{ Id: att('Fn', 'Arn') }] };
    const asked = requests({ ...lambda(permission), A: elb('TargetGroup', group) });
    expect(asked.send(get).answer).toBe(answer);
  });

  it('reaches an Auto Scaling group on the port of the target group', () => {
    const fleet = {
      ...web,
      A: targets([]),
      Fleet: {
        Type: 'AWS::AutoScaling::AutoScalingGroup',
        Properties: {
          VPCZoneIdentifier: [ref('PrivateA'), ref('PrivateB')],
          TargetGroupARNs: [ref('A')],
          LaunchTemplate: { LaunchTemplateId: ref('Launch') },
        },
      },
      Launch: ec2('LaunchTemplate', { LaunchTemplateData: { SecurityGroupIds: [ref('ServerAGroup')] } }),
    };
    expect(requests(fleet)).toServe({ ...get, every: true }, { target: 'App/Fleet' });
    expect(requests(fleet)).toServeWithoutAnyAz(get);
    expect(requests({ ...fleet, A: targets([], { Port: 8081 }) })).not.toServe(get);
  });

  it('reaches tasks on their container port; the ports of bridge mode are unknown', () => {
    const service = (configuration: object): Resources => ({
      ...web,
      A: targets([], { TargetType: 'ip', Port: 80 }),
      Tasks: {
        Type: 'AWS::ECS::Service',
        Properties: {
          LoadBalancers: [{ ContainerName: 'web', ContainerPort: 8080, TargetGroupArn: ref('A') }],
          ...configuration,
        },
      },
    });
    const AwsvpcConfiguration = { Subnets: [ref('PrivateA')], SecurityGroups: [ref('ServerAGroup')] };
    expect(requests(service({ NetworkConfiguration: { AwsvpcConfiguration } }))).toServe(get, {
      target: 'App/Tasks',
    });
    expect(requests(service({})).send(get).answer).toBe('unknown');
  });
});
