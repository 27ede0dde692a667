import { mutationsBelow, type Mutation } from '../support/mutation';

interface Policy {
  readonly rules: {
    rulePriority: number;
    selection: { countNumber: number; tagPatternList?: string[] };
  }[];
}
/** Changes the lifecycle policy of the repository. */
const lifecycle = (name: string, change: (policy: Policy) => void): Mutation =>
  edited(name, 'Registry/Repository', (repository) => {
    const { LifecyclePolicyText } = repository.LifecyclePolicy as { LifecyclePolicyText: string };
    const policy = JSON.parse(LifecyclePolicyText) as Policy;
    change(policy);
    repository.LifecyclePolicy = { LifecyclePolicyText: JSON.stringify(policy) };
  });
const statements = (properties: Record<string, unknown>) =>
  (properties.PolicyDocument as { readonly Statement: Record<string, unknown>[] }).Statement;

const { changed, edited, removed } = mutationsBelow('ContainerRegistry');

export const mutations: readonly Mutation[] = [
  changed('a tag can be pushed again', 'Registry/Repository', { ImageTagMutability: 'MUTABLE' }),
  changed('everybody can pull', 'Registry/Repository', {
    RepositoryPolicyText: {
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }],
    },
  }),
  changed('images are encrypted by a key that nobody can audit', 'Registry/Repository', {
    EncryptionConfiguration: { EncryptionType: 'AES256' },
  }),
  lifecycle('29 images are kept', ({ rules }) => {
    for (const { selection } of rules) if (selection.countNumber === 30) selection.countNumber = 29;
  }),
  lifecycle('releases are deleted', ({ rules }) => {
    rules.splice(1, 1);
  }),
  lifecycle('the count comes before the releases', ({ rules }) => {
    for (const rule of rules) rule.rulePriority = 4 - rule.rulePriority;
  }),
  lifecycle('images without a tag stay', ({ rules }) => {
    rules.splice(0, 1);
  }),
  edited('the publisher may delete images', 'Publisher/Role/DefaultPolicy', (policy) => {
    statements(policy).push({ Effect: 'Allow', Action: 'ecr:BatchDeleteImage', Resource: '*' });
  }),
  edited('every account may push', 'Publisher/Role', (role) => {
    role.AssumeRolePolicyDocument = {
      Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
    };
  }),
  edited('low findings send messages', 'Registry/CriticalFindings/Rule', (rule) => {
    (rule.EventPattern as { detail: Record<string, unknown> }).detail['finding-severity-counts'] = {};
  }),
  edited('findings of all repositories send messages', 'Registry/CriticalFindings/Rule', (rule) => {
    delete (rule.EventPattern as { detail: Record<string, unknown> }).detail['repository-name'];
  }),
  edited('a finding that is not delivered is lost', 'Registry/CriticalFindings/Rule', (rule) => {
    for (const target of rule.Targets as Record<string, unknown>[]) delete target.DeadLetterConfig;
  }),
  removed('images are not scanned', 'Settings/Scanning'),
  changed('some images are scanned', 'Settings/Scanning', {
    Rules: [
      { ScanFrequency: 'SCAN_ON_PUSH', RepositoryFilters: [{ Filter: 'shop', FilterType: 'WILDCARD' }] },
    ],
  }),
];
