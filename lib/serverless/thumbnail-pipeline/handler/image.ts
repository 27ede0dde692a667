import sharp from 'sharp';
import type { Format } from './settings';

/** An upload that will never become a thumbnail, however often it is tried. The message is the reason. */
export class UnusableImage extends Error {
  override readonly name = 'UnusableImage';
}

export interface ImageLimits {
  readonly widths: readonly number[];
  readonly format: Format;
  readonly maxPixels: number;
}

/** What an upload is, as it is looked at: its orientation applied, and of an animation the first frame. */
export interface Source {
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly frames: number;
}

export interface Thumbnail {
  readonly bytes: Buffer;
  /** The width that was asked for. */
  readonly fittedTo: number;
  readonly width: number;
  readonly height: number;
}

/** Longer than any image within the limits takes; a minute is all that the function has. */
const SECONDS = 30;

// One CPU decodes one image; nothing of it is kept for the next.
sharp.concurrency(1);
sharp.cache(false);

// Decoders of what cameras and browsers write, and no others: an SVG, say, is a program that names files.
// https://sharp.pixelplumbing.com/api-utility/#block
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map(
    (format) => `VipsForeignLoad${format}Buffer`,
  ),
});

/**
 * Makes one thumbnail for each width: upright, in sRGB, without metadata, in proportion, never larger than the
 * image itself. A picture more than four times as high as wide is fitted by its height.
 *
 * Throws `UnusableImage`, with the reason, for whatever is no complete image within the limits.
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
      // JPEG has no transparency; what shows through is white as a page, not black.
      if (format === 'jpeg') resized.flatten({ background: 'white' });
      const { data, info } = await resized
        .toFormat(format)
        .timeout({ seconds: SECONDS })
        .toBuffer({ resolveWithObject: true });
      thumbnails.push({ bytes: data, fittedTo, width: info.width, height: info.height });
    }
    return { source: { ...autoOrient, format: sourceFormat, frames: pages ?? 1 }, thumbnails };
  } catch (error) {
    throw new UnusableImage(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  }
}
