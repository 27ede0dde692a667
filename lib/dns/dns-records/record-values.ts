import { Token } from 'aws-cdk-lib';
import { isIpv4, isIpv6 } from '../../shared/ip-address';
import { checkMailPolicies } from './mail-policies';
import { TEXT_LENGTH, textValue } from './text';
import { refusal, VALUE_TYPES, type NamedRecord, type ValueRecord, type ValueType } from './zone-record';

const HOST = /^(?=.{2,254}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+$/i;
const isHost = (text: string | undefined) => text !== undefined && HOST.test(text);
const isUint16 = (text: string | undefined) =>
  text !== undefined && /^\d{1,5}$/.test(text) && Number(text) <= 65_535;

/** https://www.iana.org/assignments/pkix-parameters */
const CAA_TAGS = ['issue', 'issuewild', 'issuemail', 'issuevmc', 'iodef', 'contactemail', 'contactphone'];
const CAA = /^(0|128) ([a-z0-9]+) "([^"\\]*)"$/i;
const NAPTR = /^(\d+) (\d+) "([a-z0-9]*)" "([^"]*)" "((?:[^"\\]|\\.)*)" (\S+)$/i;

/** Expected form of a value of each type, and its check. */
const FORMS: Readonly<Record<Exclude<ValueType, 'TXT'>, readonly [string, (value: string) => boolean]>> = {
  A: ['an IPv4 address such as 203.0.113.10', isIpv4],
  AAAA: ['an IPv6 address such as 2001:db8::10', isIpv6],
  CAA: [`flags 0 or 128, a tag of ${CAA_TAGS.join(', ')}, and a value: 0 issue "amazon.com"`, isCaa],
  CNAME: ['a full name with a dot at the end: www.example.org.', isHost],
  MX: ['a priority and a mail server, with a dot at the end: 10 mail.example.org.', isMx],
  NAPTR: [
    'order, preference, "flags", "service", and either a "regexp" with each backslash twice or a replacement: 100 10 "S" "SIP+D2T" "" _sip._tcp.example.org.',
    isNaptr,
  ],
  NS: ['a name server with a dot at the end: ns1.example.net.', isHost],
  PTR: ['a full name with a dot at the end: www.example.org.', isHost],
  SRV: ['priority, weight, port and host, with a dot at the end: 10 60 5060 sip.example.org.', isSrv],
};

/** The values of a record in Route 53's notation. Throws `InvalidValue` for the first value that Route 53 would refuse. */
export function recordValues({ key, record }: NamedRecord & { readonly record: ValueRecord }): string[] {
  const { type, values } = record;
  if (!VALUE_TYPES.includes(type)) throw refusal(record, type, `a type of ${VALUE_TYPES.join(', ')}`);
  // Tokens, such as the name servers of a new zone, are known only at deployment.
  if (Token.isUnresolved(values)) return [...values];
  if (values.length === 0) throw refusal(record, values, 'at least one value');
  // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
  if (values.length > 400) throw refusal(record, values.length, 'at most 400 values');

  const texts = values.map((value) => (type === 'TXT' ? value : value.trim().replace(/\s+/g, ' ')));
  const repeated = texts.find((text, index) => texts.indexOf(text) < index);
  if (repeated !== undefined) throw refusal(record, repeated, 'each value once');
  const known = texts.filter((text) => !Token.isUnresolved(text));
  if (type === 'TXT') {
    checkMailPolicies(key, record, known);
    return texts.map((text) => quoted(record, text));
  }

  const [form, isWellFormed] = FORMS[type];
  for (const text of known) if (!isWellFormed(text)) throw refusal(record, text, form);
  if (type === 'CNAME' && texts.length > 1) throw refusal(record, texts, 'one value: a CNAME has one target');
  if (type === 'MX' && texts.length > 1 && texts.includes('0 .')) {
    throw refusal(record, '0 .', 'no other value: it means that the name accepts no mail');
  }
  if (type === 'SRV' && !/^_[a-z0-9-]+\._[a-z0-9-]+(\.|$)/.test(key)) {
    throw refusal(record, record.name, 'a service and a protocol: _sip._tcp');
  }
  return texts;
}

function quoted(record: ValueRecord, text: string): string {
  if (Token.isUnresolved(text)) return `"${text}"`;
  if (/^\s*".*"\s*$/s.test(text)) {
    throw refusal(
      record,
      text,
      'the text without quotation marks: the construct adds them and splits long texts',
    );
  }
  const value = textValue(text);
  if (value.length > TEXT_LENGTH) {
    throw refusal(record, `${text.slice(0, 20)}…`, `at most ${TEXT_LENGTH} characters, got ${value.length}`);
  }
  return value;
}

function isMx(value: string): boolean {
  const [priority, host, ...rest] = value.split(' ');
  // RFC 7505: the name accepts no mail.
  return value === '0 .' || (isUint16(priority) && isHost(host) && rest.length === 0);
}

function isSrv(value: string): boolean {
  const [priority, weight, port, host, ...rest] = value.split(' ');
  // RFC 2782: a dot means that the service does not exist.
  return [priority, weight, port].every(isUint16) && (host === '.' || isHost(host)) && rest.length === 0;
}

function isCaa(value: string): boolean {
  const [, , tag = '', parameter = ''] = CAA.exec(value) ?? [];
  if (!CAA_TAGS.includes(tag)) return false;
  if (tag === 'iodef') return /^(mailto:\S+@\S+|https?:\/\/\S+)$/.test(parameter);
  return !tag.startsWith('issue') || /^[a-z0-9.-]*\s*(;.*)?$/.test(parameter);
}

function isNaptr(value: string): boolean {
  const [, order, preference, , , regexp = '', replacement = ''] = NAPTR.exec(value) ?? [];
  if (!isUint16(order) || !isUint16(preference)) return false;
  // RFC 3403, section 4.1: either a regular expression or a replacement.
  if (regexp === '') return isHost(replacement);
  const delimiters = regexp.split(regexp.charAt(0)).length - 1;
  return replacement === '.' && delimiters === 3 && /^([^\\]|\\["\\]|\\[0-7]{3})*$/.test(regexp);
}
