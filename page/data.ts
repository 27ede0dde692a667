import type { TemplateSource } from '../lib/assertions/templates';

/** What the generator writes into a page, as JSON. */
export interface PageData {
  readonly title: string;
  readonly sources: readonly TemplateSource[];
  /** Values of template parameters that were given to the generator. */
  readonly parameters: Readonly<Record<string, string>>;
  /** SVG files of AWS's icons as `data:` URLs, by name. */
  readonly icons: Readonly<Record<string, string>>;
  /** The names of AWS's actions, compressed with gzip, in Base64: they are needed only for questions about roles. */
  readonly actions: string;
}

/** The ids of the elements in a page that hold its data. */
export const DATA_ID = 'page-data';
