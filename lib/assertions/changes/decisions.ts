import { Iam, type Decision } from '../iam';
import type { Candidate } from './candidates';
import type { Behaviour } from './model';
import type { Pair, Side } from './pair';

/** `partly`: on some of the resources that the pattern means. */
export type PermissionAnswer = 'allowed' | 'denied' | 'partly allowed' | 'allowed on conditions' | 'unknown';

export interface PermissionState extends Behaviour {
  readonly answer: PermissionAnswer;
}

/** Stands for whatever `*` in a resource may be, so that one question asks about all of it. */
const ANY = '⟨*anything⟩';
const ONE_CHARACTER = '⟨#one character⟩';

/**
 * Decides permissions on both sides. Documents that the templates do not have are taken to be the same on both sides: the
 * policy of a resource outside of them to be none, and an AWS managed policy to allow nothing. Attaching one is a change of
 * its own.
 */
export class Decisions {
  private readonly before: Decider;
  private readonly after: Decider;

  constructor(pair: Pair, candidates: readonly Candidate[], managedPolicies: readonly string[]) {
    this.before = new Decider(pair.before, candidates, managedPolicies);
    this.after = new Decider(pair.after, candidates, managedPolicies);
  }

  /** Undefined where the action is never on the resource. */
  of(
    candidate: Candidate,
  ): { readonly before: PermissionState; readonly after: PermissionState } | undefined {
    const before = this.before.decide(candidate);
    const after = this.after.decide(candidate);
    return before && after && { before, after };
  }
}

const OTHER_ACCOUNT = / are not in these templates$|^whether account .* is /u;

class Decider {
  private readonly iam: Iam;

  constructor(
    private readonly side: Side,
    candidates: readonly Candidate[],
    managedPolicies: readonly string[],
  ) {
    const arns = candidates
      .flatMap(({ resource }) => side.symbols(witness(resource)) ?? [])
      .filter((arn) => arn !== '*');
    this.iam = Iam.of(side.templates, {
      resourcePolicies: Object.fromEntries(arns.map((arn) => [arn, null])),
      managedPolicies: Object.fromEntries(managedPolicies.map((arn) => [arn, { Statement: [] }])),
    });
  }

  decide({ principal, action, resource }: Candidate): PermissionState | undefined {
    const who = this.side.byPath.has(principal) ? principal : this.side.symbols(principal);
    const on = this.side.symbols(witness(resource));
    if (who === undefined || on === undefined) return { answer: 'denied', because: ['it does not exist'] };
    try {
      return this.stateOf(this.iam.can(who, action, on));
    } catch (error) {
      const { message } = error as Error;
      if (/ is never on |expected sts:AssumeRoleWith|is on a bucket, not on an object/.test(message))
        return undefined;
      // A role that only the other side has.
      if (message.includes('no such resource')) return { answer: 'denied', because: ['it does not exist'] };
      return { answer: 'unknown', because: [message] };
    }
  }

  private stateOf({ answer, statements, reasons }: Decision): PermissionState {
    const deciding = statements.map(({ effect, policy, id }) => `${policy}: ${effect} in statement ${id}`);
    const because = [...reasons, ...deciding].map((text) => this.side.readable(text));
    if (answer === 'allowed') return { answer, because };
    if (answer === 'conditional') return { answer: 'allowed on conditions', because };
    if (answer !== 'unknown')
      return { answer: 'denied', because: because.length > 0 ? because : ['no statement allows it'] };
    if (reasons.every((reason) => reason.includes(ANY)))
      return { answer: 'partly allowed', because: this.partly(deciding) };
    // What another account's own policies say is the same on both sides. An account that may be this one is another one.
    if (reasons.every((reason) => OTHER_ACCOUNT.test(reason))) {
      return { answer: 'allowed', because: deciding.map((text) => this.side.readable(text)) };
    }
    return { answer: 'unknown', because };
  }

  private partly(statements: readonly string[]): readonly string[] {
    return ['on some of these resources', ...statements.map((text) => this.side.readable(text))];
  }
}

const witness = (resource: string): string =>
  resource === '*'
    ? '*'
    : resource
        .replaceAll('*', ANY)
        .replaceAll('⟨⟨*anything⟩', '⟨*')
        .replaceAll('?', ONE_CHARACTER)
        .replaceAll(`⟨${ONE_CHARACTER}`, '⟨?');
