/** One byte holds the length of a string of a TXT record (RFC 1035, section 3.3.14). */
const STRING_LENGTH = 255;

/** With quotation marks. https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#TXTFormat */
export const TEXT_LENGTH = 4000;

/**
 * A text as the value of a TXT record: strings of at most 255 bytes in quotation marks. Readers of the record join them. A
 * byte that is not printable ASCII is written as `\` and three octal digits, and counts as four, not as one. AWS does not say
 * which of the two Route 53 counts; with four, the string is never too long.
 *
 * CDK's `TxtRecord` splits by characters, of which one can have four bytes, and does not escape them.
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
