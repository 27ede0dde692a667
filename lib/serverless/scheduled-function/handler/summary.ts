import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { itemSize, type Item } from './item-size';
import { newer } from './newest';

/** Counts of a set of items. */
export interface Counts {
  readonly items: number;
  readonly bytes: number;
  /** The newest value of the attribute that tells an item's age. Null when no item has one. */
  readonly newest: string | null;
}

export interface Group extends Counts {
  readonly group: string;
}

export interface SummaryOptions {
  /** Attribute that names an item's group. */
  readonly groupBy: string;
  /** Attribute that tells an item's age: ISO 8601 dates, or numbers. */
  readonly newestBy: string;
}

const NONE: Counts = { items: 0, bytes: 0, newest: null };
/** Group of the items without that attribute. */
const WITHOUT = '(none)';
/** Group of all values beyond the first thousand. It bounds the memory. */
const FURTHER = '(other)';
const MAX_GROUPS = 1000;

/** Counts items by group. Its memory does not grow with the number of items. */
export class Summary {
  private readonly counts = new Map<string, Counts>();

  /** @param groups groups that an earlier attempt has counted */
  constructor(
    private readonly options: SummaryOptions,
    groups: readonly Group[] = [],
  ) {
    for (const { group, items, bytes, newest } of groups) this.counts.set(group, { items, bytes, newest });
  }

  add(item: Item): void {
    const value = text(item[this.options.groupBy]) ?? WITHOUT;
    const group = this.counts.has(value) || this.counts.size < MAX_GROUPS ? value : FURTHER;
    const one = { items: 1, bytes: itemSize(item), newest: text(item[this.options.newestBy]) ?? null };
    this.counts.set(group, plus(this.counts.get(group) ?? NONE, one));
  }

  /** Sorted by name: the same items give the same report. */
  get groups(): Group[] {
    return [...this.counts]
      .map(([group, counts]) => ({ group, ...counts }))
      .sort((a, b) => (a.group < b.group ? -1 : 1));
  }

  get total(): Counts {
    return [...this.counts.values()].reduce(plus, NONE);
  }
}

function plus(a: Counts, b: Counts): Counts {
  return { items: a.items + b.items, bytes: a.bytes + b.bytes, newest: newer(a.newest, b.newest) };
}

const text = (value: AttributeValue | undefined): string | undefined =>
  value?.S ?? value?.N ?? value?.BOOL?.toString();

/** The groups as CSV by RFC 4180, with a header. */
export function toCsv(groups: readonly Group[]): string {
  const rows = groups.map(({ group, items, bytes, newest }) => [group, items, bytes, newest ?? '']);
  return [['group', 'items', 'bytes', 'newest'], ...rows]
    .map((row) => `${row.map(quote).join(',')}\r\n`)
    .join('');
}

function quote(value: string | number): string {
  const text = isFormula(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Whether a spreadsheet would run a cell as a formula. Attribute values may come from strangers, so such a cell gets an
 * apostrophe in front. https://owasp.org/www-community/attacks/CSV_Injection
 */
function isFormula(value: string | number): boolean {
  return typeof value === 'string' && /^[=+\-@\t\r]/.test(value) && !/^[+-]?\d+(\.\d+)?$/.test(value);
}
