import { adjusted, stepFor } from './adjustment';
import { isLow, stateOf } from './alarm';
import { Capacity } from './capacity';
import { Data } from './metric-data';
import type { StepScaling, TargetTracking } from './policy';
import type { Question } from './question';
import type { Scalable, ScheduledAction } from './scalable';
import { runsAt } from './schedule';
import type { Activity, Run } from './sizes';

/**
 * How target tracking removes capacity. AWS documents that it does so "more gradually", when the metric is "usually more
 * than 10% lower" than the target, but not how much at once. An answer is certain where these two agree.
 */
export interface Pace {
  /** The metric must be below this share of the target. */
  readonly below: number;
  /** How much is removed at once at most. */
  readonly most: number;
  /** Whether the metric must be low for a further 15 minutes before more is removed. */
  readonly waits: boolean;
}

export const PACES: readonly Pace[] = [
  { below: 0.9, most: Infinity, waits: false },
  { below: 0.7, most: 1, waits: true },
];

/** Data points of one minute that the alarms of target tracking look at. AWS shows them, but does not document them. */
const HIGH_POINTS = 3;
const LOW_POINTS = 15;

const MINUTE = 60_000;

interface Proposal {
  readonly capacity: number;
  readonly by: string;
  readonly why: string;
  /** In minutes. */
  readonly outCooldown: number;
  readonly inCooldown: number;
  readonly simpleCooldown?: number;
}

export function simulate(
  scalable: Scalable,
  question: Question,
  start: number,
  pace: Pace,
): Omit<Run, 'when'> & { readonly unknown: readonly string[] } {
  return new Simulation(scalable, question, start, pace).run();
}

class Simulation {
  private readonly data: Data;
  private readonly capacity: Capacity;
  private readonly activities: Activity[] = [];
  private readonly unknown = new Set<string>();
  private lastScaleIn = 0;

  constructor(
    private readonly scalable: Scalable,
    private readonly question: Question,
    private readonly start: number,
    private readonly pace: Pace,
  ) {
    const { policies } = scalable;
    const metrics = policies.flatMap((policy) =>
      policy.kind === 'target tracking' ? policy.metric : policy.alarms.map(({ metric }) => metric),
    );
    this.data = new Data([...new Set(metrics)], question.metrics ?? {});
    this.capacity = new Capacity(scalable, question);
  }

  run() {
    const sizes: number[] = [];
    for (let minute = 0; minute <= this.question.minutes; minute++) {
      const time = this.start + minute * MINUTE;
      this.capacity.advance(minute);
      if (minute > 0) {
        this.data.record({ minute, time: new Date(time), inService: this.capacity.inService });
      }
      for (const action of this.scalable.actions) {
        if (runsAt(action.schedule, time, this.start, action.window)) this.takeScheduled(action, minute);
      }
      if (minute > 0) this.takePolicies(minute);
      sizes.push(this.capacity.desired);
    }
    return { sizes, activities: this.activities, unknown: [...this.unknown] };
  }

  private takeScheduled(action: ScheduledAction, minute: number): void {
    const from = this.capacity.desired;
    this.capacity.limit(action, minute);
    const to = this.capacity.desired;
    if (to === from) return;
    const { min, max } = this.capacity;
    this.activities.push({ minute, from, to, by: action.name, why: `scheduled, ${min} to ${max}` });
  }

  /** One policy that scales out is enough. The largest capacity wins, also while scaling in. */
  private takePolicies(minute: number): void {
    const { desired } = this.capacity;
    const proposals = [...this.steps(minute), ...this.tracking(minute)].map((proposal) => ({
      ...proposal,
      capacity: this.capacity.within(proposal.capacity),
    }));
    const changes = proposals.filter(({ capacity }) => capacity !== desired);
    const [largest] = changes.sort((a, b) => b.capacity - a.capacity);
    if (!largest) return;
    this.activities.push({
      minute,
      from: desired,
      to: largest.capacity,
      by: largest.by,
      why: largest.why,
    });
    if (largest.capacity < desired) this.lastScaleIn = minute;
    this.capacity.scale(largest.capacity, minute, largest);
  }

  private steps(minute: number): Proposal[] {
    return this.scalable.policies.flatMap((policy) =>
      policy.kind === 'target tracking' ? [] : this.stepsOf(policy, minute),
    );
  }

  private stepsOf(policy: StepScaling, minute: number): Proposal[] {
    return policy.alarms.flatMap((alarm): Proposal[] => {
      const state = stateOf(alarm, this.data, minute);
      if (state === 'not in ALARM') return [];
      if ('unknown' in state) {
        this.unknown.add(state.unknown);
        return [];
      }
      const adjustment = stepFor(policy.adjustments.steps, state.value - alarm.threshold, isLow(alarm));
      if (adjustment === undefined) return [];
      const { warmup, cooldown, path, kind } = policy;
      if (kind === 'simple' && this.capacity.isBusy(minute)) return [];
      const change = (base: number) => adjusted(base, adjustment, policy.adjustments);
      return this.proposal(change, minute, warmup, {
        by: path,
        why: `${alarm.path} in ALARM at ${state.value}`,
        outCooldown: cooldown,
        inCooldown: cooldown,
        ...(kind === 'simple' && { simpleCooldown: cooldown }),
      });
    });
  }

  /** A change in whichever direction the base for that direction gives. */
  private proposal(
    change: (base: number) => number,
    minute: number,
    warmup: number,
    rest: Omit<Proposal, 'capacity'>,
  ): Proposal[] {
    const out = change(this.capacity.baseOut(minute, warmup));
    if (out > this.capacity.desired) return [{ capacity: out, ...rest }];
    const base = this.capacity.baseIn(minute, warmup);
    if (base === undefined) return [];
    const less = change(base);
    return less < this.capacity.desired ? [{ capacity: less, ...rest }] : [];
  }

  /** Any policy can scale out. All that may scale in must be ready to. */
  private tracking(minute: number): Proposal[] {
    const policies = this.scalable.policies.filter((policy) => policy.kind === 'target tracking');
    const out = policies.flatMap((policy) => this.trackOut(policy, minute));
    if (out.length > 0) return out;
    const shrinking = policies.filter(({ scalesIn }) => scalesIn);
    const ready = shrinking.flatMap((policy) => this.trackIn(policy, minute));
    return ready.length === shrinking.length ? ready : [];
  }

  private trackOut(policy: TargetTracking, minute: number): Proposal[] {
    const { metric, target, warmup } = policy;
    const points = this.points(metric, minute, HIGH_POINTS);
    const [newest] = points;
    if (newest === undefined || points.length < HIGH_POINTS || points.some((point) => point <= target)) {
      return [];
    }
    const base = this.capacity.baseOut(minute, warmup);
    // Rounded up, which adds no insufficient number.
    return this.tracked(policy, Math.ceil(exact((base * newest) / target)), newest);
  }

  private trackIn(policy: TargetTracking, minute: number): Proposal[] {
    const { metric, target, warmup } = policy;
    const low = this.points(metric, minute, LOW_POINTS);
    const [newest] = low;
    if (newest === undefined || low.length < LOW_POINTS) return [];
    if (low.some((point) => point >= target * this.pace.below)) return [];
    if (this.pace.waits && minute - this.lastScaleIn < LOW_POINTS) return [];
    const base = this.capacity.baseIn(minute, warmup);
    if (base === undefined) return [];
    // Rounded down, which removes no more than the load allows.
    const surplus = Math.floor(exact(base * (1 - newest / target)));
    return surplus < 1 ? [] : this.tracked(policy, base - Math.min(surplus, this.pace.most), newest);
  }

  private tracked(policy: TargetTracking, capacity: number, newest: number): Proposal[] {
    const { path, metric, target, outCooldown, inCooldown } = policy;
    const why = `${metric} at ${newest}, target ${target}`;
    return [{ capacity, by: path, why, outCooldown, inCooldown }];
  }

  /** The newest data points of a metric, the newest first, up to one that is missing. */
  private points(metric: string, minute: number, count: number): readonly number[] {
    const points = Array.from({ length: count }, (_, back) => this.data.at(metric, minute - back));
    const gap = points.indexOf(undefined);
    return points.slice(0, gap === -1 ? count : gap).filter((point) => point !== undefined);
  }
}

/** Without the error of binary fractions: 3 × 0.4 / 0.4 is 3. */
const exact = (value: number): number => Number(value.toPrecision(12));
