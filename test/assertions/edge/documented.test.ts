import type { OriginResponse } from '../../../lib/assertions/edge';
import { ask, behavior, cachePolicy, distribution, edgeOf, group, keys, signed } from './template';

type Properties = Readonly<Record<string, unknown>>;
type Question = ReturnType<typeof ask>;
type Responses = Readonly<Record<string, OriginResponse>>;

/** A sentence of AWS's, resources with the distribution `Cdn`, and what follows for requests. */
interface Row {
  readonly says: string;
  readonly resources: Properties;
  readonly routes?: readonly (readonly [Question, Properties])[];
  readonly replies?: readonly (readonly [Question, Responses, Properties, { expired: boolean }?])[];
  /** Pairs of requests for one object of the cache. */
  readonly same?: readonly (readonly [Question, Question])[];
  /** Pairs of requests for two objects of the cache. */
  readonly other?: readonly (readonly [Question, Question])[];
}

const cdn = (config: Properties) => ({ Cdn: distribution(config) });
const paths = (...patterns: readonly string[]) =>
  cdn({ CacheBehaviors: patterns.map((PathPattern) => behavior({ PathPattern })) });
const withDefault = (settings: Properties) => cdn({ DefaultCacheBehavior: behavior(settings) });
const matched = (path: string, pattern: string) => [ask(path), { behavior: pattern }] as const;

const Site = 'App/Site';
const Replica = 'App/Replica';
const ok = (headers: Readonly<Record<string, string>> = {}): OriginResponse => ({ status: 200, headers });
const cc = (value: string) => ({ 'cache-control': value });

/** How long an object with these headers is cached. */
const kept = (headers: Readonly<Record<string, string>>, seconds: number) =>
  [ask('/a'), { [Site]: ok(headers) }, { seconds }] as const;
const ttl = (MinTTL: number, DefaultTTL: number, MaxTTL: number): Properties => ({
  ...cdn({}),
  Policy: cachePolicy({ MinTTL, DefaultTTL, MaxTTL }),
});
const keyed = (parameters: Properties): Properties => ({ ...cdn({}), Policy: cachePolicy({}, parameters) });
const accepting = (value: string) => ask('/a', { headers: { 'Accept-Encoding': value } });
const failover = (...codes: readonly number[]): Properties => cdn(group(...codes));
const errorPage = (ErrorCode: number, more: Properties = {}) =>
  cdn({
    CustomErrorResponses: [{ ErrorCode, ResponseCode: 404, ResponsePagePath: '/404.html', ...more }],
  });
const dated = { date: 'Sat, 27 Jun 2015 23:00:00 GMT' };
const HOUR = 3600;
const rewritten = (path: string, rewrittenTo: string) => ask(path, { rewrittenTo });

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/<page>.html */
const PAGES: Readonly<Record<string, readonly Row[]>> = {
  DownloadDistValuesCacheBehavior: [
    {
      says: 'The first match determines which cache behavior is applied to that request.',
      resources: paths('images/*.jpg', 'images/*', '*.gif'),
      routes: [
        matched('/images/a.jpg', 'images/*.jpg'),
        matched('/images/sample.gif', 'images/*'),
        matched('/a.gif', '*.gif'),
      ],
    },
    {
      says: 'If the request for an object does not match the path pattern for any of the other cache behaviors, CloudFront applies the behavior that you specify in the default cache behavior.',
      resources: paths('images/*.jpg'),
      routes: [matched('/other/a.jpg', '*')],
    },
    {
      says: 'CloudFront behavior is the same with or without the leading /.',
      resources: paths('/images/*.jpg', 'css/*'),
      routes: [matched('/images/a.jpg', '/images/*.jpg'), matched('/css/a.css', 'css/*')],
    },
    {
      says: 'the path pattern images/*.jpg applies to requests for any .jpg file in the images, images/product1, and images/product2 directories',
      resources: paths('images/*.jpg'),
      routes: [matched('/images/product1/a.jpg', 'images/*.jpg'), matched('/x/images/a.jpg', '*')],
    },
    {
      says: 'CloudFront does not consider query strings or cookies when evaluating the path pattern.',
      resources: paths('images/*'),
      routes: [matched('/a?x=images/a', '*'), matched('/images/a?x', 'images/*')],
    },
    {
      says: 'Some characters are normalized and removed from the path, such as multiple slashes (//) and periods (..).',
      resources: paths('/images/'),
      routes: [
        matched('/images/', '/images/'),
        matched('/images/a/..', '/images/'),
        matched('/images', '*'),
        matched('/images/a', '*'),
      ],
    },
    {
      says: '? matches exactly 1 character.',
      resources: paths('a??.jpg', '*.doc?'),
      routes: [
        matched('/ant.jpg', 'a??.jpg'),
        matched('/ants.jpg', '*'),
        matched('/an.jpg', '*'),
        matched('/a.docx', '*.doc?'),
        matched('/a.doc', '*'),
      ],
    },
    {
      says: "Path patterns are case-sensitive, so the path pattern *.jpg doesn't apply to the file LOGO.JPG.",
      resources: paths('*.jpg'),
      routes: [matched('/LOGO.JPG', '*'), matched('/LOGO.jpg', '*.jpg')],
    },
    {
      says: 'CloudFront normalizes URI paths consistent with RFC 3986 and then matches the path with the correct cache behavior.',
      resources: paths('/a/b*', '/a*'),
      routes: [
        matched('/a/b?c=1', '/a/b*'),
        matched('/a/b/..?c=1', '/a*'),
        matched('//a//b', '/a/b*'),
        matched('/a/./%62', '/a/b*'),
        matched('/../a/b', '/a/b*'),
      ],
    },
    {
      says: 'GET, HEAD: You can use CloudFront only to get objects from your origin or to get object headers.',
      resources: withDefault({ AllowedMethods: ['GET', 'HEAD'] }),
      routes: [
        [ask('/a', { method: 'HEAD' }), { outcome: 'origin' }],
        [ask('/a', { method: 'OPTIONS' }), { outcome: 'refused', status: 403 }],
        [ask('/a', { method: 'POST' }), { outcome: 'refused', status: 403 }],
      ],
    },
    {
      says: 'CloudFront caches responses to GET and HEAD requests and, optionally, OPTIONS requests. CloudFront does not cache responses to requests that use the other methods.',
      resources: withDefault({
        AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'],
        CachedMethods: ['GET', 'HEAD', 'OPTIONS'],
      }),
      replies: [
        [ask('/a'), { [Site]: ok() }, { seconds: 86_400 }],
        [ask('/a', { method: 'OPTIONS' }), { [Site]: ok() }, { seconds: 86_400 }],
        [ask('/a', { method: 'POST' }), { [Site]: ok(cc('max-age=60')) }, { seconds: 0 }],
      ],
    },
  ],
  'using-https-viewers-to-cloudfront': [
    {
      says: 'CloudFront returns HTTP status code 301 (Moved Permanently) along with the new HTTPS URL.',
      resources: withDefault({ ViewerProtocolPolicy: 'redirect-to-https' }),
      routes: [
        [
          ask('http://d111111abcdef8.cloudfront.net/a?b=1'),
          { outcome: 'redirect', status: 301, location: 'https://d111111abcdef8.cloudfront.net/a?b=1' },
        ],
        [ask('/a'), { outcome: 'origin' }],
      ],
    },
    {
      says: 'CloudFront redirects the request to a HTTPS location with a HTTP status code 307 (Temporary Redirect).',
      resources: withDefault({
        ViewerProtocolPolicy: 'redirect-to-https',
        AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'],
      }),
      routes: [
        [
          ask('http://d111111abcdef8.cloudfront.net/a', { method: 'POST' }),
          { outcome: 'redirect', status: 307 },
        ],
      ],
    },
    {
      says: 'If a viewer sends an HTTP request instead of an HTTPS request, CloudFront returns HTTP status code 403 (Forbidden) and does not return the object.',
      resources: withDefault({ ViewerProtocolPolicy: 'https-only' }),
      routes: [
        [ask('http://d111111abcdef8.cloudfront.net/a'), { outcome: 'refused', status: 403 }],
        [ask('/a'), { outcome: 'origin' }],
      ],
    },
  ],
  'http-403-permission-denied': [
    {
      says: "If you create the DNS record but don't add the CNAME in your CloudFront distribution configuration, then the request returns a 403 error.",
      resources: cdn({
        Aliases: ['www.example.org', '*.example.net'],
        ViewerCertificate: { AcmCertificateArn: 'arn:aws:acm:us-east-1:111111111111:certificate/1' },
      }),
      routes: [
        [ask('https://www.example.org/'), { outcome: 'origin' }],
        [ask('https://a.example.net/'), { outcome: 'origin' }],
        [ask('https://a.b.example.net/'), { outcome: 'refused', status: 403 }],
        [ask('https://example.org/'), { outcome: 'refused', status: 403 }],
      ],
    },
  ],
  georestrictions: [
    {
      says: "Allow your users to access your content only if they're in one of the approved countries on your allow list.",
      resources: cdn({
        Restrictions: { GeoRestriction: { RestrictionType: 'whitelist', Locations: ['DE'] } },
      }),
      routes: [
        [ask('/a', { country: 'DE' }), { outcome: 'origin' }],
        [ask('/a', { country: 'FR' }), { outcome: 'refused', status: 403 }],
      ],
    },
    {
      says: "Prevent your users from accessing your content if they're in one of the banned countries on your block list.",
      resources: cdn({
        Restrictions: { GeoRestriction: { RestrictionType: 'blacklist', Locations: ['DE'] } },
      }),
      routes: [
        [ask('/a', { country: 'FR' }), { outcome: 'origin' }],
        [ask('/a', { country: 'DE' }), { outcome: 'refused', status: 403 }],
      ],
    },
  ],
  'private-content-trusted-signers': [
    {
      says: 'Users are able to access the objects without using a signed URL because CloudFront processes the cache behavior associated with the first match.',
      resources: {
        ...keys,
        ...cdn({
          CacheBehaviors: [
            behavior({ PathPattern: '*.jpg' }),
            behavior({ PathPattern: '/private/*', ...signed }),
          ],
        }),
      },
      routes: [
        [ask('/private/a.jpg'), { outcome: 'origin', signers: [] }],
        [ask('/private/a.pdf'), { outcome: 'refused', status: 403, signers: ['App/Key'] }],
      ],
    },
    {
      says: 'users must use signed URLs or signed cookies to access the objects that are associated with the cache behavior.',
      resources: { ...keys, ...withDefault(signed) },
      routes: [
        [ask('/a', { signedBy: 'App/Key' }), { outcome: 'origin' }],
        [ask('/a', { signedBy: 'App/Other' }), { outcome: 'refused', status: 403 }],
        [ask('/a'), { outcome: 'refused', status: 403 }],
      ],
    },
  ],
  'understanding-the-cache-key': [
    {
      says: 'Other values from the viewer request are not included in the cache key, by default.',
      resources: cdn({}),
      same: [
        [
          ask('/a?ref=1', { headers: { 'User-Agent': 'x', Cookie: 'session_id=1' } }),
          ask('/a?ref=2', { headers: { 'User-Agent': 'y', Cookie: 'session_id=2' } }),
        ],
        [ask('/a'), ask('/a', { method: 'HEAD' })],
      ],
      other: [
        [ask('/a'), ask('/b')],
        [ask('/a'), ask('/A')],
      ],
    },
    {
      says: 'responses to OPTIONS requests are cached separately from responses to GET and HEAD requests.',
      resources: withDefault({
        AllowedMethods: ['GET', 'HEAD', 'OPTIONS'],
        CachedMethods: ['GET', 'HEAD', 'OPTIONS'],
      }),
      other: [[ask('/a'), ask('/a', { method: 'OPTIONS' })]],
    },
  ],
  'cache-key-understand-cache-policy': [
    {
      says: 'All query strings in viewer requests are included in the cache key',
      resources: keyed({ QueryStringsConfig: { QueryStringBehavior: 'all' } }),
      same: [[ask('/a?x=1'), ask('/a?x=1')]],
      other: [[ask('/a?x=1'), ask('/a?x=2')]],
    },
    {
      says: 'You specify which of the query strings in viewer requests are included in the cache key',
      resources: keyed({
        QueryStringsConfig: { QueryStringBehavior: 'whitelist', QueryStrings: ['split-pages'] },
      }),
      same: [[ask('/a?split-pages=false&ref=1'), ask('/a?ref=2&split-pages=false')]],
      other: [[ask('/a?split-pages=false'), ask('/a?split-pages=true')]],
    },
    {
      says: 'You specify which of the query strings in viewer requests are not included in the cache key',
      resources: keyed({ QueryStringsConfig: { QueryStringBehavior: 'allExcept', QueryStrings: ['ref'] } }),
      same: [[ask('/a?x=1&ref=1'), ask('/a?x=1&ref=2')]],
      other: [[ask('/a?x=1&ref=1'), ask('/a?x=2&ref=1')]],
    },
    {
      says: 'You specify which of the HTTP headers in viewer requests are included in the cache key',
      resources: keyed({ HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Accept-Language'] } }),
      same: [
        [
          ask('/a', { headers: { 'Accept-Language': 'en', Accept: 'x' } }),
          ask('/a', { headers: { 'accept-language': 'en' } }),
        ],
      ],
      other: [
        [
          ask('/a', { headers: { 'Accept-Language': 'en-US,en' } }),
          ask('/a', { headers: { 'Accept-Language': 'en,en-US' } }),
        ],
      ],
    },
    {
      says: 'You specify which of the cookies in viewer requests are included in the cache key',
      resources: keyed({ CookiesConfig: { CookieBehavior: 'whitelist', Cookies: ['variant'] } }),
      same: [
        [
          ask('/a', { headers: { Cookie: 'variant=a; session=1' } }),
          ask('/a', { headers: { Cookie: 'session=2; variant=a' } }),
        ],
      ],
      other: [
        [ask('/a', { headers: { Cookie: 'variant=a' } }), ask('/a', { headers: { Cookie: 'variant=b' } })],
      ],
    },
    {
      says: 'Normalizes the header to Accept-Encoding: br,gzip and includes the normalized header in the cache key.',
      resources: keyed({ EnableAcceptEncodingGzip: true, EnableAcceptEncodingBrotli: true }),
      same: [[accepting('gzip, deflate, br'), accepting('br;q=1.0, gzip')]],
      other: [[accepting('gzip, br'), accepting('gzip')]],
    },
    {
      says: 'This behavior is the same when the viewer supports both Gzip and Brotli [...], because in this scenario, caching compressed objects for Brotli is not enabled.',
      resources: keyed({ EnableAcceptEncodingGzip: true }),
      same: [[accepting('gzip'), accepting('gzip, br')]],
    },
    {
      says: "If the viewer does not support Brotli or Gzip [...], CloudFront: Doesn't include the Accept-Encoding header in the cache key.",
      resources: keyed({ EnableAcceptEncodingGzip: true, EnableAcceptEncodingBrotli: true }),
      same: [[accepting('deflate'), ask('/a')]],
      other: [[accepting('gzip'), ask('/a')]],
    },
  ],
  QueryStringParameters: [
    {
      says: 'The order of parameters matters in query strings.',
      resources: keyed({ QueryStringsConfig: { QueryStringBehavior: 'all' } }),
      other: [[ask('/a?color=red&size=large'), ask('/a?size=large&color=red')]],
    },
    {
      says: 'CloudFront considers the case of parameter names and values when caching based on query string parameters.',
      resources: keyed({ QueryStringsConfig: { QueryStringBehavior: 'all' } }),
      other: [
        [ask('/a?color=red'), ask('/a?color=Red')],
        [ask('/a?color=red'), ask('/a?Color=red')],
      ],
    },
    {
      says: 'If you use a different delimiter, caching depends on which parameters you want CloudFront to use',
      resources: keyed({
        QueryStringsConfig: { QueryStringBehavior: 'whitelist', QueryStrings: ['color'] },
      }),
      same: [[ask('/a?size=large;color=red'), ask('/a')]],
      other: [[ask('/a?color=red;size=large'), ask('/a?color=red')]],
    },
    {
      says: 'CloudFront removes the following query string parameters before forwarding the rest of the URL to your origin: Expires, Key-Pair-Id, Policy, Signature',
      resources: {
        ...keys,
        ...withDefault(signed),
        Policy: cachePolicy({}, { QueryStringsConfig: { QueryStringBehavior: 'all' } }),
      },
      same: [[ask('/a?x=1&Expires=1&Signature=a&Key-Pair-Id=K'), ask('/a?x=1&Policy=b&Signature=c')]],
      other: [[ask('/a?x=1&Expires=1'), ask('/a?Expires=1')]],
    },
  ],
  DefaultRootObject: [
    {
      says: 'an end-user request that calls the root of your distribution returns the default root object.',
      resources: cdn({ DefaultRootObject: 'index.html' }),
      routes: [[ask('/'), { origins: [{ origin: Site, path: '/index.html' }] }]],
    },
    {
      says: 'CloudFront does not return the default root object even if a copy of index.html appears in the install directory.',
      resources: cdn({ DefaultRootObject: 'index.html' }),
      routes: [[ask('/install/'), { origins: [{ origin: Site, path: '/install/' }] }]],
    },
  ],
  DownloadDistValuesOrigin: [
    {
      says: 'CloudFront appends the directory path to the value of Origin Domain Name',
      resources: cdn({
        Origins: [
          {
            Id: 'site',
            DomainName: { 'Fn::GetAtt': ['Site', 'RegionalDomainName'] },
            OriginPath: '/production',
          },
        ],
      }),
      routes: [
        [ask('/acme/index.html'), { origins: [{ origin: Site, path: '/production/acme/index.html' }] }],
      ],
    },
  ],
  Expiration: [
    {
      says: 'CloudFront caches objects for the lesser of the value of the Cache-Control: max-age directive or the value of the CloudFront maximum TTL.',
      resources: ttl(0, HOUR, 2 * HOUR),
      replies: [kept(cc('max-age=60'), 60), kept(cc('max-age=9999'), 2 * HOUR), kept(cc('max-age=0'), 0)],
    },
    {
      says: 'CloudFront caching depends on the values of the CloudFront minimum TTL and maximum TTL and the Cache-Control max-age directive',
      resources: ttl(100, HOUR, 2 * HOUR),
      replies: [
        kept(cc('max-age=60'), 100),
        kept(cc('public, max-age=200'), 200),
        kept(cc('max-age=9999'), 2 * HOUR),
      ],
    },
    {
      says: 'CloudFront caches objects for the value of the CloudFront default TTL.',
      resources: ttl(0, HOUR, 2 * HOUR),
      replies: [kept({}, HOUR), kept(cc('public'), HOUR), kept(cc('max-age="60"'), 60)],
    },
    {
      says: 'If the value of MinTTL is more than 86400 seconds, then the default value for this field is the same as the value of MinTTL.',
      resources: {
        ...cdn({}),
        Policy: cachePolicy({ MinTTL: 90_000, DefaultTTL: undefined, MaxTTL: undefined }),
      },
      replies: [kept({}, 90_000), kept(cc('max-age=99999999'), 31_536_000)],
    },
    {
      says: 'CloudFront caches objects for the greater of the value of the CloudFront minimum TTL or default TTL.',
      resources: ttl(100, HOUR, 2 * HOUR),
      replies: [kept({}, HOUR)],
    },
    {
      says: 'CloudFront caches objects for the lesser of the value of the Cache-Control: s-maxage directive or the value of the CloudFront maximum TTL.',
      resources: ttl(0, HOUR, 2 * HOUR),
      replies: [kept(cc('max-age=60, s-maxage=120'), 120), kept(cc('s-maxage=9999, max-age=60'), 2 * HOUR)],
    },
    {
      says: 'CloudFront caches objects until the date in the Expires header or for the value of the CloudFront maximum TTL, whichever is sooner.',
      resources: ttl(0, HOUR, 2 * HOUR),
      replies: [
        kept({ ...dated, expires: 'Sat, 27 Jun 2015 23:30:00 GMT' }, 1800),
        kept({ ...dated, expires: 'Sun, 28 Jun 2015 23:30:00 GMT' }, 2 * HOUR),
        kept({ ...dated, expires: 'soon' }, 0),
      ],
    },
    {
      says: 'If you specify values both for Cache-Control max-age and for Expires, CloudFront uses only the value of Cache-Control max-age.',
      resources: ttl(0, HOUR, 2 * HOUR),
      replies: [kept({ ...dated, ...cc('max-age=60'), expires: 'Sat, 27 Jun 2015 23:30:00 GMT' }, 60)],
    },
    {
      says: 'CloudFront and browsers respect the headers.',
      resources: ttl(0, HOUR, 2 * HOUR),
      replies: [kept(cc('no-cache'), 0), kept(cc('no-store'), 0), kept(cc('Private'), 0)],
    },
    {
      says: 'even if the Cache-Control: no-cache, no-store, or private directives are present in the origin headers.',
      resources: ttl(100, HOUR, 2 * HOUR),
      replies: [kept(cc('no-cache'), 100), kept(cc('private, no-store'), 100)],
    },
    {
      says: 'If the CloudFront cache already has the latest version, the origin returns a status code 304 Not Modified.',
      resources: ttl(0, HOUR, 2 * HOUR),
      replies: [
        [
          ask('/a'),
          { [Site]: { status: 304, headers: cc('max-age=60') } },
          { status: 200, from: 'expired object', seconds: 60 },
          { expired: true },
        ],
      ],
    },
  ],
  high_availability_origin_failover: [
    {
      says: 'When the primary origin returns a status code that is not configured for failover, such as an HTTP 2xx or 3xx status code, CloudFront serves the requested object to the viewer.',
      resources: failover(500, 503),
      replies: [
        [ask('/a'), { [Site]: ok() }, { status: 200, origin: Site }],
        [ask('/a'), { [Site]: { status: 404 } }, { status: 404, origin: Site }],
      ],
    },
    {
      says: "The primary origin returns an HTTP status code that you've configured for failover",
      resources: failover(403, 500),
      replies: [
        [ask('/a'), { [Site]: { status: 500 }, [Replica]: ok() }, { status: 200, origin: Replica }],
        [
          ask('/a'),
          { [Site]: { status: 403 }, [Replica]: { status: 404 } },
          { status: 404, origin: Replica },
        ],
      ],
    },
    {
      says: 'CloudFront fails to connect to the primary origin (when 503 is set as a failover code)',
      resources: failover(503),
      replies: [[ask('/a'), { [Site]: 'unreachable', [Replica]: ok() }, { status: 200, origin: Replica }]],
    },
    {
      says: 'The response from the primary origin takes too long (times out) (when 504 is set as a failover code)',
      resources: failover(504),
      replies: [[ask('/a'), { [Site]: 'timeout', [Replica]: ok() }, { status: 200, origin: Replica }]],
    },
    {
      says: 'If the origin is a secondary origin, or an origin that is not part of an origin group, these settings affect how quickly CloudFront returns an HTTP 504 response to the viewer.',
      resources: failover(503),
      replies: [
        [
          ask('/a'),
          { [Site]: 'unreachable', [Replica]: 'unreachable' },
          { status: 504, from: 'CloudFront', seconds: 10 },
        ],
      ],
    },
    {
      says: 'CloudFront fails over to the secondary origin only when the HTTP method of the viewer request is GET, HEAD, or OPTIONS.',
      resources: cdn({
        ...group(500),
        DefaultCacheBehavior: behavior({
          AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'],
        }),
      }),
      routes: [
        [ask('/a', { method: 'POST' }), { origins: [{ origin: Site, path: '/a' }] }],
        [ask('/a'), { origins: [Site, Replica].map((origin) => ({ origin, path: '/a' })) }],
      ],
      replies: [
        [ask('/a', { method: 'POST' }), { [Site]: { status: 500 } }, { status: 500, origin: Site }],
        [
          ask('/a', { method: 'OPTIONS' }),
          { [Site]: { status: 500 }, [Replica]: ok() },
          { status: 200, origin: Replica },
        ],
      ],
    },
    {
      says: 'If CloudFront receives a failure status code from the secondary origin, CloudFront returns the custom error page.',
      resources: cdn({
        ...group(500),
        CustomErrorResponses: [{ ErrorCode: 503, ResponseCode: 503, ResponsePagePath: '/sorry.html' }],
      }),
      replies: [
        [
          ask('/a'),
          { [Site]: { status: 500 }, [Replica]: { status: 503 } },
          { status: 503, from: 'error page', page: '/sorry.html' },
        ],
      ],
    },
  ],
  HTTPStatusCodes: [
    {
      says: 'CloudFront checks your distribution configuration and gets the path of the custom error page that corresponds with the status code that your origin returned.',
      resources: errorPage(403),
      replies: [
        [
          ask('/a'),
          { [Site]: { status: 403 } },
          { status: 404, from: 'error page', page: '/404.html', seconds: 0 },
        ],
        [ask('/a'), { [Site]: { status: 500 } }, { status: 500, from: 'origin', page: undefined }],
      ],
    },
    {
      says: 'The amount of time specified by the error caching minimum TTL (10 seconds by default)',
      resources: errorPage(404, { ErrorCachingMinTTL: 30 }),
      replies: [
        [ask('/a'), { [Site]: { status: 404 } }, { seconds: 30 }],
        [ask('/a'), { [Site]: { status: 500 } }, { seconds: 10 }],
      ],
    },
    {
      says: 'The amount of time specified by a Cache-Control: max-age header or a Cache-Control: s-maxage header that is returned by the origin when the first request generated the error',
      resources: cdn({}),
      replies: [
        [ask('/a'), { [Site]: { status: 404, headers: cc('max-age=60') } }, { seconds: 60 }],
        [ask('/a'), { [Site]: { status: 404, headers: cc('max-age=5') } }, { seconds: 10 }],
        [ask('/a'), { [Site]: { status: 404, headers: cc('s-maxage=70, max-age=5') } }, { seconds: 70 }],
      ],
    },
    {
      says: 'CloudFront only caches the following HTTP 4xx status codes returned by your origin if your origin returns a Cache-Control: max-age or Cache-Control: s-maxage header.',
      resources: cdn({}),
      replies: [
        [ask('/a'), { [Site]: { status: 403 } }, { seconds: 0 }],
        [ask('/a'), { [Site]: { status: 403, headers: cc('max-age=60') } }, { seconds: 60 }],
      ],
    },
    {
      says: 'If your origin returns a 5xx status code, CloudFront serves the object even though it has expired.',
      resources: cdn({}),
      replies: [
        [
          ask('/a'),
          { [Site]: { status: 503 } },
          { status: 200, from: 'expired object', seconds: 10 },
          { expired: true },
        ],
        [
          ask('/a'),
          { [Site]: 'unreachable' },
          { status: 200, from: 'expired object', seconds: 10 },
          { expired: true },
        ],
        [ask('/a'), { [Site]: { status: 503 } }, { status: 503 }],
      ],
    },
    {
      says: 'If your origin returns a 4xx status code, CloudFront returns the status code, not the requested object, to the viewer.',
      resources: cdn({}),
      replies: [[ask('/a'), { [Site]: { status: 404 } }, { status: 404, from: 'origin' }, { expired: true }]],
    },
  ],
  // https://aws.amazon.com/blogs/aws/introducing-amazon-cloudfront-keyvaluestore-a-low-latency-datastore-for-cloudfront-functions/
  'cloudfront-functions': [
    {
      says: "when a CloudFront function changes the uri value, it doesn't change the cache behavior for the request or the origin that an origin request is sent to.",
      resources: paths('/private/*'),
      routes: [
        [rewritten('/a', '/private/b'), { behavior: '*', origins: [{ origin: Site, path: '/private/b' }] }],
      ],
      same: [[rewritten('/a', '/b'), rewritten('/c', '/b')]],
      other: [[rewritten('/a', '/b'), rewritten('/a', '/c')]],
    },
  ],
  'custom-error-pages-expiration': [
    {
      says: "CloudFront doesn't cache status code 416 responses, so even if you specify a value for Error Caching Minimum TTL for status code 416, CloudFront doesn't use it.",
      resources: cdn({ CustomErrorResponses: [{ ErrorCode: 416, ErrorCachingMinTTL: 60 }] }),
      replies: [[ask('/a'), { [Site]: { status: 416 } }, { seconds: 0 }]],
    },
    {
      says: 'Be aware that Cache-Control: max-age and Cache-Control: s-maxage values cannot be greater than the Maximum TTL value set for the cache behavior for which the error page is being fetched.',
      resources: ttl(0, HOUR, 2 * HOUR),
      replies: [
        [ask('/a'), { [Site]: { status: 404, headers: cc('max-age=99999') } }, { seconds: 2 * HOUR }],
      ],
    },
    {
      says: 'If the origin adds other Cache-Control directives or adds no headers: CloudFront caches error responses for the value of Error Caching Minimum TTL.',
      resources: cdn({}),
      replies: [[ask('/a'), { [Site]: { status: 500, headers: cc('no-store') } }, { seconds: 10 }]],
    },
  ],
};

describe.each(Object.entries(PAGES))('%s', (_, rows) => {
  it.each(rows.map((row) => [row.says, row] as const))('%s', (_says, row) => {
    const { resources, routes = [], replies = [], same = [], other = [] } = row;
    const edge = edgeOf(resources);
    const keyOf = (question: Question) => edge.route(question).cacheKey;
    expect(routes.length + replies.length + same.length + other.length).toBeGreaterThan(0);
    for (const [question, expected] of routes) expect(edge.route(question)).toMatchObject(expected);
    for (const [question, responses, expected, options] of replies) {
      expect(edge.reply(question, responses, options)).toMatchObject(expected);
    }
    for (const [one, another] of same) expect(keyOf(one)).toBe(keyOf(another));
    for (const [one, another] of [...same, ...other]) {
      expect([typeof keyOf(one), typeof keyOf(another)]).toEqual(['string', 'string']);
    }
    for (const [one, another] of other) expect(keyOf(one)).not.toBe(keyOf(another));
  });
});
