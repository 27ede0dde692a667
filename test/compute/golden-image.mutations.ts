import { mutationsBelow, type Mutation } from '../support/mutation';

type Properties = Record<string, unknown>;

const { changed, edited } = mutationsBelow('GoldenImage/Image');

const script = (name: string, component: string, from: string, to: string): Mutation =>
  edited(name, `Components/${component}`, (properties) => {
    properties.Data = (properties.Data as string).replaceAll(from, to);
  });
const volume = (name: string, change: Properties): Mutation =>
  edited(name, 'Recipe', ({ BlockDeviceMappings }) => {
    for (const { Ebs } of BlockDeviceMappings as { Ebs: Properties }[]) Object.assign(Ebs, change);
  });
const statements = (name: string, path: string, edit: (statements: Properties[]) => void): Mutation =>
  edited(name, path, ({ PolicyDocument, KeyPolicy }) => {
    edit(((PolicyDocument ?? KeyPolicy) as { readonly Statement: Properties[] }).Statement);
  });
const distribution = (name: string, edit: (distribution: Record<string, Properties>) => void): Mutation =>
  edited(name, 'Distribution', ({ Distributions }) => {
    (Distributions as Record<string, Properties>[]).forEach(edit);
  });
const lifecycle = (name: string, change: Properties): Mutation =>
  edited(name, 'OldImages/Policy', ({ PolicyDetails }) => {
    for (const detail of PolicyDetails as Properties[]) Object.assign(detail, change);
  });

export const mutations: readonly Mutation[] = [
  changed('the base image is for Intel', 'Recipe', {
    ParentImage: 'ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
  }),
  volume('the volume is not encrypted', { Encrypted: false }),
  volume('the volume is encrypted with a key that cannot be shared', { KmsKeyId: undefined }),
  edited('the recipe has no tests', 'Recipe', (recipe) => {
    recipe.Components = (recipe.Components as unknown[]).slice(0, 2);
  }),
  changed('a change of the recipe needs a new version by hand', 'Recipe', { Version: '1.0.0' }),
  script('a failed test does not stop the distribution', 'test', '"Abort"', '"Continue"'),
  script(
    'a phase has a name that Image Builder refuses',
    'test',
    '"name":"test","steps"',
    '"name":"tests","steps"',
  ),
  script(
    'the web server is started while the image is built',
    'install',
    'daemon-reload',
    'enable --now web',
  ),
  script('the build appends to its files', 'harden', 'cat > ', 'cat >> '),
  script('SSH stays enabled', 'harden', 'systemctl disable sshd', ''),
  script('kernel addresses are visible', 'harden', 'kptr_restrict = 2', 'kptr_restrict = 0'),
  script('the web server does not listen', 'install', 'server.listen(', '('),
  script('packages are not updated', 'install', 'dnf upgrade', '# '),
  changed('images are not tested', 'Pipeline', { ImageTestsConfiguration: { ImageTestsEnabled: false } }),
  changed('images are built by hand only', 'Pipeline', { Schedule: undefined }),
  changed('images have no tag that the lifecycle policy knows', 'Pipeline', { ImageTags: undefined }),
  changed('the build writes to a log group of its own', 'Pipeline', { LoggingConfiguration: undefined }),
  changed('the build instance gives its credentials by IMDSv1', 'Build/Configuration', {
    InstanceMetadataOptions: { HttpTokens: 'optional' },
  }),
  changed('the build instance runs on after a failure', 'Build/Configuration', {
    TerminateInstanceOnFailure: false,
  }),
  edited('the build instance is in a public subnet', 'Build/Configuration', (configuration) => {
    configuration.SubnetId = 'subnet-public';
  }),
  changed('the build instance accepts SSH', 'Build/SecurityGroup', {
    SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '10.0.0.0/8' }],
  }),
  statements('the build instance may read every component', 'Build/Policy', (list) => {
    list.push({ Effect: 'Allow', Action: 'imagebuilder:GetComponent', Resource: '*' });
  }),
  statements('the build instance may read every parameter', 'Build/Policy', (list) => {
    list.push({ Effect: 'Allow', Action: 'ssm:GetParameter', Resource: '*' });
  }),
  distribution('everybody may launch the image', ({ AmiDistributionConfiguration }) => {
    Object.assign(AmiDistributionConfiguration ?? {}, {
      LaunchPermissionConfiguration: { UserGroups: ['all'] },
    });
  }),
  distribution('nobody knows the id of the newest image', (one) => {
    delete one.SsmParameterConfigurations;
  }),
  distribution('Image Builder may not write the parameter', ({ SsmParameterConfigurations }) => {
    const [parameter] = SsmParameterConfigurations as unknown as Properties[];
    Object.assign(parameter ?? {}, { ParameterName: '/golden-image' });
  }),
  lifecycle('one image is kept', { Filter: { Type: 'COUNT', Value: 1 } }),
  lifecycle('images in use are deleted', { ExclusionRules: undefined }),
  lifecycle('snapshots stay', { Action: { Type: 'DELETE', IncludeResources: { Amis: true } } }),
  edited('images of other recipes are deleted', 'OldImages/Policy', (policy) => {
    policy.ResourceSelection = { TagMap: { architecture: 'golden-image' } };
  }),
  statements('the lifecycle policy may delete any AMI', 'OldImages/Deletion', (list) => {
    for (const statement of list) delete statement.Condition;
  }),
  edited('finished builds send messages', 'FailedBuilds/Rule', ({ EventPattern }) => {
    (EventPattern as Properties).detail = {};
  }),
  edited('failed builds of all recipes send messages', 'FailedBuilds/Rule', ({ EventPattern }) => {
    delete (EventPattern as Properties).resources;
  }),
  edited('a message that is not delivered is lost', 'FailedBuilds/Rule', ({ Targets }) => {
    for (const target of Targets as Properties[]) delete target.DeadLetterConfig;
  }),
  changed('the key is not rotated', 'Key', { EnableKeyRotation: false }),
];
