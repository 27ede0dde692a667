import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedCookies, getSignedUrl } from '@aws-sdk/cloudfront-signer';
import { Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { PriceClass } from 'aws-cdk-lib/aws-cloudfront';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { Edge } from '../../lib/assertions/edge';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Templates } from '../../lib/assertions/templates';
import { StaticSite, type StaticSiteProps } from '../../lib/edge/static-site/static-site';
import { TwoRegionSite } from '../../lib/edge/static-site/two-region-site';
import { startLocalAws, type LocalAws } from '../support/local-aws';
import { LocalCdn } from '../support/local-cdn';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const FOLDER = join(__dirname, '../../lib/edge/static-site/site');
const HOST = 'https://d111111abcdef8.cloudfront.net';
const YEAR = 31_536_000;

const publicKeyEncoding = { type: 'spki', format: 'pem' } as const;
const privateKeyEncoding = { type: 'pkcs8', format: 'pem' } as const;
const rsaPair = (modulusLength: number) =>
  generateKeyPairSync('rsa', { modulusLength, publicKeyEncoding, privateKeyEncoding });
const ecdsaPair = (namedCurve: string) =>
  generateKeyPairSync('ec', { namedCurve, publicKeyEncoding, privateKeyEncoding });
const rsa = rsaPair(2048);
const ecdsa = ecdsaPair('P-256');
const foreign = ecdsaPair('P-256');

const page = (bucket: string) => ({ resource: bucket, path: 'public/index.html' });

/** The keys of a key group, by construct path. In the tests the path is the key pair id. */
const keysOf = (templates: Templates) =>
  Object.fromEntries(
    templates.ofType('AWS::CloudFront::PublicKey').map(({ path, properties }) => {
      const { EncodedKey } = properties.PublicKeyConfig as Readonly<Record<string, string>>;
      return [path, String(EncodedKey)];
    }),
  );

async function upload(aws: LocalAws, bucket: string): Promise<void> {
  await aws.createBucket(bucket);
  for (const key of readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })) {
    if (!key.includes('.')) continue;
    const Body = readFileSync(join(FOLDER, key));
    await aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
  }
}

let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws();
  for (const bucket of ['site', 'primary', 'replica']) await upload(aws, bucket);
}, 30_000);
afterAll(() => aws.stop());

describe('static-site', () => {
  const app = sandbox({ signerPublicKey: rsa.publicKey, alarmEmail: 'ops@example.org' }, 'static-site');
  const template = Template.fromStack(stackOf(app, 'StaticSite'));
  const templates = Templates.fromApp(app);
  const iam = Iam.of(templates);
  const edge = Edge.of(templates);
  const [BUCKET, DISTRIBUTION] = ['StaticSite/Site/Bucket', 'StaticSite/Site/Distribution'];
  const keys = keysOf(templates);
  const [keyPairId = ''] = Object.keys(keys);
  const cdn = () =>
    new LocalCdn(edge, aws, { distribution: DISTRIBUTION, buckets: { [BUCKET]: 'site' }, keys });
  const ask = (path: string, more = {}) => ({ to: DISTRIBUTION, url: `${HOST}${path}`, ...more });
  const reply = (path: string, cacheControl?: string) =>
    edge.reply(ask(path, { signedBy: keyPairId }), {
      [BUCKET]: { status: 200, headers: cacheControl === undefined ? {} : { 'cache-control': cacheControl } },
    });

  describe('the bucket', () => {
    it('lets this distribution read, and nobody else', () => {
      const ours = { 'aws:SourceArn': iam.arn(DISTRIBUTION), 'aws:SecureTransport': 'true' };
      const other = { ...ours, 'aws:SourceArn': iam.arn(DISTRIBUTION).replace(':dist', ':streaming-dist') };
      const none = { ...ours, 'aws:SourceArn': null };
      const objects = page(BUCKET);
      expect(iam).toAllow('cloudfront.amazonaws.com', 's3:GetObject', objects, { context: ours });
      for (const context of [other, none, { ...ours, 'aws:SecureTransport': 'false' }]) {
        expect(iam).not.toAllow('cloudfront.amazonaws.com', 's3:GetObject', objects, { context });
      }
      expect(iam).not.toAllow('cloudfront.amazonaws.com', 's3:PutObject', objects, { context: ours });
      expect(iam).not.toAllow('*', 's3:GetObject', objects, { context: { 'aws:SecureTransport': 'true' } });
    });

    it('tells CloudFront which objects do not exist: 404 instead of 403', () => {
      const context = { 'aws:SourceArn': iam.arn(DISTRIBUTION), 'aws:SecureTransport': 'true' };
      expect(iam).toAllow('cloudfront.amazonaws.com', 's3:ListBucket', BUCKET, { context });
    });

    it('is signed for by an origin access control in each origin', () => {
      template.allResourcesProperties('AWS::CloudFront::OriginAccessControl', {
        OriginAccessControlConfig: Match.objectLike({ SigningBehavior: 'always', SigningProtocol: 'sigv4' }),
      });
      const { Origins } = templates.at(DISTRIBUTION).properties.DistributionConfig as {
        Origins: { OriginAccessControlId: string }[];
      };
      expect(Origins.map(({ OriginAccessControlId: id }) => templates.reference(id)?.resource.path)).toEqual([
        'StaticSite/Site/OriginAccessControl',
        'StaticSite/Site/OriginAccessControl',
      ]);
    });
  });

  describe('requests', () => {
    it.each(['/', '/assets/style.4f1c2a.css', '/no/such/page'])('over HTTP for %s get a 301', (path) => {
      expect(edge.route(ask('', { url: `http://d111111abcdef8.cloudfront.net${path}` }))).toMatchObject({
        outcome: 'redirect',
        status: 301,
        location: `${HOST}${path}`,
      });
    });

    it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('with the method %s are refused', (method) => {
      for (const path of ['/', '/assets/a.css', '/private/a']) {
        expect(edge.route(ask(path, { method, signedBy: keyPairId }))).toMatchObject({
          outcome: 'refused',
          status: 403,
        });
      }
    });

    it.each([
      ['/', '*', '/public/index.html'],
      ['/about.html', '*', '/public/about.html'],
      ['/assets/style.4f1c2a.css', '/assets/*', '/public/assets/style.4f1c2a.css'],
      ['/private/report.html', '/private/*', '/private/report.html'],
      ['/private', '*', '/public/private'],
      ['/Private/report.html', '*', '/public/Private/report.html'],
      ['/assets/../private/report.html', '/private/*', '/assets/../private/report.html'],
    ])('for %s meet the cache behavior %s', (path, behavior, object) => {
      expect(edge.route(ask(path))).toMatchObject({ behavior, origins: [{ origin: BUCKET, path: object }] });
    });

    it('reach objects outside of public/ with a signature only', () => {
      const { CacheBehaviors, DefaultCacheBehavior, Origins } = templates.at(DISTRIBUTION).properties
        .DistributionConfig as unknown as Record<'CacheBehaviors' | 'Origins', Record<string, unknown>[]> & {
        DefaultCacheBehavior: Record<string, unknown>;
      };
      const unsigned = [...CacheBehaviors, DefaultCacheBehavior].filter((one) => !one.TrustedKeyGroups);
      const directories = unsigned.map(
        ({ TargetOriginId }) => Origins.find(({ Id }) => Id === TargetOriginId)?.OriginPath,
      );
      expect(directories).toEqual(['/public', '/public']);
    });
  });

  describe('the cache', () => {
    it('keeps assets for a year, also in browsers', () => {
      expect(reply('/assets/a.4f1c2a.js')).toMatchObject({
        seconds: YEAR,
        headers: { 'cache-control': `public, max-age=${YEAR}, immutable` },
      });
    });

    it('keeps pages for a minute, and browsers ask again each time', () => {
      expect(reply('/about.html')).toMatchObject({ seconds: 60, headers: { 'cache-control': 'no-cache' } });
    });

    it('follows the Cache-Control of an object, up to a day for pages', () => {
      expect(reply('/about.html', 'max-age=300').seconds).toBe(300);
      expect(reply('/about.html', 'max-age=999999').seconds).toBe(86_400);
      expect(reply('/about.html', 'no-store').seconds).toBe(0);
      expect(reply('/assets/a.js', 'no-store').seconds).toBe(0);
    });

    it('does not tell query strings, cookies and signatures apart', () => {
      const keyOf = (path: string, headers = {}) =>
        edge.route(ask(path, { headers, signedBy: keyPairId })).cacheKey;
      expect(typeof keyOf('/a.html')).toBe('string');
      expect(keyOf('/a.html?utm=1', { Cookie: 'session=1' })).toBe(keyOf('/a.html'));
      expect(keyOf('/private/a?Expires=1&Signature=2&Key-Pair-Id=3')).toBe(keyOf('/private/a'));
      expect(keyOf('/a.html', { 'Accept-Encoding': 'br' })).not.toBe(keyOf('/a.html'));
    });

    it.each(['/about.html', '/assets/a.js', '/private/a'])('adds security headers to %s', (path) => {
      expect(reply(path).headers).toMatchObject({
        'content-security-policy': expect.stringContaining("default-src 'self'") as string,
        'strict-transport-security': `max-age=${YEAR}; includeSubDomains`,
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'strict-origin-when-cross-origin',
      });
    });

    it('overrides headers of the object', () => {
      const headers = {
        'cache-control': 'max-age=5',
        'x-frame-options': 'ALLOW',
        'referrer-policy': 'unsafe-url',
      };
      expect(edge.reply(ask('/a.html'), { [BUCKET]: { status: 200, headers } }).headers).toMatchObject({
        'cache-control': 'no-cache',
        'x-frame-options': 'DENY',
        'referrer-policy': 'strict-origin-when-cross-origin',
      });
    });

    it('compresses pages, assets and private objects', () => {
      const compressed = Match.objectLike({ Compress: true });
      template.hasResourceProperties('AWS::CloudFront::Distribution', {
        DistributionConfig: { DefaultCacheBehavior: compressed, CacheBehaviors: [compressed, compressed] },
      });
    });

    it('tells browsers to keep no private object', () => {
      expect(reply('/private/a').headers).toMatchObject({ 'cache-control': 'private, no-store' });
    });
  });

  describe('the site on local S3', () => {
    it('serves pages and assets, and the second time from the cache', async () => {
      const local = cdn();
      expect(await local.get('/')).toMatchObject({
        status: 200,
        from: 'origin',
        body: expect.stringContaining('It works') as string,
      });
      expect(await local.get('/?again')).toMatchObject({ status: 200, from: 'cache' });
      expect((await local.get('/assets/style.4f1c2a.css')).body).toContain('max-width');
      expect(local.requests).toEqual([
        `${BUCKET} /public/index.html: 200`,
        `${BUCKET} /public/assets/style.4f1c2a.css: 200`,
      ]);
    });

    it('asks again for a page after a minute: 304, then 200 for a new version', async () => {
      const local = cdn();
      const put = (Body: string) =>
        aws.s3.send(new PutObjectCommand({ Bucket: 'site', Key: 'public/news.html', Body }));
      await put('first');
      expect((await local.get('/news.html')).body).toBe('first');
      local.now += 59;
      expect((await local.get('/news.html')).from).toBe('cache');
      local.now += 1;
      expect(await local.get('/news.html')).toMatchObject({ from: 'expired object', body: 'first' });
      await put('second');
      expect((await local.get('/news.html')).body).toBe('first');
      local.now += 60;
      expect(await local.get('/news.html')).toMatchObject({ from: 'origin', body: 'second' });
      expect(local.requests.map((line) => line.slice(-3))).toEqual(['200', '304', '200']);
    });

    it('answers with the error page and 404, for ten seconds from the cache', async () => {
      const local = cdn();
      const missing = await local.get('/no/such/page');
      expect(missing).toMatchObject({ status: 404, from: 'error page' });
      expect(missing.body).toContain('This page does not exist');
      local.now += 9;
      expect(await local.get('/no/such/page')).toMatchObject({ status: 404, from: 'cache' });
      local.now += 1;
      await local.get('/no/such/page');
      expect(local.requests.filter((line) => line.endsWith(': 404'))).toHaveLength(2);
    });

    it('serves expired pages while S3 does not answer, and 504 for others', async () => {
      const local = cdn();
      await local.get('/');
      local.now += 3600;
      local.down.add(BUCKET);
      expect(await local.get('/')).toMatchObject({ status: 200, from: 'expired object' });
      expect(await local.get('/404.html')).toMatchObject({ status: 504, from: 'CloudFront' });
    });

    it.each(['/private%2Freport.html', '/%70rivate/report.html', '//private/report.html'])(
      'does not serve the report without a signature as %s',
      async (path) => {
        const local = cdn();
        const answer = await local.get(path).catch((error: unknown) => error as Error);
        if (answer instanceof Error) expect(answer.message).toContain('AWS does not document');
        else expect(answer).toMatchObject({ status: 403, body: '' });
        expect(local.requests).toEqual([]);
      },
    );
  });

  it('sends access logs to a bucket that only takes those of this distribution', () => {
    const source = 'StaticSite/Site/AccessLogDelivery/Source';
    expect(templates.reference(templates.at(source).properties.ResourceArn)).toBeUndefined();
    expect(templates.at(source).properties.ResourceArn).toContain(
      ':distribution/⟨StaticSite.SiteDistribution',
    );
    const delivery = templates.at('StaticSite/Site/AccessLogDelivery/Delivery').properties;
    const pathOf = (name: string) => templates.reference(delivery[name])?.resource.path;
    expect(pathOf('DeliverySourceName')).toBe(source);
    expect(pathOf('DeliveryDestinationArn')).toBe('StaticSite/Site/AccessLogDelivery/Destination');
    const context = {
      'aws:SourceArn': iam.arn(source),
      'aws:SourceAccount': '⟨AWS::AccountId⟩',
      's3:x-amz-acl': 'bucket-owner-full-control',
      'aws:SecureTransport': 'true',
    };
    const object = {
      resource: 'StaticSite/Site/AccessLogs',
      path: 'AWSLogs/⟨AWS::AccountId⟩/CloudFront/log.gz',
    };
    const may = (changed = {}) =>
      [
        'delivery.logs.amazonaws.com',
        's3:PutObject',
        object,
        { context: { ...context, ...changed } },
      ] as const;
    expect(iam).toAllow(...may());
    expect(iam).not.toAllow(...may({ 'aws:SourceArn': null }));
    expect(iam).not.toAllow(...may({ 'aws:SourceAccount': '222222222222', 'aws:SourceArn': null }));
  });

  it('delivers logs when the policy of their bucket is there', () => {
    template.hasResource('AWS::Logs::Delivery', {
      DependsOn: [Match.stringLikeRegexp('^SiteAccessLogsPolicy')],
    });
  });

  it('has keys whose name and reference no other deployment has', () => {
    const unique = Match.objectLike({ 'Fn::Join': Match.anyValue() });
    template.hasResourceProperties('AWS::CloudFront::PublicKey', {
      PublicKeyConfig: { Name: unique, CallerReference: unique },
    });
  });

  it('has an alarm for 5xx errors, which notifies an e-mail address', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/CloudFront',
      MetricName: '5xxErrorRate',
      Dimensions: [
        { Name: 'DistributionId', Value: { Ref: Match.stringLikeRegexp('^SiteDistribution') } },
        { Name: 'Region', Value: 'Global' },
      ],
      Threshold: 5,
      AlarmActions: [{ Ref: Match.stringLikeRegexp('^Alarms') }],
    });
  });
});

describe('signed URLs and cookies', () => {
  const app = newApp();
  const stack = new Stack(app, 'Test', { env: { region: 'us-east-1' } });
  new StaticSite(stack, 'Site', { publicKeys: [rsa.publicKey, ecdsa.publicKey] });
  const templates = Templates.fromApp(app);
  const keys = keysOf(templates);
  const [rsaId = '', ecdsaId = ''] = Object.keys(keys);
  const cdn = () =>
    new LocalCdn(Edge.of(templates), aws, {
      distribution: 'Test/Site/Distribution',
      buckets: { 'Test/Site/Bucket': 'site' },
      keys: { ...keys, foreign: foreign.publicKey },
    });
  const local = cdn();
  const at = (seconds: number) => new Date((local.now + seconds) * 1000);
  const url = `${HOST}/private/report.html`;
  const ok = { status: 200, body: expect.stringContaining('Report') as string };
  const refused = { status: 403, from: 'CloudFront', body: '' };

  describe.each([
    ['RSA', { privateKey: rsa.privateKey, keyPairId: rsaId }],
    ['ECDSA', { privateKey: ecdsa.privateKey, keyPairId: ecdsaId }],
  ])('of an %s key', (_, key) => {
    const signedUrl = (more = {}) => getSignedUrl({ url, dateLessThan: at(60), ...key, ...more });

    it.each([undefined, 'SHA1', 'SHA256'] as const)(
      'open an object until they expire (%s)',
      async (algorithm) => {
        const signed = signedUrl({ algorithm });
        const own = cdn();
        expect(await own.get(signed)).toMatchObject(ok);
        own.now += 59;
        expect(await own.get(signed)).toMatchObject(ok);
        own.now += 1;
        expect(await own.get(signed)).toEqual(expect.objectContaining(refused));
      },
    );

    it('open no other object, and none when they are changed', async () => {
      expect(await cdn().get(signedUrl().replace('report', 'salaries'))).toMatchObject(refused);
      expect(await cdn().get(signedUrl().replace(/Expires=1/, 'Expires=2'))).toMatchObject(refused);
    });

    it('open many objects with a custom policy, from a time on', async () => {
      const policy = JSON.stringify({
        Statement: [
          {
            Resource: `${HOST}/private/*`,
            Condition: {
              DateLessThan: { 'AWS:EpochTime': local.now + 60 },
              DateGreaterThan: { 'AWS:EpochTime': local.now },
            },
          },
        ],
      });
      const { privateKey, keyPairId } = key;
      const cookies = getSignedCookies({ policy, privateKey, keyPairId }) as unknown as Record<
        string,
        string
      >;
      const own = cdn();
      expect(await own.get('/private/report.html', { cookies })).toMatchObject(refused);
      own.now += 1;
      expect(await own.get('/private/report.html', { cookies })).toMatchObject(ok);
      expect(await own.get('/private/other.html', { cookies })).toMatchObject({ status: 404 });
      own.now += 59;
      expect(await own.get('/private/report.html', { cookies })).toMatchObject(refused);
    });
  });

  it('of a foreign key open nothing, also under the id of a trusted key', async () => {
    const { privateKey } = foreign;
    for (const keyPairId of ['foreign', ecdsaId, 'unknown']) {
      const signed = getSignedUrl({ url, dateLessThan: at(60), privateKey, keyPairId });
      expect(await cdn().get(signed)).toMatchObject(refused);
    }
  });

  it('are checked also when the object is in the cache', async () => {
    const own = cdn();
    const { privateKey } = rsa;
    const signed = getSignedUrl({ url, dateLessThan: at(60), privateKey, keyPairId: rsaId });
    expect((await own.get(signed)).from).toBe('origin');
    expect((await own.get(signed)).from).toBe('cache');
    expect(await own.get('/private/report.html')).toMatchObject(refused);
  });
});

describe('two Regions', () => {
  const app = newApp();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  new TwoRegionSite(app, 'Shop', {
    account: '111111111111',
    replicaRegion: 'eu-west-1',
    publicKeys: [rsa.publicKey],
    domain: {
      name: 'www.example.com',
      zone: { hostedZoneId: 'Z0123456789ABCDEFGHIJ', zoneName: 'example.com' },
    },
    alarmEmail: 'ops@example.org',
  });
  const templates = Templates.fromApp(app);
  const [BUCKET, REPLICA] = ['Shop/Site/Site/Bucket', 'Shop/Replica/Bucket'];
  const DISTRIBUTION = 'Shop/Site/Site/Distribution';
  const edge = Edge.of(templates);
  const iam = Iam.of(templates);
  const cdn = () =>
    new LocalCdn(edge, aws, {
      distribution: DISTRIBUTION,
      buckets: { [BUCKET]: 'primary', [REPLICA]: 'replica' },
      keys: keysOf(templates),
    });

  it('the replica serves while the first bucket does not answer', async () => {
    const local = cdn();
    local.down.add(BUCKET);
    const signed = getSignedUrl({
      url: `${HOST}/private/report.html`,
      dateLessThan: new Date((local.now + 60) * 1000),
      privateKey: rsa.privateKey,
      keyPairId: Object.keys(keysOf(templates))[0] ?? '',
    });
    for (const path of ['/', '/assets/style.4f1c2a.css', signed]) {
      expect(await local.get(path)).toMatchObject({ status: 200, from: 'origin' });
    }
    expect(await local.get('/private/report.html?without')).toMatchObject({ status: 403 });
    expect(local.requests.slice(0, 2)).toEqual([
      `${BUCKET} /public/index.html: unreachable`,
      `${REPLICA} /public/index.html: 200`,
    ]);
  });

  it('the first bucket serves as soon as it answers again', async () => {
    const local = cdn();
    local.down.add(BUCKET);
    await local.get('/');
    local.down.clear();
    local.now += 60;
    await local.get('/');
    expect(local.requests.at(-1)).toBe(`${BUCKET} /public/index.html: 304`);
  });

  it('both down: expired objects, and 504 for others', async () => {
    const local = cdn();
    await local.get('/');
    local.now += 3600;
    local.down.add(BUCKET).add(REPLICA);
    expect(await local.get('/')).toMatchObject({ status: 200, from: 'expired object' });
    expect(await local.get('/404.html')).toMatchObject({ status: 504 });
  });

  it('the replica does not bring a deleted page back', async () => {
    const local = cdn();
    await aws.s3.send(new PutObjectCommand({ Bucket: 'replica', Key: 'public/old.html', Body: 'old' }));
    await aws.s3.send(new DeleteObjectCommand({ Bucket: 'primary', Key: 'public/old.html' }));
    expect(await local.get('/old.html')).toMatchObject({ status: 404, from: 'error page' });
  });

  it.each([403, 500, 502, 503, 504])('the replica serves when the first bucket answers %i', (status) => {
    const question = { to: DISTRIBUTION, url: `${HOST}/` };
    const responses = { [BUCKET]: { status }, [REPLICA]: { status: 200 } };
    expect(edge.reply(question, responses)).toMatchObject({ status: 200, origin: REPLICA });
  });

  it('each bucket lets the distribution read, and no other one', () => {
    const context = { 'aws:SourceArn': iam.arn(DISTRIBUTION), 'aws:SecureTransport': 'true' };
    const other = { ...context, 'aws:SourceArn': iam.arn(DISTRIBUTION).replace(':dist', ':streaming-dist') };
    for (const bucket of [BUCKET, REPLICA]) {
      const object = page(bucket);
      expect(iam).toAllow('cloudfront.amazonaws.com', 's3:GetObject', object, { context });
      expect(iam).toAllow('cloudfront.amazonaws.com', 's3:ListBucket', bucket, { context });
      expect(iam).not.toAllow('cloudfront.amazonaws.com', 's3:GetObject', object, { context: other });
      const plain = { ...context, 'aws:SecureTransport': 'false' };
      expect(iam).not.toAllow('cloudfront.amazonaws.com', 's3:GetObject', object, { context: plain });
    }
  });

  it('S3 copies objects and deletions to the replica, with a role for nothing else', () => {
    const { ReplicationConfiguration, VersioningConfiguration } = templates.at(BUCKET).properties;
    expect(VersioningConfiguration).toEqual({ Status: 'Enabled' });
    expect(templates.at(REPLICA).properties.LifecycleConfiguration).toMatchObject({
      Rules: [{ NoncurrentVersionExpiration: { NoncurrentDays: 30 }, ExpiredObjectDeleteMarker: true }],
    });
    expect(templates.at(REPLICA).properties).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
    });
    expect(ReplicationConfiguration).toMatchObject({
      Rules: [
        {
          Status: 'Enabled',
          Filter: { Prefix: '' },
          Destination: { Bucket: iam.arn(REPLICA) },
          DeleteMarkerReplication: { Status: 'Enabled' },
        },
      ],
    });
    const role = `${BUCKET}/ReplicationRole`;
    const options = { context: { 'aws:SecureTransport': 'true' } };
    expect(iam).toAllow(role, 's3:ReplicateObject', page(REPLICA), options);
    expect(iam).toAllow(role, 's3:ReplicateDelete', page(REPLICA), options);
    expect(iam).toAllow(role, 's3:GetObjectVersionForReplication', page(BUCKET), options);
    expect(iam).not.toAllow(role, 's3:PutObject', page(BUCKET), options);
    expect(iam).not.toAllow(role, 's3:GetObject', page(REPLICA), options);
  });

  it('refuses a replica in the Region of the site', () => {
    const props = { account: '111111111111', replicaRegion: 'us-east-1', publicKeys: [rsa.publicKey] };
    expect(() => new TwoRegionSite(newApp(), 'Shop', props)).toThrow(
      'replicaRegion: got "us-east-1", expected another Region than us-east-1',
    );
  });
});

describe('props', () => {
  const synthesize = (props: Partial<StaticSiteProps> = {}, region = 'us-east-1', name?: string) => {
    const stack = new Stack(newApp(), 'Test', { env: { region } });
    const zone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
      hostedZoneId: 'Z0123456789ABCDEFGHIJ',
      zoneName: 'example.com',
    });
    const domain = name === undefined ? undefined : { name, zone };
    new StaticSite(stack, 'Site', { publicKeys: [ecdsa.publicKey], domain, ...props });
    return Template.fromStack(stack);
  };

  it('a domain has a certificate, records for IPv4 and IPv6, and TLS 1.2', () => {
    const app = sandbox({ domainName: 'example.org', hostedZoneId: 'Z0123456789ABCDEFGHIJ' }, 'static-site');
    const template = Template.fromStack(stackOf(app, 'StaticSite'));
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        Aliases: ['site.example.org'],
        ViewerCertificate: {
          AcmCertificateArn: { Ref: Match.stringLikeRegexp('^SiteCertificate') },
          MinimumProtocolVersion: 'TLSv1.2_2025',
          SslSupportMethod: 'sni-only',
        },
      },
    });
    for (const Type of ['A', 'AAAA']) {
      template.hasResourceProperties('AWS::Route53::RecordSet', { Name: 'site.example.org.', Type });
    }
    template.hasOutput('Url', { Value: 'https://site.example.org' });
    const edge = Edge.fromApp(app);
    const ask = (host: string) => edge.route({ to: 'StaticSite', url: `https://${host}/` }).outcome;
    expect([ask('site.example.org'), ask('www.example.org')]).toEqual(['origin', 'refused']);
  });

  it('without a key, no request leads to an object below private/', () => {
    const app = sandbox({}, 'static-site');
    expect(Object.values(keysOf(Templates.fromApp(app)))).toEqual([]);
    const route = Edge.fromApp(app).route({ to: 'StaticSite', url: `${HOST}/private/a` });
    expect(route).toMatchObject({ outcome: 'origin', origins: [{ path: '/public/private/a' }] });
    Template.fromStack(stackOf(app, 'StaticSite')).allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: Match.absent(),
    });
  });

  it('a stack of another Region is refused', () => {
    expect(() => synthesize({}, 'eu-west-1')).toThrow(
      'region: got "eu-west-1", expected us-east-1: Certificates and log deliveries of CloudFront exist only there',
    );
  });

  it('a template for any Region refuses another one when it is deployed', () => {
    const template = Template.fromStack(stackOf(sandbox({}, 'static-site'), 'StaticSite')).toJSON() as {
      Rules: Record<string, unknown>;
    };
    expect(JSON.stringify(template.Rules)).toContain('Deploy this stack to us-east-1.');
  });

  it.each<[string, readonly string[], string]>([
    ['no key', [], 'publicKeys: got "0 keys", expected 1 to 5 keys'],
    ['six keys', Array<string>(6).fill(rsa.publicKey), 'publicKeys: got "6 keys"'],
    ['a private key', [rsa.privateKey], 'publicKeys: got "-----BEGIN PRIVATE KEY-----"'],
    ['a key that is cut off', ['-----BEGIN PUBLIC KEY-----\nMFkw'], 'got "a key that cannot be read"'],
    ['text', ['K2JCJMDEHXQW5F'], 'publicKeys: got "K2JCJMDEHXQW5F", expected a public key in PEM format'],
    ['RSA with 1024 bits', [rsaPair(1024).publicKey], 'publicKeys: got "rsa 1024"'],
    ['another curve', [ecdsaPair('P-384').publicKey], 'publicKeys: got "ec secp384r1"'],
  ])('refuses %s', (_, publicKeys, expected) => {
    expect(() => synthesize({ publicKeys })).toThrow(expected);
  });

  it.each([
    [
      'outside of its zone',
      'www.example.org',
      'domain.name: got "www.example.org", expected a name in the zone',
    ],
    ['of 65 characters', `${'a'.repeat(53)}.example.com`, 'expected 64 characters at most'],
  ])('refuses a domain %s', (_, name, expected) => {
    expect(() => synthesize({}, 'us-east-1', name)).toThrow(expected);
  });

  it('a new key leaves the old one and its id as they are', () => {
    const idsOf = (...publicKeys: string[]) =>
      Object.keys(synthesize({ publicKeys }).findResources('AWS::CloudFront::PublicKey'));
    const [old = ''] = idsOf(rsa.publicKey);
    expect(idsOf(rsa.publicKey, ecdsa.publicKey)).toContain(old);
    expect(idsOf(ecdsa.publicKey)).not.toContain(old);
  });

  it('takes a web ACL and a price class', () => {
    const webAclArn = 'arn:aws:wafv2:us-east-1:111111111111:global/webacl/site/1';
    synthesize({ webAclArn, priceClass: PriceClass.PRICE_CLASS_ALL }).hasResourceProperties(
      'AWS::CloudFront::Distribution',
      { DistributionConfig: { WebACLId: webAclArn, PriceClass: 'PriceClass_All' } },
    );
    synthesize().hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: { WebACLId: Match.absent(), PriceClass: 'PriceClass_100' },
    });
  });

  it('retains the buckets by default, and two sites fit into one stack', () => {
    const stack = new Stack(newApp(), 'Test', { env: { region: 'us-east-1' } });
    for (const id of ['One', 'Two']) new StaticSite(stack, id, { publicKeys: [rsa.publicKey] });
    const template = Template.fromStack(stack);
    template.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
    template.resourceCountIs('AWS::CloudFront::Distribution', 2);
    const names = Object.values(template.findResources('AWS::CloudFront::CachePolicy')).map((policy) =>
      JSON.stringify((policy as { Properties: { CachePolicyConfig: { Name: unknown } } }).Properties),
    );
    expect(new Set(names).size).toBe(4);
  });
});
