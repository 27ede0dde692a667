import { createHash } from 'node:crypto';

/** Text as HTML shows it. */
export const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (letter) => `&#${letter.codePointAt(0) ?? 0};`);

/** JSON inside a script element: it cannot end the element. */
export const escapeJson = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

interface Document {
  readonly title: string;
  readonly style: string;
  readonly body: string;
  readonly script: string;
  /** Data for the script, by the id of its element. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** A whole page. Its policy lets it load nothing and run no other script. */
export function documentOf({ title, style, body, script, data = {} }: Document): string {
  // The text of a script element ends at the first `</script`, also inside a string.
  const code = script.trim().replaceAll('</script', '<\\/script');
  const hash = createHash('sha256').update(code).digest('base64');
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escape(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
${Object.entries(data)
  .map(([id, value]) => `<script type="application/json" id="${id}">${escapeJson(value)}</script>`)
  .join('\n')}
<script>${code}</script>
</body>
</html>
`;
}

/** AWS's terms for its icons, and the license of what a page is made with. */
export const ATTRIBUTION =
  '<footer>Icons: <a href="https://aws.amazon.com/architecture/icons/">AWS Architecture Icons</a>, ' +
  '© Amazon Web Services, under <a href="https://creativecommons.org/licenses/by-nd/2.0/">CC BY-ND 2.0</a>, unaltered. ' +
  'Graphs: <a href="https://github.com/dagrejs/dagre">dagre</a>, MIT. ' +
  'The drawing and the answers come from the synthesized templates. No deployed resource was asked.</footer>';
