export { InvalidAddress } from './addresses';
export type { Matrix, MatrixCell, MatrixOptions } from './matrix';
export type { ModelOptions as NetworkOptions } from './model';
export { Network, type Passage, type Reachability, type Survival } from './network';
export type { AnythingIn, InternetExcept, Place, ServicePlace } from './places';
export type { Question } from './question';
export type { Answer, Blame, Hop } from './trace';
