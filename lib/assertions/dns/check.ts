import type { Answer } from './answer';
import type { Dns } from './dns';
import type { DnsQuery, Status } from './model';

/** The expected answer. Properties that are left out are not compared. */
export interface ExpectedAnswer {
  /** @default 'NOERROR' */
  readonly status?: Status;
  /** All values at the end of the CNAME chain, in any order. */
  readonly values?: readonly string[];
  /** The AWS resource of an alias: its construct path, the end of that path (`Primary/Alb`), or its DNS name. */
  readonly aliasTarget?: string;
  readonly setIdentifier?: string;
  /** Seconds. */
  readonly ttl?: number;
  /** Construct path of the record, or the end of that path. */
  readonly resource?: string;
}

/** Whether the answers to a query are as expected. */
export interface AnswerCheck {
  /** For all possible answers; for the drawn answer if the query has `random`. */
  readonly verdict: 'always' | 'sometimes' | 'never' | 'unknown';
  /** The answers with their reasons. */
  readonly explanation: string;
}

/**
 * Compares all possible answers to a query with the expected one. `unknown`, if an answer is unknown or differs only in
 * a value that is known only after deployment. Throws like `Dns.query`.
 */
export function checkAnswer(dns: Dns, query: DnsQuery, expected: ExpectedAnswer): AnswerCheck {
  const answers = query.random ? [dns.query(query)] : dns.answers(query);
  const matches = answers.map((answer) => matchesAnswer(answer, expected));
  const verdict = matches.includes(undefined)
    ? 'unknown'
    : matches.every((match) => match === true)
      ? 'always'
      : matches.includes(true)
        ? 'sometimes'
        : 'never';
  // Contradictions come first in the message.
  const odd = answers.filter((_, index) => matches[index] !== true);
  const shown = odd.length > 0 ? odd : answers;
  return { verdict, explanation: shown.slice(0, 3).join('\n') };
}

/** Undefined: not known. */
function matchesAnswer({ status, records, atMost }: Answer, expected: ExpectedAnswer): boolean | undefined {
  if (status === 'unknown') return undefined;
  if (status !== (expected.status ?? 'NOERROR')) return false;
  const last = records.at(-1);
  const final = records.filter(({ name, type }) => name === last?.name && type === last.type);
  const { values, aliasTarget, setIdentifier, ttl, resource } = expected;
  const each = (test: (record: (typeof final)[number]) => boolean | undefined) =>
    final.length === 0 ? false : all(final.map(test));
  return all([
    values === undefined
      ? true
      : (atMost?.of ?? 0) > (atMost?.count ?? 0)
        ? undefined
        : sameValues(
            final.flatMap((r) => r.values),
            values,
          ),
    aliasTarget === undefined
      ? true
      : each((r) => r.aliasTarget !== undefined && endsWithPath(r.aliasTarget, aliasTarget)),
    setIdentifier === undefined ? true : each((r) => same(r.setIdentifier, setIdentifier)),
    ttl === undefined ? true : each((r) => r.ttl === ttl),
    resource === undefined ? true : each((r) => endsWithPath(r.resource, resource)),
  ]);
}

function all(results: readonly (boolean | undefined)[]): boolean | undefined {
  if (results.includes(false)) return false;
  return results.includes(undefined) ? undefined : true;
}

function same(actual: string | undefined, expected: string): boolean | undefined {
  if (actual === expected) return true;
  return actual?.includes('⟨') === true ? undefined : false;
}

function sameValues(actual: readonly string[], expected: readonly string[]): boolean | undefined {
  const missing = expected.filter((value) => !actual.includes(value));
  const unread = actual.filter((value) => value.includes('⟨') && !expected.includes(value));
  if (actual.length === expected.length && missing.length === 0) return true;
  // A value that is known only after deployment may be the missing one.
  return unread.length > 0 && missing.length >= unread.length ? undefined : false;
}

const endsWithPath = (path: string, end: string) => path === end || path.endsWith(`/${end}`);
