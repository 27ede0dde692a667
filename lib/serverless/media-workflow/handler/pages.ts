/** Comprehend's DetectSentiment takes at most 5,000 bytes, Translate 10,000. */
export const PAGE_BYTES = 4_500;

/**
 * The most pages of one upload. Each takes about fifty events of an execution's history, which may have 25,000.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const MOST_PAGES = 200;

/** The upload has more text than one execution analyses. */
export class TooManyPages extends Error {
  override readonly name = 'TooManyPages';
}

/** Texts of at most `PAGE_BYTES`, cut between words where a text is longer. Texts without a word are left out. */
export function pagesOf(texts: readonly string[]): string[] {
  const pages = texts.flatMap(cut).filter((page) => page.trim() !== '');
  if (pages.length <= MOST_PAGES) return pages;
  throw new TooManyPages(`got ${pages.length} pages of ${PAGE_BYTES} bytes, expected at most ${MOST_PAGES}`);
}

function cut(text: string): string[] {
  const pages: string[] = [];
  let page = '';
  let bytes = 0;
  // Words with the space behind them; a word that does not fit on a page by its characters.
  for (const part of (text.match(/\S*\s*/g) ?? []).flatMap(short)) {
    const size = Buffer.byteLength(part);
    if (bytes + size > PAGE_BYTES) {
      pages.push(page);
      [page, bytes] = ['', 0];
    }
    page += part;
    bytes += size;
  }
  return [...pages, page];
}

function short(part: string): string[] {
  return Buffer.byteLength(part) <= PAGE_BYTES ? [part] : Array.from(part);
}

interface Block {
  readonly BlockType: string;
  readonly Page?: number;
  readonly Text?: string;
}

/** The lines of each page that Textract found, in its reading order. */
export function documentPages(blocks: readonly Block[]): string[] {
  const pages = new Map<number, string[]>();
  for (const { BlockType, Page = 1, Text } of blocks) {
    if (BlockType !== 'LINE' || Text === undefined) continue;
    pages.set(Page, [...(pages.get(Page) ?? []), Text]);
  }
  return [...pages].sort(([a], [b]) => a - b).map(([, lines]) => lines.join('\n'));
}

interface Transcript {
  readonly results: {
    readonly transcripts: readonly { readonly transcript: string }[];
    readonly audio_segments?: readonly { readonly speaker_label?: string; readonly transcript: string }[];
  };
}

/** A transcript by Transcribe, each segment with its speaker. */
export function transcriptText({ results }: Transcript): string {
  const { audio_segments: segments, transcripts } = results;
  if (!segments) return transcripts.map(({ transcript }) => transcript).join('\n');
  return segments
    .map(({ speaker_label: speaker, transcript }) =>
      speaker === undefined ? transcript : `${speaker}: ${transcript}`,
    )
    .join('\n');
}
