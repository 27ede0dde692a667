import type { Adjustments } from './adjustment';
import type { Alarm } from './alarm';

/** Keeps a metric near a target. */
export interface TargetTracking {
  readonly kind: 'target tracking';
  readonly path: string;
  /** `namespace/name`. */
  readonly metric: string;
  readonly target: number;
  /** Whether the policy may remove capacity. */
  readonly scalesIn: boolean;
  /** In minutes. Only Application Auto Scaling has these. */
  readonly outCooldown: number;
  readonly inCooldown: number;
  /** In minutes. Only Amazon EC2 Auto Scaling has this. */
  readonly warmup: number;
}

/** Changes the capacity when an alarm invokes it. */
export interface StepScaling {
  readonly kind: 'step' | 'simple';
  readonly path: string;
  readonly adjustments: Adjustments;
  readonly alarms: readonly Alarm[];
  /** In minutes: of Application Auto Scaling and of simple scaling. */
  readonly cooldown: number;
  readonly warmup: number;
}

export type Policy = TargetTracking | StepScaling;
