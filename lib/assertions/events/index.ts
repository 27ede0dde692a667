export type { Pattern } from './alternatives';
export { Answer, type Delivery, type Retry } from './answer';
export { InvalidPattern, type Dialect } from './dialect';
export { DEFAULT_BUS, type BusEvent } from './event-buses';
export { Events, type Question } from './events';
export type { Input } from './input';
export { matches } from './matching';
export { compile } from './pattern';
export type { MessageAttribute, TopicMessage } from './topics';
