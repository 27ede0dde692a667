/**
 * `explicit deny`: a statement denies the request. `implicit deny`: no statement allows it. `conditional`: it depends
 * on condition keys that the question does not give. `unknown`: it depends on something that the templates do not say.
 */
export type Answer = 'allowed' | 'explicit deny' | 'implicit deny' | 'conditional' | 'unknown';

/** A statement that decides an answer. */
export interface DecidingStatement {
  readonly effect: string;
  /** The construct path of the policy, or the ARN of an AWS managed policy. */
  readonly policy: string;
  /** Its Sid, or its index in the document, from 0. */
  readonly id: string;
}

/** The answer to one question, with its reasons. */
export class Decision {
  constructor(
    /** The question, in words. */
    readonly question: string,
    readonly answer: Answer,
    /** The statements that decide. For an implicit deny: statements that allow the action, but not this request. */
    readonly statements: readonly DecidingStatement[],
    /** Conditions, unresolved values, or what is missing. Empty for `allowed` and `explicit deny`. */
    readonly reasons: readonly string[],
  ) {}

  toString(): string {
    const lines = [
      ...this.reasons,
      ...this.statements.map(({ effect, policy, id }) => `${effect} in ${policy}, statement ${id}`),
    ];
    const shown = lines.length > 8 ? [...lines.slice(0, 8), `and ${lines.length - 8} more`] : lines;
    return [`${this.answer}: ${this.question}`, ...shown.map((line) => `  ${line}`)].join('\n');
  }
}
