import sharp from 'sharp';
import type { Format } from './settings';

/** An upload that no retry turns into a thumbnail. The message is the reason. */
export class UnusableImage extends Error {
  override readonly name = 'UnusableImage';
}

export interface ImageLimits {
  readonly widths: readonly number[];
  readonly format: Format;
  readonly maxPixels: number;
}

/** An upload as a viewer shows it: upright, and the first frame of an animation. */
export interface Source {
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly frames: number;
}

export interface Thumbnail {
  readonly bytes: Buffer;
  /** The configured width. The thumbnail may be narrower. */
  readonly fittedTo: number;
  readonly width: number;
  readonly height: number;
}

/** Longer than any image within the limits takes. The function's timeout is one minute. */
const SECONDS = 30;

// The function has one CPU and decodes one image at a time. A cache would only take memory.
sharp.concurrency(1);
sharp.cache(false);

// Only the formats that cameras and browsers write. Others are attack surface: an SVG can include other files.
// https://sharp.pixelplumbing.com/api-utility/#block
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map(
    (format) => `VipsForeignLoad${format}Buffer`,
  ),
});

/**
 * Makes one thumbnail for each width: upright, in sRGB, without metadata, in proportion, never enlarged. A height of four
 * times the width is the maximum, so that a very tall image becomes narrower.
 *
 * Throws `UnusableImage` with the reason for anything that is not a complete image within the limits.
 */
export async function makeThumbnails(
  bytes: Buffer,
  { widths, format, maxPixels }: ImageLimits,
): Promise<{ source: Source; thumbnails: Thumbnail[] }> {
  if (bytes.length === 0) throw new UnusableImage('the file is empty');
  const open = () => sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error' });
  try {
    const { autoOrient, format: sourceFormat, pages } = await open().metadata();
    const thumbnails: Thumbnail[] = [];
    for (const fittedTo of widths) {
      const resized = open()
        .autoOrient()
        .resize({ width: fittedTo, height: 4 * fittedTo, fit: 'inside', withoutEnlargement: true });
      // JPEG has no transparency. Transparent pixels become white, not black.
      if (format === 'jpeg') resized.flatten({ background: 'white' });
      const { data, info } = await resized
        .toFormat(format)
        .timeout({ seconds: SECONDS })
        .toBuffer({ resolveWithObject: true });
      thumbnails.push({ bytes: data, fittedTo, width: info.width, height: info.height });
    }
    return { source: { ...autoOrient, format: sourceFormat, frames: pages ?? 1 }, thumbnails };
  } catch (error) {
    throw new UnusableImage(reasonOf((error as Error).message));
  }
}

/** The first line that does not only say that a decoder looked around in the file: libvips reports several. */
const reasonOf = (message: string): string =>
  message.replace(/^.*bad seek to.*\n/gm, '').replace(/\n[^]*/, '');
