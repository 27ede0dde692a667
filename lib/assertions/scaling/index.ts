export { Scaling } from './scaling';
export { Sizes } from './sizes';
export type { Activity, Range } from './sizes';
export type { Instant, Metric, Question } from './question';
