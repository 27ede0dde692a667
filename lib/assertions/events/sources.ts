import { any, unknown, YES, type Verdict } from '../iam/verdict';
import { isRecord } from '../templates/functions';
import { Templates, type Json } from '../templates';
import type { Dialect } from './dialect';
import { matches } from './matching';
import { compile } from './pattern';

const FILTERS: Readonly<
  Record<string, readonly [Dialect, (properties: Readonly<Record<string, Json>>) => Json | undefined]>
> = {
  'AWS::Pipes::Pipe': [
    'pipe',
    ({ SourceParameters }) => (isRecord(SourceParameters) ? SourceParameters.FilterCriteria : undefined),
  ],
  'AWS::Lambda::EventSourceMapping': ['Lambda event source', ({ FilterCriteria }) => FilterCriteria],
};

const MAX_FILTERS = 5;

/**
 * Whether a pipe or a Lambda event source mapping passes a record on. `record` is the record as the pattern sees it: with
 * `body` (SQS), `data` (Kinesis) or `dynamodb` parsed. Throws for any other resource and for a filter that AWS refuses.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-filtering.html
 */
export function passes(templates: Templates, path: string, record: Json): Verdict {
  const { type, properties } = templates.at(path);
  const [dialect, criteriaOf] = FILTERS[type] ?? [];
  if (!dialect || !criteriaOf)
    throw new Error(`${path}: expected a pipe or an event source mapping, got ${type}`);
  const criteria = criteriaOf(properties);
  if (criteria === undefined) return YES;
  const filters = isRecord(criteria) ? (criteria.Filters ?? []) : criteria;
  if (!Array.isArray(filters)) return unknown(Templates.unknown(filters) ?? `filters of ${path}`);
  if (filters.length > MAX_FILTERS) throw new Error(`${path}: more than ${MAX_FILTERS} filters`);
  if (filters.length === 0) return YES;
  return any(
    filters.map((filter) => {
      const pattern = isRecord(filter) ? filter.Pattern : filter;
      return pattern === undefined ? YES : matches(compile(pattern, dialect), record);
    }),
  );
}
