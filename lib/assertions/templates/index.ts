export { InvalidTemplate, NoSuchResource } from './model';
export type {
  Assumptions,
  Json,
  LoadOptions,
  OpenChoice,
  Reference,
  Resource,
  TemplateSource,
} from './model';
export { casesOf, type Case } from './cases';
export { Templates } from './templates';
