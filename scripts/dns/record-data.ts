import { isIPv4, isIPv6 } from 'node:net';
import { canonicalName, nameProblem } from '../../lib/assertions/dns/names';

/** A name in the wire library's form. Throws for one that it cannot carry. */
export function wireName(name: string): string {
  const canonical = canonicalName(name);
  if (canonical === '') return '.';
  const problem =
    nameProblem(canonical) ?? (/[^!-~]|\\/.test(canonical) ? 'it has odd characters' : undefined);
  if (problem !== undefined) throw new Error(`name ${name}: ${problem}`);
  // The case is the asker's, whose resolver may compare it (0x20).
  return name.includes('\\') ? canonical : name.replace(/\.$/, '');
}

/**
 * One value of a record, from the text that Route 53 takes to the wire library's form. Throws for what does not fit.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
 */
export function recordData(type: string, value: string): unknown {
  const fields = fieldsOf(value);
  const text = (index: number) => fields[index]?.toString() ?? missing(type, value);
  const name = (index: number) => wireName(text(index));
  const number = (index: number, bits = 16) => {
    const parsed = /^\d+$/.test(text(index)) ? Number(text(index)) : NaN;
    return parsed < 2 ** bits ? parsed : missing(type, value);
  };
  const hex = (index: number) =>
    /^([0-9a-f]{2})+$/i.test(text(index)) ? Buffer.from(text(index), 'hex') : missing(type, value);
  switch (type) {
    case 'A':
      return isIPv4(text(0)) ? text(0) : missing(type, value);
    case 'AAAA':
      return isIPv6(text(0)) ? text(0) : missing(type, value);
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return name(0);
    case 'TXT':
      return strings(fields);
    case 'SPF':
      // The wire library has no words for SPF, whose data are those of TXT.
      return Buffer.concat(strings(fields).flatMap((part) => [Buffer.of(part.length), part]));
    case 'MX':
      return { preference: number(0), exchange: name(1) };
    case 'SRV':
      return { priority: number(0), weight: number(1), port: number(2), target: name(3) };
    case 'CAA':
      return { flags: number(0, 8), tag: text(1), value: text(2) };
    case 'NAPTR':
      return {
        ...{ order: number(0), preference: number(1) },
        ...{ flags: text(2), services: text(3), regexp: text(4), replacement: name(5) },
      };
    case 'SOA': {
      const [serial, refresh, retry, expire, minimum] = [2, 3, 4, 5, 6].map((index) => number(index, 32));
      return { mname: name(0), rname: text(1), serial, refresh, retry, expire, minimum };
    }
    case 'DS':
      return { keyTag: number(0), algorithm: number(1, 8), digestType: number(2, 8), digest: hex(3) };
    case 'SSHFP':
      return { algorithm: number(0, 8), hash: number(1, 8), fingerprint: text(2) };
    case 'TLSA':
      return { usage: number(0, 8), selector: number(1, 8), matchingType: number(2, 8), certificate: hex(3) };
    default:
      throw new Error(`this server does not write ${type} records`);
  }
}

/** Words and quoted strings; in those, `\"` is a quote and `\101` an octal byte. */
function fieldsOf(value: string): readonly Buffer[] {
  return [...value.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, word]) =>
    quoted === undefined ? Buffer.from(word ?? '') : unescaped(quoted),
  );
}

function unescaped(text: string): Buffer {
  const parts = text.match(/\\[0-3][0-7]{2}|\\.|[^\\]+/g) ?? [];
  return Buffer.concat(
    parts.map((part) => {
      if (/^\\[0-3][0-7]{2}$/.test(part)) return Buffer.of(parseInt(part.slice(1), 8));
      return Buffer.from(part.replace(/^\\/, ''));
    }),
  );
}

function strings(fields: readonly Buffer[]): Buffer[] {
  if (fields.some(({ length }) => length > 255)) throw new Error('a string is longer than 255 bytes');
  return [...fields];
}

function missing(type: string, value: string): never {
  throw new Error(`${type} ${value}: not the value of such a record`);
}
