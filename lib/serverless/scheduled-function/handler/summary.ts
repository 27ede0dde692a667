import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { itemSize, type Item } from './item-size';

/** Counts over some of a table's items. */
export interface Counts {
  readonly items: number;
  readonly bytes: number;
  /** The highest value of the attribute that tells an item's age; null when no item has it. */
  readonly newest: string | null;
}

export interface Group extends Counts {
  readonly group: string;
}

export interface SummaryOptions {
  /** Attribute whose values make the groups. */
  readonly groupBy: string;
  /** Attribute that tells an item's age: ISO 8601 dates, or numbers. */
  readonly newestBy: string;
}

const NONE: Counts = { items: 0, bytes: 0, newest: null };
/** The group of the items that have no such attribute. */
const WITHOUT = '(none)';
/** The group of all further values, so that memory is bounded whatever the attribute is. */
const FURTHER = '(other)';
const MAX_GROUPS = 1000;

/** Counts items by group, in memory that does not grow with their number. */
export class Summary {
  private readonly counts = new Map<string, Counts>();

  /** Goes on from groups that were counted before. */
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

  /** Sorted by name, so that the same items make the same report. */
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

function newer(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  const isNumeric = Number.isFinite(Number(a)) && Number.isFinite(Number(b));
  return (isNumeric ? Number(a) >= Number(b) : a >= b) ? a : b;
}

const text = (value: AttributeValue | undefined): string | undefined =>
  value?.S ?? value?.N ?? value?.BOOL?.toString();

/** RFC 4180. */
export function toCsv(groups: readonly Group[]): string {
  const rows = groups.map(({ group, items, bytes, newest }) => [group, items, bytes, newest ?? '']);
  return [['group', 'items', 'bytes', 'newest'], ...rows]
    .map((row) => `${row.map(quote).join(',')}\r\n`)
    .join('');
}

function quote(value: string | number): string {
  return /[",\r\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
}
