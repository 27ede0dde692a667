import fc from 'fast-check';
import sharp from 'sharp';
import { makeThumbnails, UnusableImage } from '../../lib/serverless/thumbnail-pipeline/handler/image';
import { changeOf, recordsOf } from '../../lib/serverless/thumbnail-pipeline/handler/s3-event';
import { encodeKey } from '../support/local-thumbnails';

const RUNS = 400;
const LIMITS = { widths: [24], format: 'webp', maxPixels: 1e6 } as const;

/** A gradient of 60 by 45 pixels: its thumbnail is 24 by 18. */
function picture() {
  const pixels = Buffer.from(Array.from({ length: 60 * 45 * 3 }, (_, index) => (index * 7) % 256));
  return sharp(pixels, { raw: { width: 60, height: 45, channels: 3 } });
}

/** What happens to files: bytes change, go missing, come twice; the end is lost. */
const damage = fc.array(
  fc.record({
    kind: fc.constantFrom('change', 'zero', 'cut', 'remove', 'repeat'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 64 }),
    byte: fc.integer({ min: 0, max: 255 }),
  }),
  { minLength: 1, maxLength: 6 },
);

function damaged(image: Buffer, how: typeof damage extends fc.Arbitrary<infer T> ? T : never): Buffer {
  return how.reduce((bytes, { kind, at, length, byte }) => {
    const start = Math.floor(at * bytes.length);
    const [before, hit, after] = [
      bytes.subarray(0, start),
      bytes.subarray(start, start + length),
      bytes.subarray(start + length),
    ];
    if (kind === 'cut') return before;
    if (kind === 'remove') return Buffer.concat([before, after]);
    if (kind === 'repeat') return Buffer.concat([before, hit, hit, after]);
    return Buffer.concat([before, Buffer.alloc(hit.length, kind === 'zero' ? 0 : byte), after]);
  }, image);
}

describe('thumbnail-pipeline, given damaged images', () => {
  it.each<[string, () => sharp.Sharp]>([
    ['JPEG', () => picture().jpeg()],
    ['progressive JPEG', () => picture().jpeg({ progressive: true })],
    ['JPEG with EXIF', () => picture().withMetadata({ orientation: 6 }).jpeg()],
    ['PNG', () => picture().png()],
    ['interlaced PNG', () => picture().png({ progressive: true })],
    ['16-bit PNG', () => picture().toColourspace('rgb16').png()],
    ['WebP', () => picture().webp()],
    ['lossless WebP', () => picture().webp({ lossless: true })],
    ['GIF', () => picture().gif()],
    ['TIFF', () => picture().tiff()],
    ['AVIF', () => picture().avif({ effort: 0 })],
  ])(
    'makes a thumbnail of a damaged %s or gives a reason',
    async (_, make) => {
      const image = await make().toBuffer();
      const whole = await makeThumbnails(image, LIMITS);
      expect(whole.thumbnails).toHaveLength(1);

      await fc.assert(
        fc.asyncProperty(damage, async (how) => {
          try {
            const { source, thumbnails } = await makeThumbnails(damaged(image, how), LIMITS);
            expect(source.width * source.height).toBeLessThanOrEqual(LIMITS.maxPixels);
            for (const { bytes, width, height } of thumbnails) {
              expect(width).toBeLessThanOrEqual(24);
              expect(height).toBeLessThanOrEqual(96);
              expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width, height });
            }
          } catch (error) {
            if (!(error instanceof UnusableImage)) throw error;
            expect(error.message).not.toBe('');
          }
        }),
        { numRuns: RUNS },
      );
    },
    60_000,
  );

  it('gives a reason for random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        await expect(makeThumbnails(Buffer.from(bytes), LIMITS)).rejects.toBeInstanceOf(UnusableImage);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('thumbnail-pipeline, given events', () => {
  const change = (key: string, sequencer: string) =>
    changeOf({ s3: { bucket: { name: 'b' }, object: { key, sequencer } } });

  it('decodes every key that S3 can hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (key) => {
        expect(change(encodeKey(key), '0').key).toBe(key);
      }),
    );
    expect(change('red+flower%2Bpot/%C3%A9.jpg', '0').key).toBe('red flower+pot/é.jpg');
  });

  it('pads and compares sequencers as S3 documents', () => {
    const sequencer = (text: string) => change('k', text).sequencer;
    expect(sequencer('0055AED6DCD90281E5') < sequencer('0055AED6DCD90281E6')).toBe(true);
    expect(sequencer('0055AED6DCD90281E5') < sequencer('0055AED6DCD90281E51')).toBe(true);
    expect(sequencer('0055AED6DCD90281') < sequencer('0055AED6DCD90281E5')).toBe(true);
    expect(sequencer('0055aed6dcd90281e5')).toBe(sequencer('0055AED6DCD90281E5'));
    expect(sequencer('0055AED6')).toBe(sequencer('0055AED600'));
  });

  it('returns the records of any event that has some, or throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (event) => {
        const hasRecords = Array.isArray((event as { Records?: unknown } | null | undefined)?.Records);
        if (hasRecords) expect(recordsOf(event)).toBeDefined();
        else expect(() => recordsOf(event)).toThrow('expected an S3 event with Records');
      }),
    );
  });

  it.each([
    ['no record', null],
    ['a record of SQS', { body: '{}', eventSource: 'aws:sqs' }],
    ['a record without a key', { s3: { bucket: { name: 'b' }, object: { sequencer: '0' } } }],
    ['a record without a bucket', { s3: { object: { key: 'k', sequencer: '0' } } }],
    ['a record without a sequencer', { s3: { bucket: { name: 'b' }, object: { key: 'k' } } }],
  ])('refuses %s with one line', (_, record) => {
    expect(() => changeOf(record as never)).toThrow(
      /^got the record .*, expected s3.bucket.name, s3.object.key/,
    );
  });
});
