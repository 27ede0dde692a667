import { texts, type Statement } from '../iam';
import type { Json } from '../templates';
import { difference, Policies } from './statements';
import type { Pair } from './pair';

/** A permission that may have changed. Resources are written as `Policies.common` writes them. */
export interface Candidate {
  readonly principal: string;
  /** An action or a pattern. */
  readonly action: string;
  /** An ARN or a pattern; `*`. */
  readonly resource: string;
}

/** The permissions of which the statements that decide them differ. */
export class Candidates {
  private readonly found = new Map<string, Candidate>();
  private readonly before: Policies;
  private readonly after: Policies;

  constructor(private readonly pair: Pair) {
    this.before = new Policies(pair.before);
    this.after = new Policies(pair.after);
  }

  all(): readonly Candidate[] {
    const principals = [...new Set([...this.before.principals, ...this.after.principals])];
    const everywhere = this.changed((type) => type === 'AWS::Organizations::Policy');
    for (const principal of principals) this.ofPrincipal(principal, everywhere);
    const resources = new Set([...this.pair.before.byPath.keys(), ...this.pair.after.byPath.keys()]);
    for (const path of resources) this.ofResource(path, principals);
    return [...this.found.values()];
  }

  private changed(isOfType: (type: string) => boolean): boolean {
    return [...this.pair.changed].some((path) =>
      this.pair.sides.some((side) => isOfType(side.byPath.get(path)?.type ?? '')),
    );
  }

  private ofPrincipal(principal: string, everywhere: boolean): void {
    const [old, now] = [this.before.ofPrincipal(principal), this.after.ofPrincipal(principal)];
    const own = difference(this.before, old.identity, this.after, now.identity);
    const limits = difference(this.before, old.boundary, this.after, now.boundary);
    const changed = [...own.before, ...own.after];
    // What denies or limits decides about everything else that is allowed.
    const isLimit = changed.some(({ elements }) => elements.Effect !== 'Allow');
    if (isLimit || everywhere || limits.before.length + limits.after.length > 0) {
      this.add(principal, this.before, [...old.identity, ...limits.before]);
      this.add(principal, this.after, [...now.identity, ...limits.after]);
      return;
    }
    this.add(principal, this.before, own.before);
    this.add(principal, this.after, own.after);
  }

  private ofResource(path: string, principals: readonly string[]): void {
    const [old, now] = [this.before.ofResource(path), this.after.ofResource(path)];
    const { before, after } = difference(this.before, old, this.after, now);
    const isOtherwiseLimited =
      this.pair.changed.has(path) &&
      this.pair.sides.some((side) => side.byPath.get(path)?.type === 'AWS::S3::Bucket');
    const isLimit = [...before, ...after].some(({ elements }) => elements.Effect !== 'Allow');
    const [oldOnes, newOnes] = isLimit || isOtherwiseLimited ? [old, now] : [before, after];
    for (const [policies, statements] of [
      [this.before, oldOnes],
      [this.after, newOnes],
    ] as const) {
      const resource = policies.side.byPath.get(path);
      if (!resource) continue;
      const arn = policies.arnOf(resource);
      for (const statement of statements) {
        for (const principal of this.principalsOf(policies, statement))
          this.add(principal, policies, [statement], arn);
      }
      // A statement that denies is about all whom their own policies allow something on the resource.
      if (!isLimit && !isOtherwiseLimited) continue;
      for (const principal of principals) {
        const own = policies
          .ofPrincipal(principal)
          .identity.filter(({ elements }) => concerns(policies, elements, arn));
        if (own.length === 0) continue;
        this.add(principal, policies, own);
        this.add(principal, policies, statements, arn);
      }
    }
  }

  private add(principal: string, policies: Policies, statements: readonly Statement[], own?: string): void {
    for (const { elements } of statements) {
      const actions = elements.NotAction === undefined ? texts(elements.Action) : ['*'];
      const written = elements.NotResource === undefined ? texts(elements.Resource) : ['*'];
      // In the policy of a resource, no resource and `*` both mean that resource.
      const resources =
        own === undefined
          ? written.map((one) => policies.common(one))
          : (written.length === 0 ? ['*'] : written).map((one) => (one === '*' ? own : policies.common(one)));
      for (const action of actions.length > 0 ? actions : ['*']) {
        for (const resource of resources.length > 0 ? resources : ['*']) {
          const candidate = { principal, action, resource };
          this.found.set(JSON.stringify(candidate), candidate);
        }
      }
    }
  }

  /** Whom a statement of a resource's policy names. */
  private principalsOf(policies: Policies, { elements }: Statement): readonly string[] {
    const { Principal, NotPrincipal } = elements;
    if (NotPrincipal !== undefined || typeof Principal === 'string') return ['*'];
    const named =
      typeof Principal === 'object' && Principal !== null && !Array.isArray(Principal) ? Principal : {};
    return Object.values(named).flatMap((values: Json) =>
      texts(values).map((value) => policies.pathOfPrincipal(policies.common(value))),
    );
  }
}

/** Whether a statement may be about a resource or what is in it. */
function concerns(policies: Policies, elements: Statement['elements'], arn: string): boolean {
  if (elements.NotResource !== undefined) return true;
  const own = arn.replace(/:\*$/, '');
  return texts(elements.Resource)
    .map((one) => policies.common(one))
    .some(
      (one) =>
        one.startsWith('*') ||
        one.startsWith(own) ||
        (/[*?]/.test(one) && own.startsWith(one.split(/[*?]/)[0] ?? '')),
    );
}
