import { decode, type OptAnswer } from 'dns-packet';
import { RECORD_TYPES } from '../../lib/assertions/dns';

export const RCODES = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  BADVERS: 16,
};
export type Rcode = keyof typeof RCODES;

const CLIENT_SUBNET = 8;
/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSBehavior.html */
const MAXIMUM_WITHOUT_EDNS = 512;
const MAXIMUM_WITH_EDNS = 4096;

/** What one message asks. */
export interface Query {
  readonly id: number;
  readonly recursionDesired: boolean;
  /** As it was sent, to be sent back byte by byte. */
  readonly question: Buffer;
  /** Lowercase or not, as it was sent; characters that a host name does not have are octal escapes. */
  readonly name: string;
  /** One that Route 53 has, `ANY`, or `TYPE` and the number. */
  readonly type: string;
  readonly class: string;
  /** The most bytes that a response by UDP may have. */
  readonly maximum: number;
  /** EDNS0 (RFC 6891), if the message has it. */
  readonly edns?: { readonly version: number; readonly subnet?: Subnet };
}

/** The part of the client's address that its resolver tells (RFC 7871). */
export interface Subnet {
  readonly family: number;
  readonly prefix: number;
  /** The bytes of the prefix, the rest of the last one 0. */
  readonly bytes: Buffer;
  /** `203.0.113.0/24`; undefined when the resolver tells nothing of the address. */
  readonly block?: string;
}

/** A message that gets an error code and no answer. */
export interface Refused {
  readonly id: number;
  /** The flags of the message that its response repeats. */
  readonly flags: number;
  readonly refused: Rcode;
}

const OPCODE = 0x7800;
/** A response has the opcode and the RD flag of its query (RFC 1035, section 4.1.1). */
const COPIED_FLAGS = OPCODE | 0x100;

/** Reads a message, or says why not; undefined for what must not be answered at all. */
export function readQuery(message: Buffer): Query | Refused | undefined {
  // To answer an answer might start a loop between two servers.
  if (message.length < 12 || (message.readUInt8(2) & 0x80) !== 0) return undefined;
  const id = message.readUInt16BE(0);
  const flags = message.readUInt16BE(2) & COPIED_FLAGS;
  if ((flags & OPCODE) !== 0) return { id, flags, refused: 'NOTIMP' };
  try {
    return parse(id, message);
  } catch {
    return { id, flags, refused: 'FORMERR' };
  }
}

function parse(id: number, message: Buffer): Query {
  const packet = decode(message);
  const [question, ...others] = packet.questions ?? [];
  // RFC 9619: a query has one question.
  if (question === undefined || others.length > 0) throw new Error('not one question');
  const { name, end } = questionName(message);
  const opts = (packet.additionals ?? []).filter((record): record is OptAnswer => record.type === 'OPT');
  const [opt] = opts;
  if (opts.length > 1 || (opt && opt.name !== '.')) throw new Error('not one OPT record');
  const size = opt?.udpPayloadSize ?? 0;
  return {
    id,
    recursionDesired: (packet.flags ?? 0) % 0x200 >= 0x100,
    question: message.subarray(12, end + 4),
    name,
    type: typeOf(question.type, message.readUInt16BE(end)),
    class: question.class ?? 'IN',
    maximum: opt ? Math.min(Math.max(size, MAXIMUM_WITHOUT_EDNS), MAXIMUM_WITH_EDNS) : MAXIMUM_WITHOUT_EDNS,
    edns: opt && { version: opt.ednsVersion, subnet: subnetOf(opt) },
  };
}

/** The wire library has no words for the newer types. */
function typeOf(word: string, number: number): string {
  const known = { 64: 'SVCB', 65: 'HTTPS' }[number] ?? word;
  return [...RECORD_TYPES, 'ANY'].some((type) => type === known) ? known : `TYPE${number}`;
}

/** The wire library takes every byte for UTF-8 and every dot for the end of a label. */
function questionName(message: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let offset = 12;
  for (let length = message.readUInt8(offset); length > 0; length = message.readUInt8(offset)) {
    if (length > 63) throw new Error('a question has nothing to point back to');
    const bytes = message.subarray(offset + 1, offset + 1 + length);
    labels.push(
      bytes
        .toString('latin1')
        .replace(/[^\w*-]/g, (odd) => `\\${odd.charCodeAt(0).toString(8).padStart(3, '0')}`),
    );
    offset += 1 + length;
  }
  return { name: labels.join('.'), end: offset + 1 };
}

/** Throws for an option that RFC 7871 (section 6) has a FORMERR for. */
function subnetOf(opt: OptAnswer): Subnet | undefined {
  const data = opt.options.find(({ code }) => code === CLIENT_SUBNET)?.data;
  if (data === undefined) return undefined;
  const [family, prefix, scope, bytes] = [
    data.readUInt16BE(0),
    data.readUInt8(2),
    data.readUInt8(3),
    data.subarray(4),
  ];
  const width = { 0: 0, 1: 32, 2: 128 }[family];
  const spare = (8 - (prefix % 8)) % 8;
  if (
    width === undefined ||
    prefix > width ||
    scope !== 0 ||
    bytes.length !== Math.ceil(prefix / 8) ||
    (bytes.at(-1) ?? 0) % 2 ** spare !== 0
  ) {
    throw new Error('a client subnet that is none');
  }
  return { family, prefix, bytes, ...(prefix > 0 && { block: `${address(family, bytes)}/${prefix}` }) };
}

function address(family: number, bytes: Buffer): string {
  const whole = Buffer.alloc(family === 1 ? 4 : 16);
  bytes.copy(whole);
  if (family === 1) return [...whole].join('.');
  return Array.from({ length: 8 }, (_, group) => whole.readUInt16BE(group * 2).toString(16)).join(':');
}

/** The option of a response: for which part of the address it holds (RFC 7871, section 7.2.1). */
export const subnetOption = ({ family, prefix, bytes }: Subnet, scope: number): Buffer =>
  Buffer.concat([Buffer.of(0, family, prefix, scope), bytes]);
