export { Answer } from './answer';
export { checkAnswer } from './check';
export type { AnswerCheck, ExpectedAnswer } from './check';
export { Dns } from './dns';
export { REGIONS, latencyByDistance } from './geography';
export { RECORD_TYPES } from './model';
export type {
  AnsweredRecord,
  Client,
  Coordinates,
  DnsOptions,
  DnsQuery,
  LatencyTable,
  RecordSet,
  Status,
  Zone,
} from './model';
export { seeded } from './random';
