import type { Json } from '../templates';
import type { Change } from './model';
import type { Pair, Side } from './pair';

/** The properties that hold the role that a resource acts with. */
const ROLES: Readonly<Record<string, readonly string[]>> = {
  'AWS::CodeBuild::Project': ['ServiceRole'],
  'AWS::EC2::Instance': ['IamInstanceProfile'],
  'AWS::EC2::LaunchTemplate': [
    'LaunchTemplateData.IamInstanceProfile.Arn',
    'LaunchTemplateData.IamInstanceProfile.Name',
  ],
  'AWS::ECS::TaskDefinition': ['TaskRoleArn', 'ExecutionRoleArn'],
  'AWS::Lambda::Function': ['Role'],
  'AWS::Pipes::Pipe': ['RoleArn'],
  'AWS::Scheduler::Schedule': ['Target.RoleArn'],
  'AWS::StepFunctions::StateMachine': ['RoleArn'],
};

/** Resources that act with another role than before, and may do what it may. */
export function roleChanges(pair: Pair): readonly Change[] {
  return [...pair.changed].flatMap((path) =>
    (ROLES[pair.after.byPath.get(path)?.type ?? ''] ?? []).flatMap((property): Change[] => {
      // A new resource: what its role may do is new as well, or was there.
      if (!pair.before.byPath.has(path)) return [];
      const [old, now] = [roleOf(pair.before, path, property), roleOf(pair.after, path, property)];
      if (old === now) return [];
      return [
        {
          area: 'permission',
          effect: now === undefined ? 'closes' : 'opens',
          subjects: [path],
          what: [now === undefined ? `everything that ${old ?? ''} may do` : `everything that ${now} may do`],
          objects: ['*'],
          before: { answer: `acts with ${old ?? 'no role'}`, because: [`${path}: ${property}`] },
          after: { answer: `acts with ${now ?? 'no role'}`, because: [`${path}: ${property}`] },
        },
      ];
    }),
  );
}

function roleOf(side: Side, path: string, property: string): string | undefined {
  const value = property
    .split('.')
    .reduce<Json | undefined>(
      (at, key) => (typeof at === 'object' && at !== null && !Array.isArray(at) ? at[key] : undefined),
      side.byPath.get(path)?.properties,
    );
  if (value === undefined) return undefined;
  const resource = side.templates.reference(value)?.resource;
  if (resource?.type !== 'AWS::IAM::InstanceProfile')
    return resource ? side.pathOf(resource) : side.readable(JSON.stringify(value));
  const [role] = Array.isArray(resource.properties.Roles) ? resource.properties.Roles : [];
  const found = side.templates.reference(role)?.resource;
  return found ? side.pathOf(found) : side.pathOf(resource);
}

const GUARDS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];

/**
 * Buckets that Block Public Access guards less than before. That alone makes nothing public, but ACLs may, which are not
 * modelled. https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export function publicAccessChanges(pair: Pair): readonly Change[] {
  return [...pair.changed].flatMap((path): Change[] => {
    const [old, now] = pair.both((side) => side.byPath.get(path));
    if (now?.type !== 'AWS::S3::Bucket') return [];
    const guarded = (value: Json | undefined, name: string): boolean => {
      // A bucket without the property has all four.
      if (value === undefined) return true;
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
      return value[name] === true || value[name] === 'true';
    };
    const lost = GUARDS.filter(
      (name) =>
        (!old || guarded(old.properties.PublicAccessBlockConfiguration, name)) &&
        !guarded(now.properties.PublicAccessBlockConfiguration, name),
    );
    if (lost.length === 0) return [];
    return [
      {
        area: 'permission',
        effect: 'undecided',
        subjects: ['anyone'],
        what: ['what public ACLs and policies allow'],
        objects: [path],
        before: {
          answer: old ? 'blocked' : 'denied',
          because: [old ? `${path}: ${lost.join(', ')}` : 'it does not exist'],
        },
        after: {
          answer: 'unknown',
          because: [`${path}: without ${lost.join(', ')}; ACLs of its objects are not in the templates`],
        },
        mayOpen: true,
      },
    ];
  });
}
