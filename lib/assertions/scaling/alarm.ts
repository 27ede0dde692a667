import type { Data } from './metric-data';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
export interface Alarm {
  readonly path: string;
  readonly metric: string;
  readonly threshold: number;
  readonly operator: string;
  readonly statistic: string;
  readonly periodMinutes: number;
  readonly periods: number;
  readonly toAlarm: number;
  readonly missing: string;
}

const BREACHES: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

export const isLow = ({ operator }: Alarm): boolean => operator.startsWith('LessThan');

/** Whether a comparison operator is modelled. */
export const isOperator = (operator: string): boolean => Object.hasOwn(BREACHES, operator);

/** What an alarm says: the newest data point while it is in ALARM. `unknown`: AWS does not document its state. */
export type AlarmState = { readonly value: number } | 'not in ALARM' | { readonly unknown: string };

/** The state of an alarm after a minute. Its periods count from the start. */
export function stateOf(alarm: Alarm, data: Data, minute: number): AlarmState {
  const { threshold, operator, periods, periodMinutes, toAlarm, missing, statistic } = alarm;
  const ended = Math.floor(minute / periodMinutes);
  const points = Array.from({ length: Math.min(periods, ended) }, (_, back) =>
    data.aggregated(alarm.metric, statistic, (ended - back - 1) * periodMinutes, periodMinutes),
  );
  const known = points.filter((point) => point !== undefined);
  const breaching = known.filter((point) => BREACHES[operator]?.(point, threshold)).length;
  const absent = points.length - known.length;
  if (absent > 0 && missing !== 'breaching' && missing !== 'notBreaching') {
    // With no data at all, the state is INSUFFICIENT_DATA, or stays as it is.
    if (known.length === 0 && missing === 'missing') return 'not in ALARM';
    return { unknown: `${alarm.path}: a data point of ${alarm.metric} is missing` };
  }
  const [newest] = known;
  if (breaching + (missing === 'breaching' ? absent : 0) < toAlarm) return 'not in ALARM';
  return newest === undefined
    ? { unknown: `${alarm.path}: in ALARM without a data point of ${alarm.metric}` }
    : { value: newest };
}
