export type { RequestContext } from './conditions';
export { Decision } from './decision';
export type { Answer, DecidingStatement } from './decision';
export { Iam } from './iam';
export type { IamOptions, QuestionOptions } from './iam';
export type { Permission } from './permissions';
export type { ManagedPolicies } from './identity-policies';
export type { PrincipalInput } from './principals';
export type { ResourceInput } from './target';
