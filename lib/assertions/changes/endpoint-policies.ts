import { match, statementsOf, texts, type Statement } from '../iam';
import type { Json, Resource } from '../templates';
import type { Change, Effect } from './model';
import type { Pair, Side } from './pair';
import { Policies, difference } from './statements';
import { readableArn } from './permissions';

/** What a VPC endpoint has without a policy. https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html */
const FULL_ACCESS: Json = { Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] };

/**
 * What VPC endpoints let through that they did not, by their policies, and who may connect to endpoint services.
 * Statements are compared as they stand: what a principal may do in the end, its own policies say as well.
 */
export function endpointPolicyChanges(pair: Pair): readonly Change[] {
  const policies = [new Policies(pair.before), new Policies(pair.after)] as const;
  return [...pair.changed].flatMap((path) => {
    const [old, now] = pair.both((side) => side.byPath.get(path));
    const type = (old ?? now)?.type;
    if (type === 'AWS::EC2::VPCEndpointServicePermissions') return connections(pair, path);
    if (type !== 'AWS::EC2::VPCEndpoint' || !old || !now) return [];
    const statements = ({ properties }: Resource) =>
      statementsOf(path, properties.PolicyDocument ?? FULL_ACCESS);
    const [before, after] = [statements(old), statements(now)];
    const differing = difference(policies[0], before, policies[1], after);
    return [
      ...differing.after
        .filter((one) => !isCovered(one, before))
        .map((one) => change(path, one, policies[1], one.elements.Effect === 'Allow' ? 'opens' : 'closes')),
      ...differing.before
        .filter((one) => !isCovered(one, after))
        .map((one) => change(path, one, policies[0], one.elements.Effect === 'Allow' ? 'closes' : 'opens')),
    ];
  });
}

/** Whether other statements of the same effect match all that a statement matches. */
function isCovered(one: Statement, others: readonly Statement[]): boolean {
  const { Effect, Principal, Condition, NotAction, NotResource, NotPrincipal } = one.elements;
  if ([NotAction, NotResource, NotPrincipal].some((not) => not !== undefined)) return false;
  const all = (patterns: Json | undefined, wanted: Json | undefined, lower: boolean) => {
    const write = (text: string) => (lower ? text.toLowerCase() : text);
    return texts(wanted).every((text) =>
      texts(patterns).some((pattern) => match(write(pattern), write(text)).truth === 'yes'),
    );
  };
  return others.some(({ elements }) => {
    if (elements.Effect !== Effect) return false;
    // Without a condition, it matches whatever the other one matches.
    const isForMore =
      elements.Condition === undefined || JSON.stringify(elements.Condition) === JSON.stringify(Condition);
    const isForAll = JSON.stringify(elements.Principal ?? null).includes('"*"');
    return (
      isForMore &&
      (isForAll || JSON.stringify(elements.Principal) === JSON.stringify(Principal)) &&
      all(elements.Action, one.elements.Action, true) &&
      all(elements.Resource, one.elements.Resource, false)
    );
  });
}

function change(path: string, { elements, id }: Statement, policies: Policies, effect: Effect): Change {
  const { Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition } = elements;
  const named = (value: Json | undefined, not: string) =>
    texts(value).map((text) => `${not}${readableArn(policies.common(text))}`);
  const who =
    typeof Principal === 'object' && Principal !== null && !Array.isArray(Principal)
      ? Object.values(Principal).flatMap((values) => named(values, ''))
      : named(Principal ?? NotPrincipal, Principal === undefined ? 'all but ' : '');
  const statement = `${path}: ${typeof elements.Effect === 'string' ? elements.Effect : 'an effect that is not known'} in statement ${id}`;
  const condition = Condition === undefined ? [] : [`if ${policies.common(JSON.stringify(Condition))}`];
  const isThere = effect === 'opens' ? elements.Effect === 'Allow' : elements.Effect !== 'Allow';
  const here = {
    answer: elements.Effect === 'Allow' ? 'let through' : 'denied',
    because: [statement, ...condition],
  };
  const notHere = {
    answer: elements.Effect === 'Allow' ? 'not let through' : 'not denied',
    because: [`the policy of ${path} has no such statement`],
  };
  return {
    area: 'permission',
    effect,
    subjects: who.map((one) => (one === '*' ? 'anyone' : one)),
    what: [...named(Action, ''), ...named(NotAction, 'all but ')],
    objects: [...named(Resource, ''), ...named(NotResource, 'all but ')],
    when: `through ${path}`,
    before: isThere ? notHere : here,
    after: isThere ? here : notHere,
  };
}

/** https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions */
function connections(pair: Pair, path: string): readonly Change[] {
  const allowed = (side: Side) => {
    const { AllowedPrincipals, ServiceId } = side.byPath.get(path)?.properties ?? {};
    const service = side.templates.reference(ServiceId)?.resource.path;
    return { principals: texts(AllowedPrincipals).map((one) => side.readable(one)), service };
  };
  const [old, now] = [allowed(pair.before), allowed(pair.after)];
  const change = (principal: string, isNew: boolean): Change => {
    const here = { answer: 'allowed', because: [`${path}: AllowedPrincipals has ${principal}`] };
    const notHere = { answer: 'denied', because: [`${path}: AllowedPrincipals does not have ${principal}`] };
    return {
      area: 'permission',
      effect: isNew ? 'opens' : 'closes',
      subjects: [principal === '*' ? 'anyone' : readableArn(principal)],
      what: ['create endpoints'],
      objects: [`service ${(isNew ? now : old).service ?? path}`],
      before: isNew ? notHere : here,
      after: isNew ? here : notHere,
    };
  };
  return [
    ...now.principals.filter((one) => !old.principals.includes(one)).map((one) => change(one, true)),
    ...old.principals.filter((one) => !now.principals.includes(one)).map((one) => change(one, false)),
  ];
}
