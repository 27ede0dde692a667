import { mutationsBelow, type Mutation } from '../support/mutation';

type Properties = Record<string, unknown>;
interface Config {
  CacheBehaviors: Properties[];
  DefaultCacheBehavior: Properties;
  Origins: Properties[];
  CustomErrorResponses?: unknown;
  DefaultRootObject?: string;
}
interface Policy {
  readonly Statement: Properties[];
}

const { changed, edited } = mutationsBelow('StaticSite/Site');
const config = (name: string, edit: (config: Config) => void) =>
  edited(name, 'Distribution', ({ DistributionConfig }) => {
    edit(DistributionConfig as Config);
  });
const every = ({ CacheBehaviors, DefaultCacheBehavior }: Config) => [...CacheBehaviors, DefaultCacheBehavior];
const policy = (name: string, path: string, edit: (statements: Properties[]) => void) =>
  edited(name, path, ({ PolicyDocument }) => {
    edit((PolicyDocument as Policy).Statement);
  });
const cached = (name: string, path: string, times: Properties) =>
  edited(name, `Behaviors/${path}/Policy`, ({ CachePolicyConfig }) => {
    Object.assign(CachePolicyConfig as Properties, times);
  });
const cacheKey = (name: string, parameters: Properties) =>
  edited(name, 'Behaviors/ShortLived/Policy', ({ CachePolicyConfig }) => {
    const { ParametersInCacheKeyAndForwardedToOrigin: key } = CachePolicyConfig as Record<string, Properties>;
    Object.assign(key ?? {}, parameters);
  });
const withoutHeaders = (name: string, path: string, part: string) =>
  edited(name, `Behaviors/${path}/Policy`, ({ ResponseHeadersPolicyConfig }) => {
    (ResponseHeadersPolicyConfig as Properties)[part] = undefined;
  });

export const mutations: readonly Mutation[] = [
  config('private objects need no signature', ({ CacheBehaviors }) => {
    delete CacheBehaviors[0]?.TrustedKeyGroups;
  }),
  config('pages come before private objects', ({ CacheBehaviors }) => {
    CacheBehaviors.unshift({ ...CacheBehaviors[1], PathPattern: '*.html' });
  }),
  config('public behaviors read private/', ({ Origins }) => {
    for (const origin of Origins) delete origin.OriginPath;
  }),
  config('HTTP is allowed', (all) => {
    for (const behavior of every(all)) behavior.ViewerProtocolPolicy = 'allow-all';
  }),
  config('POST reaches S3', (all) => {
    for (const behavior of every(all)) {
      behavior.AllowedMethods = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'];
    }
  }),
  config('assets are kept like pages', ({ CacheBehaviors, DefaultCacheBehavior }) => {
    Object.assign(CacheBehaviors[1] ?? {}, { CachePolicyId: DefaultCacheBehavior.CachePolicyId });
  }),
  config('there is no error page', (all) => {
    delete all.CustomErrorResponses;
  }),
  config('there is no start page', (all) => {
    delete all.DefaultRootObject;
  }),
  config('an origin is read without a signature', ({ Origins }) => {
    delete Origins[0]?.OriginAccessControlId;
  }),
  cached('pages are kept for a day', 'ShortLived', { DefaultTTL: 86_400 }),
  cached('no-store pages are kept', 'ShortLived', { MinTTL: 60 }),
  cached('assets are kept for a day', 'LongLived', { DefaultTTL: 86_400 }),
  cacheKey('query strings are in the cache key', { QueryStringsConfig: { QueryStringBehavior: 'all' } }),
  cacheKey('cookies are in the cache key', { CookiesConfig: { CookieBehavior: 'all' } }),
  cacheKey('compressed objects share a cache key', {
    EnableAcceptEncodingGzip: false,
    EnableAcceptEncodingBrotli: false,
  }),
  withoutHeaders('pages have no security headers', 'PageHeaders', 'SecurityHeadersConfig'),
  withoutHeaders('private objects have no security headers', 'PrivateHeaders', 'SecurityHeadersConfig'),
  withoutHeaders('browsers keep private objects', 'PrivateHeaders', 'CustomHeadersConfig'),
  withoutHeaders('browsers do not keep assets', 'AssetHeaders', 'CustomHeadersConfig'),
  policy('every distribution may read', 'Bucket/Policy', (statements) => {
    for (const statement of statements) if (statement.Effect === 'Allow') delete statement.Condition;
  }),
  policy('the bucket answers without TLS', 'Bucket/Policy', (statements) => {
    statements.splice(0, 1);
  }),
  policy('the distribution may write', 'Bucket/Policy', (statements) => {
    for (const statement of statements)
      if (statement.Condition && statement.Effect === 'Allow') statement.Action = 's3:*';
  }),
  policy('S3 answers 403 for a missing page', 'Bucket/Policy', (statements) => {
    for (const statement of statements) {
      if (Array.isArray(statement.Action) && statement.Action.includes('s3:ListBucket')) {
        statement.Action = 's3:GetObject';
      }
    }
  }),
  policy('any log delivery may write', 'AccessLogs/Policy', (statements) => {
    for (const statement of statements) if (statement.Effect === 'Allow') delete statement.Condition;
  }),
  policy('access logs are not delivered', 'AccessLogs/Policy', (statements) => {
    statements.pop();
  }),
  changed('the alarm watches another distribution', 'Errors', {
    Dimensions: [
      { Name: 'DistributionId', Value: 'other' },
      { Name: 'Region', Value: 'Global' },
    ],
  }),
  changed('the key group trusts another key', 'SigningKeys/KeyGroup', {
    KeyGroupConfig: { Name: 'other', Items: ['K2JCJMDEHXQW5F'] },
  }),
];
