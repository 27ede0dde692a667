import type { Iam } from '../../lib/assertions/iam';
import type { Resource, Templates } from '../../lib/assertions/templates';
import type { Link } from './links';

/** Permissions that say who sets something up, or that every function has. */
const COMMON = /^(logs|xray|kms|cloudwatch|ec2|iam|sts|ssmmessages|ec2messages):/;

/**
 * An arrow from each function, state machine or task to what its role may read or write. The label has the actions.
 * A role whose permissions are not known has none.
 */
export function permissionLinks(templates: Templates, iam: Iam, resources: readonly Resource[]): Link[] {
  const paths = new Set(resources.map(({ path }) => path));
  const forAll = permissionsOfAll(templates, iam);
  return resources.flatMap((resource): Link[] => {
    const role = roleOf(templates, resource);
    if (!role) return [];
    const actions = new Map<string, Set<string>>();
    for (const { action, resource: pattern } of permissionsOf(iam, role.path)) {
      const target =
        COMMON.test(action) || forAll.has(`${action} ${pattern}`) ? undefined : ownerOf(paths, pattern);
      if (target === undefined) continue;
      const known = actions.get(target) ?? new Set();
      actions.set(target, known.add(action.replace(/^[^:]*:/, '')));
    }
    return [...actions].map(([to, names]) => {
      const [first, ...more] = names;
      const label = more.length > 1 ? `${first ?? ''} and ${more.length} more` : [...names].join(', ');
      return { from: resource.path, to, label, kind: 'use' };
    });
  });
}

/** What every role may do, because the policy of a resource allows it to everybody. */
function permissionsOfAll(templates: Templates, iam: Iam): ReadonlySet<string> {
  const [first, ...others] = templates
    .ofType('AWS::IAM::Role')
    .map(
      ({ path }) => new Set(permissionsOf(iam, path).map(({ action, resource }) => `${action} ${resource}`)),
    );
  if (!first || others.length === 0) return new Set();
  return new Set([...first].filter((one) => others.every((other) => other.has(one))));
}

function permissionsOf(iam: Iam, role: string) {
  try {
    return iam.permissions(role);
  } catch {
    // The panel of permissions says why they are not known.
    return [];
  }
}

function roleOf(templates: Templates, { type, properties }: Resource): Resource | undefined {
  const value =
    type === 'AWS::Lambda::Function'
      ? properties.Role
      : type === 'AWS::ECS::Service'
        ? templates.reference(properties.TaskDefinition)?.resource.properties.TaskRoleArn
        : properties.RoleArn;
  const role = templates.reference(value)?.resource;
  return role?.type === 'AWS::IAM::Role' ? role : undefined;
}

/** The drawn resource that a pattern such as `Stack/Uploads/thumbnails/*` is about. */
function ownerOf(paths: ReadonlySet<string>, pattern: string): string | undefined {
  const parts = pattern.split(/(?=[/:*])/);
  for (let count = parts.length; count > 0; count--) {
    const path = parts.slice(0, count).join('');
    if (paths.has(path)) return path;
  }
  return undefined;
}
