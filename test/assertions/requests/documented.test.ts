import type { ExpectedRoute, RequestQuestion } from '../../../lib/assertions/requests';
import '../../../lib/assertions/requests/matchers';
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
  ref,
  requestsOf,
  rule,
  sourceIp,
  weighted,
  type Properties,
} from './template';

type Asked = Partial<RequestQuestion> | string;

/** A sentence of AWS's, resources in which it applies, and the route of some requests. */
interface Row {
  readonly says: string;
  /** Tells apart the rows of one sentence. */
  readonly when?: string;
  readonly resources: Properties;
  readonly routes: readonly (readonly [Asked, ExpectedRoute])[];
}

const A: ExpectedRoute = { outcome: 'forward', targetGroup: 'App/A' };
const B: ExpectedRoute = { outcome: 'forward', targetGroup: 'App/B' };
const NONE: ExpectedRoute = { outcome: 'fixed-response', statusCode: 404, rule: 'default' };
const UNKNOWN: ExpectedRoute = { outcome: 'unknown' };
const at = (where: string) => `http://example.com${where}`;
const from = (sourceAddress: string) => ({ url: at('/'), sourceAddress });
const one = (...conditions: readonly Properties[]) => alb({ Rule: rule(conditions) });
/** The default rule forwards to A or does something else. */
const always = (...DefaultActions: readonly Properties[]) =>
  alb({ Http: listener('HTTP', 80, { DefaultActions }) });

const https = (properties: Properties, more: Properties = {}): Properties => ({
  ...alb({}),
  Https: listener('HTTPS', 443, {
    DefaultActions: [forward('A')],
    Certificates: [{ CertificateArn: ref('Standard') }],
    ...properties,
  }),
  Standard: certificate('example.org'),
  ...more,
});
const listed = (...certificates: readonly string[]): Properties =>
  Object.fromEntries(
    certificates.map((id) => [
      `${id}Entry`,
      elb('ListenerCertificate', { ListenerArn: ref('Https'), Certificates: [{ CertificateArn: ref(id) }] }),
    ]),
  );
const gets = (certificateOf: string | undefined): ExpectedRoute =>
  certificateOf === undefined ? UNKNOWN : { certificate: `App/${certificateOf}` };
const nlb = (resources: Properties): Properties => ({
  Lb: balancer('network'),
  A: elb('TargetGroup', { Port: 8080, Protocol: 'TCP' }),
  ...resources,
});
const toA = { DefaultActions: [forward('A')] };
const signIn = (type: string, config: Properties) =>
  https({
    DefaultActions: [
      { Type: `authenticate-${type}`, Order: 1, ...config },
      { ...forward('A'), Order: 2 },
    ],
  });
const oidc = (config: Properties = {}) => signIn('oidc', { AuthenticateOidcConfig: config });
const PAGE = 'https://example.org/';

const application: readonly Row[] = [
  {
    says: 'Rules are evaluated in priority order, from the lowest value to the highest value. The default rule is evaluated last.',
    resources: alb({
      Late: rule([path('/a/*')], { Priority: 20, Actions: [forward('B')] }),
      Early: rule([path('/a/b/*')], { Priority: 3 }),
    }),
    routes: [
      [at('/a/b/c'), { ...A, rule: 'App/Early' }],
      [at('/a/c'), { ...B, rule: 'App/Late' }],
      [at('/c'), NONE],
    ],
  },
  {
    says: "If the conditions for none of a listener's rules are met, then the action for the default rule is performed.",
    resources: one(path('/a')),
    routes: [[at('/b'), NONE]],
  },
  {
    says: 'The condition is satisfied if one of the strings matches the value of the HTTP header. To require that all of the strings are a match, create one condition per match evaluation.',
    resources: alb({
      Both: rule([header('X-Plan', '*gold*'), header('X-Plan', '*eu*')], { Actions: [forward('B')] }),
      Either: rule([header('X-Plan', '*gold*', '*eu*')], { Priority: 20 }),
    }),
    routes: [
      [{ url: at('/'), headers: { 'X-Plan': 'gold-eu' } }, B],
      [{ url: at('/'), headers: { 'X-Plan': 'gold-us' } }, A],
      [{ url: at('/'), headers: { 'X-Plan': 'basic-eu' } }, A],
      [{ url: at('/'), headers: { 'X-Plan': 'basic-us' } }, NONE],
    ],
  },
  {
    says: 'When the conditions for a rule are met, then its actions are performed.',
    when: 'all of them',
    resources: one(path('/a'), host('api.example.com')),
    routes: [
      ['http://api.example.com/a', A],
      [at('/a'), NONE],
      ['http://api.example.com/b', NONE],
    ],
  },
  {
    says: 'The header name and the match evaluation are not case-sensitive.',
    resources: one(header('X-Region', 'EU')),
    routes: [
      [{ url: at('/'), headers: { 'x-region': 'eu' } }, A],
      [{ url: at('/'), headers: { 'X-Region': 'us' } }, NONE],
      [at('/'), NONE],
    ],
  },
  {
    says: 'The following condition is satisfied by requests with a User-Agent header that matches one of the specified strings.',
    resources: one(header('User-Agent', '*Chrome*', '*Safari*')),
    routes: [
      [{ url: at('/'), headers: { 'User-Agent': 'Mozilla/5.0 Safari/605' } }, A],
      [{ url: at('/'), headers: { 'User-Agent': 'curl/8' } }, NONE],
    ],
  },
  {
    says: 'If the same header appears multiple times in the request, we search them in order until a match is found.',
    resources: one(header('Cookie', 'user=premium')),
    routes: [
      [{ url: at('/'), headers: { Cookie: ['a=b', 'user=premium'] } }, A],
      [{ url: at('/'), headers: { Cookie: 'a=b; user=premium' } }, NONE],
    ],
  },
  {
    says: 'The match evaluation is case-sensitive. Wildcard characters are not supported; therefore, the method name must be an exact match.',
    resources: one(method('POST', 'CUSTOM-METHOD')),
    routes: [
      [{ url: at('/'), method: 'POST' }, A],
      [{ url: at('/'), method: 'CUSTOM-METHOD' }, A],
      [at('/'), NONE],
    ],
  },
  {
    says: 'A hostname is not case-sensitive.',
    resources: one(host('Test.example.com')),
    routes: [
      ['http://tEST.Example.com/', A],
      ['http://test.example.com:80/', A],
      [{ url: at('/'), headers: { Host: 'test.example.com:80' } }, A],
      [at('/'), NONE],
    ],
  },
  {
    says: "The rule *.example.com matches test.example.com but doesn't match example.com.",
    resources: one(host('*.example.com')),
    routes: [
      ['http://test.example.com/', A],
      ['http://a.test.example.com/', A],
      ['http://example.com/', NONE],
    ],
  },
  {
    says: 'The path pattern is applied only to the path of the URL, not to its query parameters.',
    resources: one(path('/img/*')),
    routes: [
      [at('/img/picture.jpg?x=1'), A],
      [at('/?next=/img/picture.jpg'), NONE],
      [at('/img'), NONE],
    ],
  },
  {
    says: 'A path pattern is case-sensitive.',
    resources: one(path('/img/*')),
    routes: [[at('/IMG/a'), NONE]],
  },
  {
    says: '* (matches 0 or more characters), ? (matches exactly 1 character)',
    resources: one(path('/img/*/pics', '/v?/x', '/a.b')),
    routes: [
      [at('/img/2026/11/pics'), A],
      [at('/img//pics'), A],
      [at('/img/pics'), NONE],
      [at('/v2/x'), A],
      [at('/v/x'), NONE],
      [at('/v10/x'), NONE],
      [at('/aXb'), NONE],
    ],
  },
  {
    says: 'The rule evaluation is performed only after URI normalization occurs.',
    when: 'it decides, and AWS does not say how',
    resources: one(path('/admin/*')),
    routes: [
      [at('/x/../admin/a'), UNKNOWN],
      [at('/%61dmin/a'), UNKNOWN],
      [at('/admin/%61'), A],
      [at('/x/../y'), NONE],
    ],
  },
  {
    says: 'The match evaluation is not case-sensitive. [of query strings]',
    resources: one(query({ Key: 'category', Value: 'toys' })),
    routes: [
      [at('/?Category=TOYS'), A],
      [at('/?a=b&category=toys'), A],
      [at('/?category=toy'), NONE],
      [at('/?category=books&x=toys'), NONE],
      [at('/'), NONE],
    ],
  },
  {
    says: 'The following condition is satisfied by requests with a query string that includes either a key/value pair of "version=v1" or any key set to "example".',
    resources: one(query({ Key: 'version', Value: 'v1' }, { Value: '*example*' })),
    routes: [
      [at('/?version=v1'), A],
      [at('/?q=an-example-b'), A],
      [at('/?version=v2'), NONE],
      [at('/?example=1'), NONE],
    ],
  },
  {
    says: "To search for a literal '*' or '?' character in a query string, you must escape these characters in Values using a '\\' character.",
    resources: one(query({ Key: 'q', Value: 'a\\*' })),
    routes: [
      [at('/?q=a*'), A],
      [at('/?q=ab'), NONE],
    ],
  },
  {
    says: 'Any character can be percentage encoded.',
    when: 'it decides, and AWS does not say what is compared',
    resources: one(query({ Key: 'q', Value: 'a b' })),
    routes: [
      [at('/?q=a%20b'), UNKNOWN],
      [at('/?q=%61'), NONE],
    ],
  },
  {
    says: 'The following condition is satisfied by requests with a source IP address in one of the specified CIDR blocks.',
    resources: one(sourceIp('192.0.2.0/24', '198.51.100.10/32', '2001:db8::/32')),
    routes: [
      [from('192.0.2.7'), A],
      [from('198.51.100.10'), A],
      [from('2001:db8::1'), A],
      [from('198.51.100.11'), NONE],
      [from('192.0.0.0/16'), UNKNOWN],
      [at('/'), UNKNOWN],
    ],
  },
  {
    says: 'This condition is not satisfied by the addresses in the X-Forwarded-For header.',
    resources: one(sourceIp('192.0.2.0/24')),
    routes: [[{ ...from('198.51.100.1'), headers: { 'X-Forwarded-For': '192.0.2.7' } }, NONE]],
  },
  {
    says: 'RegexValues: The regular expressions to match against the condition field.',
    when: 'AWS does not say in which dialect',
    resources: one(
      { Field: 'path-pattern', PathPatternConfig: { RegexValues: ['^/a.*'] } },
      host('a.example.com'),
    ),
    routes: [
      ['http://a.example.com/a', UNKNOWN],
      ['http://b.example.com/a', NONE],
    ],
  },
  {
    says: 'Specify only when Field is host-header or path-pattern. [Values]',
    resources: one({ Field: 'path-pattern', Values: ['/a'] }),
    routes: [
      [at('/a'), A],
      [at('/b'), NONE],
    ],
  },
  {
    says: 'Rewriting a request does not change the routing decision made when evaluating the rule conditions.',
    resources: alb({
      Rule: rule([path('/a')], {
        Transforms: [
          { Type: 'url-rewrite', UrlRewriteConfig: { Rewrites: [{ Regex: '^/a$', Replace: '/b' }] } },
        ],
      }),
      Other: rule([path('/b')], { Priority: 20, Actions: [forward('B')] }),
    }),
    routes: [[at('/a'), A]],
  },
  {
    says: 'The action with the lowest order value is performed first.',
    resources: signIn('cognito', {}),
    routes: [[PAGE, { outcome: 'sign-in', statusCode: 302 }]],
  },
  {
    says: 'deny - Return an HTTP 401 Unauthorized error. allow - Allow the request to be forwarded to the target.',
    when: 'deny',
    resources: oidc({ OnUnauthenticatedRequest: 'deny' }),
    routes: [[PAGE, { outcome: 'refused', statusCode: 401 }]],
  },
  {
    says: 'deny - Return an HTTP 401 Unauthorized error. allow - Allow the request to be forwarded to the target.',
    when: 'allow',
    resources: oidc({ OnUnauthenticatedRequest: 'allow' }),
    routes: [
      [PAGE, A],
      [{ url: PAGE, headers: { Cookie: 'AWSELBAuthSessionCookie-0=x' } }, UNKNOWN],
    ],
  },
  {
    says: 'If the token is valid, the load balancer forwards the request with token as is to the target. Otherwise, it rejects the request.',
    resources: https({
      DefaultActions: [
        { Type: 'jwt-validation', Order: 1 },
        { ...forward('A'), Order: 2 },
      ],
    }),
    routes: [
      [PAGE, { outcome: 'refused' }],
      [{ url: PAGE, headers: { Authorization: 'Bearer x' } }, UNKNOWN],
    ],
  },
  {
    says: 'Any components that you do not modify retain their original values.',
    resources: always(redirect({ Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_302' })),
    routes: [
      [at('/a/b?x=1'), { location: 'https://example.com/a/b?x=1', statusCode: 302 }],
      [at('/'), { outcome: 'redirect', location: 'https://example.com/' }],
    ],
  },
  {
    says: 'Any components that you do not modify retain their original values.',
    when: 'the port',
    resources: always(redirect({ Protocol: 'HTTPS' })),
    routes: [[at('/a'), { location: 'https://example.com:80/a' }]],
  },
  {
    says: 'For example, you can change the path to "/new/#{path}", the hostname to "example.#{host}", or the query to "#{query}&value=xyz".',
    resources: always(
      redirect({ Path: '/new/#{path}', Host: 'example.#{host}', Query: '#{query}&value=xyz' }),
    ),
    routes: [[at('/a?x=1'), { location: 'http://example.example.com/new/a?x=1&value=xyz', statusCode: 301 }]],
  },
  {
    says: 'This screen is equivalent to "https://#{host}:40443/#{path}?#{query}".',
    resources: always(redirect({ Protocol: 'HTTPS', Port: '40443' })),
    routes: [[at('/a?b'), { location: 'https://example.com:40443/a?b' }]],
  },
  {
    says: 'You can use this action to return a 2XX, 4XX, or 5XX response code and an optional message.',
    resources: always(fixed('503')),
    routes: [[at('/'), { outcome: 'fixed-response', statusCode: 503 }]],
  },
];

const certificates: readonly Row[] = [
  {
    says: 'The default certificate is used only if a client connects without using the Server Name Indication (SNI) protocol to specify a hostname or if there are no matching certificates in the certificate list.',
    resources: https({}, { Shop: certificate('shop.example.org'), ...listed('Shop') }),
    routes: [
      [{ url: 'https://shop.example.org/', serverName: '' }, gets('Standard')],
      ['https://192.0.2.1/', gets('Standard')],
      ['https://other.example.org/', gets('Standard')],
      ['https://shop.example.org/', gets('Shop')],
      [{ url: 'https://other.example.org/', serverName: 'SHOP.example.org' }, gets('Shop')],
      [at('/'), { ...NONE }],
    ],
  },
  {
    says: 'If the hostname provided by a client matches a single certificate in the certificate list, the load balancer selects this certificate.',
    resources: https(
      {},
      {
        Two: certificate('a.example.org', { SubjectAlternativeNames: ['b.example.org'] }),
        Shop: certificate('shop.example.org'),
        ...listed('Two', 'Shop'),
      },
    ),
    routes: [
      ['https://b.example.org/', gets('Two')],
      ['https://shop.example.org/', gets('Shop')],
    ],
  },
  {
    says: '*.example.com protects corp.example.com, and images.example.com, but it cannot protect test.login.example.com. [nor] the bare or apex domain (example.com).',
    resources: https({}, { Wild: certificate('*.example.com'), ...listed('Wild') }),
    routes: [
      ['https://corp.example.com/', gets('Wild')],
      ['https://test.login.example.com/', gets('Standard')],
      ['https://example.com/', gets('Standard')],
    ],
  },
  {
    says: 'Certificate selection is based on the following criteria in the following order: Public key algorithm (prefer ECDSA over RSA)',
    resources: https(
      {},
      {
        Rsa: certificate('shop.example.org'),
        Ecdsa: certificate('*.example.org', { KeyAlgorithm: 'EC_prime256v1' }),
        ...listed('Rsa', 'Ecdsa'),
      },
    ),
    routes: [['https://shop.example.org/', gets('Ecdsa')]],
  },
  {
    says: 'Application Load Balancer performs X.509 client certificate authentication for clients when a load balancer negotiates TLS connections. [verify]',
    resources: https({ MutualAuthentication: { Mode: 'verify' } }),
    routes: [
      [PAGE, { outcome: 'refused' }],
      [{ url: PAGE, clientCertificate: true }, UNKNOWN],
    ],
  },
  {
    says: 'Mutual TLS passthrough: The load balancer sends the entire client certificate chain to the target, without verifying it.',
    resources: https({ MutualAuthentication: { Mode: 'passthrough' } }),
    routes: [[PAGE, { ...A, certificate: 'App/Standard' }]],
  },
];

const network: readonly Row[] = [
  {
    says: 'Network Load Balancers drop unintended traffic without forwarding it to any targets.',
    resources: nlb({ Tcp: listener('TCP', 80, toA), Udp: listener('UDP', 53, toA) }),
    routes: [
      [at('/'), A],
      ['tcp://example.com:80', A],
      ['udp://example.com:53', A],
      ['tcp://example.com:53', { outcome: 'refused' }],
      ['udp://example.com:80', { outcome: 'refused' }],
      ['tcp://example.com:81', { outcome: 'refused' }],
    ],
  },
  {
    says: 'To support both TCP and UDP on the same port, create a TCP_UDP listener.',
    resources: nlb({ Both: listener('TCP_UDP', 53, toA) }),
    routes: [
      ['tcp://example.com:53', A],
      ['udp://example.com:53', A],
    ],
  },
  {
    says: 'You can use a TLS listener to offload the work of encryption and decryption to your load balancer.',
    resources: nlb({
      Tls: listener('TLS', 443, { ...toA, Certificates: [{ CertificateArn: ref('Standard') }] }),
      Standard: certificate('example.com'),
    }),
    routes: [
      ['https://example.com/', { ...A, certificate: 'App/Standard' }],
      ['tls://example.com:443', A],
      ['tcp://example.com:443', { outcome: 'refused' }],
    ],
  },
  {
    says: 'With a TCP listener, the load balancer passes encrypted traffic through to the targets without decrypting it.',
    resources: nlb({ Tcp: listener('TCP', 443, toA) }),
    routes: [['https://example.com/', A]],
  },
];

describe.each([
  ['Application Load Balancer', application],
  ['certificates', certificates],
  ['Network Load Balancer', network],
])('requests: documented for %s', (_, rows) => {
  it.each(rows.map((row) => [`${row.says} ${row.when ?? ''}`, row] as const))(
    '%s',
    (__, { resources, routes }) => {
      const requests = requestsOf(resources);
      for (const [asked, expected] of routes) {
        const question = {
          to: 'App/Lb',
          ...(typeof asked === 'string' ? { url: asked } : { url: PAGE, ...asked }),
        };
        if (expected.outcome === 'unknown') expect(requests.route(question).outcome).toBe('unknown');
        else expect(requests).toRoute(question, expected);
      }
    },
  );
});

describe('requests: weights and stickiness', () => {
  const shares = (resources: Properties, headers = {}) => {
    const route = requestsOf(resources).route({ to: 'App/Lb', url: at('/'), headers });
    return [
      route.outcome,
      route.sticky,
      Object.fromEntries(route.targetGroups.map((group) => [group.path, group.share])),
    ];
  };
  const sticky = { TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 } };

  it('distributes by weight: 20 "receives twice as many requests" as 10', () => {
    expect(shares(always(weighted({ A: 10, B: 30 })))).toEqual([
      'forward',
      undefined,
      { 'App/A': 0.25, 'App/B': 0.75 },
    ]);
    expect(shares(always(weighted({ A: 10, B: 0 })))).toEqual(['forward', undefined, { 'App/A': 1 }]);
    expect(shares(always(weighted({ A: 7 })))).toEqual(['forward', undefined, { 'App/A': 1 }]);
  });

  it('does not know which group no weight means', () => {
    expect(shares(always(weighted({ A: 0, B: 0 })))[0]).toBe('unknown');
  });

  it('keeps a client with the cookie AWSALBTG in the group that it names', () => {
    const cookie = { Cookie: 'x=1; AWSALBTG=abc' };
    expect(shares(always(weighted({ A: 1, B: 1 }, sticky)))).toEqual([
      'forward',
      true,
      { 'App/A': 0.5, 'App/B': 0.5 },
    ]);
    expect(shares(always(weighted({ A: 1, B: 1 }, sticky)), cookie)[0]).toBe('unknown');
    expect(shares(always(weighted({ A: 1, B: 1 })), cookie)[0]).toBe('forward');
  });

  it('says what follows the sign-in, and which certificates it cannot choose between', () => {
    const route = requestsOf(signIn('cognito', {})).route({ to: 'App/Lb', url: PAGE });
    expect(route.afterSignIn?.targetGroups).toEqual([{ path: 'App/A', share: 1, targets: [] }]);
    const both = https(
      {},
      { Exact: certificate('a.example.org'), Wild: certificate('*.example.org'), ...listed('Exact', 'Wild') },
    );
    expect(requestsOf(both).route({ to: 'App/Lb', url: 'https://a.example.org/' }).certificate).toEqual({
      matchesName: true,
      reason: expect.stringContaining('App/Exact, App/Wild match a.example.org') as string,
    });
    const foreign = https({
      Certificates: [{ CertificateArn: 'arn:aws:acm:eu-west-1:111111111111:certificate/x' }],
    });
    expect(requestsOf(foreign).route({ to: 'App/Lb', url: PAGE }).certificate).toMatchObject({
      certificate: 'arn:aws:acm:eu-west-1:111111111111:certificate/x',
      matchesName: 'doubt',
    });
  });
});
