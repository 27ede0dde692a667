import { texts } from '../iam';
import type { Resource } from '../templates';
import type { Change } from './model';
import type { Pair, Side } from './pair';

/** The policies attached to roles, users and groups that no template has, and that are no permissions boundary. */
export function managedPoliciesOf(pair: Pair): readonly string[] {
  const attached = pair.sides.flatMap((side) =>
    [...side.byPath.values()].flatMap((resource) => attachedTo(side, resource)),
  );
  const boundaries = pair.sides.flatMap(({ byPath }) =>
    [...byPath.values()].flatMap(({ properties }) => texts(properties.PermissionsBoundary)),
  );
  return [...new Set(attached)].filter((arn) => !boundaries.includes(arn));
}

/** What such a policy allows is not known here. To attach one gives permissions, to detach one takes them. */
export function managedPolicyChanges(pair: Pair): readonly Change[] {
  const paths = new Set([...pair.before.byPath.keys(), ...pair.after.byPath.keys()]);
  return [...paths].flatMap((path) => {
    const [old, now] = pair.both((side) => {
      const resource = side.byPath.get(path);
      return resource ? attachedTo(side, resource) : [];
    });
    const change = (arn: string, isNew: boolean): Change => {
      const here = { answer: 'allowed', because: [`${path}: ManagedPolicyArns has ${shown(arn)}`] };
      const notHere = {
        answer: 'denied',
        because: [`${path}: ManagedPolicyArns does not have ${shown(arn)}`],
      };
      return {
        area: 'permission',
        effect: isNew ? 'opens' : 'closes',
        subjects: [path],
        what: [`everything that ${shown(arn)} allows`],
        objects: ['*'],
        before: isNew ? notHere : here,
        after: isNew ? here : notHere,
      };
    };
    return [
      ...now.filter((arn) => !old.includes(arn)).map((arn) => change(arn, true)),
      ...old.filter((arn) => !now.includes(arn)).map((arn) => change(arn, false)),
    ];
  });
}

const shown = (arn: string): string => arn.replace(/[⟨⟩]/gu, '').replace(/^arn:.*:policy\//u, '');

function attachedTo({ templates }: Side, { type, properties }: Resource): readonly string[] {
  if (!['AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group'].includes(type)) return [];
  return texts(properties.ManagedPolicyArns).filter((arn) => templates.reference(arn) === undefined);
}
