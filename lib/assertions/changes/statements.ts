import { Iam, type Statement } from '../iam';
import type { Resource } from '../templates';
import type { Side } from './pair';

/** The policies of one side, with construct paths in place of logical ids so that both sides can be compared. */
export class Policies {
  private readonly iam: Iam;
  private readonly byArn: ReadonlyMap<string, string>;

  constructor(readonly side: Side) {
    this.iam = Iam.of(side.templates);
    this.byArn = new Map(
      this.principals.flatMap((path) => {
        const resource = side.byPath.get(path);
        return resource ? [[this.arnOf(resource), path] as const] : [];
      }),
    );
  }

  /** The paths of roles, users and groups. */
  get principals(): readonly string[] {
    const types = ['AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group'];
    return [...this.side.byPath].filter(([, { type }]) => types.includes(type)).map(([path]) => path);
  }

  ofPrincipal(path: string): {
    readonly identity: readonly Statement[];
    readonly boundary: readonly Statement[];
  } {
    return this.side.byPath.has(path) ? this.iam.policiesOf(path) : { identity: [], boundary: [] };
  }

  ofResource(path: string): readonly Statement[] {
    const resource = this.side.byPath.get(path);
    return resource ? this.iam.resourcePolicyOf(resource) : [];
  }

  /** An ARN or a pattern, the same on both sides: `arn:aws:s3:::⟨=Shop/Uploads⟩/*`. */
  common(text: string): string {
    return this.side.readable(this.iam.canonical(text));
  }

  /** The path of a role, user or group for its ARN. Other principals stay as they are. */
  pathOfPrincipal(arn: string): string {
    return this.byArn.get(arn) ?? arn;
  }

  /** The ARN of a resource, as `common` writes it. */
  arnOf(resource: Resource): string {
    return this.common(this.iam.arn(`${resource.stack}.${resource.logicalId}`));
  }

  /** A statement as text that is the same on both sides where it says the same. */
  textOf({ elements, undecided, hasVariables }: Statement): string {
    return JSON.stringify([elements, undecided, hasVariables], (_, value: unknown) =>
      typeof value === 'string' ? this.common(value) : value,
    );
  }
}

/** The statements of each side that the other side does not have. */
export function difference(
  before: Policies,
  old: readonly Statement[],
  after: Policies,
  now: readonly Statement[],
): { readonly before: readonly Statement[]; readonly after: readonly Statement[] } {
  const oldTexts = new Set(old.map((statement) => before.textOf(statement)));
  const nowTexts = new Set(now.map((statement) => after.textOf(statement)));
  return {
    before: old.filter((statement) => !nowTexts.has(before.textOf(statement))),
    after: now.filter((statement) => !oldTexts.has(after.textOf(statement))),
  };
}
