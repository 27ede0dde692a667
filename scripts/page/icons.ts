import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FOLDER = join(dirname(require.resolve('aws-icons/package.json')), 'icons');

/** AWS's icons as `data:` URLs, as they are in the package. Throws an error for a name that it does not have. */
export const iconUrls = (names: Iterable<string>): Record<string, string> =>
  Object.fromEntries([...new Set(names)].map((name) => [name, iconUrl(name)]));

function iconUrl(name: string): string {
  const svg = readFileSync(join(FOLDER, `${name}.svg`));
  return `data:image/svg+xml;base64,${svg.toString('base64')}`;
}
