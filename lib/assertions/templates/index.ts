export { InvalidTemplate } from './model';
export type { Json, LoadOptions, Reference, Resource, TemplateSource } from './model';
export { Templates } from './templates';
