import { makeThumbnails, UnusableImage } from './image';
import { changeOf, recordsOf, type Change, type S3Event } from './s3-event';
import type { Settings } from './settings';
import type { Row, Store, StoredThumbnail } from './store';

const DAY = 24 * 60 * 60;

/**
 * Handles S3 events. S3 delivers them at least once and in any order, so an event only says that a key has changed. The
 * handler makes the thumbnails from what the key holds now. A handler that read an older version has an older event, and
 * the table refuses its row.
 *
 * A record that fails does not stop the others. The handler fails at the end, with the reasons.
 */
export function createHandler(store: Store, settings: Settings, log: (entry: object) => void) {
  return async (event: S3Event): Promise<void> => {
    const failures: Error[] = [];
    for (const record of recordsOf(event)) {
      let key: string | undefined;
      try {
        const change = changeOf(record);
        ({ key } = change);
        log({ key, outcome: await settle(change) });
      } catch (error) {
        const failure = error instanceof Error ? error : new Error(String(error));
        log({ key, outcome: 'failed', reason: failure.message });
        failures.push(failure);
      }
    }
    // Lambda retries twice. Then it sends the event and this reason to the dead-letter queue.
    const [failure, ...others] = failures;
    if (!failure) return;
    if (others.length === 0) throw failure;
    throw new AggregateError(failures, failures.map(({ message }) => message).join('; '));
  };

  async function settle(change: Change): Promise<Row['status'] | 'superseded'> {
    const row = await outcome(change);
    if (!(await store.putRow(row))) {
      await store.deleteOwn(change);
      return 'superseded';
    }
    await store.deleteEarlier(change);
    if (row.status === 'failed') throw new UnusableImage(`${change.key}: ${row.reason}`);
    return row.status;
  }

  async function outcome(change: Change): Promise<Row> {
    const { key, sequencer } = change;
    const deleted = {
      key,
      sequencer,
      status: 'deleted',
      expiresAt: Math.floor(Date.now() / 1000) + DAY,
    } as const;
    const found = await store.upload(change);
    if (!found) return deleted;
    const { read, ...upload } = found;
    const processedAt = new Date().toISOString();
    try {
      const bytes = await read();
      // The S3 console creates a folder as an empty object.
      if (bytes.length === 0 && key.endsWith('/')) return deleted;
      const { source, thumbnails } = await makeThumbnails(bytes, settings);
      const stored: StoredThumbnail[] = [];
      for (const thumbnail of thumbnails) stored.push(await store.putThumbnail(change, thumbnail));
      return { key, sequencer, status: 'ready', ...upload, ...source, processedAt, thumbnails: stored };
    } catch (error) {
      if (!(error instanceof UnusableImage)) throw error;
      return { key, sequencer, status: 'failed', ...upload, processedAt, reason: error.message };
    }
  }
}
