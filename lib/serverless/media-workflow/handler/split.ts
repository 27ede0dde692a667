import { S3Client } from '@aws-sdk/client-s3';
import { list, read, write } from './objects';
import { documentPages, pagesOf, transcriptText } from './pages';

/** Where the text is: an upload, Textract's output or Transcribe's. */
export type SplitEvent = { readonly prefix: string } & (
  | { readonly kind: 'text'; readonly bucket: string; readonly key: string; readonly version?: string }
  /** `job` is the id of Textract's job. */
  | { readonly kind: 'document'; readonly job: string }
  | { readonly kind: 'audio' }
);

export interface Page {
  readonly page: number;
  /** Its text in the work bucket. */
  readonly key: string;
}

// One for each execution environment.
const s3 = new S3Client();

/** Lambda's entry. */
export const handler = (event: SplitEvent): Promise<{ pages: Page[] }> =>
  split(s3, process.env.WORK_BUCKET ?? '', event);

/** Writes the text of an upload page by page into the work bucket, and says where each is. */
export async function split(client: S3Client, work: string, event: SplitEvent): Promise<{ pages: Page[] }> {
  const { prefix } = event;
  const texts = pagesOf(await textsOf(client, work, event));
  const pages = texts.map((_, index) => ({ page: index + 1, key: `${prefix}/pages/${index + 1}.txt` }));
  await Promise.all(
    pages.map(({ key }, index) => write(client, work, key, texts[index] ?? '', 'text/plain; charset=utf-8')),
  );
  return { pages };
}

async function textsOf(client: S3Client, work: string, event: SplitEvent): Promise<string[]> {
  const { kind, prefix } = event;
  if (kind === 'text') return [await read(client, event.bucket, event.key, event.version)];
  if (kind === 'audio') {
    const transcript = JSON.parse(await read(client, work, `${prefix}/transcript.json`)) as Parameters<
      typeof transcriptText
    >[0];
    return [transcriptText(transcript)];
  }
  // Textract numbers its parts, below the id of the job.
  const keys = (await list(client, work, `${prefix}/textract/${event.job}/`)).filter((key) =>
    /\/\d+$/.test(key),
  );
  const number = (key: string) => Number(/\d+$/.exec(key)?.[0]);
  const parts = await Promise.all(
    keys.sort((a, b) => number(a) - number(b)).map((key) => read(client, work, key)),
  );
  return documentPages(
    parts.flatMap((part) => (JSON.parse(part) as { Blocks: Parameters<typeof documentPages>[0] }).Blocks),
  );
}
