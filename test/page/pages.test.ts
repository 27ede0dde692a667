import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sourcesOf } from '../../lib/assertions/templates/assembly';
import { typeInfo } from '../../page/model/types';
import { bundle } from '../../scripts/page/bundle';
import { claimsIn, testFilesOf } from '../../scripts/page/claims';
import { iconUrls } from '../../scripts/page/icons';
import { fileOf, indexOf, pageOf, type Shared } from '../../scripts/page/pages';
import { renderReadme } from '../../scripts/page/readme';
import { subjectsIn } from '../../scripts/page/subjects';
import { sandbox } from '../support/sandbox';

const shared: Shared = { style: '', main: 'start()', index: 'filter()', actions: '', parameters: {} };
const assembly = sandbox({}, 'dns-failover', 'thumbnail-pipeline').synth();
const subjects = subjectsIn(assembly.directory);
const subject = (name: string) => subjects.find((one) => one.name === name) ?? { name, own: [], used: [] };
const templateOf = (Resources: object) => [{ name: 'T', template: { Resources } }];

describe('pages of a cloud assembly', () => {
  it('are one for each stack, with the stacks that it depends on', () => {
    expect(subjects.map(({ name }) => name).sort()).toEqual(
      sourcesOf(assembly)
        .map(({ name }) => name)
        .sort(),
    );
    expect(
      subject('DnsFailover')
        .used.map(({ name }) => name)
        .sort(),
    ).toEqual(['AutoScalingWeb', 'MultiAzVpc']);
    expect(subject('ThumbnailPipeline').used).toEqual([]);
  });

  it('carry their templates and the icons that they show, and load nothing', () => {
    const { html, file, services, price } = pageOf(subject('ThumbnailPipeline'), undefined, shared);
    expect(file).toBe('ThumbnailPipeline.html');
    const data = JSON.parse(/id="page-data">(.*?)<\/script>/s.exec(html)?.[1] ?? '') as {
      sources: { name: string }[];
      icons: Record<string, string>;
    };
    expect(data.sources.map(({ name }) => name)).toEqual(['ThumbnailPipeline']);
    expect(Object.keys(data.icons)).toContain('architecture-service/AWSLambda');
    expect(Object.keys(data.icons)).not.toContain('resource/AmazonVPCNATGateway');
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<(script|link|img|iframe)[^>]*(src|href)=/);
    expect(services).toEqual(expect.arrayContaining(['DynamoDB', 'Lambda', 'S3', 'SQS']));
    expect(price).toMatchObject({ month: expect.any(Number) as number });
  });

  it('name the license of the icons', () => {
    expect(pageOf(subject('MultiAzVpc'), undefined, shared).html).toContain('CC BY-ND 2.0');
  });

  it('say that a price is not known', () => {
    const own = templateOf({ Box: { Type: 'AWS::EC2::Instance', Properties: { InstanceType: 'x9.huge' } } });
    expect(pageOf({ name: 'T', own, used: [] }, undefined, shared).html).toContain('Not known: no price');
  });

  it('show text of a template as text', () => {
    const evil = '</script><img src=x onerror=alert(1)>';
    const own = [
      {
        name: evil,
        template: {
          Resources: {
            A: { Type: `Custom::${evil}` },
            B: { Type: 'AWS::S3::Bucket', Properties: { Name: evil } },
          },
        },
      },
    ];
    const page = pageOf({ name: evil, own, used: [] }, undefined, shared);
    expect(page.html).not.toContain('<img');
    expect(page.html.match(/<\/script>/g)).toHaveLength(2);
    expect(page.file).toMatch(/^[\w.-]+$/);
    expect(indexOf('All', [page], shared)).not.toContain('<img');
  });

  it('take values for parameters of their own templates only', () => {
    const own = [{ name: 'T', template: { Parameters: { Stage: { Type: 'String' } }, Resources: {} } }];
    const given = { ...shared, parameters: { Stage: 'prod', Other: 'x' } };
    expect(pageOf({ name: 'T', own, used: [] }, undefined, given).html).toContain(
      '"parameters":{"Stage":"prod"}',
    );
  });
});

describe('index', () => {
  it('lists each page with its domain and its services', () => {
    const page = pageOf(
      subject('ThumbnailPipeline'),
      {
        domain: 'serverless',
        claims: [],
        source: 'lib',
        readme: renderReadme('# Small pictures\n\nMakes *them*.', String),
      },
      shared,
    );
    const html = indexOf('All', [page], shared);
    expect(html).toContain('data-domain="serverless"');
    expect(html).toMatch(/data-services="[^"]*Lambda/);
    expect(html).toContain('<a href="ThumbnailPipeline.html">Small pictures</a>');
    expect(html).toContain('Makes them.');
  });

  it('has a file name for every stack name', () => {
    expect(fileOf('Stage/My Stack')).toBe('Stage-My-Stack.html');
  });
});

describe('README on a page', () => {
  const { html, title, summary } = renderReadme(
    [
      '# Title',
      '',
      'First `one`.',
      '',
      '```mermaid',
      'flowchart LR',
      '```',
      '',
      '## Usage',
      '',
      '<script>alert(1)</script>',
      '',
      '[bad](javascript:alert(1)) [good](../other) [web](https://example.org)',
    ].join('\n'),
    (href) => `https://host/${href.replace('../', '')}`,
  );

  it('has its title and its first paragraph at the head, and no second diagram', () => {
    expect([title, summary]).toEqual(['Title', 'First one.']);
    expect(html).not.toContain('flowchart');
    expect(html).toContain('<h3>Usage</h3>');
  });

  it('leads relative links to the sources and runs nothing', () => {
    expect(html).toContain('href="https://host/other"');
    expect(html).not.toContain('<script');
    expect(html).not.toContain('href="javascript');
  });
});

describe('claims', () => {
  it('are the names of the tests, under those of their blocks', () => {
    const source = `
      describe('egress', () => {
        it('survives', () => { it.skip; });
        describe.each([1])('with %d zones', () => { it.each([2])('reaches $what', () => {}); });
      });
      it(\`stands alone\`, () => {});`;
    expect(claimsIn('a.test.ts', source)).toEqual([
      { about: 'egress', tests: ['survives'] },
      { about: 'egress, with … zones', tests: ['reaches …'] },
      { about: '', tests: ['stands alone'] },
    ]);
  });

  it('of an architecture are not those of one with a longer name', () => {
    const folder = join(__dirname, '../dns');
    expect(testFilesOf(folder, 'dns-records', ['dns-records', 'dns-failover'])).toEqual([
      'dns-records.test.ts',
      'dns-records-fuzz.test.ts',
    ]);
    expect(testFilesOf(folder, 'dns-records', ['dns-records', 'dns-records-fuzz'])).toEqual([
      'dns-records.test.ts',
    ]);
    expect(testFilesOf(join(__dirname, 'nowhere'), 'x', [])).toEqual([]);
  });
});

describe('icons', () => {
  it('exist for every type that the drawing names', () => {
    const source = readFileSync(join(__dirname, '../../page/model/types.ts'), 'utf8');
    const names = [...source.matchAll(/(resource|service)\(\s*'[^']+',\s*'(\w+)'/g)].map(
      ([, kind, icon = '']) => join(kind === 'service' ? 'architecture-service' : 'resource', icon),
    );
    expect(names.length).toBeGreaterThan(100);
    const folder = join(dirname(require.resolve('aws-icons/package.json')), 'icons');
    expect(names.filter((name) => !existsSync(join(folder, `${name}.svg`)))).toEqual([]);
  });

  it('are embedded as they are', () => {
    const { icon } = typeInfo('AWS::Lambda::Function');
    const [, encoded = ''] = (iconUrls([icon])[icon] ?? '').split('base64,');
    const folder = join(dirname(require.resolve('aws-icons/package.json')), 'icons');
    expect(Buffer.from(encoded, 'base64')).toEqual(readFileSync(join(folder, `${icon}.svg`)));
  });
});

describe('script of a page', () => {
  // esbuild refuses modules of Node.js for a browser.
  it('is bundled without what reads from the disk', async () => {
    const code = await bundle('main');
    expect(code.includes('manifest.json')).toBe(false);
    expect(code.includes('actions.txt.br')).toBe(false);
    expect(code.length).toBeLessThan(400_000);
  });

  it('imports nothing of Node.js', () => {
    const folder = join(__dirname, '../../page');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const importing = files.filter((name) =>
      /from '(node:|aws-cdk-lib)/.test(readFileSync(join(folder, name), 'utf8')),
    );
    expect(importing).toEqual([]);
  });
});
