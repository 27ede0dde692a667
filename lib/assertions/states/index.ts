export type { WorkflowType } from './check';
export { Execution } from './execution';
export type { HistoryEvent, Status, TaskCall } from './execution';
export { InvalidDefinition, NotModelled, PAYLOAD_BYTES, StateError } from './model';
export type { Definition, Json } from './model';
export { States } from './states';
export type { ExecutionOptions } from './states';
export { MissingTask } from './task-functions';
export type { Task, TaskFunction, TaskFunctions } from './task-functions';
