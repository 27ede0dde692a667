import { Templates } from '../templates';
import { HealthModel, aliasGroup, aliasResource, mentioning, type Health } from './health';
import { lookUp, type Found } from './lookup';
import type { Alias, AnsweredRecord, DnsOptions, DnsQuery, Outcome, RecordSet, Status, Zone } from './model';
import { canonicalName } from './names';
import { refusal } from './refused';
import { rank } from './routing';
import { Scenario, pathOf } from './scenario';
import { choose } from './selection';
import { delegatedZone, findZone } from './zone-choice';

/** One step: the name and type, with the path to it. */
interface Step {
  readonly name: string;
  readonly type: string;
  /** Earlier names, to find loops. */
  readonly seen: readonly string[];
  /** Set identifiers of the aliases on the path. */
  readonly identifiers: readonly string[];
  /** Public zones only, as for a health check. */
  readonly public?: boolean;
}

const single = (status: Status, ...reasons: string[]): readonly Outcome[] => [
  { probability: 1, status, records: [], reasons },
];
const because = (reasons: readonly string[], outcomes: readonly Outcome[]): readonly Outcome[] =>
  outcomes.map((outcome) => ({ ...outcome, reasons: [...reasons, ...outcome.reasons] }));

/** Finds all possible answers to one query. */
export class Evaluation {
  private readonly vpc: string | undefined;
  private readonly down: Scenario;
  private readonly health: HealthModel;

  constructor(
    private readonly templates: Templates,
    private readonly zones: readonly Zone[],
    private readonly options: DnsOptions,
    private readonly query: DnsQuery,
  ) {
    this.vpc = query.vpc === undefined ? undefined : pathOf(query.vpc);
    this.down = new Scenario(templates, query.down ?? []);
    const insufficientData = new Scenario(templates, query.insufficientData ?? []);
    this.health = new HealthModel(templates, this.down, insufficientData, (name) => this.probe(name));
  }

  outcomes(): readonly Outcome[] {
    const name = canonicalName(this.query.name);
    return this.resolve({ name, type: this.query.type ?? 'A', seen: [], identifiers: [] });
  }

  private resolve(step: Step): readonly Outcome[] {
    const found = findZone(this.zones, step.name, this.templates, step.public ? undefined : this.vpc);
    if ('status' in found) return single('unknown', found.why);
    return because(found.reasons, this.inZone(found.zone, step));
  }

  private inZone(zone: Zone, step: Step): readonly Outcome[] {
    // A delegation or a CNAME may have led to another zone.
    return this.fromZone(zone, step).map((outcome) => ({ zone: zone.name, ...outcome }));
  }

  private fromZone(zone: Zone, step: Step): readonly Outcome[] {
    if (zone.opaque !== undefined) return single('unknown', zone.opaque);
    const { name, type } = step;
    const doubt = this.doubtAt(zone, step);
    if (doubt !== undefined) return single('unknown', doubt);
    const found = lookUp(zone, name, type);
    if (found.kind === 'records' || found.kind === 'delegated') refuse(zone, found.records);
    const unnamed = zone.records.find((record) => record.name === undefined);
    switch (found.kind) {
      case 'delegated': {
        if (found.cut === name && type === 'NS') return this.answer(zone, found.records, step);
        const child = delegatedZone(this.zones, found.cut, found.records, this.templates);
        return 'status' in child
          ? single(child.status, child.why)
          : because([child.why], this.inZone(child.zone, step));
      }
      case 'records': {
        const wildcard =
          found.wildcard === undefined ? [] : [`${name} does not exist, ${found.wildcard} covers it`];
        if (zone.external && found.wildcard !== undefined) {
          return single('unknown', `${zone.id} may have a record for ${name} that the templates do not have`);
        }
        const ofType = found.records.filter((record) => record.type === type);
        const group = ofType.length > 0 ? ofType : found.records.filter((record) => record.type === 'CNAME');
        const routed = group.some(({ policy }) => policy.kind !== 'simple');
        // A simple record is the only one of its name and type. A group may have further records outside the templates.
        if (unnamed && (group.length === 0 || routed || found.wildcard !== undefined))
          return nameless(unnamed, name);
        if (group.length > 0) return because(wildcard, this.answer(zone, group, step));
        return this.absent(
          zone,
          step,
          [...wildcard, `${name} has ${types(found.records)}, no ${type}`],
          'NODATA',
        );
      }
      case 'empty':
        if (unnamed) return nameless(unnamed, name);
        return this.absent(zone, step, [`${name} exists in the zone and has no ${type} record`], 'NODATA');
      case 'missing':
        if (unnamed) return nameless(unnamed, name);
        return this.absent(
          zone,
          step,
          [`the zone has no ${name} and no wildcard that covers it`],
          'NXDOMAIN',
        );
    }
  }

  /** Why the answer depends on an undecided record. Undefined, if it does not. */
  private doubtAt(zone: Zone, { name, type }: Step): string | undefined {
    const decided = zone.records.filter((record) => record.undecided === undefined);
    if (decided.length === zone.records.length) return undefined;
    const at = (records: readonly RecordSet[]) => effect(lookUp({ ...zone, records }, name, type), type);
    const [without, all] = [at(decided), at(zone.records)];
    return zone.records.find(
      (record) =>
        record.undecided !== undefined &&
        record.name !== undefined &&
        (at([...decided, record]) !== without ||
          at(zone.records.filter((other) => other !== record)) !== all),
    )?.undecided;
  }

  private absent(
    zone: Zone,
    { name, type }: Step,
    reasons: readonly string[],
    status: Status,
  ): readonly Outcome[] {
    if (zone.external) {
      return single(
        'unknown',
        `${zone.id} is not in the templates: it may have a ${type} record for ${name}`,
      );
    }
    // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html
    if (name === zone.name && (type === 'NS' || type === 'SOA')) {
      const ttl = type === 'NS' ? 172_800 : 900;
      const records = [{ name, type, ttl, values: [], resource: zone.id }];
      return [
        {
          probability: 1,
          status: 'NOERROR',
          records,
          reasons: [`Route 53 makes the ${type} record of a zone`],
        },
      ];
    }
    return single(status, ...reasons);
  }

  /** Chooses among the records of one name and type, and follows the chosen one. */
  private answer(zone: Zone, group: readonly RecordSet[], step: Step): readonly Outcome[] {
    const ranking = rank(group, this.query.from ?? {}, this.templates, this.options);
    if ('status' in ranking) return single(ranking.status, ranking.why);
    const choice = choose(ranking.tiers, (record) => this.health.record(record, zone));
    if ('unknown' in choice) return because(choice.reasons, single('unknown', choice.unknown));
    if (choice.atMost !== undefined) {
      const records = choice.picks.map(({ record }) => plain(record, step));
      const atMost = { count: choice.atMost, of: records.length };
      return [{ probability: 1, status: 'NOERROR', records, reasons: choice.reasons, atMost }];
    }
    return choice.picks.flatMap(({ record, probability, why }) =>
      because([...choice.reasons, why], this.follow(zone, record, step)).map((outcome) => ({
        ...outcome,
        probability: outcome.probability * probability,
      })),
    );
  }

  private follow(zone: Zone, record: RecordSet, step: Step): readonly Outcome[] {
    if (record.alias) return this.followAlias(zone, record, record.alias, step);
    const answered = plain(record, step);
    if (record.type !== 'CNAME' || step.type === 'CNAME') {
      return [{ probability: 1, status: 'NOERROR', records: [answered], reasons: [] }];
    }
    return this.followCname(record, answered, step);
  }

  private followAlias(
    zone: Zone,
    record: RecordSet,
    { dnsName, hostedZoneId }: Alias,
    step: Step,
  ): readonly Outcome[] {
    const identifiers = [...step.identifiers, ...identifierOf(record)];
    const group = aliasGroup(record, zone);
    if (group.length > 0) {
      const key = `alias ${dnsName} ${record.type}`;
      if (step.seen.includes(key)) return single('unknown', `${record.path}: the alias leads back to itself`);
      const doubt = group.map(({ undecided }) => undecided).find((why) => why !== undefined);
      if (doubt !== undefined) return single('unknown', doubt);
      refuse(zone, group);
      return because(
        [`${record.path} is an alias of ${dnsName}`],
        this.answer(zone, group, { ...step, seen: [...step.seen, key], identifiers }),
      );
    }
    const sameZone =
      zone.resource !== undefined && this.templates.reference(hostedZoneId)?.resource === zone.resource;
    if (sameZone) {
      throw new Error(
        `Route 53 refuses ${record.path}: alias target ${dnsName} has no ${record.type} record in the zone`,
      );
    }
    const aliasTarget = aliasResource(this.templates, record)?.path ?? dnsName;
    const reasons = [`${record.path} is an alias of ${aliasTarget}`];
    const records = [{ ...plain(record, step), ttl: undefined, values: [], aliasTarget }];
    return [{ probability: 1, status: 'NOERROR', records, reasons }];
  }

  private followCname(record: RecordSet, answered: AnsweredRecord, step: Step): readonly Outcome[] {
    const [value] = record.values;
    if (value === undefined) return single('unknown', `${record.path} has no value`);
    const target = canonicalName(value);
    const key = `cname ${target}`;
    const kept = (outcomes: readonly Outcome[]) =>
      outcomes.map((outcome) => ({ ...outcome, records: [answered, ...outcome.records] }));
    const first = `${answered.name} is a CNAME of ${target}`;
    if (step.seen.includes(key))
      return kept(single('SERVFAIL', first, `${target} was asked for before: a CNAME loop`));
    const outside = kept(
      single('NOERROR', first, `${target} is not in these zones: its own name servers answer`),
    );
    if (target.includes('⟨')) return outside;
    const found = findZone(this.zones, target, this.templates, step.public ? undefined : this.vpc);
    if ('status' in found && found.status === 'none') return outside;
    return kept(
      because(
        [first],
        this.resolve({
          ...step,
          name: target,
          seen: [...step.seen, key, `cname ${answered.name}`],
          identifiers: [],
        }),
      ),
    );
  }

  /** The health of an endpoint with a domain name. A health check resolves the name on the internet. */
  private probe(name: string): Health {
    const why = Templates.unknown(name);
    if (why !== undefined && this.down.hasEndpoints) {
      return { status: 'unknown', why: `its endpoint is known only once deployed: ${why}` };
    }
    const found = findZone(this.zones, name, this.templates, undefined);
    if ('status' in found && found.status === 'none')
      return { status: 'healthy', why: `its endpoint ${name} is up` };
    const outcomes = this.resolve({ name, type: 'A', seen: [], identifiers: [], public: true });
    const failing = outcomes.filter(({ records }) => records.some((record) => this.isDown(record)));
    const met = outcomes.flatMap(({ records }) => records.flatMap((record) => this.leadsTo(record)));
    if (met.some((path) => this.down.hasPartOf(path))) {
      return { status: 'unknown', why: `its endpoint ${name} is one of several target groups` };
    }
    if (failing.length === 0) {
      const doubt = outcomes.find(({ status }) => status === 'unknown');
      return doubt
        ? { status: 'unknown', why: [`its endpoint ${name}`, ...doubt.reasons.slice(-1)].join(': ') }
        : { status: 'healthy', why: `its endpoint ${name} is up` };
    }
    return failing.length === outcomes.length
      ? { status: 'unhealthy', why: `its endpoint ${name} is down` }
      : { status: 'unknown', why: `its endpoint ${name} is sometimes one that is down` };
  }

  private isDown(record: AnsweredRecord): boolean {
    return [record.resource, ...this.leadsTo(record)].some((path) => this.down.hasPath(path));
  }

  private leadsTo({ aliasTarget, values }: AnsweredRecord): readonly string[] {
    const mentioned = values.flatMap((value) => mentioning(this.templates, value));
    return [...(aliasTarget === undefined ? [] : [aliasTarget]), ...mentioned.map(({ path }) => path)];
  }
}

/** Throws for records that Route 53 refuses to create. */
function refuse(zone: Zone, records: readonly RecordSet[]): void {
  for (const record of records) {
    // Zones of one name may be merged (`sameName`). Each zone still has its own records.
    const zoneOf = ({ properties: { HostedZoneId, HostedZoneName } }: RecordSet) =>
      JSON.stringify([HostedZoneId, HostedZoneName]);
    const beside = zone.records.filter(
      (other) => other.name === record.name && zoneOf(other) === zoneOf(record),
    );
    const why = refusal(zone, record, beside);
    if (why !== undefined) throw new Error(why);
  }
}

/** The result of a lookup for a type, as text for comparison. */
function effect(found: Found, type: string): string {
  if (found.kind === 'missing' || found.kind === 'empty') return found.kind;
  const counts = (record: RecordSet) =>
    found.kind === 'delegated' || [type, 'CNAME'].includes(record.type) || record.type.includes('⟨');
  const paths = found.records.filter(counts).map(({ path }) => path);
  if (found.kind === 'delegated') return `delegated ${paths.join(' ')}`;
  return paths.length === 0 ? 'empty' : paths.join(' ');
}

function plain(record: RecordSet, { name, identifiers }: Step): AnsweredRecord {
  const path = [...identifiers, ...identifierOf(record)];
  return {
    name,
    type: record.type,
    ttl: record.ttl,
    values: record.values,
    ...(path.length > 0 && { setIdentifier: path.join('/') }),
    resource: record.path,
  };
}

const identifierOf = ({ setIdentifier }: RecordSet) => (setIdentifier === undefined ? [] : [setIdentifier]);
const types = (records: readonly RecordSet[]) => [...new Set(records.map(({ type }) => type))].join(', ');

function nameless(record: RecordSet, name: string): readonly Outcome[] {
  return single('unknown', `the name of ${record.path} is known only once deployed: it may be ${name}`);
}
