import {
  balancer,
  alb,
  elb,
  fixed,
  forward,
  header,
  host,
  listener,
  method,
  path,
  query,
  ref,
  requestsOf,
  rule,
  sourceIp,
  type Properties,
} from './template';

const ask = (resources: Properties, url = 'http://example.com/', to = 'App/Lb') =>
  requestsOf(resources).route({ to, url });

describe('requests: rules that Elastic Load Balancing refuses', () => {
  const five = [path('/1', '/2', '/3'), host('a.b', 'c.d')];

  it.each<[string, Properties, RegExp]>([
    [
      'two rules of one priority',
      { One: rule([path('/a')]), Two: rule([path('/b')]) },
      /refuses App\/Two: Priority 10 is that of App\/One/,
    ],
    [
      'a priority above 50000',
      { One: rule([path('/a')], { Priority: 50_001 }) },
      /Priority 50001: expected 1 to 50000/,
    ],
    ['a priority of 0', { One: rule([path('/a')], { Priority: 0 }) }, /Priority 0: expected 1 to 50000/],
    ['half a priority', { One: rule([path('/a')], { Priority: 1.5 }) }, /Priority 1.5: expected 1 to 50000/],
    [
      'six values of all kinds of conditions',
      {
        One: rule([
          path('/1'),
          host('a.b'),
          header('X', 'y'),
          method('GET'),
          query({ Value: 'v' }),
          sourceIp('10.0.0.0/8'),
        ]),
      },
      /have 6 values/,
    ],
    [
      'six values and regular expressions',
      {
        One: rule([
          ...five,
          { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X', RegexValues: ['y'] } },
        ]),
      },
      /have 6 values/,
    ],
    ...(['host-header', 'http-request-method', 'path-pattern', 'source-ip'] as const).map(
      (Field): [string, Properties, RegExp] => [
        `two conditions on ${Field}`,
        {
          One: rule([
            { Field, Values: ['1'] },
            { Field, Values: ['2'] },
          ]),
        },
        new RegExp(`several conditions on ${Field}`),
      ],
    ),
    [
      'a host without letters at its end',
      { One: rule([host('a.example.com', 'api.*')]) },
      /host "?api\.\*"?: expected a dot, and only letters after the last one/,
    ],
    [
      'a host without a dot',
      { One: rule([{ Field: 'host-header', Values: ['com'] }]) },
      /host "?com"?: expected/,
    ],
    ['six values', { One: rule([...five, header('X', 'y')]) }, /have 6 values, expected at most 5/],
    [
      'two conditions on the path',
      { One: rule([path('/a'), path('/b')]) },
      /several conditions on path-pattern/,
    ],
    [
      'two actions that end a rule',
      { One: rule([path('/a')], { Actions: [fixed('404'), forward('A')] }) },
      /2 of its actions are forward/,
    ],
    [
      'no action',
      { Http: listener('HTTP', 80, { DefaultActions: [] }) },
      /the default rule of App\/Http: 0 of its actions/,
    ],
  ])('throws for %s', (_, resources, message) => {
    expect(() => ask(alb(resources))).toThrow(message);
  });

  it('accepts five values, two header conditions, and one priority on two listeners', () => {
    const resources = {
      One: rule(five),
      Two: rule([header('X', 'y'), header('Y', 'z')], { Priority: 20 }),
      Other: listener('HTTP', 81),
      Three: rule([path('/a')], { ListenerArn: ref('Other') }),
    };
    expect(ask(alb(resources)).statusCode).toBe(404);
    for (const Priority of [1, 50_000])
      expect(ask(alb({ One: rule([path('/a')], { Priority }) })).statusCode).toBe(404);
  });

  it('accepts a host that is known only once deployed', () => {
    const open = { 'Fn::Sub': 'api.${Zone}' };
    const condition = { Field: 'host-header', HostHeaderConfig: { Values: [open, '*.example.com'] } };
    const resources = { One: rule([condition]), Zone: { Type: 'AWS::Route53::HostedZone', Properties: {} } };
    expect(ask(alb(resources)).outcome).toBe('unknown');
  });

  it('accepts one priority of two rules of which one may not exist', () => {
    const resources = { One: rule([path('/a')]), Two: { ...rule([path('/b')]), Condition: 'C' } };
    // No function of conditions, so that no case can be assumed.
    const open = { Conditions: { C: { 'Fn::Opaque': [] } } };
    expect(() => requestsOf(alb(resources), open).route({ to: 'App/Lb', url: 'http://a.b/' })).not.toThrow();
  });
});

describe('requests: bad input', () => {
  it.each<[string, string, RegExp]>([
    ['example.com/a', 'App/Lb', /^url example.com\/a: expected http:\/\/ or https:\/\/ with a host/],
    ['ftp://example.com/', 'App/Lb', /expected http:\/\//],
    ['tcp://example.com', 'App/Lb', /expected a port from 1 to 65535, got none/],
    ['http://example.com:0/', 'App/Lb', /expected a port from 1 to 65535, got 0/],
    ['http://example.com:65536/', 'App/Lb', /expected a port from 1 to 65535, got 65536/],
    ['http://example.com:70000/', 'App/Lb', /expected a port from 1 to 65535, got 70000/],
    ['udp://example.com:53', 'App/Lb', /expected http:\/\/ or https:\/\/ to an Application Load Balancer/],
    ['http://example.com/', 'App/Lx', /App\/Lx: no such resource.*App\/Lb/],
    [
      'http://example.com/',
      'App/A',
      /App\/A is AWS::ElasticLoadBalancingV2::TargetGroup: expected an Application or Network/,
    ],
    ['http://example.com/', 'App', /App: expected one load balancer, got App\/Lb, App\/Gateway/],
    [
      'http://example.com/',
      'App/Gateway',
      /is a gateway load balancer: expected an application or network one/,
    ],
  ])('%s to %s gets one line', (url, to, message) => {
    const resources = { ...alb({}), Gateway: elb('LoadBalancer', { Type: 'gateway' }) };
    expect(() => ask(resources, url, to)).toThrow(message);
  });

  it.each([1, 65535])('takes port %d', (port) => {
    expect(ask(alb({ Http: listener('HTTP', port) }), `http://example.com:${port}/`).statusCode).toBe(404);
  });

  it('refuses a method and an address that cannot be', () => {
    const requests = requestsOf(alb({}));
    const question = { to: 'App/Lb', url: 'http://example.com/' };
    expect(() => requests.route({ ...question, method: 'get' })).toThrow(
      /method get: expected 1 to 40 of A-Z/,
    );
    expect(() => requests.route({ ...question, sourceAddress: 'here' })).toThrow(/here/);
  });

  it('lists the load balancers', () => {
    const resources = { ...alb({}), Other: balancer('network'), Gateway: balancer('gateway') };
    expect(requestsOf(resources).loadBalancers).toEqual(['App/Lb', 'App/Other']);
  });
});

describe('requests: what the template leaves open', () => {
  const open = {
    Parameters: { P: { Type: 'String' }, N: { Type: 'Number' } },
    Conditions: { C: { 'Fn::Equals': [{ Ref: 'P' }, 'x'] } },
  };
  const route = (resources: Properties, url = 'http://example.com/a') =>
    requestsOf(alb(resources), open).route({ to: 'App/Lb', url });
  const conditional = (resource: object) => ({ ...resource, Condition: 'C' });

  it('is unknown, with the reason, where it decides', () => {
    const unknown = route({ Rule: conditional(rule([path('/a')])) });
    expect(unknown.outcome).toBe('unknown');
    expect(unknown.reasons.join()).toMatch(
      /if parameter P of App is x: forward App\/A.*is not x: fixed-response 404/,
    );
    expect(route({ Rule: rule([path({ Ref: 'P' } as never)]) }).reasons.join()).toContain(
      'parameter P of App',
    );
    expect(route({ Http: listener('HTTP', { Ref: 'N' } as never) }).outcome).toBe('unknown');
    expect(route({ Rule: rule([path('/a')], { ListenerArn: { Ref: 'P' } }) }).reasons.join()).toContain(
      'to what App/Rule belongs',
    );
    expect(route({ Lb: balancer({ Ref: 'P' } as never) }).outcome).toBe('unknown');
    expect(route({ Lb: conditional(balancer('application')) }).outcome).toBe('unknown');
  });

  it('names a condition that has no field or is not modelled', () => {
    expect(route({ Rule: rule([{ Values: ['/a'] }]) }).reasons.join()).toContain(
      'conditions on no field are not modelled',
    );
    expect(route({ Rule: rule([{ Field: 'cookie', Values: ['/a'] }]) }).reasons.join()).toContain(
      'conditions on cookie are not modelled',
    );
  });

  it('is known where it does not decide', () => {
    expect(route({ Rule: conditional(rule([path('/b')])) }).statusCode).toBe(404);
    expect(route({ Rule: rule([path({ Ref: 'P' } as never), host('other.example.com')]) }).statusCode).toBe(
      404,
    );
    // Both rules match; whichever is first forwards to A.
    const both = { One: rule([path('/a')], { Priority: { Ref: 'N' } }), Two: rule([path('/a*')]) };
    expect(route(both).targetGroups.map((group) => group.path)).toEqual(['App/A']);
    expect(route(both).rule).toBeUndefined();
    // A listener for HTTP presents no certificate.
    expect(route(both).certificate).toBeUndefined();
    // It comes before the default rule, whatever its priority is.
    expect(route({ One: rule([path('/a')], { Priority: { Ref: 'N' } }) }).rule).toBe('App/One');
  });

  it('is unknown when a macro may add resources', () => {
    const macro = { ...open, Transform: 'Custom', Resources: alb({}) };
    expect(requestsOf(alb({}), macro).route({ to: 'App/Lb', url: 'http://example.com/' }).outcome).toBe(
      'unknown',
    );
  });
});
