/**
 * The handler of thumbnail-pipeline beside libvips' own tool, on the same files in the same run. The handler also gets,
 * puts and records, on local servers. `vipsthumbnail` (Debian: libvips-tools) and the npm registry are optional.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import sharp from 'sharp';
import { bundle, LAMBDA, zip } from '../lib/serverless/thumbnail-pipeline/bundling/bundle';
import { startLocalThumbnails } from '../test/support/local-thumbnails';

const IMAGES = 20;
const ROUNDS = 3;

interface Run {
  readonly seconds: number;
  readonly peakMiB: number;
  readonly output: string;
}

/** Runs a program to its end; on Linux also notes the most memory that it had. */
async function run(command: string, args: readonly string[], environment: object = {}): Promise<Run> {
  const started = process.hrtime.bigint();
  const child = spawn(command, args, { env: { ...process.env, NODE_NO_WARNINGS: '1', ...environment } });
  let [output, errors, peakMiB] = ['', '', Number.NaN];
  child.stdout.on('data', (data) => (output += String(data)));
  child.stderr.on('data', (data) => (errors += String(data)));
  const watch = setInterval(() => {
    try {
      const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8'))?.[1];
      if (peak !== undefined) peakMiB = Number(peak) / 1024;
    } catch {
      // Not on Linux, or at its end.
    }
  }, 5);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => {
    clearInterval(watch);
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${errors}`);
  return { seconds: Number(process.hrtime.bigint() - started) / 1e9, peakMiB, output };
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** A 12-megapixel photograph of no subject: as hard to decode as one of a beach. */
async function photograph(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 50 } as const;
  const small = await sharp({ create: { width: 1000, height: 750, channels: 3, background: 'gray', noise } })
    .blur(1.5)
    .png()
    .toBuffer();
  return sharp(small).resize(4000, 3000).jpeg({ quality: 90 }).toBuffer();
}

/** What runs in a process of its own: the bundled handler, for events given as an argument. */
const WORKER = `
  const [index, events] = process.argv.slice(1);
  const { handler } = require(index);
  console.log = () => {};
  (async () => {
    const started = process.hrtime.bigint();
    for (const event of JSON.parse(events)) await handler(event);
    process.stdout.write(String(Number(process.hrtime.bigint() - started) / 1e9));
  })();
`;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const local = await startLocalThumbnails();
  try {
    const image = await photograph();
    const files = Array.from({ length: IMAGES }, (_, index) => join(folder, `${index}.jpg`));
    const events = [];
    for (const file of files) {
      writeFileSync(file, image);
      events.push(await local.upload(basename(file), image));
    }
    const here = bundle({ os: process.platform, cpu: process.arch });
    for (const [path, content] of here) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const environment = {
      ...local.aws.environment,
      THUMBNAIL_BUCKET: local.settings.thumbnailBucket,
      TABLE_NAME: local.settings.tableName,
      WIDTHS: '320',
      FORMAT: 'webp',
      MAX_BYTES: '52428800',
      MAX_PIXELS: '64000000',
    };
    const handle = (some: readonly object[]) =>
      run(process.execPath, ['-e', WORKER, join(folder, 'index.js'), JSON.stringify(some)], environment);
    const vips = () =>
      run('vipsthumbnail', ['-s', '320x1280', '-o', '%s.webp', ...files], { VIPS_CONCURRENCY: '1' }).catch(
        () => undefined,
      );

    const [handled, tool, cold]: [Run[], Run[], Run[]] = [[], [], []];
    for (let round = 0; round < ROUNDS; round++) {
      const other = await vips();
      if (other) tool.push(other);
      handled.push(await handle(events));
      cold.push(await handle(events.slice(0, 1)));
    }

    const perSecond = (runs: readonly Run[]) => IMAGES / median(runs.map(({ seconds }) => seconds));
    const peak = (runs: readonly Run[]) => Math.max(...runs.map(({ peakMiB }) => peakMiB)).toFixed(0);
    const rate = perSecond(handled.map((one) => ({ ...one, seconds: Number(one.output) })));
    console.log(
      `Median of ${ROUNDS} runs of ${IMAGES} JPEGs of 12 megapixels, one thread, Node ${process.version}.\n`,
    );
    console.log('| thumbnail of 320 pixels | images a second | times vipsthumbnail | peak memory, MiB |');
    console.log('| --- | ---: | ---: | ---: |');
    if (tool.length > 0)
      console.log(`| vipsthumbnail | ${perSecond(tool).toFixed(1)} | 1.00 | ${peak(tool)} |`);
    const ratio = tool.length > 0 ? (perSecond(tool) / rate).toFixed(2) : 'not installed';
    console.log(`| handler, with S3 and DynamoDB | ${rate.toFixed(1)} | ${ratio} | ${peak(handled)} |`);
    const start = median(cold.map(({ seconds }) => seconds));
    console.log(`\nProcess start to first result, bundled: ${start.toFixed(2)} s.`);
    const asset = bundle(LAMBDA);
    const unzipped = [...asset.values()].reduce((sum, { length }) => sum + length, 0);
    console.log(
      `Asset for Linux on arm64: ${(zip(asset).length / 1e6).toFixed(1)} MB, ${(unzipped / 1e6).toFixed(1)} MB unzipped.`,
    );
  } finally {
    rmSync(folder, { recursive: true });
    await local.stop();
  }
}

void main();
