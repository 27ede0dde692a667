/** A string of a TXT record has a length of one byte in front of it (RFC 1035, section 3.3.14). */
const STRING_LENGTH = 255;

/** Quotation marks included. https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#TXTFormat */
export const TEXT_LENGTH = 4000;

/**
 * A text as the value of a TXT record: strings of up to 255 bytes in quotation marks, which whoever reads it joins.
 * Bytes that are not printable ASCII are written as `\` and three octal digits. An escape counts as what it is long
 * here, not as the one byte that it stands for: such a string is short enough whichever of the two Route 53 counts.
 *
 * CDK's `TxtRecord` counts characters instead, of which one may be four bytes, and leaves them as they are.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#TXTFormat
 */
export function textValue(text: string): string {
  const strings: string[] = [];
  let current = '';
  for (const byte of new TextEncoder().encode(text)) {
    const written = escaped(byte);
    if (current.length + written.length > STRING_LENGTH) {
      strings.push(current);
      current = '';
    }
    current += written;
  }
  return [...strings, current].map((string) => `"${string}"`).join(' ');
}

function escaped(byte: number): string {
  const character = String.fromCharCode(byte);
  if (character === '"' || character === '\\') return `\\${character}`;
  return byte >= 0x20 && byte < 0x7f ? character : `\\${byte.toString(8).padStart(3, '0')}`;
}
