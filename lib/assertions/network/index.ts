export type { Answer, Explanation, Hop } from './forwarding/verdict';
export { InvalidAddress } from './model/addresses';
export type { ModelOptions as NetworkOptions } from './model/model';
export { Network, type Passage, type Reachability, type Survival } from './network';
export type { Matrix, MatrixCell, MatrixOptions } from './questions/matrix';
export type {
  AnythingIn,
  InterfaceIn,
  InternetExcept,
  Place,
  Question,
  ServicePlace,
} from './questions/question';
