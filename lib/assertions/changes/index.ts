export { behaviourDiff, type BehaviourDiff } from './changes';
export type { Area, Behaviour, Change, Effect, Verdict } from './model';
export { MARK, toMarkdown } from './markdown';
export { toText } from './text';
