import { S3Client } from '@aws-sdk/client-s3';
import { read, write } from './objects';
import { redact, withoutPersonal, type Entity, type Span } from './redact';

export interface PageEvent {
  readonly prefix: string;
  readonly page: number;
  /** The text of the page in the work bucket. */
  readonly key: string;
  readonly language: string;
  readonly sentiment: string;
  readonly entities: readonly Entity[];
  /** Where the text has personal data. */
  readonly personal: readonly Span[];
}

const s3 = new S3Client();

/** Lambda's entry. */
export const handler = (event: PageEvent): Promise<{ text: string }> => {
  const { WORK_BUCKET: work = '', RESULT_BUCKET: results = '', REDACT } = process.env;
  return writePage(s3, { work, results, redacts: REDACT === 'true' }, event);
};

export interface PageSettings {
  readonly work: string;
  readonly results: string;
  readonly redacts: boolean;
}

/** Writes the analysis of a page into the result bucket, without personal data where redaction is on. Returns its text. */
export async function writePage(
  client: S3Client,
  { work, results, redacts }: PageSettings,
  { prefix, page, key, language, sentiment, entities, personal }: PageEvent,
): Promise<{ text: string }> {
  const original = await read(client, work, key);
  const text = redacts ? redact(original, personal) : original;
  const found = redacts ? withoutPersonal(entities, personal) : entities;
  const result = {
    page,
    language,
    sentiment,
    text,
    // Offsets would be those of the text before redaction.
    entities: found.map(({ Text, Type, Score }) => ({ text: Text, type: Type, score: Score })),
    personal: [...new Set(personal.map(({ Type }) => Type))].sort(),
  };
  await write(client, results, `${prefix}/pages/${page}.json`, JSON.stringify(result), 'application/json');
  return { text };
}
