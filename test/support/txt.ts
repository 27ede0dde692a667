/** One string in quotation marks: printable ASCII, `\"` and `\\` for those two, `\` and three octal digits for any byte. */
const STRING = /"((?:[ !#-[\]-~]|\\["\\]|\\[0-3][0-7]{2})*)"/;
const VALUE = new RegExp(`^${STRING.source}(?: ${STRING.source})*$`, 's');

/**
 * The strings of a TXT record's value, byte by byte, as Route 53 documents how it reads them. Throws for what it would
 * not read.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#TXTFormat
 */
export function txtStrings(value: string): Buffer[] {
  if (!VALUE.test(value)) throw new Error(`no value of a TXT record: ${value}`);
  return [...value.matchAll(new RegExp(STRING, 'gs'))].map(([, body = '']) =>
    Buffer.from(
      body.replace(/\\(["\\]|[0-7]{3})/g, (_, escape: string) =>
        escape.length === 1 ? escape : String.fromCharCode(parseInt(escape, 8)),
      ),
      'latin1',
    ),
  );
}

/** What whoever reads the record makes of it. */
export function txtText(value: string): string {
  return Buffer.concat(txtStrings(value)).toString('utf8');
}
