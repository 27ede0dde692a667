import type { Json, Resource, Templates } from '../templates';
import type { Arns } from './arns';
import { attached, Attachments, exists, isRecord, listOf } from './attachments';
import type { Principal } from './principals';
import type { Statement } from './statements';
import { all, any, YES, type Verdict } from './verdict';

/** Documents of policies outside the templates, by ARN. */
export type ManagedPolicies = Readonly<Record<string, unknown>>;

/**
 * The policies of roles, users and groups.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
 */
export class IdentityPolicies {
  private readonly attachments: Attachments;

  constructor(
    private readonly templates: Templates,
    private readonly arns: Arns,
    private readonly managed: ManagedPolicies,
  ) {
    this.attachments = new Attachments(templates, arns);
  }

  /** The statements of all policies of a role, user or group, with those of the groups of a user. */
  of({ kind, resource }: Principal): Statement[] {
    if (!resource) return [];
    if (kind === 'role') return this.attachedTo(resource, 'Role', YES);
    if (kind === 'group') return this.attachedTo(resource, 'Group', YES);
    const groups = this.templates.ofType('AWS::IAM::Group');
    return [
      ...this.attachedTo(resource, 'User', YES),
      ...groups.flatMap((group) => this.attachedTo(group, 'Group', this.isMember(resource, group))),
    ];
  }

  /** The statements of a principal's permissions boundary. Undefined, if it has none. */
  boundaryOf({ resource }: Principal): Statement[] | undefined {
    const boundary = resource?.properties.PermissionsBoundary;
    return boundary === undefined ? undefined : this.managedPolicy(boundary, YES);
  }

  private attachedTo(identity: Resource, kind: 'Role' | 'User' | 'Group', membership: Verdict): Statement[] {
    const counts = all([membership, exists(identity)]);
    if (counts.truth === 'no') return [];
    const inline = listOf(identity.properties.Policies).flatMap((policy, index) => {
      const { PolicyName = `policy ${index}`, PolicyDocument }: Record<string, Json> = isRecord(policy)
        ? policy
        : { PolicyDocument: policy };
      const name = typeof PolicyName === 'string' ? PolicyName : `policy ${index}`;
      return attached(`${identity.path} (${name})`, PolicyDocument, counts);
    });
    const managed = listOf(identity.properties.ManagedPolicyArns).flatMap((arn) =>
      this.managedPolicy(arn, counts),
    );
    const own = `AWS::IAM::${kind}Policy`;
    const listed = this.templates.resources
      .filter(({ type }) => [own, 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].includes(type))
      .flatMap((policy) => {
        const { properties } = policy;
        const names = policy.type === own ? properties[`${kind}Name`] : properties[`${kind}s`];
        const attachment = this.attachments.names(policy, names, identity);
        return attached(policy.path, properties.PolicyDocument, all([counts, attachment]));
      });
    return [...inline, ...managed, ...listed];
  }

  private managedPolicy(arn: Json, attachment: Verdict): Statement[] {
    const text = typeof arn === 'string' ? this.arns.canonical(arn) : JSON.stringify(arn);
    const found = this.templates
      .ofType('AWS::IAM::ManagedPolicy')
      .find((policy) => this.arns.of(policy) === text);
    if (found) return attached(found.path, found.properties.PolicyDocument, all([attachment, exists(found)]));
    const given = this.managed[text];
    if (given !== undefined) return attached(text, given as Json, attachment);
    const why = `the document of ${text} is not in these templates; give it as managedPolicies`;
    return [{ policy: text, id: 'document', elements: {}, hasVariables: false, undecided: why }];
  }

  private isMember(user: Resource, group: Resource): Verdict {
    const additions = this.templates.ofType('AWS::IAM::UserToGroupAddition');
    return any([
      this.attachments.names(user, user.properties.Groups, group),
      ...additions.map((addition) =>
        all([
          this.attachments.names(addition, addition.properties.Users, user),
          this.attachments.names(addition, addition.properties.GroupName, group),
        ]),
      ),
    ]);
  }
}
