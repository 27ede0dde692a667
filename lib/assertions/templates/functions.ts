import type { Json } from './model';

/** The symbol for a value that cannot be resolved. */
export const unknown = (why: string): string => `⟨?${why.replace(/[⟨⟩]/g, '')}⟩`;

/** Whether any part of a value could not be resolved. */
export const isUnknown = (value: Json | undefined): boolean =>
  typeof value === 'string' && value.includes('⟨?');

export const isRecord = (value: unknown): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const text = (value: Json | undefined): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);

/** A string that is exactly one reference. */
const REFERENCE = /^⟨[^?⟨⟩][^⟨⟩]*⟩$/;

/** `Fn::Join` of resolved arguments. Keeps the known parts beside unknown ones. */
export function join(separator: string, items: Json): Json {
  if (Array.isArray(items)) return items.map(text).join(separator);
  return isUnknown(items) ? items : unknown(`Fn::Join of ${text(items)}, which is no list`);
}

/** `Fn::Split` of resolved arguments. */
export function split(separator: string, value: Json): Json {
  if (typeof value !== 'string') return unknown(`Fn::Split of ${text(value)}`);
  const outsideSymbols = new RegExp(`${separator.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?![^⟨]*⟩)`);
  const parts = value.split(outsideSymbols);
  // Generated names, ids and ARNs may contain these separators, but no comma and no bar. Regions and accounts have no slash
  // and no colon, and a group of a UUID has neither and no hyphen.
  const mayContain = !/^[\w:/.-]*$/.test(separator)
    ? /⟨\?/
    : /^[:/]$/.test(separator)
      ? /⟨(?!AWS::Region⟩|AWS::AccountId⟩|UUID\d)/
      : separator === '-'
        ? /⟨(?!UUID\d)/
        : /⟨/;
  const first = parts.findIndex((part) => mayContain.test(part));
  // From there on, the number of elements depends on an unknown value.
  return parts.map((part, i) => (first === -1 || i < first ? part : unknown(`Fn::Split of ${value}`)));
}

/** `Fn::Select` of resolved arguments. */
export function select(index: Json, list: Json): Json {
  const position = Number(index);
  if (Array.isArray(list)) return list[position] ?? unknown(`Fn::Select ${text(index)} of ${list.length}`);
  if (isUnknown(list)) return list;
  // A list that is known only after deployment: keep the index.
  return typeof list === 'string' && REFERENCE.test(list)
    ? `${list.slice(0, -1)}[${position}]⟩`
    : unknown(`Fn::Select of ${text(list)}, which is no list`);
}

/** `Fn::Cidr` of resolved arguments. */
export function cidr(block: Json, count: Json, bits: Json): Json {
  const [many, hostBits] = [Number(count), Number(bits)];
  if (!Number.isInteger(many) || !Number.isInteger(hostBits)) {
    return unknown(`Fn::Cidr of ${text(block)}, ${text(count)}, ${text(bits)}`);
  }
  const ipv4 = typeof block === 'string' ? /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(block) : null;
  if (ipv4) {
    const [a, b, c, d, prefix] = ipv4.slice(1).map(Number) as [number, number, number, number, number];
    if (many * 2 ** hostBits > 2 ** (32 - prefix)) {
      return unknown(`Fn::Cidr: ${many} blocks of ${hostBits} bits do not fit into ${text(block)}`);
    }
    const base = ((a * 256 + b) * 256 + c) * 256 + d;
    return Array.from({ length: many }, (_, i) => {
      const address = base + i * 2 ** hostBits;
      return `${[24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')}/${32 - hostBits}`;
    });
  }
  if (typeof block !== 'string' || !REFERENCE.test(block)) return unknown(`Fn::Cidr of ${text(block)}`);
  // A block that AWS assigns during deployment: keep the index.
  const length = (/ipv6/i.test(block) ? 128 : 32) - hostBits;
  return Array.from({ length: many }, (_, i) => `${block.slice(0, -1)}#${i}/${length}⟩`);
}
