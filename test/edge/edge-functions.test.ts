import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import fc from 'fast-check';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { Edge } from '../../lib/assertions/edge';
import { Templates } from '../../lib/assertions/templates';
import { EdgeFunctions, type EdgeFunctionsProps } from '../../lib/edge/edge-functions/edge-functions';
import {
  loadFunction,
  unsupportedSyntax,
  type FunctionEvent,
  type FunctionResponse,
  type Handler,
} from '../support/cloudfront-function';
import { startLocalAws, type LocalAws } from '../support/local-aws';
import { LocalCdn } from '../support/local-cdn';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const FILE = join(__dirname, '../../lib/edge/edge-functions/handler/viewer.js');
const DRAWS = 200_000;
const SHARES = { control: 80, b: 20 };

const app = sandbox({}, 'edge-functions');
const template = Template.fromStack(stackOf(app, 'EdgeFunctions'));

/** What the key value store of the stack is created from: its asset is the only file with this data. */
function storedData(): Record<string, string> {
  const { directory } = app.synth();
  const manifest = JSON.parse(readFileSync(join(directory, 'EdgeFunctions.assets.json'), 'utf8')) as {
    readonly files: Readonly<Record<string, { readonly source: { readonly path: string } }>>;
  };
  const { SourceArn } = Object.values(template.findResources('AWS::CloudFront::KeyValueStore')).map(
    (store) => (store as { Properties: { ImportSource: { SourceArn: unknown } } }).Properties.ImportSource,
  )[0] ?? { SourceArn: undefined };
  const [, file] =
    Object.entries(manifest.files).find(([hash]) => JSON.stringify(SourceArn).includes(hash)) ?? [];
  const { data } = JSON.parse(readFileSync(join(directory, file?.source.path ?? ''), 'utf8')) as {
    readonly data: readonly { readonly key: string; readonly value: string }[];
  };
  return Object.fromEntries(data.map(({ key, value }) => [key, value]));
}

const data = storedData();
const { handler, variantOf } = loadFunction(FILE, ['handler', 'variantOf'], data) as {
  readonly handler: Handler;
  readonly variantOf: (event: FunctionEvent, shares: Readonly<Record<string, number>>) => string;
};

interface Options {
  readonly variant?: string;
  readonly requestId?: string;
  readonly query?: FunctionEvent['request']['querystring'];
  readonly response?: FunctionResponse;
}

function event(uri: string, options: Options = {}): FunctionEvent {
  const {
    variant,
    requestId = 'EXAMPLEntjQpEXAMPLE_SG5Z-EXAMPLEPmPfEXAMPLEu3EqEXAMPLE==',
    response,
  } = options;
  return {
    version: '1.0',
    context: {
      distributionDomainName: 'd111111abcdef8.cloudfront.net',
      distributionId: 'EDFDVBD6EXAMPLE',
      eventType: response ? 'viewer-response' : 'viewer-request',
      requestId,
    },
    viewer: { ip: '198.51.100.11' },
    request: {
      method: 'GET',
      uri,
      querystring: options.query ?? {},
      headers: { host: { value: 'd111111abcdef8.cloudfront.net' } },
      cookies: variant === undefined ? {} : { variant: { value: variant } },
    },
    // The function changes the response that it gets.
    ...(response && { response: structuredClone(response) }),
  };
}

/** The path that CloudFront asks its cache for, or the address of a redirect. */
async function answerTo(uri: string, options: Options = {}): Promise<string> {
  const answer = await handler(event(uri, options));
  return 'statusCode' in answer ? `${answer.statusCode} ${answer.headers.location?.value ?? ''}` : answer.uri;
}
const html = { statusCode: 200, headers: { 'content-type': { value: 'text/html; charset=utf-8' } } };
const cookieOf = async (options: Options, response: FunctionResponse = html) => {
  const answer = (await handler(event('/', { ...options, response }))) as FunctionResponse;
  return answer.cookies?.variant;
};

describe('the function at the viewer request', () => {
  it.each([
    ['/', '/index.html'],
    ['/docs/', '/docs/index.html'],
    ['/about.html', '/about.html'],
    ['/docs/guide.pdf', '/docs/guide.pdf'],
    ['/docs', '301 /docs/'],
    ['/docs/api', '301 /docs/api/'],
    ['/old', '301 /docs/'],
    ['/blog', '301 https://blog.example.com/'],
  ])('answers %s with %s', async (uri, expected) => {
    expect(await answerTo(uri, { variant: 'control' })).toBe(expected);
  });

  it('keeps the query string in a redirect', async () => {
    const query = {
      q: { value: 'a%20b' },
      tag: { value: 'x', multiValue: [{ value: 'x' }, { value: 'y' }] },
      flag: { value: '' },
    };
    expect(await answerTo('/old', { query })).toBe('301 /docs/?q=a%20b&tag=x&tag=y&flag');
  });

  it.each(['//evil.example', '/\\evil', '///evil/x', '/\\/evil'])(
    'redirects %s to no other host',
    async (uri) => {
      const [status, location = ''] = (await answerTo(uri)).split(' ');
      if (status === '301') expect(new URL(location, 'https://site.test').host).toBe('site.test');
    },
  );

  it('redirects any address at most twice, and to this site or a new address', async () => {
    const segment = fc.stringMatching(/^[a-zA-Z0-9._~%\\-]{0,8}$/);
    const uris = fc.oneof(
      fc.array(segment, { maxLength: 5 }).map((parts) => `/${parts.join('/')}`),
      fc.constantFrom('/old', '/old/', '/blog', '/blog/'),
    );
    await fc.assert(
      fc.asyncProperty(uris, async (start) => {
        let uri = start;
        for (let hops = 0; hops <= 2; hops++) {
          const [status, location = ''] = (await answerTo(uri, { variant: 'b' })).split(' ');
          if (status !== '301') return;
          const { host, pathname } = new URL(location, 'https://site.test');
          expect(['site.test', 'blog.example.com']).toContain(host);
          if (host !== 'site.test') return;
          uri = pathname;
        }
        throw new Error(`${start}: more than two redirects, last to ${uri}`);
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it('shows a visitor the variant in the cookie, on the page of the experiment only', async () => {
    expect(await answerTo('/', { variant: 'b' })).toBe('/index.b.html');
    expect(await answerTo('/index.html', { variant: 'b' })).toBe('/index.b.html');
    expect(await answerTo('/', { variant: 'control' })).toBe('/index.html');
    expect(await answerTo('/docs/', { variant: 'b' })).toBe('/docs/index.html');
  });

  it('draws the variants as the shares say, in 200,000 requests', () => {
    const counts: Record<string, number> = {};
    for (let i = 0; i < DRAWS; i++) {
      const variant = variantOf(event('/', { requestId: `${i.toString(36)}-EXAMPLE==` }), SHARES);
      counts[variant] = (counts[variant] ?? 0) + 1;
    }
    expect(Object.keys(counts).sort()).toEqual(['b', 'control']);
    // Five standard deviations.
    expect(Math.abs((counts.b ?? 0) - DRAWS * 0.2)).toBeLessThan(5 * Math.sqrt(DRAWS * 0.2 * 0.8));
  });

  it('draws again for a cookie with an unknown variant', async () => {
    for (const requestId of ['1', '2', '3', '4', '5', '6', '7', '8', '9']) {
      const unknown = await answerTo('/', { variant: 'c', requestId });
      expect(unknown).toBe(await answerTo('/', { requestId }));
    }
  });
});

describe('the function at the viewer response', () => {
  it('sets a cookie with the variant that the request got', async () => {
    const seen = new Set<string>();
    for (let i = 0; i < 100; i++) {
      const requestId = `request-${i}`;
      const shown = (await answerTo('/', { requestId })) === '/index.b.html' ? 'b' : 'control';
      expect(await cookieOf({ requestId })).toEqual({
        value: shown,
        attributes: 'Path=/; Max-Age=2592000; Secure; HttpOnly; SameSite=Lax',
      });
      seen.add(shown);
    }
    expect([...seen].sort()).toEqual(['b', 'control']);
  });

  it('sets none for a visitor who has one, and none for files', async () => {
    expect(await cookieOf({ variant: 'b' })).toBeUndefined();
    expect(
      await cookieOf({}, { ...html, headers: { 'content-type': { value: 'text/css' } } }),
    ).toBeUndefined();
    expect(await cookieOf({}, { ...html, headers: {} })).toBeUndefined();
  });

  it('keeps other cookies of the response', async () => {
    const response = { ...html, cookies: { session: { value: '1' } } };
    const answer = (await handler(event('/', { response }))) as FunctionResponse;
    expect(Object.keys(answer.cookies ?? {}).sort()).toEqual(['session', 'variant']);
  });
});

describe('the source of the function', () => {
  const source = readFileSync(FILE, 'utf8');

  it('has at most 10 KB, and imports only what CloudFront has', () => {
    expect(Buffer.byteLength(source)).toBeLessThanOrEqual(10_240);
    const imports = [...source.matchAll(/\b(?:import|require)\b.*/g)].map(([line]) => line);
    expect(imports).toEqual(["import cf from 'cloudfront';"]);
  });

  it('uses the syntax of CloudFront’s JavaScript runtime 2.0 only', () => {
    expect(unsupportedSyntax(source)).toEqual([]);
  });

  it.each([
    'const { a } = b;',
    'f(...list);',
    'for (const a of b) f(a);',
    'a?.b;',
    'a ?? b;',
    'class A {}',
    'async function f() { g(await h()); }',
    'const f = async () => 1;',
  ])('would be refused with %s', (line) => {
    expect(unsupportedSyntax(line)).not.toEqual([]);
  });
});

describe('edge-functions', () => {
  let aws: LocalAws;
  beforeAll(async () => {
    aws = await startLocalAws();
    await aws.createBucket('site');
    const put = (Key: string, Body: string) =>
      aws.s3.send(
        new PutObjectCommand({ Bucket: 'site', Key: `public/${Key}`, Body, ContentType: 'text/html' }),
      );
    await put('index.html', 'control page');
    await put('index.b.html', 'page b');
    await put('docs/index.html', 'documents');
  }, 30_000);
  afterAll(() => aws.stop());
  const BUCKET = 'EdgeFunctions/Site/Bucket';
  const cdn = () =>
    new LocalCdn(Edge.fromApp(app), aws, {
      distribution: 'EdgeFunctions/Site/Distribution',
      buckets: { [BUCKET]: 'site' },
      pageFunction: (path, cookies) =>
        handler(
          event(
            path.split('?')[0] ?? path,
            cookies.variant === undefined ? {} : { variant: cookies.variant },
          ),
        ),
    });

  it('the cache tells the variants apart, and nothing else', async () => {
    const local = cdn();
    const [b, control] = [{ cookies: { variant: 'b' } }, { cookies: { variant: 'control' } }];
    expect(await local.get('/', b)).toMatchObject({ body: 'page b', from: 'origin' });
    expect(await local.get('/', control)).toMatchObject({ body: 'control page', from: 'origin' });
    expect(await local.get('/?from=mail', { cookies: { variant: 'b', session: '1' } })).toMatchObject({
      body: 'page b',
      from: 'cache',
    });
    expect(await local.get('/docs/', b)).toMatchObject({ body: 'documents', from: 'origin' });
    expect(await local.get('/docs/', control)).toMatchObject({ body: 'documents', from: 'cache' });
    expect(local.requests).toHaveLength(3);
  });

  it('a redirect does not reach S3', async () => {
    const local = cdn();
    expect(await local.get('/old')).toMatchObject({ status: 301, headers: { location: '/docs/' } });
    expect(local.requests).toEqual([]);
  });

  it('the function runs for pages, at both events of viewers, and not for assets', () => {
    const { DefaultCacheBehavior, CacheBehaviors } = Templates.fromApp(app).at(
      'EdgeFunctions/Site/Distribution',
    ).properties.DistributionConfig as unknown as Record<string, Record<string, unknown>> & {
      CacheBehaviors: Record<string, unknown>[];
    };
    const events = (DefaultCacheBehavior?.FunctionAssociations ?? []) as { EventType: string }[];
    expect(events.map(({ EventType }) => EventType)).toEqual(['viewer-request', 'viewer-response']);
    expect(CacheBehaviors.map(({ FunctionAssociations }) => FunctionAssociations)).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('the function has runtime 2.0, its store, and is published', () => {
    template.hasResourceProperties('AWS::CloudFront::Function', {
      AutoPublish: true,
      FunctionCode: readFileSync(FILE, 'utf8'),
      FunctionConfig: {
        Runtime: 'cloudfront-js-2.0',
        KeyValueStoreAssociations: [
          { KeyValueStoreARN: { 'Fn::GetAtt': [Match.stringLikeRegexp('^FunctionsStore'), 'Arn'] } },
        ],
      },
    });
  });

  it('the store has the moved addresses and the shares', () => {
    expect(data).toEqual({
      experiment: JSON.stringify({ path: '/index.html', shares: SHARES }),
      'moved:/old': '/docs/',
      'moved:/blog': 'https://blog.example.com/',
    });
  });
});

describe('props', () => {
  const experiment = { path: '/index.html', shares: SHARES };
  const create = (props: Partial<EdgeFunctionsProps> = {}) => {
    const stack = new Stack(newApp(), 'Test');
    new EdgeFunctions(stack, 'Functions', { experiment, ...props });
    return Template.fromStack(stack);
  };
  const shares = (given: Readonly<Record<string, number>>) => ({
    experiment: { ...experiment, shares: given },
  });

  it.each<[string, Partial<EdgeFunctionsProps>, string]>([
    ['shares below 100', shares({ control: 50, b: 49 }), 'experiment.shares: got {"control":50,"b":49}'],
    ['shares without control', shares({ a: 50, b: 50 }), 'expected control and other variants, together 100'],
    ['half a percent', shares({ control: 99.5, b: 0.5 }), 'experiment.shares.control: got 99.5'],
    ['a variant with a slash', shares({ control: 50, 'a/b': 50 }), 'experiment.shares: got "a/b"'],
    ['no page', { experiment: { ...experiment, path: '/' } }, 'experiment.path: got "/"'],
    ['an address without a slash', { moved: { old: '/new/' } }, 'moved: got "old"'],
    [
      'a target on another host',
      { moved: { '/old': '//evil.example' } },
      'moved[/old]: got "//evil.example"',
    ],
    [
      'a target without https',
      { moved: { '/old': 'http://a.example/' } },
      'moved[/old]: got "http://a.example/"',
    ],
    [
      'a chain',
      { moved: { '/a': '/b', '/b': '/c/' } },
      'moved[/a]: got "/b", expected an address that is not moved',
    ],
    ['a loop', { moved: { '/a': '/a' } }, 'moved[/a]: got "/a"'],
    [
      'a loop with a slash',
      { moved: { '/a/': '/a' } },
      'moved[/a/]: got "/a", expected an address that is not moved: /a/ is',
    ],
    ['a target of more than 1 KB', { moved: { '/a': `/${'b'.repeat(1024)}` } }, 'moved:/a: got "1025 bytes"'],
    [
      'an address of more than 512 bytes',
      { moved: { [`/${'b'.repeat(512)}`]: '/a/' } },
      'expected a key of 512',
    ],
  ])('refuses %s', (_, props, expected) => {
    expect(() => create(props)).toThrow(expected);
  });

  it('other data is another store: CloudFront reads it when it creates the store', () => {
    const idOf = (props: Partial<EdgeFunctionsProps> = {}) =>
      Object.keys(create(props).findResources('AWS::CloudFront::KeyValueStore'));
    expect(idOf()).toEqual(idOf());
    expect(idOf()).not.toEqual(idOf(shares({ control: 50, b: 50 })));
  });

  it('two of them fit into one stack', () => {
    const stack = new Stack(newApp(), 'Test');
    for (const id of ['One', 'Two']) new EdgeFunctions(stack, id, { experiment });
    Template.fromStack(stack).resourceCountIs('AWS::CloudFront::Function', 2);
  });
});
