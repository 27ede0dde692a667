import type { Templates } from '../templates';
import { Answer } from './answer';
import { Evaluation } from './evaluation';
import { RECORD_TYPES, type DnsOptions, type DnsQuery, type Outcome, type Zone } from './model';
import { canonicalName, nameProblem } from './names';
import { draw, seeded } from './random';
import { checkClient } from './routing';
import { pathOf } from './scenario';
import { findZone } from './zone-choice';
import { readZones, together } from './zones';

/**
 * Answers DNS queries as Route 53 would, from the zones, records and health checks in templates.
 * Private zones answer only their VPCs. Public zones are assumed to be delegated to by their parent.
 */
export class Dns {
  /** @param options latencies and locations, which templates do not have */
  static of(templates: Templates, options: DnsOptions = {}): Dns {
    return new Dns(templates, options);
  }

  /** The hosted zones of the templates, and other zones to which the templates add records. */
  readonly zones: readonly Zone[];

  private constructor(
    private readonly templates: Templates,
    private readonly options: DnsOptions,
  ) {
    const zones = readZones(templates);
    this.zones = options.sameName === 'together' ? together(zones) : zones;
  }

  /** Whether the name is in a public zone, or in a private zone of the VPC. Route 53 refuses queries for other names. */
  has(name: string, vpc?: DnsQuery['vpc']): boolean {
    const zone = findZone(this.zones, canonicalName(name), this.templates, vpc && pathOf(vpc));
    return !('status' in zone && zone.status === 'none');
  }

  /**
   * One answer. `query.random` chooses among several possible ones.
   * Throws for a name in no zone (the message lists the zones) and for an invalid query.
   */
  query(query: DnsQuery): Answer {
    const random = query.random ?? seeded(1);
    return new Answer(query, drawn(pick(this.outcomes(query), random), random));
  }

  /** All possible answers, with their probabilities. Throws like `query`. */
  answers(query: DnsQuery): readonly Answer[] {
    return this.outcomes(query).map((outcome) => new Answer(query, outcome));
  }

  /**
   * The probability of each record, from 0 to 1, by set identifier or else by construct path. Answers without a record
   * count under their status. A multivalue answer has several records, so that the sum may exceed 1.
   * Throws like `query`.
   */
  probabilities(query: DnsQuery): Readonly<Record<string, number>> {
    const totals: Record<string, number> = {};
    for (const outcome of this.outcomes(query)) {
      const { count, of } = outcome.atMost ?? { count: 1, of: 1 };
      for (const key of keys(outcome)) {
        totals[key] = (totals[key] ?? 0) + outcome.probability * Math.min(1, count / of);
      }
    }
    return totals;
  }

  /** The number of answers with each record, in a number of seeded queries. Keys as in `probabilities`. */
  shares(
    query: DnsQuery,
    { queries, seed = 1 }: { readonly queries: number; readonly seed?: number },
  ): Readonly<Record<string, number>> {
    if (!Number.isInteger(queries) || queries < 1)
      throw new Error(`queries ${queries}: expected a positive integer`);
    const outcomes = this.outcomes(query);
    const random = seeded(seed);
    const counts: Record<string, number> = Object.fromEntries(outcomes.flatMap(keys).map((key) => [key, 0]));
    for (let asked = 0; asked < queries; asked++) {
      for (const key of keys(drawn(pick(outcomes, random), random))) counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
  }

  private outcomes(query: DnsQuery): readonly Outcome[] {
    const { name, type = 'A', vpc } = query;
    const problem = nameProblem(name);
    if (problem !== undefined) throw new Error(`name ${JSON.stringify(name)}: ${problem}`);
    if (!RECORD_TYPES.some((known) => known === type) && !/^TYPE\d+$/.test(type)) {
      throw new Error(`type ${type}: expected one of ${RECORD_TYPES.join(', ')}`);
    }
    checkClient(query.from ?? {}, this.options);
    const [unexpanded] = this.templates.unexpanded;
    if (unexpanded !== undefined) {
      const reasons = [`${unexpanded}: it creates resources that are not in the templates`];
      return [{ probability: 1, status: 'unknown', records: [], reasons }];
    }
    if (!this.has(name, vpc)) {
      const hidden = vpc === undefined ? ' Private zones are seen only from their VPCs.' : '';
      throw new Error(`${name}: in no zone. ${this.zonesSeen()}${hidden}`);
    }
    return new Evaluation(this.templates, this.zones, this.options, query).outcomes();
  }

  private zonesSeen(): string {
    const zones = this.zones.map(
      ({ name, id, vpcs }) => `${name ?? 'name not known'} (${vpcs ? 'private' : 'public'}, ${id})`,
    );
    return zones.length === 0 ? 'The templates have no hosted zones.' : `The zones are: ${zones.join(', ')}.`;
  }
}

/** The keys under which an outcome counts: one for a chain of CNAMEs, several for a multivalue answer. */
function keys({ records, status, atMost }: Outcome): readonly string[] {
  const last = records.at(-1);
  if (status !== 'NOERROR' || !last) return [status];
  if (atMost)
    return records.slice(-atMost.of).map(({ setIdentifier, resource }) => setIdentifier ?? resource);
  const identifiers = records.flatMap(({ setIdentifier }) => setIdentifier ?? []);
  return [identifiers.length > 0 ? identifiers.join('/') : last.resource];
}

function pick(outcomes: readonly Outcome[], random: () => number): Outcome {
  let remaining = random();
  for (const outcome of outcomes) {
    remaining -= outcome.probability;
    if (remaining < 0) return outcome;
  }
  // By rounding, the probabilities may sum to a little less than 1.
  const last = outcomes.at(-1);
  if (!last) throw new Error('a query has at least one outcome');
  return last;
}

function drawn(outcome: Outcome, random: () => number): Outcome {
  if (!outcome.atMost) return outcome;
  const { count, of } = outcome.atMost;
  const records = [...outcome.records.slice(0, -of), ...draw(outcome.records.slice(-of), count, random)];
  return { ...outcome, records, atMost: { count, of: records.length } };
}
