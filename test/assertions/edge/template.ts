import { Edge } from '../../../lib/assertions/edge';
import { Templates } from '../../../lib/assertions/templates';

type Properties = Readonly<Record<string, unknown>>;

export const resource = (Type: string, properties: Properties = {}, rest: Properties = {}) => ({
  Type,
  Properties: properties,
  ...rest,
});

export const bucket = (properties: Properties = {}) => resource('AWS::S3::Bucket', properties);

/** An origin that is the bucket with this logical id. The id of the origin is in lower case. */
export const origin = (bucketId: string, more: Properties = {}) => ({
  Id: bucketId.toLowerCase(),
  DomainName: { 'Fn::GetAtt': [bucketId, 'RegionalDomainName'] },
  S3OriginConfig: {},
  ...more,
});

/** A cache behavior with the cache policy `Policy`, for the origin `site`. */
export const behavior = (more: Properties = {}) => ({
  TargetOriginId: 'site',
  ViewerProtocolPolicy: 'allow-all',
  CachePolicyId: { Ref: 'Policy' },
  ...more,
});

export const cachePolicy = (config: Properties = {}, parameters: Properties = {}) =>
  resource('AWS::CloudFront::CachePolicy', {
    CachePolicyConfig: {
      MinTTL: 0,
      DefaultTTL: 86_400,
      MaxTTL: 31_536_000,
      ParametersInCacheKeyAndForwardedToOrigin: parameters,
      ...config,
    },
  });

/** A distribution whose origin is the bucket `Site`. */
export const distribution = (config: Properties = {}, rest: Properties = {}) =>
  resource(
    'AWS::CloudFront::Distribution',
    {
      DistributionConfig: {
        Enabled: true,
        Origins: [origin('Site')],
        DefaultCacheBehavior: behavior(),
        ...config,
      },
    },
    rest,
  );

/** The origins `Site` and `Replica` in the origin group `site`. The id of the first origin is `primary`. */
export const group = (...codes: readonly number[]): Properties => ({
  Origins: [origin('Site', { Id: 'primary' }), origin('Replica')],
  OriginGroups: {
    Items: [
      {
        Id: 'site',
        Members: { Items: [{ OriginId: 'primary' }, { OriginId: 'replica' }] },
        FailoverCriteria: { StatusCodes: { Items: codes } },
      },
    ],
  },
});

/** The key group `Group` of the public key `Key`, and the public key `Other` in no group. */
export const keys: Properties = {
  Key: resource('AWS::CloudFront::PublicKey'),
  Other: resource('AWS::CloudFront::PublicKey'),
  Group: resource('AWS::CloudFront::KeyGroup', { KeyGroupConfig: { Items: [{ Ref: 'Key' }] } }),
};
export const signed = { TrustedKeyGroups: [{ Ref: 'Group' }] };

/** The distributions of one hand-written template, stack `App`. */
export function edgeOf(resources: Properties, rest: Properties = {}): Edge {
  const common = { Site: bucket(), Replica: bucket(), Policy: cachePolicy() };
  return Edge.of(Templates.fromTemplates({ App: { Resources: { ...common, ...resources }, ...rest } }));
}

/** A question about the distribution `Cdn`. */
export const ask = (path: string, more: Properties = {}) => ({
  to: 'App/Cdn',
  url: path.includes('://') ? path : `https://d111111abcdef8.cloudfront.net${path}`,
  ...more,
});
