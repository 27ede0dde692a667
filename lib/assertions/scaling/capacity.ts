import type { Question } from './question';
import type { Scalable, ScheduledAction } from './scalable';

/** An instance or task. In minutes since the start. */
interface Member {
  readonly inServiceAt: number;
  goneAt: number;
}

interface Cooldowns {
  readonly outCooldown: number;
  readonly inCooldown: number;
  readonly simpleCooldown?: number;
}

/** The desired capacity, the instances or tasks on their way to it, and the cooldowns. */
export class Capacity {
  min: number;
  max: number;
  desired: number;
  private readonly members: Member[];
  private readonly launchMinutes: number;
  private readonly terminationMinutes: number;
  private minute = 0;
  /** The capacity before the scale-out that began the cooldown. */
  private beforeOut = 0;
  private outUntil = 0;
  private inUntil = 0;
  private activityUntil = 0;
  private simpleUntil = 0;

  constructor(
    private readonly scalable: Scalable,
    { from, launchMinutes = 1, terminationMinutes = 1 }: Question,
  ) {
    this.min = scalable.min;
    this.max = scalable.max;
    // RegisterScalableTarget also brings the capacity into the range.
    this.desired = this.within(from ?? scalable.desired ?? scalable.min);
    this.launchMinutes = launchMinutes;
    this.terminationMinutes = terminationMinutes;
    this.members = Array.from({ length: this.desired }, () => ({
      inServiceAt: -Infinity,
      goneAt: Infinity,
    }));
  }

  /** Those that take requests. */
  get inService(): number {
    return this.staying().filter(({ inServiceAt }) => inServiceAt <= this.minute).length;
  }

  within = (capacity: number): number => Math.min(Math.max(capacity, this.min), this.max);

  advance(minute: number): void {
    this.minute = minute;
    const left = this.members.filter(({ goneAt }) => goneAt > minute);
    this.members.splice(0, this.members.length, ...left);
  }

  /**
   * What a policy that scales out counts from. Instances that warm up are not in it, and what a scale-out has added is not
   * while its cooldown lasts. So the same breach does not add twice.
   */
  baseOut(minute: number, warmup: number): number {
    if (this.scalable.kind === 'target') return minute < this.outUntil ? this.beforeOut : this.desired;
    return this.staying().filter((member) => isWarm(member, minute, warmup)).length;
  }

  /** What a policy that scales in counts from: terminating instances too. Undefined while nothing may be removed. */
  baseIn(minute: number, warmup: number): number | undefined {
    if (this.scalable.kind === 'target') return minute < this.inUntil ? undefined : this.desired;
    const staying = this.staying();
    return staying.every((member) => isWarm(member, minute, warmup)) ? this.members.length : undefined;
  }

  /** Whether simple scaling waits: for an activity to complete, and for its cooldown after that. */
  isBusy(minute: number): boolean {
    return minute < Math.max(this.activityUntil, this.simpleUntil);
  }

  scale(capacity: number, minute: number, cooldowns: Cooldowns): void {
    if (capacity > this.desired) {
      if (minute >= this.outUntil) this.beforeOut = this.desired;
      this.outUntil = minute + cooldowns.outCooldown;
      // A scale-out ends the cooldown of a scale-in.
      this.inUntil = 0;
    } else {
      this.inUntil = minute + cooldowns.inCooldown;
    }
    this.become(capacity, minute);
    this.simpleUntil = this.activityUntil + (cooldowns.simpleCooldown ?? 0);
  }

  /** Takes the limits of a scheduled action. */
  limit({ min, max, desired }: ScheduledAction, minute: number): void {
    this.min = min ?? this.min;
    this.max = max ?? this.max;
    this.become(this.within(desired ?? this.desired), minute);
  }

  private staying(): readonly Member[] {
    return this.members.filter(({ goneAt }) => goneAt === Infinity);
  }

  private become(capacity: number, minute: number): void {
    if (capacity === this.desired) return;
    this.activityUntil = minute + (capacity > this.desired ? this.launchMinutes : this.terminationMinutes);
    this.desired = capacity;
    const staying = this.staying();
    for (let missing = capacity - staying.length; missing > 0; missing--) {
      this.members.push({ inServiceAt: minute + this.launchMinutes, goneAt: Infinity });
    }
    for (const member of staying.slice(capacity)) member.goneAt = minute + this.terminationMinutes;
  }
}

const isWarm = ({ inServiceAt }: Member, minute: number, warmup: number): boolean =>
  inServiceAt + warmup <= minute;
