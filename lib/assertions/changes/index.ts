export { behaviourDiff, type BehaviourDiff } from './changes';
export type { Area, Behaviour, Change, Effect, Verdict } from './model';
