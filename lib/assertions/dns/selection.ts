import type { Health } from './health';
import type { RecordSet } from './model';
import type { Tier } from './routing';

/** The records of the answer with their probabilities, or why they are not known. */
export type Choice =
  | {
      readonly reasons: readonly string[];
      readonly picks: readonly {
        readonly record: RecordSet;
        readonly probability: number;
        readonly why: string;
      }[];
      /** The answer has all picks, at most this many. */
      readonly atMost?: number;
    }
  | { readonly reasons: readonly string[]; readonly unknown: string };

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-multivalue.html */
const MULTIVALUE_MAXIMUM = 8;

/**
 * The healthy records of the first tier with healthy records. If no record is healthy, Route 53 considers all records
 * healthy.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
 */
export function choose(tiers: readonly Tier[], healthOf: (record: RecordSet) => Health): Choice {
  const health = new Map(tiers.flatMap(({ records }) => records).map((record) => [record, healthOf(record)]));
  const status = (record: RecordSet) => health.get(record)?.status;
  const reasons = [...health].map(([record, { status, why }]) => `${label(record)} is ${status}: ${why}`);
  const doubtful = [...health.values()].filter((one) => one.status === 'unknown');

  const best = firstTier(tiers, (record) => status(record) !== 'unhealthy');
  const worst = firstTier(tiers, (record) => status(record) === 'healthy');
  const affected = best.records.some((record) => status(record) === 'unknown');
  // With one unknown record there are two cases. If both give the same result, it does not matter.
  const same =
    best.records.length === worst.records.length && best.records.every((r) => worst.records.includes(r));
  const [first] = doubtful;
  if (first && affected && !(doubtful.length === 1 && same)) {
    return { reasons, unknown: `health is not known: ${first.why}` };
  }
  const { records, tier, lastResort } = best;
  if (lastResort) reasons.push('nothing is healthy, so Route 53 takes every record to be healthy');
  if (tier.doubt !== undefined && records.length > 1) return { reasons, unknown: tier.doubt };
  const weights = records.map(({ policy }) => (policy.kind === 'weighted' ? (policy.weight ?? 0) : 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const picks = records.map((record, index) => {
    // Records of weight 0 have equal probabilities.
    const probability = total === 0 ? 1 / records.length : (weights[index] ?? 0) / total;
    const share = records.length > 1 ? ` (${percent(probability)})` : '';
    return { record, probability, why: `chose ${label(record)}: ${tier.why}${share}` };
  });
  if (records[0]?.policy.kind !== 'multivalue') return { reasons, picks };
  const chosen = `chose ${records.length > MULTIVALUE_MAXIMUM ? `8 of ${records.length} at random` : 'all'}: ${tier.why}`;
  return { reasons: [...reasons, chosen], picks, atMost: MULTIVALUE_MAXIMUM };
}

interface Selected {
  readonly records: readonly RecordSet[];
  readonly tier: Tier;
  readonly lastResort: boolean;
}

function firstTier(tiers: readonly Tier[], eligible: (record: RecordSet) => boolean): Selected {
  for (const tier of tiers) {
    const records = tier.records.filter(eligible);
    if (records.length > 0) return { records, tier, lastResort: false };
  }
  const [tier = { records: [], why: '' }] = tiers;
  return { records: tier.records, tier, lastResort: true };
}

const label = ({ setIdentifier, path }: RecordSet) =>
  setIdentifier === undefined ? path : `${setIdentifier} (${path})`;
const percent = (probability: number) => `${Math.round(probability * 1000) / 10} %`;
