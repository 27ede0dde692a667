import type { AnsweredRecord, DnsQuery, Outcome, Status } from './model';

/** The answer to a query, with its reasons. */
export class Answer {
  readonly status: Status;
  readonly records: readonly AnsweredRecord[];
  /** The steps of Route 53. For `unknown`, the last one says what is missing. */
  readonly reasons: readonly string[];
  /** Probability of this answer, from 0 to 1. */
  readonly probability: number;
  /** Name of the last zone. Its SOA record is part of a negative answer. */
  readonly zone?: string;
  /** Multivalue answer routing: at most this many of the last `of` records are in the answer, at random. */
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

  /** The answer in the order of `dig`, then the reasons. */
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
