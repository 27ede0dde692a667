export type { Answer, Explanation, Hop } from './forwarding/verdict';
export { InvalidAddress } from './model/addresses';
export type { ModelOptions as NetworkOptions } from './model/model';
export { Network, type Passage, type Reachability, type Survival } from './network';
export { rowText, type Matrix, type MatrixOptions, type MatrixRow } from './questions/matrix';
export type { OpenTraffic, PlaceShare } from './questions/open-traffic';
export type {
  AnythingIn,
  InterfaceIn,
  InternetExcept,
  Place,
  Question,
  ServicePlace,
} from './questions/question';
export type { NetworkPlace } from './questions/inventory';
export { answerAt, rangesOf, type TrafficAnswer } from './questions/traffic-answers';
