import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { unzipSync } from 'fflate';
import { LAMBDA, zip } from '../../lib/serverless/thumbnail-pipeline/bundling/bundle';
import { refuseForeignCode } from '../../lib/serverless/thumbnail-pipeline/bundling/native-code';
import { HandlerCode } from '../../lib/serverless/thumbnail-pipeline/handler-code';
import { newApp, sandbox } from '../support/sandbox';

interface FileAsset {
  readonly source: { readonly executable?: string[] };
  readonly destinations: Record<string, { readonly objectKey: string }>;
}
interface Lock {
  readonly packages: Record<
    string,
    { version: string; integrity?: string; os?: string[]; cpu?: string[]; libc?: string[]; dev?: boolean }
  >;
}

const handler = join(__dirname, '../../lib/serverless/thumbnail-pipeline/handler');
const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** The first bytes of a shared library. */
function elf(machine: number): Buffer {
  const header = Buffer.alloc(64);
  header.write('\x7fELF', 'latin1');
  header.writeUInt16LE(machine, 18);
  return header;
}
const [X64, ARM64] = [elf(0x3e), elf(0xb7)];

describe('the bundle of thumbnail-pipeline', () => {
  it('is hashed at synthesis and built at deployment, by a command that exists', () => {
    const assembly = sandbox({}, 'thumbnail-pipeline').synth();
    const { files } = readJson(join(assembly.directory, 'ThumbnailPipeline.assets.json')) as {
      files: Record<string, FileAsset>;
    };
    const bundles = Object.values(files).filter(({ source }) => source.executable);
    expect(bundles).toHaveLength(1);
    const [node, script = ''] = bundles[0]?.source.executable ?? [];
    expect(node).toBe('node');
    expect(existsSync(script)).toBe(true);

    const [destination] = Object.values(bundles[0]?.destinations ?? {});
    expect(destination?.objectKey).toMatch(/^[0-9a-f]{64}$/);
    const template = assembly.getStackByName('ThumbnailPipeline').template as object;
    Template.fromJSON(template).hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Code: { S3Key: destination?.objectKey },
    });
  });

  it('keeps its asset hash until one of its sources changes', () => {
    const name = () => new HandlerCode().bind(new Stack(newApp(), 'Test')).s3Location?.objectKey;
    expect(name()).toBe(name());
  });

  it('locks native code for Linux on arm64, in the versions that the tests use', () => {
    const { packages } = readJson(join(handler, 'package-lock.json')) as Lock;
    for (const name of ['@img/sharp-linux-arm64', '@img/sharp-libvips-linux-arm64']) {
      expect(packages[`node_modules/${name}`]).toMatchObject({
        os: ['linux'],
        cpu: ['arm64'],
        libc: ['glibc'],
        integrity: expect.stringMatching(/^sha512-/) as string,
      });
    }
    const load = createRequire(__filename);
    const { dependencies, devDependencies } = readJson(join(handler, 'package.json')) as Record<
      string,
      Record<string, string>
    >;
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect(packages[`node_modules/${name}`]?.version).toBe(version);
      const root = load.resolve(name).replace(/(.*node_modules\/(@[^/]+\/)?[^/]+).*/, '$1');
      expect([name, (readJson(join(root, 'package.json')) as { version: string }).version]).toEqual([
        name,
        version,
      ]);
    }
    // What is installed beside the handler brings no AWS SDK: that is bundled into it.
    const installed = Object.entries(packages).filter(
      ([path, { dev }]) => path.includes('@aws-sdk/') && !dev,
    );
    expect(installed.map(([path]) => path)).toEqual([]);
  });

  it.each<[string, Record<string, Buffer>]>([
    ['has no native code for any machine', { 'index.js': Buffer.from('') }],
    ['has native code for x64', { 'a/sharp.node': ARM64, 'b/libvips-cpp.so.8.18.7': X64 }],
    ['has native code for macOS', { 'a/sharp.node': Buffer.from('cffaedfe0c000001'.padEnd(64, '0'), 'hex') }],
    ['has native code that is cut off', { 'a/sharp.node': ARM64.subarray(0, 10) }],
  ])('is refused when it %s', (_, files) => {
    expect(() => {
      refuseForeignCode(new Map(Object.entries(files)), LAMBDA);
    }).toThrow('linux-arm64');
  });

  it('is accepted with native code for arm64', () => {
    refuseForeignCode(
      new Map([
        ['a/sharp.node', ARM64],
        ['b/libvips-cpp.so.8.18.7', ARM64],
      ]),
      LAMBDA,
    );
  });

  it('gives the same zip file for any order of its files, readable by Lambda', () => {
    const files: [string, Uint8Array][] = [
      ['index.js', Buffer.from('one')],
      ['node_modules/sharp/a.js', Buffer.from('two')],
    ];
    const zipped = zip(new Map(files));
    expect(zip(new Map([...files].reverse()))).toEqual(zipped);
    expect(Object.keys(unzipSync(zipped))).toEqual(['index.js', 'node_modules/sharp/a.js']);
    // The central directory's entries: made on Unix (3), with mode 0755 of a regular file.
    const directory = Buffer.from(zipped);
    const entry = directory.indexOf('PK\x01\x02', 'latin1');
    expect(directory.readUInt8(entry + 5)).toBe(3);
    expect((directory.readUInt32LE(entry + 38) >>> 16).toString(8)).toBe('100755');
  });
});
