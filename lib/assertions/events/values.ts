import { BlockList, isIP } from 'node:net';
import { decided, NO, unknown, YES, type Verdict } from '../iam/verdict';
import { Templates, type Json } from '../templates';

/** What a field of an event can have as its value. Arrays and objects are flattened before. */
export type Scalar = string | number | boolean | null;

/** Why a text is known only after deployment; undefined for a text that is known. */
export function openText(value: Scalar): string | undefined {
  if (typeof value !== 'string' || !value.includes('⟨')) return undefined;
  return Templates.unknown(value) ?? `${value.replace(/[⟨⟩]/g, '')} is known only once deployed`;
}

/** Whether two values are equal. Undecided where the template leaves one of them open. */
export function equal(expected: Scalar, got: Scalar, precision: number): Verdict {
  if (typeof expected === 'number' && typeof got === 'number') return equalNumbers(expected, got, precision);
  if (typeof expected !== 'string' || typeof got !== 'string') return decided(expected === got);
  const open = openText(expected) ?? openText(got);
  if (open === undefined) return expected === got ? YES : equalAddresses(expected, got);
  // The same reference on both sides has the same value, whatever that is.
  if (expected === got && !expected.includes('⟨?')) return YES;
  return couldBe(expected, got) ? unknown(open) : NO;
}

/** Event Ruler compares addresses where AWS's documentation says "exact character-by-character matching". */
function equalAddresses(expected: string, got: string): Verdict {
  const [family, other] = [isIP(expected), isIP(got)];
  if (family === 0 || family !== other) return NO;
  return inBlock(got, expected, family === 4 ? 32 : 128)
    ? unknown(`${expected} and ${got} are one address: AWS does not document whether they are equal`)
    : NO;
}

function equalNumbers(expected: number, got: number, precision: number): Verdict {
  if (expected === got) return YES;
  return Math.abs(expected - got) < precision
    ? unknown(`${expected} and ${got} differ by less than the precision that AWS documents`)
    : NO;
}

/** Whether two texts can be equal, of which one or both have parts that are known only once deployed. */
function couldBe(one: string, other: string): boolean {
  if (!one.includes('⟨')) return couldBe(other, one);
  const [head = '', tail = ''] = [one.split('⟨')[0], one.split('⟩').at(-1)];
  if (other.includes('⟨')) {
    const otherHead = other.split('⟨')[0] ?? '';
    return head.startsWith(otherHead) || otherHead.startsWith(head);
  }
  return other.length >= head.length + tail.length && other.startsWith(head) && other.endsWith(tail);
}

/** Whether an address lies in a block of the same family. */
export function inBlock(address: string, network: string, bits: number): boolean {
  const family = isIP(network) === 4 ? 'ipv4' : 'ipv6';
  if (isIP(address) !== isIP(network)) return false;
  const block = new BlockList();
  block.addSubnet(network, bits, family);
  return block.check(address, family);
}

/** The value as JSON; what is not JSON becomes an error that names it. */
export function parseJson(what: string, text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new Error(`${what}: got ${JSON.stringify(text.slice(0, 60))}, expected JSON`);
  }
}
