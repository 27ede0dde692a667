import { App, Stack } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Edge } from '../../../lib/assertions/edge';
import { Templates } from '../../../lib/assertions/templates';
import { ask, behavior, cachePolicy, distribution, edgeOf, group, resource } from './template';

type Properties = Readonly<Record<string, unknown>>;

const cdn = (config: Properties) => ({ Cdn: distribution(config) });
const answer = (resources: Properties, path = '/a') => {
  const edge = edgeOf(resources);
  return [edge.route(ask(path)), edge.reply(ask(path), { 'App/Site': { status: 404 } })];
};
const pattern = (PathPattern: string | undefined) => cdn({ CacheBehaviors: [behavior({ PathPattern })] });

describe('a distribution that CloudFront refuses', () => {
  it.each<[string, Properties, string]>([
    ['a path pattern with a space', pattern('/a b'), 'path pattern /a b: expected up to 255'],
    ['a path pattern that is too long', pattern(`/${'a'.repeat(255)}`), 'expected up to 255'],
    ['a cache behavior without a path pattern', pattern(undefined), 'has no PathPattern'],
    [
      'an origin that does not exist',
      cdn({ DefaultCacheBehavior: behavior({ TargetOriginId: 'other' }) }),
      'no origin has the id other',
    ],
    ['failover on 401', cdn(group(401)), 'failover on 401, expected one of 400, 403, 404'],
    [
      'an origin group with one origin',
      cdn({
        ...group(500),
        OriginGroups: { Items: [{ Id: 'site', Members: { Items: [{ OriginId: 'replica' }] } }] },
      }),
      'site has 1 origins, expected 2',
    ],
    [
      'an error page without a status code',
      cdn({ CustomErrorResponses: [{ ErrorCode: 404, ResponsePagePath: '/404.html' }] }),
      'the error response of 404 needs both ResponsePagePath and ResponseCode',
    ],
    ['an alias without a certificate', cdn({ Aliases: ['a.org'] }), 'a.org has no certificate'],
    [
      'a certificate in another Region',
      cdn({ ViewerCertificate: { AcmCertificateArn: 'arn:aws:acm:eu-west-1:111111111111:certificate/1' } }),
      'its certificate is in eu-west-1, expected us-east-1',
    ],
    [
      'a minimum TTL above the default TTL',
      { ...cdn({}), Policy: cachePolicy({ MinTTL: 5, DefaultTTL: 4 }) },
      'App/Policy: expected MinTTL 5 <= DefaultTTL 4 <= MaxTTL 31536000',
    ],
    [
      'a default TTL above the maximum TTL',
      { ...cdn({}), Policy: cachePolicy({ DefaultTTL: 4, MaxTTL: 3 }) },
      'expected MinTTL 0 <= DefaultTTL 4 <= MaxTTL 3',
    ],
  ])('throws for %s', (_, resources, expected) => {
    expect(() => answer(resources)).toThrow(expected);
    expect(() => answer(resources)).toThrow(/^CloudFront refuses App\//);
  });

  it('throws for a certificate of a stack in another Region', () => {
    const source = {
      name: 'App',
      region: 'eu-west-1',
      template: {
        Resources: {
          Certificate: resource('AWS::CertificateManager::Certificate'),
          Cdn: distribution({ ViewerCertificate: { AcmCertificateArn: { Ref: 'Certificate' } } }),
        },
      },
    };
    expect(() => Edge.of(new Templates([source])).route(ask('/a'))).toThrow(
      'its certificate is in eu-west-1',
    );
  });
});

describe('a question that cannot be answered', () => {
  const edge = edgeOf(cdn({}));

  it.each([
    ['ftp://d111111abcdef8.cloudfront.net/', 'url ftp://'],
    ['tcp://d111111abcdef8.cloudfront.net:80', 'expected http:// or https://'],
    ['https:///a', 'url https:///a'],
  ])('throws for the URL %s', (url, expected) => {
    expect(() => edge.route({ to: 'App/Cdn', url })).toThrow(expected);
  });

  it('throws for what is no distribution, and for two of them', () => {
    expect(() => edge.route({ ...ask('/a'), to: 'App/Site' })).toThrow(
      'App/Site: expected one distribution, got AWS::S3::Bucket',
    );
    expect(() => edge.route({ ...ask('/a'), to: 'App/None' })).toThrow('App/None: no such resource');
    const two = edgeOf({ ...cdn({}), Other: distribution() });
    expect(two.distributions).toEqual(['App/Cdn', 'App/Other']);
    expect(() => two.route({ ...ask('/a'), to: 'App' })).toThrow('got App/Cdn, App/Other');
  });

  it('throws for an origin whose response is missing', () => {
    expect(() => edge.reply(ask('/a'), {})).toThrow('responses: expected one of the origin App/Site');
  });

  it('a disabled distribution refuses requests', () => {
    expect(edgeOf(cdn({ Enabled: false })).route(ask('/a'))).toMatchObject({
      outcome: 'refused',
      reasons: ['the distribution is disabled'],
    });
  });
});

describe('a distribution of an app', () => {
  it('is found by its construct, with the managed cache policies', () => {
    const app = new App();
    const stack = new Stack(app, 'Shop');
    const cached = (cachePolicyOfBehavior: cloudfront.ICachePolicy) => ({
      origin: new HttpOrigin('www.example.org', { originPath: '/v1' }),
      cachePolicy: cachePolicyOfBehavior,
    });
    const { CACHING_DISABLED, CACHING_OPTIMIZED_FOR_UNCOMPRESSED_OBJECTS } = cloudfront.CachePolicy;
    const site = new cloudfront.Distribution(stack, 'Site', {
      defaultBehavior: cached(cloudfront.CachePolicy.CACHING_OPTIMIZED),
      additionalBehaviors: {
        '/api/*': cached(CACHING_DISABLED),
        '/raw/*': cached(CACHING_OPTIMIZED_FOR_UNCOMPRESSED_OBJECTS),
      },
    });
    const edge = Edge.fromApp(app);
    const about = (path: string) => ({ ...ask(path), to: site });
    const seconds = (path: string, control?: string) =>
      edge.reply(about(path), {
        'www.example.org': {
          status: 200,
          headers: control === undefined ? {} : { 'cache-control': control },
        },
      }).seconds;
    expect(edge.route(about('/api/a'))).toMatchObject({
      behavior: '/api/*',
      origins: [{ origin: 'www.example.org', path: '/v1/api/a' }],
      cacheKey: undefined,
    });
    expect([seconds('/a'), seconds('/a', 'no-store'), seconds('/api/a', 'max-age=60')]).toEqual([
      86_400, 1, 0,
    ]);
    const gzip = { headers: { 'Accept-Encoding': 'gzip' } };
    const keyOf = (path: string, more = {}) => edge.route({ ...about(path), ...more }).cacheKey;
    expect(keyOf('/a', gzip)).not.toBe(keyOf('/a'));
    expect(keyOf('/raw/a', gzip)).toBe(keyOf('/raw/a'));
  });
});
