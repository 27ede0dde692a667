import { encode, type Answer as WireRecord, type PacketOpt } from 'dns-packet';
import { RECORD_TYPES, type AnsweredRecord, type Answer, type Status } from '../../lib/assertions/dns';
import { canonicalName } from '../../lib/assertions/dns/names';
import { draw } from '../../lib/assertions/dns/random';
import { RCODES, readQuery, subnetOption, type Query, type Rcode, type Refused } from './query';
import { recordData, wireName } from './record-data';
import { NAME_SERVERS, SOA, addressFor, isKnown, nameFor, nameServersFor } from './stand-ins';

/** Where the answers come from. */
export interface Source {
  /** Whether this is a name that Route 53 would not refuse. */
  has(name: string): boolean;
  ask(name: string, type: string, subnet?: string): Answer;
  /** Whether answers depend on the subnet of the client. */
  readonly usesSubnet: boolean;
  /** As `Math.random`: the order of values. */
  readonly random: () => number;
}

export interface Response {
  readonly message: Buffer;
  /** What was asked for and answered, and what stands for what. */
  readonly log: readonly string[];
}

const [AUTHORITATIVE, TRUNCATED, RECURSION_DESIRED] = [0x400, 0x200, 0x100];
const EXTENDED_ERROR = 15;
/** RFC 8914: why there is no answer, and that an answer is made up. */
const [OTHER_ERROR, FORGED_ANSWER] = [0, 4];
/** Seconds. AWS sets it for an alias of its resources, and it is that of load balancers. */
const ALIAS_TTL = 60;

/** Answers one message, whatever it holds; undefined for one that must not be answered. */
export function respond(message: Buffer, transport: 'udp' | 'tcp', source: Source): Response | undefined {
  const query = readQuery(message);
  if (query === undefined) return undefined;
  if ('refused' in query) return { message: header(query), log: [query.refused] };
  const reply = new Reply(query, source);
  return { message: reply.within(transport === 'udp' ? query.maximum : 0xffff), log: reply.log };
}

function header({ id, flags, refused }: Refused): Buffer {
  return encode({ type: 'response', id, flags: flags | RCODES[refused] });
}

class Reply {
  readonly log: string[] = [];
  private rcode: Rcode = 'NOERROR';
  private answers: WireRecord[] = [];
  private authorities: WireRecord[] = [];
  private why?: string;
  private readonly standIns = new Set<string>();

  constructor(
    private readonly query: Query,
    private readonly source: Source,
  ) {
    try {
      if ((query.edns?.version ?? 0) > 0) this.rcode = 'BADVERS';
      else if (!this.isServed()) this.rcode = 'REFUSED';
      else if (query.type === 'ANY') this.any();
      else this.add(this.ask(query.type));
    } catch (error) {
      this.fail(error);
    }
    if (this.log.length === 0) this.log.push(`${query.name} ${query.type}: ${this.rcode}`);
    this.log.push(...this.standIns);
  }

  /** The message, cut to a number of bytes: then the client is told to ask again by TCP. */
  within(maximum: number): Buffer {
    try {
      const whole = this.encode(this.answers, this.authorities);
      return whole.length <= maximum ? whole : this.encode([], [], TRUNCATED);
    } catch (error) {
      // Values that are none of their type, which CloudFormation would have refused.
      this.fail(error);
      return this.within(maximum);
    }
  }

  private fail(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    Object.assign(this, { rcode: 'SERVFAIL', answers: [], authorities: [], why });
    this.log.push(why);
  }

  private isServed(): boolean {
    const { name, type, class: klass } = this.query;
    // A name server gives its whole zone (AXFR, IXFR) to its secondaries only.
    const isTransfer = ['TYPE251', 'TYPE252'].includes(type);
    return ['IN', 'ANY'].includes(klass) && !isTransfer && name !== '' && this.source.has(name);
  }

  private ask(type: string): Answer {
    return this.source.ask(this.query.name, type, this.query.edns?.subnet?.block);
  }

  /** Every record set of the name, each chosen as if it had been asked for. */
  private any(): void {
    const all = RECORD_TYPES.map((type) => this.ask(type));
    const own = all.filter(
      ({ status, records, query }) => status === 'NOERROR' && records[0]?.type === query.type,
    );
    for (const answer of own.length > 0 ? own : all.slice(0, 1)) this.add(answer);
  }

  private add(answer: Answer): void {
    this.log.push(String(answer));
    const { status, records, reasons, zone } = answer;
    if (status === 'unknown' || status === 'SERVFAIL') throw new Error(reasons.at(-1));
    this.rcode = rcodeOf(status);
    const wire = records.flatMap((record) => this.wire(record));
    // The values of the last name, after the CNAMEs that lead to it, come in any order.
    const last = wire.at(-1);
    const ends = wire.findIndex(({ name, type }) => name === last?.name && type === last.type);
    this.answers.push(...wire.slice(0, ends), ...draw(wire.slice(ends), wire.length, this.source.random));
    if (status !== 'NOERROR' && zone !== undefined) this.authorities.push(this.startOfAuthority(zone));
  }

  /** What resolvers keep a negative answer by: at most for the SOA record's TTL and its last number (RFC 2308). */
  private startOfAuthority(zone: string): WireRecord {
    const [soa] = this.source.ask(zone, 'SOA').records.flatMap((record) => this.wire(record));
    if (soa?.type !== 'SOA') throw new Error(`${zone} has no SOA record`);
    return { ...soa, ttl: Math.min(soa.ttl ?? 0, soa.data.minimum ?? 0) };
  }

  private wire(record: AnsweredRecord): WireRecord[] {
    const { type, ttl = ALIAS_TTL } = record;
    const sameName = record.name === canonicalName(this.query.name);
    const name = wireName(sameName ? this.query.name : record.name);
    return this.values(record).map(
      (value) => ({ name, type, ttl, data: recordData(type, value) }) as WireRecord,
    );
  }

  private values({ type, values, aliasTarget }: AnsweredRecord): readonly string[] {
    const isAddress = type === 'A' || type === 'AAAA';
    if (aliasTarget !== undefined) {
      if (!isAddress) throw new Error(`what ${aliasTarget} has as ${type} is known only once deployed`);
      return [this.standIn(addressFor(aliasTarget, type), aliasTarget)];
    }
    if (values.length === 0) return type === 'SOA' ? [SOA] : NAME_SERVERS;
    return values.flatMap((value) => {
      if (isKnown(value) || type === 'TXT') return [value];
      const servers = type === 'NS' ? nameServersFor(value) : undefined;
      return servers ?? [this.standIn(isAddress ? addressFor(value, type) : nameFor(value), value)];
    });
  }

  private standIn(value: string, target: string): string {
    this.standIns.add(`${value} stands for ${target}`);
    return value;
  }

  private encode(answers: readonly WireRecord[], authorities: readonly WireRecord[], flags = 0): Buffer {
    const { id, recursionDesired, question, edns } = this.query;
    const code = RCODES[this.rcode];
    const authoritative = this.rcode === 'NOERROR' || this.rcode === 'NXDOMAIN' ? AUTHORITATIVE : 0;
    const message = encode({
      type: 'response',
      id,
      flags: flags | authoritative | (recursionDesired ? RECURSION_DESIRED : 0) | (code & 0xf),
      answers: [...answers],
      authorities: [...authorities],
      additionals: edns && [
        {
          ...{ type: 'OPT', name: '.', udpPayloadSize: 4096, ednsVersion: 0, extendedRcode: code >> 4 },
          ...{ flags: 0, flag_do: false, options: this.options(flags === TRUNCATED) },
        },
      ],
    });
    message.writeUInt16BE(1, 4);
    return Buffer.concat([message.subarray(0, 12), question, message.subarray(12)]);
  }

  private options(brief: boolean): PacketOpt[] {
    const subnet = this.query.edns?.subnet;
    const options: { code: number; data: Buffer }[] = [];
    if (subnet) {
      options.push({ code: 8, data: subnetOption(subnet, this.source.usesSubnet ? subnet.prefix : 0) });
    }
    const text = this.why ?? [...this.standIns].join(', ');
    if (text !== '' && !brief) {
      const code = this.why === undefined ? FORGED_ANSWER : OTHER_ERROR;
      options.push({ code: EXTENDED_ERROR, data: Buffer.concat([Buffer.of(0, code), Buffer.from(text)]) });
    }
    return options as PacketOpt[];
  }
}

const rcodeOf = (status: Status): Rcode => (status === 'NXDOMAIN' ? 'NXDOMAIN' : 'NOERROR');
