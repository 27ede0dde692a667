import { createHash } from 'node:crypto';
import fc from 'fast-check';
import sharp from 'sharp';
import { readSettings } from '../../lib/serverless/thumbnail-pipeline/handler/settings';
import type { S3Event } from '../../lib/serverless/thumbnail-pipeline/handler/s3-event';
import { heic } from '../support/heic';
import { startLocalThumbnails, type LocalThumbnails } from '../support/local-thumbnails';

/** A photograph: noise does not compress to nothing. */
function photo(width = 640, height = 480, seed = 0) {
  const pixels = Buffer.alloc(width * height * 3);
  for (let index = 0; index < pixels.length; index++)
    pixels[index] = (index * 31 + seed * 97 + (index >> 7)) % 256;
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** A picture of one colour, to be recognised by. */
const plain = (background: string, width = 16, height = 16) =>
  sharp({ create: { width, height, channels: 3, background } });

const EMPTY = Buffer.alloc(0);

// Servers in a process of their own, on a machine that may be busy.
jest.setTimeout(60_000);

let local: LocalThumbnails;
beforeAll(async () => {
  local = await startLocalThumbnails({ maxBytes: 2_000_000, maxPixels: 4_000_000 });
});
afterAll(() => local.stop());

/** What became of an upload: its row, and its only thumbnail, decoded. */
async function result(key: string) {
  const row = await local.row(key);
  if (row?.status !== 'ready') throw new Error(`${key} is ${row?.status}`);
  const [first] = row.thumbnails;
  if (!first) throw new Error(`${key} has no thumbnail`);
  const object = await local.thumbnail(first.name);
  const { data, info } = await sharp(object.bytes).raw().toBuffer({ resolveWithObject: true });
  const metadata = await sharp(object.bytes).metadata();
  return { row, first, object, metadata, pixel: [...data.subarray(0, info.channels)] };
}

async function process(key: string, body: Buffer) {
  await local.handle(await local.upload(key, body));
  return result(key);
}

describe('the handler of thumbnail-pipeline, on local servers', () => {
  it('makes a WebP thumbnail of an upload and records both', async () => {
    const body = await photo(1200, 900).jpeg().toBuffer();
    const { row, first, object, metadata } = await process('beach.jpg', body);

    expect(metadata).toMatchObject({ format: 'webp', width: 320, height: 240 });
    expect(object).toMatchObject({
      ContentType: 'image/webp',
      CacheControl: 'public, max-age=31536000, immutable',
      ContentLength: first.size,
    });
    expect(row).toMatchObject({
      key: 'beach.jpg',
      status: 'ready',
      size: body.length,
      width: 1200,
      height: 900,
      format: 'jpeg',
      frames: 1,
      thumbnails: [{ width: 320, height: 240 }],
    });
    expect(row.eTag).toMatch(/^"[0-9a-f]{32}"$/);
    for (const time of [row.uploadedAt, row.processedAt]) {
      expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(60_000);
    }
  });

  it.each([
    ['wide', 1000, 10, 320, 3],
    ['tall', 400, 1000, 320, 800],
    ['more than four times as high as wide', 500, 4000, 160, 1280],
    ['small', 20, 10, 20, 10],
    ['of one pixel', 1, 1, 1, 1],
  ])('keeps the proportions of an image that is %s', async (_, width, height, ...expected) => {
    const { first } = await process('size.png', await plain('red', width, height).png().toBuffer());
    expect([first.width, first.height]).toEqual(expected);
  });

  it('turns a photograph upright by its EXIF data, and strips all metadata', async () => {
    const body = await photo(400, 200)
      .withExif({ IFD0: { Copyright: 'me' }, IFD3: { GPSLatitude: '52/1 30/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect(await sharp(body).metadata()).toMatchObject({ width: 400, orientation: 6 });

    const { row, metadata } = await process('upright.jpg', body);
    expect(row).toMatchObject({ width: 200, height: 400 });
    expect(metadata).toMatchObject({ width: 200, height: 400 });
    for (const kind of ['exif', 'icc', 'xmp', 'iptc', 'orientation'] as const)
      expect(metadata[kind]).toBeUndefined();
  });

  it.each([
    ['a CMYK JPEG', () => plain('#ff0000').toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer()],
    ['a 16-bit PNG', () => plain('#ff0000').toColourspace('rgb16').png().toBuffer()],
    ['a wide-gamut JPEG', () => plain('#ff0000').withIccProfile('p3').jpeg({ quality: 100 }).toBuffer()],
    ['an AVIF', () => plain('#ff0000').avif({ quality: 90 }).toBuffer()],
    ['a TIFF', () => plain('#ff0000').tiff().toBuffer()],
    ['a palette GIF', () => plain('#ff0000').gif().toBuffer()],
  ])('shows the colours of %s in sRGB', async (name, make) => {
    const body = await make();
    const { space, depth } = await sharp(body).metadata();
    if (name.includes('CMYK')) expect(space).toBe('cmyk');
    if (name.includes('16-bit')) expect(depth).toBe('ushort');
    const { pixel, metadata } = await process('colour', body);
    expect(metadata.space).toBe('srgb');
    const [red = 0, green = 255, blue = 255] = pixel;
    expect(red).toBeGreaterThan(200);
    expect(Math.max(green, blue)).toBeLessThan(70);
  });

  it('keeps transparency', async () => {
    const clear = await sharp({ create: { width: 9, height: 9, channels: 4, background: '#00000000' } })
      .png()
      .toBuffer();
    expect((await process('clear.png', clear)).metadata.hasAlpha).toBe(true);
  });

  it('shows the first frame of an animation', async () => {
    const frames = [await plain('#00ff00').png().toBuffer(), await plain('#ff0000').png().toBuffer()];
    const body = await sharp(frames, { join: { animated: true } })
      .gif({ delay: [100, 100] })
      .toBuffer();
    const { row, metadata, pixel } = await process('animation.gif', body);
    expect(row).toMatchObject({ frames: 2, width: 16, height: 16 });
    expect(metadata).toMatchObject({ width: 16, height: 16 });
    expect(metadata.pages ?? 1).toBe(1);
    expect(pixel[1]).toBeGreaterThan(200);
  });

  it.each([
    ['spaces and plus signs', 'with space+and plus.jpg'],
    ['Unicode', 'grüße/写真/🏖️.jpg'],
    ['a percent sign', '100%.jpg'],
    ['an escape', 'a%20b.jpg'],
    ['a slash at the end', 'folder/with/slash/'],
    ['dots', '../../etc/passwd'],
    ['1024 characters', 'x'.repeat(1024)],
    ['1024 bytes', `${'é'.repeat(511)}.j`],
  ])('finds the upload by a key with %s', async (_, key) => {
    const { row } = await process(key, await plain('blue').png().toBuffer());
    expect(row.key).toBe(key);
  });

  it('ignores the empty object that the S3 console creates as a folder', async () => {
    await local.handle(await local.upload('holiday/', EMPTY));
    expect(await local.row('holiday/')).toMatchObject({ status: 'deleted' });
  });

  it.each<[string, string, () => Buffer | Promise<Buffer>]>([
    ['has no bytes', 'the file is empty', () => EMPTY],
    ['is no image', 'unsupported image format', () => Buffer.from('%PDF-1.7 not an image')],
    [
      'is a program',
      'unsupported image format',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    ],
    ['is cut off', 'premature end', async () => (await photo().jpeg().toBuffer()).subarray(0, 20_000)],
    ['is a cut off PNG', '', async () => (await photo().png().toBuffer()).subarray(0, 20_000)],
    ['is a HEIC image', 'HEVC', () => heic()],
    ['unpacks to too many pixels', 'pixel limit', () => plain('white', 4000, 4000).png().toBuffer()],
    ['is too large', '2097152 bytes, 2000000 are allowed', () => Buffer.alloc(2 ** 21)],
  ])('fails when an upload %s, and records the reason', async (_, reason, make) => {
    const event = await local.upload('bad', await make());
    await expect(local.handle(event)).rejects.toThrow(reason);
    await expect(local.handle(event)).rejects.toMatchObject({ name: 'UnusableImage' });
    expect(await local.row('bad')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining(reason) as string,
    });
  });

  it('records a reason for a HEIC image without the lines about seeking', async () => {
    await expect(local.handle(await local.upload('bad', heic()))).rejects.toThrow();
    const { reason } = (await local.row('bad')) as { reason: string };
    expect(reason).not.toMatch(/bad seek|\n/);
  });

  it('removes the thumbnail of an upload that is replaced by something unusable', async () => {
    const { first } = await process('spoiled', await plain('red').png().toBuffer());
    await expect(local.handle(await local.upload('spoiled', EMPTY))).rejects.toThrow('empty');
    expect(await local.thumbnailNames()).not.toContain(first.name);
  });

  it('handles every record of an event, then fails if one failed', async () => {
    const events = [
      await local.upload('several/1', EMPTY),
      await local.upload('several/2', await plain('red').png().toBuffer()),
    ];
    const together: S3Event = { Records: events.flatMap(({ Records = [] }) => Records) };
    await expect(local.handle(together)).rejects.toThrow('several/1: the file is empty');
    expect(await local.row('several/2')).toMatchObject({ status: 'ready' });
  });

  it('handles all other records when one cannot be decoded, then fails with reasons', async () => {
    const [good, bad] = [
      await local.upload('decodable', await plain('red').png().toBuffer()),
      await local.upload('undecodable', EMPTY),
    ];
    const broken = JSON.parse(JSON.stringify(bad).replace('"undecodable"', '"%E0%A4%A"')) as S3Event;
    const together = { Records: [...(broken.Records ?? []), {}, ...(good.Records ?? [])] } as S3Event;
    const failure = local.handle(together);
    await expect(failure).rejects.toThrow(
      'got the key "%E0%A4%A", expected URL-encoded UTF-8; got the record {}',
    );
    await expect(failure).rejects.toBeInstanceOf(AggregateError);
    expect(await local.row('decodable')).toMatchObject({ status: 'ready' });
  });

  it('fails and records nothing when S3 or DynamoDB fails, so that Lambda retries', async () => {
    const event = await local.upload('later', await plain('red').png().toBuffer());
    const broken = JSON.parse(JSON.stringify(event).replace('"uploads"', '"elsewhere"')) as S3Event;
    await expect(local.handle(broken)).rejects.toThrow('bucket does not exist');
    const unwritable = local.handleWith({ thumbnailBucket: 'missing' });
    await expect(unwritable(event)).rejects.toThrow('bucket does not exist');
    expect(await local.row('later')).toBeUndefined();
  });

  it("ignores S3's test message", async () => {
    const message = { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'uploads' };
    await expect(local.handle(message as S3Event)).resolves.toBeUndefined();
  });

  it.each([[{}], [{ Records: null }], [{ detail: { object: { key: 'a' } } }], [null], ['text']])(
    'fails for an event that is not from S3 notifications: %j',
    async (event) => {
      await expect(local.handle(event as S3Event)).rejects.toThrow('expected an S3 event with Records');
    },
  );

  it('removes the thumbnail and the row of an upload that is deleted', async () => {
    const { first } = await process('gone', await plain('red').png().toBuffer());
    await local.handle(await local.remove('gone'));
    expect(await local.thumbnailNames()).not.toContain(first.name);
    const row = await local.row('gone');
    // What is left until DynamoDB removes it refuses events that come too late.
    expect(row).toEqual({
      key: 'gone',
      status: 'deleted',
      sequencer: expect.stringMatching(/^[0-9A-F]{32}$/) as string,
      expiresAt: expect.any(Number) as number,
    });
  });

  it('gives the same end state when an event comes twice', async () => {
    const event = await local.upload('twice', await plain('red').png().toBuffer());
    await local.handle(event);
    const before = await result('twice');
    await Promise.all([local.handle(event), local.handle(event)]);
    const after = await result('twice');
    expect(after.row.thumbnails).toEqual(before.row.thumbnails);
    expect((await local.thumbnailNames()).filter((name) => name === before.first.name)).toHaveLength(1);
  });

  it('lets no older event overwrite a newer one that ended first', async () => {
    const older = await local.upload('race', await plain('#ff0000').png().toBuffer());
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const slow = local.handleAfter(gate)(older);
    // The slow one has read the red picture by now.
    await new Promise((resolve) => setTimeout(resolve, 100));
    await local.handle(await local.upload('race', await plain('#0000ff', 30, 30).png().toBuffer()));
    const names = await local.thumbnailNames();
    release();
    await slow;

    expect((await result('race')).row).toMatchObject({ width: 30 });
    expect(await local.thumbnailNames()).toEqual(names);
  });

  it('does not restore an upload that is deleted while the handler runs', async () => {
    const created = await local.upload('late', await plain('#ff0000').png().toBuffer());
    let release = (): void => undefined;
    const slow = local.handleAfter(new Promise<void>((resolve) => (release = resolve)))(created);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await local.handle(await local.remove('late'));
    const names = await local.thumbnailNames();
    release();
    await slow;

    expect(await local.row('late')).toMatchObject({ status: 'deleted' });
    expect(await local.thumbnailNames()).toEqual(names);
  });

  it('ends with the newest version for any order, repetition and overlap of events', async () => {
    const steps = fc.array(fc.constantFrom<'delete' | 'bad' | number>('delete', 'bad', 5, 6, 7, 8), {
      minLength: 1,
      maxLength: 5,
    });
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.infiniteStream(fc.nat()),
        fc.boolean(),
        async (history, dice, overlapping) => {
          const key = `history/${runs++}`;
          const events: S3Event[] = [];
          const running: Promise<unknown>[] = [];
          for (const step of history) {
            const event =
              step === 'delete'
                ? await local.remove(key)
                : await local.upload(
                    key,
                    step === 'bad' ? EMPTY : await plain('red', step, 5).png().toBuffer(),
                  );
            events.push(event, ...((dice.next().value ?? 0) % 2 ? [event] : []));
            // Some arrive while the history goes on.
            if (overlapping && (dice.next().value ?? 0) % 2)
              running.push(local.handle(event).catch(() => undefined));
          }
          const order = new Map(events.map((event) => [event, dice.next().value ?? 0]));
          for (const event of [...events].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))) {
            const handled = local.handle(event).catch(() => undefined);
            if (overlapping) running.push(handled);
            else await handled;
          }
          await Promise.all(running);

          const last = history[history.length - 1];
          const row = await local.row(key);
          if (last === 'delete') expect(row).toMatchObject({ status: 'deleted' });
          else if (last === 'bad') expect(row).toMatchObject({ status: 'failed' });
          else expect(row).toMatchObject({ status: 'ready', width: last });
          const wanted = row?.status === 'ready' ? row.thumbnails.map(({ name }) => name) : [];
          const prefix = createHash('sha256').update(key).digest('hex');
          expect((await local.thumbnailNames()).filter((name) => name.startsWith(prefix))).toEqual(wanted);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('the formats and widths of thumbnail-pipeline', () => {
  it.each(['webp', 'avif', 'jpeg', 'png'] as const)(
    'makes thumbnails of every width as %s',
    async (format) => {
      const clear = await sharp({ create: { width: 60, height: 60, channels: 4, background: '#00000000' } })
        .png()
        .toBuffer();
      await local.handleWith({ format, widths: [30, 10, 200] })(await local.upload('all', clear));
      const { row, object } = await result('all');
      expect(row.thumbnails.map(({ width }) => width)).toEqual([30, 10, 60]);
      expect(object.ContentType).toBe(`image/${format}`);
      const metadata = await sharp(object.bytes).metadata();
      expect(metadata).toMatchObject({
        format: format === 'avif' ? 'heif' : format,
        hasAlpha: format !== 'jpeg',
      });
      const [seenThrough] = await sharp(object.bytes).flatten({ background: 'white' }).raw().toBuffer();
      expect(seenThrough).toBeGreaterThan(250);
    },
  );

  it('come from environment variables, and a missing one is an error', () => {
    const environment = {
      THUMBNAIL_BUCKET: 't',
      TABLE_NAME: 'n',
      WIDTHS: '320,640',
      FORMAT: 'avif',
      MAX_BYTES: '10',
      MAX_PIXELS: '20',
    };
    expect(readSettings(environment)).toEqual({
      thumbnailBucket: 't',
      tableName: 'n',
      widths: [320, 640],
      format: 'avif',
      maxBytes: 10,
      maxPixels: 20,
    });
    expect(() => readSettings({ ...environment, TABLE_NAME: undefined })).toThrow('TABLE_NAME is missing');
  });
});
