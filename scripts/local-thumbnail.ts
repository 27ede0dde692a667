/** Runs the thumbnail pipeline's handler on local servers for one file: `npm run local:thumbnail -- some.jpg`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, format, parse } from 'node:path';
import { startLocalThumbnails } from '../test/support/local-thumbnails';

async function main([file]: readonly string[]): Promise<void> {
  if (file === undefined)
    throw new Error('expected the path of an image: npm run local:thumbnail -- some.jpg');
  const image = readFileSync(file);
  const local = await startLocalThumbnails();
  try {
    const key = basename(file);
    const failure: unknown = await local
      .handle(await local.upload(key, image))
      .catch((error: unknown) => error);
    const row = await local.row(key);
    console.log(JSON.stringify(row, null, 2));
    // On AWS: after two more attempts, in the dead-letter queue.
    if (failure instanceof Error) throw failure;
    for (const { name } of row?.status === 'ready' ? row.thumbnails : []) {
      const { dir, name: stem } = parse(file);
      const path = format({ dir, name: `${stem}.thumbnail`, ext: parse(name).ext });
      writeFileSync(path, (await local.thumbnail(name)).bytes);
      console.log(path);
    }
  } finally {
    await local.stop();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
