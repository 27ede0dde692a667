/** Image format of the thumbnails. */
export type Format = 'webp' | 'avif' | 'jpeg' | 'png';

/** Settings of the function, from its environment variables. */
export interface Settings {
  readonly thumbnailBucket: string;
  readonly tableName: string;
  /** Widths of the thumbnails, in pixels. */
  readonly widths: readonly number[];
  readonly format: Format;
  /** The function refuses a larger upload before it reads it. */
  readonly maxBytes: number;
  /** The function refuses an image of more pixels before it decodes it. */
  readonly maxPixels: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function readSettings(environment: Environment): Settings {
  const text = (name: string) => {
    const value = environment[name];
    if (value === undefined) throw new Error(`the environment variable ${name} is missing`);
    return value;
  };
  return {
    thumbnailBucket: text('THUMBNAIL_BUCKET'),
    tableName: text('TABLE_NAME'),
    widths: text('WIDTHS').split(',').map(Number),
    format: text('FORMAT') as Format,
    maxBytes: Number(text('MAX_BYTES')),
    maxPixels: Number(text('MAX_PIXELS')),
  };
}
