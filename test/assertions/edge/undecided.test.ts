import type { OriginResponse } from '../../../lib/assertions/edge';
import { Undecided } from '../../../lib/assertions/templates/properties';
import {
  ask,
  behavior,
  bucket,
  cachePolicy,
  distribution,
  edgeOf,
  group,
  keys,
  origin,
  resource,
  signed,
} from './template';

type Properties = Readonly<Record<string, unknown>>;

const Parameters = { Open: { Type: 'String' } };
const open = { Ref: 'Open' };
const cdn = (config: Properties) => ({ Cdn: distribution(config) });
const withDefault = (settings: Properties) => cdn({ DefaultCacheBehavior: behavior(settings) });
const ok: OriginResponse = { status: 200, headers: {} };
const responses = { 'App/Site': ok, 'App/Replica': ok };
const edge = (resources: Properties, rest: Properties = {}) => edgeOf(resources, { Parameters, ...rest });
const http = ask('http://d111111abcdef8.cloudfront.net/a');
const everyMethod = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'];
const functionAt = (EventType: string) => ({
  FunctionAssociations: [{ EventType, FunctionARN: 'arn:aws:cloudfront::111111111111:function/f' }],
});

describe('what a template leaves open', () => {
  it.each<[string, Properties, ReturnType<typeof ask>?]>([
    ['a path pattern', cdn({ CacheBehaviors: [behavior({ PathPattern: open })] })],
    ['the default root object', cdn({ DefaultRootObject: open })],
    ['whether it is enabled', cdn({ Enabled: open })],
    ['the viewer protocol policy', withDefault({ ViewerProtocolPolicy: open }), http],
    ['the allowed methods', withDefault({ AllowedMethods: open })],
    [
      'an alias',
      cdn({ Aliases: [open], ViewerCertificate: { IamCertificateId: 'x' } }),
      ask('https://a.org/'),
    ],
    ['the trusted key groups', withDefault({ TrustedKeyGroups: open })],
    ['the key of a key group', withDefault({ TrustedKeyGroups: [open] }), ask('/a', { signedBy: 'App/Key' })],
    ['a function at the viewer request', withDefault(functionAt('viewer-request'))],
    ['a staging distribution', cdn({ ContinuousDeploymentPolicyId: 'x' })],
    [
      'the country of the viewer',
      cdn({ Restrictions: { GeoRestriction: { RestrictionType: 'whitelist', Locations: ['DE'] } } }),
    ],
    [
      'the order of a redirect and a refusal',
      withDefault({ ViewerProtocolPolicy: 'redirect-to-https', TrustedKeyGroups: ['x'] }),
      http,
    ],
    [
      'how an encoded slash matches a path pattern',
      cdn({ CacheBehaviors: [behavior({ PathPattern: '/private/*' })] }),
      ask('/private%2Fa'),
    ],
    [
      'the cache behavior of the default root object',
      cdn({ DefaultRootObject: 'index.html', CacheBehaviors: [behavior({ PathPattern: '*.html' })] }),
      ask('/'),
    ],
  ])('%s makes the outcome and the reply unknown', (_, resources, question = ask('/a')) => {
    const { outcome } = edge(resources).route(question);
    expect(outcome).toBeInstanceOf(Undecided);
    expect((outcome as Undecided).reason).toMatch(/^[^⟨⟩]{10,}$/);
    expect(edge(resources).reply(question, responses)).toMatchObject({
      status: outcome,
      from: outcome,
      seconds: outcome,
    });
  });

  it.each<[string, Properties]>([
    ['the domain name of an origin', cdn({ Origins: [origin('Site', { DomainName: open })] })],
    ['the directory of an origin', cdn({ Origins: [origin('Site', { OriginPath: open })] })],
    ['the target origin', withDefault({ TargetOriginId: open })],
    ['a function at the origin request', withDefault(functionAt('origin-request'))],
    [
      'selection by media quality',
      cdn({
        ...group(500),
        OriginGroups: {
          Items: [
            {
              Id: 'site',
              SelectionCriteria: 'media-quality-based',
              Members: { Items: [{ OriginId: 'primary' }, { OriginId: 'replica' }] },
            },
          ],
        },
      }),
    ],
  ])('%s makes the origins unknown and nothing else', (_, resources) => {
    const route = edge(resources).route(ask('/a'));
    expect(route).toMatchObject({ outcome: 'origin', behavior: '*', signers: [] });
    expect(route.origins).toBeInstanceOf(Undecided);
    expect(typeof route.cacheKey).toBe('string');
  });

  it.each<[string, Properties, ReturnType<typeof ask>?]>([
    ['the cache policy', withDefault({ CachePolicyId: open })],
    ['no cache policy', withDefault({ CachePolicyId: undefined, ForwardedValues: { QueryString: true } })],
    ['an unknown managed policy', withDefault({ CachePolicyId: '4cc15a8a-d715-48a4-82b8-cc0b614638fe' })],
    [
      'a header that CloudFront adds',
      {
        ...cdn({}),
        Policy: cachePolicy(
          {},
          { HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['CloudFront-Viewer-Country'] } },
        ),
      },
    ],
    [
      'which query strings count',
      { ...cdn({}), Policy: cachePolicy({}, { QueryStringsConfig: { QueryStringBehavior: open } }) },
    ],
    ['compression', { ...cdn({}), Policy: cachePolicy({}, { EnableAcceptEncodingGzip: open }) }],
  ])('%s makes the cache key unknown and nothing else', (_, resources) => {
    const route = edge(resources).route(ask('/a'));
    expect(route).toMatchObject({ outcome: 'origin', origins: [{ origin: 'App/Site', path: '/a' }] });
    expect(route.cacheKey).toBeInstanceOf(Undecided);
    const reply = edge(resources).reply(ask('/a'), responses);
    expect(reply).toMatchObject({ status: 200, from: 'origin' });
    expect(reply.seconds).toBeInstanceOf(Undecided);
  });

  it.each<[string, OriginResponse, Properties?]>([
    ['max-age beside no-cache', { status: 200, headers: { 'cache-control': 'max-age=60, no-cache' } }],
    ['a max-age that is no number', { status: 200, headers: { 'cache-control': 'max-age=soon' } }],
    ['Expires without Date', { status: 200, headers: { expires: 'Sat, 27 Jun 2015 23:59:59 GMT' } }],
    ['a redirect', { status: 302 }],
    ['an error that AWS does not list', { status: 418 }],
    ['a 404 with no-store', { status: 404, headers: { 'cache-control': 'no-store' } }],
    ['a maximum TTL', ok, { Policy: cachePolicy({ MaxTTL: open }) }],
  ])('%s makes the time in the cache unknown', (_, response, resources = {}) => {
    const { status, seconds } = edge({ ...cdn({}), ...resources }).reply(ask('/a'), { 'App/Site': response });
    expect(status).toBe(typeof response === 'object' ? response.status : undefined);
    expect(seconds).toBeInstanceOf(Undecided);
  });

  it.each<[string, OriginResponse, Properties]>([
    ['unreachable without 503', 'unreachable', cdn(group(500))],
    ['too slow without 504', 'timeout', cdn(group(500))],
    ['an open status code', { status: 503 }, cdn(group({ Ref: 'Open' } as unknown as number))],
  ])('failover is unknown: %s', (_, response, resources) => {
    const asked = edge(resources);
    expect(asked.failsOver(ask('/a'), response)).toBeInstanceOf(Undecided);
    const { status } = asked.reply(ask('/a'), { ...responses, 'App/Site': response });
    expect(status).toBeInstanceOf(Undecided);
  });

  it('the request that a function at the viewer request returned is certain', () => {
    const asked = edge(withDefault(functionAt('viewer-request')));
    const question = { ...ask('/a'), rewrittenTo: '/b' };
    expect(asked.route(question)).toMatchObject({
      outcome: 'origin',
      origins: [{ origin: 'App/Site', path: '/b' }],
    });
    expect(asked.reply(question, responses).status).toBe(200);
  });

  it('a custom error page for 403 makes the reply to a refusal unknown', () => {
    const resources = {
      ...keys,
      ...cdn({
        DefaultCacheBehavior: behavior(signed),
        CustomErrorResponses: [{ ErrorCode: 403, ResponseCode: 404, ResponsePagePath: '/404.html' }],
      }),
    };
    expect(edge(resources).route(ask('/a'))).toMatchObject({ outcome: 'refused', status: 403 });
    expect(edge(resources).reply(ask('/a'), {}).status).toBeInstanceOf(Undecided);
  });

  it('an unsigned request is refused, also if the keys are not known', () => {
    expect(edge(withDefault({ TrustedKeyGroups: [open] })).route(ask('/a'))).toMatchObject({
      outcome: 'refused',
      status: 403,
    });
    expect(edge(withDefault({ TrustedSigners: ['self'] })).route(ask('/a'))).toMatchObject({
      outcome: 'refused',
    });
  });

  it('parameters with allowed values are tried one by one', () => {
    const Method = { Type: 'String', AllowedValues: ['allow-all', 'https-only'] };
    const asked = edgeOf(withDefault({ ViewerProtocolPolicy: { Ref: 'Method' } }), {
      Parameters: { Method },
    });
    expect(asked.route(ask('/a'))).toMatchObject({ outcome: 'origin', behavior: '*' });
    const { outcome, behavior: pattern } = asked.route(http);
    expect(pattern).toBe('*');
    expect((outcome as Undecided).reason).toBe('it is different if parameter Method of App is https-only');
  });

  it('a cache policy with allowed values leaves the time open, and nothing else', () => {
    const Seconds = { Type: 'Number', AllowedValues: ['60', '120'] };
    const Policy = cachePolicy({ DefaultTTL: { Ref: 'Seconds' } });
    const { status, seconds } = edgeOf({ ...cdn({}), Policy }, { Parameters: { Seconds } }).reply(
      ask('/a'),
      responses,
    );
    expect(status).toBe(200);
    expect((seconds as Undecided).reason).toBe('it is different if parameter Seconds of App is 120');
  });

  it('the key pairs of trusted signers are not in templates', () => {
    const route = edge(withDefault({ TrustedSigners: ['self'] })).route(ask('/a', { signedBy: 'App/Key' }));
    expect([route.outcome, route.signers].map((part) => part instanceof Undecided)).toEqual([true, true]);
  });

  it('a distribution that exists under a condition only is not certain', () => {
    const Conditions = { Sometimes: { 'Fn::Equals': [open, 'x'] } };
    const asked = edge({ Cdn: distribution({}, { Condition: 'Sometimes' }) }, { Conditions });
    expect(asked.route(ask('/a')).outcome).toBeInstanceOf(Undecided);
  });
});

describe('what decides although something else is open', () => {
  it('an earlier cache behavior, a status code that does not fail over, a method', () => {
    const patterns = [behavior({ PathPattern: '/a' }), behavior({ PathPattern: open })];
    expect(edge(cdn({ CacheBehaviors: patterns })).route(ask('/a')).behavior).toBe('/a');
    expect(edge(cdn(group(500))).failsOver(ask('/a'), { status: 404 })).toBe(false);
    const methods = { ...group(500), DefaultCacheBehavior: behavior({ AllowedMethods: everyMethod }) };
    expect(edge(cdn(methods)).failsOver(ask('/a', { method: 'PUT' }), 'timeout')).toBe(false);
  });

  it('a bucket by its name is found in another stack', () => {
    const DomainName = 'replica-bucket.s3.eu-west-1.amazonaws.com';
    const asked = edge({
      ...cdn({ Origins: [{ Id: 'site', DomainName }] }),
      Named: bucket({ BucketName: 'replica-bucket' }),
    });
    expect(asked.route(ask('/a')).origins).toEqual([{ origin: 'App/Named', path: '/a' }]);
    const outside = edge(cdn({ Origins: [{ Id: 'site', DomainName: 'www.example.org' }] }));
    expect(outside.route(ask('/a')).origins).toEqual([{ origin: 'www.example.org', path: '/a' }]);
  });
});

describe('headers for the viewer', () => {
  const policy = (config: Properties) =>
    resource('AWS::CloudFront::ResponseHeadersPolicy', { ResponseHeadersPolicyConfig: config });
  const headersOf = (id: unknown, Headers: Properties, fromOrigin: Readonly<Record<string, string>>) =>
    edge({ ...withDefault({ ResponseHeadersPolicyId: id }), Headers }).reply(ask('/a'), {
      'App/Site': { status: 200, headers: fromOrigin },
    }).headers;

  it('are those of the origin without a policy', () => {
    expect(headersOf(undefined, policy({}), { etag: '"1"' })).toEqual({ etag: '"1"' });
  });

  it('are removed, added and overridden as the policy says', () => {
    const config = {
      RemoveHeadersConfig: { Items: [{ Header: 'Server' }] },
      CustomHeadersConfig: {
        Items: [
          { Header: 'Cache-Control', Value: 'no-cache', Override: true },
          { Header: 'X-Kept', Value: 'policy', Override: false },
        ],
      },
      SecurityHeadersConfig: {
        ContentSecurityPolicy: { ContentSecurityPolicy: "default-src 'self'", Override: true },
        ContentTypeOptions: { Override: true },
        FrameOptions: { FrameOption: 'DENY', Override: true },
        ReferrerPolicy: { ReferrerPolicy: 'same-origin', Override: true },
        StrictTransportSecurity: {
          AccessControlMaxAgeSec: 60,
          IncludeSubdomains: true,
          Preload: true,
          Override: true,
        },
        XSSProtection: { Protection: false, Override: true },
      },
    };
    const fromOrigin = { server: 'AmazonS3', 'cache-control': 'max-age=1', 'x-kept': 'origin' };
    expect(headersOf({ Ref: 'Headers' }, policy(config), fromOrigin)).toEqual({
      'cache-control': 'no-cache',
      'x-kept': 'origin',
      'content-security-policy': "default-src 'self'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'strict-transport-security': 'max-age=60; includeSubDomains; preload',
      'x-xss-protection': '0',
    });
  });

  it('include those of the managed policy SecurityHeadersPolicy', () => {
    expect(headersOf('67f7725c-6f97-4210-82d7-5512b31e9d03', policy({}), {})).toMatchObject({
      'strict-transport-security': 'max-age=31536000',
      'x-xss-protection': '1; mode=block',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'strict-origin-when-cross-origin',
      'x-content-type-options': 'nosniff',
    });
  });

  it.each([
    ['a policy outside of the templates', '5cc3b908-e619-4b99-88e5-2cf7f45965bd', {}],
    ['CORS', { Ref: 'Headers' }, { CorsConfig: {} }],
    ['an open value', { Ref: 'Headers' }, { CustomHeadersConfig: { Items: [{ Header: 'X', Value: open }] } }],
  ])('are unknown: %s', (_, id, config) => {
    expect(headersOf(id, policy(config), {})).toBeInstanceOf(Undecided);
  });

  it('are unknown with a function at the viewer response', () => {
    const { headers } = edge(withDefault(functionAt('viewer-response'))).reply(ask('/a'), responses);
    expect(headers).toBeInstanceOf(Undecided);
  });
});
