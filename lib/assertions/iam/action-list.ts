import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

/**
 * One line for each service: its prefix, then its actions. `npm run iam:actions` writes the file. It is in this folder,
 * so that a copy of the folder needs no package. It is compressed: the package with the same data has 15 MB.
 */
const FILE = join(__dirname, 'actions.txt.br');

/** The text of the file. A page in a browser brings its own. */
export const actionList = (): string => brotliDecompressSync(readFileSync(FILE)).toString('utf8');
