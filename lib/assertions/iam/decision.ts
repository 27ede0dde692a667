/**
 * `explicit deny`: a statement denies it. `implicit deny`: nothing allows it. `conditional`: allowed or not, depending
 * on keys that the question's context does not have. `unknown`: the templates do not say.
 */
export type Answer = 'allowed' | 'explicit deny' | 'implicit deny' | 'conditional' | 'unknown';

/** A statement that an answer rests on. */
export interface DecidingStatement {
  readonly effect: string;
  /** The construct path of the policy, or the ARN of one that AWS manages. */
  readonly policy: string;
  /** Its Sid, or its place in the document, from 0. */
  readonly id: string;
}

/** The answer to one question, and why. */
export class Decision {
  constructor(
    /** What was asked, in words. */
    readonly question: string,
    readonly answer: Answer,
    /** The statements that it rests on; for an implicit deny, those that came near. */
    readonly statements: readonly DecidingStatement[],
    /** The conditions, what could not be resolved, or what is missing; empty when allowed or explicitly denied. */
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
