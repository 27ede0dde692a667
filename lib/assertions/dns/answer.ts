import type { AnsweredRecord, DnsQuery, Outcome, Status } from './model';

/** What a query was answered with, and why. */
export class Answer {
  readonly status: Status;
  readonly records: readonly AnsweredRecord[];
  /** How Route 53 came to it, step by step; for `unknown`, the last one says what is missing. */
  readonly reasons: readonly string[];
  /** Of this answer among all that the query can have, from 0 to 1. */
  readonly probability: number;
  /** Name of the zone that was asked last, whose SOA record goes with a negative answer. */
  readonly zone?: string;
  /** At most this many of the last `of` records are answered, at random (multivalue answer routing). */
  readonly atMost?: Outcome['atMost'];

  constructor(
    readonly query: DnsQuery,
    outcome: Outcome,
  ) {
    this.status = outcome.status;
    this.records = outcome.records;
    this.reasons = outcome.reasons;
    this.probability = outcome.probability;
    this.zone = outcome.zone;
    this.atMost = outcome.atMost;
  }

  /** The answer in a few lines, as `dig` would order it, and the reasoning below. */
  toString(): string {
    const { name, type = 'A' } = this.query;
    const often = this.probability < 1 ? `, in ${Math.round(this.probability * 1000) / 10} % of queries` : '';
    const lines = [
      `${name} ${type}: ${this.status}${often}`,
      ...this.records.map((record) => `  ${line(record)}`),
    ];
    return [...lines, ...this.reasons.map((reason) => `  - ${reason}`)].join('\n');
  }
}

function line({ name, type, ttl, values, aliasTarget, setIdentifier }: AnsweredRecord): string {
  const data =
    aliasTarget === undefined ? values.join(', ') || '(assigned by Route 53)' : `alias of ${aliasTarget}`;
  const set = setIdentifier === undefined ? '' : ` [${setIdentifier}]`;
  return [name, ttl, type, data].filter((part) => part !== undefined).join(' ') + set;
}
