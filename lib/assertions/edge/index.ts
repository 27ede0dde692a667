export { Edge, type OriginRequest, type Route } from './edge';
export type { Known } from './known';
export type { OriginResponse, Reply } from './reply';
export type { EdgeQuestion } from './request';
