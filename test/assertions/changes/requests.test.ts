import { behaviourDiff, type Change } from '../../../lib/assertions/changes';
import { Templates } from '../../../lib/assertions/templates';
import {
  alb,
  balancer,
  certificate,
  elb,
  fixed,
  forward,
  header,
  host,
  listener,
  method,
  path,
  query,
  redirect,
  rule,
  sourceIp,
  weighted,
} from '../requests/template';
import { brief, compare, ref, type Resources } from './templates';

type Properties = Readonly<Record<string, unknown>>;

const MOST = 1000;

type Sides = readonly [before: Properties, after: Properties];

const diffOf = (before: object, after: object, more: object = {}) =>
  compare(before as Resources, after as Resources, more);
const requestsIn = ({ changes }: { readonly changes: readonly Change[] }) =>
  changes.filter(({ area }) => area === 'request');
const requestChanges = (before: object, after: object, more: object = {}) =>
  requestsIn(diffOf(before, after, more));
const briefly = (before: object, after: object, more: object = {}) =>
  brief({ changes: requestChanges(before, after, more) });

/** Answers before and after of the one change. */
const answers = (before: object, after: object, more: object = {}) => {
  const changes = requestChanges(before, after, more);
  expect(changes).toHaveLength(1);
  return changes.map((change) => [change.before.answer, change.after.answer]).flat();
};

const byDefault = (...DefaultActions: readonly object[]) => ({
  Http: listener('HTTP', 80, { DefaultActions }),
});
const signIn = {
  Type: 'authenticate-oidc',
  Order: 1,
  AuthenticateOidcConfig: { Issuer: 'https://login.example.org' },
};
const last = (action: object) => ({ ...action, Order: 2 });

describe('changes: what a load balancer does with requests', () => {
  it('shows both answers and both rules of a request that changed', () => {
    const diff = diffOf(
      alb({ Users: rule([path('/users/*')]) }),
      alb({ Users: rule([path('/users/*')], { Actions: [forward('B')] }) }),
    );
    expect(diff).toEqual({
      verdict: 'nothing opens',
      changes: [
        {
          area: 'request',
          effect: 'answers differently',
          subjects: ['path /users/any'],
          what: ['http 80'],
          objects: ['Shop/Lb'],
          before: { answer: 'forward to Shop/A', because: ['Shop/Users matches'] },
          after: { answer: 'forward to Shop/B', because: ['Shop/Users matches'] },
        },
      ],
    });
  });

  it('has no change where only logical ids, tags and subnets differ', () => {
    const tagged = {
      Lb: balancer('application', { Tags: [{ Key: 'a', Value: 'b' }], Subnets: ['subnet-1'] }),
    };
    expect(requestChanges(alb({}), alb(tagged))).toEqual([]);
    expect(requestChanges(alb({}), alb({}))).toEqual([]);
    const named = (id: string, more: Properties = {}) => ({
      ...alb({ Rule: rule([path('/a')], { Actions: [forward(id)], ...more }) }),
      [id]: { ...elb('TargetGroup', { Port: 80 }), Metadata: { 'aws:cdk:path': 'Shop/Servers/Resource' } },
    });
    expect(requestChanges(named('One'), named('Two'))).toEqual([]);
    expect(answers(named('One'), named('Two', { Transforms: [] }))).toEqual([
      'Transforms absent',
      'Transforms []',
    ]);
  });

  it('compares the load balancers that both states have', () => {
    const without = { A: elb('TargetGroup', { Port: 8080 }), B: elb('TargetGroup', { Port: 8080 }) };
    expect(requestChanges(without, alb({}))).toEqual([]);
    expect(requestChanges(alb({}), without)).toEqual([]);
    const gateway = { ...without, Lb: balancer('gateway') };
    expect(briefly(gateway, alb({}))).toEqual(['undecided | requests | settings | Shop/Lb']);
  });

  it.each<readonly [string, ...Sides, before: string, after: string]>([
    [
      'target groups',
      byDefault(forward('A')),
      byDefault(forward('B')),
      'forward to Shop/A',
      'forward to Shop/B',
    ],
    [
      'weights',
      byDefault(weighted({ A: 9, B: 1 })),
      byDefault(weighted({ A: 1, B: 1 })),
      'forward to Shop/A 90 %, Shop/B 10 %',
      'forward to Shop/A 50 %, Shop/B 50 %',
    ],
    [
      'weights that differ by less than a tenth of a percent',
      byDefault(weighted({ A: 999, B: 1 })),
      byDefault(weighted({ A: 998, B: 1 })),
      'forward to Shop/A 99.9 % (no targets), Shop/B 0.1 % (no targets)',
      'forward to Shop/A 99.8999 % (no targets), Shop/B 0.1001 % (no targets)',
    ],
    [
      'stickiness of target groups',
      byDefault(weighted({ A: 1, B: 1 })),
      byDefault(weighted({ A: 1, B: 1 }, { TargetGroupStickinessConfig: { Enabled: true } })),
      'forward to Shop/A 50 % (no targets), Shop/B 50 % (no targets)',
      'forward to Shop/A 50 % (no targets), Shop/B 50 % (no targets) with target group stickiness',
    ],
    [
      'targets',
      { ...byDefault(forward('A')), A: elb('TargetGroup', { Port: 8080, Targets: [{ Id: 'i-1' }] }) },
      { ...byDefault(forward('A')), A: elb('TargetGroup', { Port: 8081, Targets: [{ Id: 'i-1' }] }) },
      'forward to Shop/A (i-1 port 8080)',
      'forward to Shop/A (i-1 port 8081)',
    ],
    [
      'redirects',
      byDefault(redirect({ Protocol: 'HTTPS', Port: '443' })),
      byDefault(redirect({ Protocol: 'HTTPS', Port: '443', Query: '' })),
      'redirect 301 to https://#{host}/#{path}?#{query}',
      'redirect 301 to https://#{host}/#{path}',
    ],
    [
      'status codes of redirects',
      byDefault(redirect({ Host: 'www.example.org' })),
      byDefault(redirect({ Host: 'www.example.org', StatusCode: 'HTTP_302' })),
      'redirect 301 to http://www.example.org/#{path}?#{query}',
      'redirect 302 to http://www.example.org/#{path}?#{query}',
    ],
    [
      'fixed responses',
      byDefault(fixed('404')),
      byDefault(fixed('503')),
      'fixed-response 404',
      'fixed-response 503',
    ],
    [
      'what follows a sign-in',
      byDefault(signIn, last(forward('A'))),
      byDefault(signIn, last(forward('B'))),
      'sign-in 302 and then forward to Shop/A',
      'sign-in 302 and then forward to Shop/B',
    ],
    [
      'rules that Elastic Load Balancing refuses',
      byDefault(fixed('404')),
      byDefault(fixed('404'), fixed('404')),
      'fixed-response 404',
      'cannot be deployed',
    ],
  ])('compares %s', (_, before, after, ...texts) => {
    expect(answers(alb(before), alb(after))).toEqual(texts);
    expect(diffOf(alb(before), alb(after)).verdict).toBe('nothing opens');
  });

  const tls = (...Certificates: readonly string[]) => ({
    Https: listener('HTTPS', 443, {
      Certificates: Certificates.map((name) => ({ CertificateArn: ref(name) })),
    }),
    Www: certificate('www.example.org'),
    Any: certificate('*.example.net'),
  });

  it('asks for each name of a certificate', () => {
    expect(requestChanges(alb(tls('Www', 'Any')), alb(tls('Www')))).toMatchObject([
      {
        effect: 'answers differently',
        subjects: ['host any.example.net'],
        what: ['https 443'],
        before: {
          answer: 'fixed-response 404 with certificate Shop/Any',
          because: ['the default rule of Shop/Https matches', 'certificate for any.example.net'],
        },
        after: { answer: 'fixed-response 404 with certificate Shop/Www, not valid for the name' },
      },
    ]);
  });

  it('says that the certificate is not known any more', () => {
    const arn = { CertificateArns: { Type: 'String' } };
    const list = {
      List: elb('ListenerCertificate', {
        ListenerArn: ref('Https'),
        Certificates: [{ CertificateArn: ref('CertificateArns') }],
      }),
    };
    const changes = requestChanges(alb(tls('Www')), alb({ ...tls('Www'), ...list }), { Parameters: arn });
    expect(changes.map(({ effect, mayOpen, after }) => [effect, mayOpen, after.answer])).toContainEqual([
      'undecided',
      undefined,
      'fixed-response 404 with certificate not known, perhaps not valid for the name',
    ]);
  });
});

describe('changes: requests that open and close', () => {
  const served = byDefault(forward('A'));
  const closed = { Http: undefined };
  const without = (resources: object) =>
    Object.fromEntries(Object.entries(resources).filter(([, value]) => value !== undefined));
  const jwt = {
    Type: 'jwt-validation',
    Order: 1,
    JwtValidationConfig: { Issuer: 'https://login.example.org' },
  };
  const deny = {
    ...signIn,
    AuthenticateOidcConfig: { ...signIn.AuthenticateOidcConfig, OnUnauthenticatedRequest: 'deny' },
  };

  it.each<readonly [string, ...Sides, effect: string, verdict: string]>([
    ['a listener is added', closed, served, 'opens', 'opens'],
    ['requests need no token any more', byDefault(jwt, last(forward('A'))), served, 'opens', 'opens'],
    ['requests need no session any more', byDefault(deny, last(forward('A'))), served, 'opens', 'opens'],
    ['clients need not sign in any more', byDefault(signIn, last(forward('A'))), served, 'opens', 'opens'],
    ['clients may sign in', closed, byDefault(signIn, last(forward('A'))), 'opens', 'opens'],
    ['a listener is removed', served, closed, 'closes', 'nothing opens'],
    ['requests need a token', served, byDefault(jwt, last(forward('A'))), 'closes', 'nothing opens'],
    [
      'clients have to sign in',
      served,
      byDefault(signIn, last(forward('A'))),
      'answers differently',
      'nothing opens',
    ],
    ['a fixed response becomes a forward', {}, served, 'answers differently', 'nothing opens'],
    [
      'a redirect is added',
      closed,
      byDefault(redirect({ Port: '81' })),
      'answers differently',
      'nothing opens',
    ],
    [
      'a redirect is removed',
      byDefault(redirect({ Port: '81' })),
      closed,
      'answers differently',
      'nothing opens',
    ],
  ])('%s', (_, before, after, effect, verdict) => {
    const diff = diffOf(without(alb(before)), without(alb(after)));
    const found = requestsIn(diff).map((change) => change.effect);
    expect(found).toEqual([effect]);
    expect(diff.verdict).toBe(verdict);
  });

  const Parameters = { Group: { Type: 'String' } };
  const open = byDefault({ Type: 'forward', TargetGroupArn: ref('Group') });

  it.each<readonly [string, Properties, true | undefined, string]>([
    ['was refused', closed, true, 'may open'],
    ['needed a sign-in', byDefault(signIn, last(forward('A'))), true, 'may open'],
    ['reached a target group', served, undefined, 'nothing opens'],
  ])('is undecided where what %s is not known any more', (_, before, mayOpen, verdict) => {
    const diff = diffOf(without(alb(before)), alb(open), { Parameters });
    expect(requestsIn(diff)).toEqual([expect.objectContaining({ effect: 'undecided' })]);
    expect(requestsIn(diff)[0]?.mayOpen).toBe(mayOpen);
    expect(diff.verdict).toBe(verdict);
  });

  it('may not open where only the certificate differs of what is not known', () => {
    const https = (name: string) => ({
      Https: listener('HTTPS', 443, {
        DefaultActions: [{ Type: 'forward', TargetGroupArn: ref('Group') }],
        Certificates: [{ CertificateArn: ref(name) }],
      }),
      Www: certificate('www.example.org'),
      Any: certificate('*.example.org'),
    });
    const diff = diffOf(alb(https('Www')), alb(https('Any')), { Parameters });
    expect(requestsIn(diff)[0]?.after.answer).toMatch(/^unknown with certificate Shop\/Any/);
    expect(diff.verdict).toBe('nothing opens');
  });

  it.each([
    ['HTTP', 'http 80'],
    ['HTTPS', 'https 443'],
  ])('may open where the port of a listener for %s is not known', (Protocol, traffic) => {
    const port = listener(Protocol, 0, { Port: ref('Group'), DefaultActions: [forward('A')] });
    const diff = diffOf(without(alb(closed)), without(alb({ Http: port })), { Parameters });
    expect(requestsIn(diff).map(({ what }) => what)).toEqual([[traffic]]);
    expect(diff.verdict).toBe('may open');
  });

  it('opens where it was not known before, as a flow does', () => {
    expect(diffOf(alb(open), alb(served), { Parameters }).verdict).toBe('opens');
  });

  it('opens plain HTTP, and closes HTTPS, where a listener changes its protocol', () => {
    const on = (Protocol: string) =>
      alb({ Web: listener(Protocol, 8443, { DefaultActions: [forward('A')] }) });
    expect(briefly(on('HTTPS'), on('HTTP'))).toEqual([
      'opens | any request | http 8443 | Shop/Lb',
      'closes | any request | https 8443 | Shop/Lb',
    ]);
  });
});

describe('changes: the requests that are asked', () => {
  const toB = { Actions: [forward('B')] };

  it.each<readonly [string, Properties, readonly string[]]>([
    ['a path', path('/a', '*.png', '/b?/*'), ['path /a', 'path /any.png', 'path /bx/any']],
    ['a host', host('a.example.org', '*.example.net'), ['host a.example.org', 'host any.example.net']],
    ['a header', header('X-Plan', 'gold', '*pro*'), ['header X-Plan: gold', 'header X-Plan: anyproany']],
    ['a method', method('POST', 'PUT'), ['method POST', 'method PUT']],
    ['a query', query({ Key: 'v', Value: '1*' }, { Value: 'x\\*y' }), ['query v=1any', 'query any=x*y']],
    ['an address', sourceIp('192.0.2.0/24'), ['from 192.0.2.0', 'from 192.0.2.255']],
  ])('have each value of a condition on %s', (_, condition, subjects) => {
    const rules = (properties: object) => alb({ Rule: rule([condition], { ...properties }) });
    expect(requestChanges(rules({}), rules(toB))).toMatchObject([
      { subjects, before: { answer: 'forward to Shop/A' }, after: { answer: 'forward to Shop/B' } },
    ]);
  });

  it('meet all conditions of a rule', () => {
    const rules = (properties: object) =>
      alb({
        Rule: rule([path('/a', '/b'), header('X-Plan', 'gold'), query({ Value: '1' })], { ...properties }),
      });
    expect(requestChanges(rules({}), rules(toB))[0]?.subjects).toEqual([
      'path /a and header X-Plan: gold and query any=1',
      'path /b and header X-Plan: gold and query any=1',
    ]);
  });

  it('come from the rules of both states', () => {
    const users = (...paths: readonly string[]) => alb({ Users: rule([path(...paths)]) });
    expect(briefly(users('/users'), users('/users*'))).toEqual([
      'answers differently | path /usersany | http 80 | Shop/Lb',
    ]);
    expect(briefly(users('/users*'), users('/users'))).toEqual([
      'answers differently | path /usersany | http 80 | Shop/Lb',
    ]);
  });

  it('come from an address that no condition names, unless they are about one', () => {
    const rules = (...conditions: Parameters<typeof rule>[0]) => alb({ Rule: rule(conditions) });
    const blocks = sourceIp('203.0.113.0/24', '10.0.0.0/8');
    expect(requestChanges(rules(path('/a'), blocks), rules(path('/a')))).toMatchObject([
      {
        subjects: ['path /a'],
        before: { answer: 'fixed-response 404', because: ['the default rule of Shop/Http matches'] },
        after: { answer: 'forward to Shop/A' },
      },
    ]);
  });

  it('meet two rules of which one changed', () => {
    const rules = (Priority: number) =>
      alb({
        Images: rule([path('/images/*')], { Priority }),
        Admin: rule([host('admin.example.org')], { Priority: 20, Actions: [forward('B')] }),
      });
    expect(briefly(rules(30), rules(10))).toEqual([
      'answers differently | host admin.example.org and path /images/any | http 80 | Shop/Lb',
    ]);
  });

  it('are asked again where only the conditions of the template differ', () => {
    const Rule = rule([path('/a')]);
    const rules = alb({
      One: { ...Rule, Condition: 'One' },
      Two: { ...rule([path('/a')], { Priority: 20 }), Condition: 'Two' },
    });
    const templates = (Two: object) =>
      Templates.fromTemplates({
        Shop: {
          Parameters: { Group: { Type: 'String' } },
          Conditions: { One: { 'Fn::Equals': [ref('Group'), 'a'] }, Two },
          Resources: rules,
        },
      });
    const [before, after] = [{ 'Fn::Not': [{ Condition: 'One' }] }, { Condition: 'One' }].map(templates);
    expect(before && after && requestsIn(behaviourDiff(before, after))).toMatchObject([
      {
        effect: 'undecided',
        subjects: ['path /a'],
        before: { answer: 'forward to Shop/A' },
        after: { answer: 'unknown' },
      },
    ]);
  });

  it('are one change for all that changed alike, on all ports', () => {
    const sides = (action: object) => {
      const conditions = { Actions: [action], Priority: 10 };
      return alb({
        Other: listener('HTTP', 8080),
        One: rule([path('/a', '/b')], conditions),
        Two: rule([path('/a', '/b')], { ...conditions, ListenerArn: ref('Other') }),
      });
    };
    expect(briefly(sides(forward('A')), sides(forward('B')))).toEqual([
      'answers differently | path /a, path /b | http 80, http 8080 | Shop/Lb',
    ]);
  });

  it('use the protocols of the listeners of a Network Load Balancer', () => {
    const on = (Protocol: string, Port = 7000) => ({
      Lb: balancer('network'),
      Listener: listener(Protocol, Port, { DefaultActions: [forward('A')] }),
      A: elb('TargetGroup', { Port: 7000, Protocol: 'TCP_UDP' }),
    });
    expect(briefly(on('TCP'), on('TCP_UDP'))).toEqual(['opens | any request | udp 7000 | Shop/Lb']);
    expect(briefly(on('TCP_UDP', 7000), on('TCP_UDP', 7001))).toEqual([
      'opens | any request | tcp 7001, udp 7001 | Shop/Lb',
      'closes | any request | tcp 7000, udp 7000 | Shop/Lb',
    ]);
  });

  it('are for the names of a certificate only where TLS is used', () => {
    const on = (Protocol: string) => ({
      Lb: balancer('network'),
      Listener: listener(Protocol, 443, {
        DefaultActions: [forward('A')],
        Certificates: [{ CertificateArn: ref('Www') }],
      }),
      A: elb('TargetGroup', { Port: 7000, Protocol: 'TCP' }),
      Www: certificate('www.example.org'),
    });
    expect(briefly(on('TCP'), on('TLS'))).toEqual([
      'closes | any request | tcp 443 | Shop/Lb',
      'answers differently | any request | tls 443 | Shop/Lb',
      'answers differently | host www.example.org | tls 443 | Shop/Lb',
    ]);
  });

  it('are refused by a load balancer of another type', () => {
    const tcp = { Lb: balancer('network'), Http: listener('TCP', 80, { DefaultActions: [forward('A')] }) };
    expect(requestChanges(alb({}), alb(tcp))).toContainEqual(
      expect.objectContaining({
        effect: 'opens',
        what: ['tcp 80'],
        before: {
          answer: 'refused',
          because: [expect.stringContaining('to an Application Load Balancer') as string],
        },
        after: { answer: 'forward to Shop/A', because: ['Shop/Http'] },
      }),
    );
  });

  it(`are at most ${MOST} for each load balancer, and the diff says when it is cut`, () => {
    const names = Array.from({ length: 70 }, (_, i) => `Rule${i}`);
    const rules = (count: number, action: object) =>
      alb(
        Object.fromEntries(
          names.slice(0, count).map((name, i) => [
            name,
            rule([i % 2 === 0 ? path(`/${i}`) : host(`a${'b'.repeat(i)}.example.org`)], {
              Priority: i + 1,
              Actions: [action],
            }),
          ]),
        ),
      );
    const cut = 'undecided | more requests | combinations of rules | Shop/Lb';
    const few = diffOf(rules(4, forward('A')), rules(4, forward('B')));
    expect(brief(few).includes(cut)).toBe(false);
    expect(few.verdict).toBe('nothing opens');
    const many = diffOf(rules(70, forward('A')), rules(70, forward('B')));
    expect(brief(many).includes(cut)).toBe(true);
    expect(many.verdict).toBe('may open');
  });
});

describe('changes: settings that no request shows', () => {
  const settings = (before: Properties, after: Properties) =>
    requestChanges(alb(before), alb(after)).map((change) => [
      change.effect,
      change.objects.join(),
      change.before.answer,
      change.after.answer,
    ]);
  const group = (properties: object) => ({
    ...byDefault(forward('A')),
    A: elb('TargetGroup', { Port: 8080, ...properties }),
  });

  it.each<readonly [string, ...Sides, path: string, before: string, after: string]>([
    [
      'the path of a health check',
      group({ HealthCheckPath: '/health' }),
      group({ HealthCheckPath: '/' }),
      'Shop/A',
      'HealthCheckPath /health',
      'HealthCheckPath /',
    ],
    [
      'an attribute of a target group',
      group({ TargetGroupAttributes: [{ Key: 'proxy_protocol_v2.enabled', Value: 'true' }] }),
      group({}),
      'Shop/A',
      'TargetGroupAttributes.proxy_protocol_v2.enabled true',
      'TargetGroupAttributes.proxy_protocol_v2.enabled absent',
    ],
    [
      'a security policy',
      { Http: listener('HTTP', 80, { SslPolicy: 'one' }) },
      { Http: listener('HTTP', 80, { SslPolicy: 'two' }) },
      'Shop/Http',
      'SslPolicy one',
      'SslPolicy two',
    ],
    [
      'an attribute of a load balancer',
      {},
      { Lb: balancer('application', { LoadBalancerAttributes: [{ Key: 'idle', Value: '5' }] }) },
      'Shop/Lb',
      'LoadBalancerAttributes.idle absent',
      'LoadBalancerAttributes.idle 5',
    ],
    [
      'the priority of a rule that overlaps with no other',
      { Rule: rule([path('/a')], { Priority: 1 }) },
      { Rule: rule([path('/a')], { Priority: 2 }) },
      'Shop/Rule',
      'Priority 1',
      'Priority 2',
    ],
  ])('are undecided: %s', (_, before, after, ...expected) => {
    expect(settings(before, after)).toEqual([['undecided', ...expected]]);
  });

  it('are named beside the requests that changed, without what those show', () => {
    const rules = (Value: string, action: object) => ({
      Rule: rule([path('/a')], { Actions: [action], Transforms: [{ Type: Value }] }),
    });
    expect(settings(rules('one', forward('A')), rules('two', forward('B')))).toEqual([
      ['undecided', 'Shop/Rule', 'Transforms [{"Type":"one"}]', 'Transforms [{"Type":"two"}]'],
      ['answers differently', 'Shop/Lb', 'forward to Shop/A', 'forward to Shop/B'],
    ]);
  });
});
