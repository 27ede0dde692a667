import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Events } from '../../lib/assertions/events';
import '../../lib/assertions/events/matchers';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Templates } from '../../lib/assertions/templates';
import { AutoScalingWeb } from '../../lib/compute/auto-scaling-web/auto-scaling-web';
import { COMPONENTS } from '../../lib/compute/golden-image/components';
import { GoldenImage, type GoldenImageProps } from '../../lib/compute/golden-image/golden-image';
import { faultsOf, scriptsOf } from '../support/component-document';
import { freePort, Instance } from '../support/instance';
import { newApp, sandbox } from '../support/sandbox';

const PARTNER = '111122223333';
const at = (path: string) => `GoldenImage/Image/${path}`;
const app = sandbox({ alarmEmail: 'ops@example.org', partnerAccount: PARTNER }, 'golden-image');
const templates = Templates.fromApp(app);
const iam = Iam.of(templates, { context: { 'aws:SecureTransport': 'true' } });
const events = Events.of(templates);
const properties = (path: string) => templates.at(at(path)).properties;
const NAME = properties('Pipeline').Name as string;
const KEY = at('Key');
const TOPIC = 'GoldenImage/Alarms/Topic';

function create(props: Partial<GoldenImageProps> = {}) {
  const app = newApp();
  const stack = new Stack(app, 'Test', { env: { account: '222222222222', region: 'us-east-1' } });
  const vpc = new ec2.Vpc(stack, 'Vpc', { availabilityZones: ['us-east-1a', 'us-east-1b'] });
  return { app, stack, vpc, image: new GoldenImage(stack, 'Image', { vpc, ...props }) };
}
const templatesWith = (props: Partial<GoldenImageProps>) => Templates.fromApp(create(props).app);

/** The component documents of the recipe, in its order. */
const documents = (properties('Recipe').Components as { readonly ComponentArn: string }[]).map(
  ({ ComponentArn }) => {
    const component = templates
      .ofType('AWS::ImageBuilder::Component')
      .find(({ logicalId }) => ComponentArn.includes(`.${logicalId}.`));
    return JSON.parse(component?.properties.Data as string) as unknown;
  },
);

/** What a role may do by its own policies. The key policy allows every role of the account to use volumes by EC2. */
const identityOf = (path: string) =>
  iam
    .permissions(at(path))
    .filter(({ action }) => !action.startsWith('kms:'))
    .map(({ action, resource }) => `${action} ${resource}`);

/** What is on the disk of an instance, without what the stand-ins for commands leave. */
function filesOf({ root }: Instance): Readonly<Record<string, string>> {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  const files = paths.filter((path) => /^(etc|opt\/web)\//.test(path) && statSync(join(root, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

describe('golden-image', () => {
  describe('the image', () => {
    it('is made of the latest Amazon Linux 2023 for ARM64', () => {
      expect(properties('Recipe').ParentImage).toBe(
        'ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64',
      );
      expect(properties('Build/Configuration').InstanceTypes).toEqual(['t4g.small', 't4g.medium']);
    });

    it('has one volume of 8 GiB, encrypted with the key', () => {
      expect(properties('Recipe').BlockDeviceMappings).toEqual([
        {
          DeviceName: '/dev/xvda',
          Ebs: {
            VolumeType: 'gp3',
            VolumeSize: 8,
            Encrypted: true,
            KmsKeyId: `⟨GoldenImage.${templates.at(KEY).logicalId}.Arn⟩`,
            DeleteOnTermination: true,
          },
        },
      ]);
      expect(properties('Key').EnableKeyRotation).toBe(true);
    });

    it('is built each Sunday, or when the schedule says so', () => {
      expect(properties('Pipeline').Schedule).toEqual({
        ScheduleExpression: 'cron(0 4 ? * sun *)',
        PipelineExecutionStartCondition: 'EXPRESSION_MATCH_ONLY',
      });
      const daily = templatesWith({ schedule: 'cron(0 2 * * ? *)' }).at('Test/Image/Pipeline');
      expect(daily.properties.Schedule).toMatchObject({ ScheduleExpression: 'cron(0 2 * * ? *)' });
    });

    it('gets a new version when a component or the recipe changes', () => {
      const versions = [...templates.ofType('AWS::ImageBuilder::Component'), templates.at(at('Recipe'))];
      expect(versions.map((resource) => resource.properties.Version)).toEqual(Array(4).fill('1.0.x'));
    });
  });

  describe('component documents', () => {
    it('follow the schema of Image Builder', () => {
      expect(documents.map(faultsOf)).toEqual([[], [], []]);
    });

    it.each<[string, (document: { phases: Record<string, unknown>[] }) => void]>([
      ['an unknown phase', ({ phases }) => (phases[0] = { ...phases[0], name: 'deploy' })],
      ['a phase twice', ({ phases }) => phases.push(...phases)],
      ['no steps', ({ phases }) => (phases[0] = { ...phases[0], steps: [] })],
      ['an unknown property', ({ phases }) => (phases[0] = { ...phases[0], retries: 3 })],
    ])('the check of the schema finds %s', (_, change) => {
      const document = structuredClone(documents[0]) as { phases: Record<string, unknown>[] };
      change(document);
      expect(faultsOf(document)).not.toEqual([]);
    });

    it('end the build at the first failure, and the recipe ends with the tests', () => {
      const [last] = documents.slice(-1) as { phases: { name: string; steps: { onFailure: string }[] }[] }[];
      expect(last?.phases.map(({ name }) => name)).toEqual(['test']);
      const steps = (documents as NonNullable<typeof last>[]).flatMap(({ phases }) =>
        phases.flatMap((phase) => phase.steps),
      );
      expect(steps.map(({ onFailure }) => onFailure)).toEqual(Array(6).fill('Abort'));
      expect(properties('Pipeline').ImageTestsConfiguration).toEqual({ ImageTestsEnabled: true });
    });
  });

  describe('on an instance', () => {
    let instance: Instance;
    let port: number;
    const application = join(__dirname, '../../lib/compute/auto-scaling-web/app/server.mjs');
    const run = (phase: string, skip?: RegExp) => {
      const scripts = scriptsOf(documents, phase).filter((script) => !skip?.test(script));
      const script = scripts.join('\n').replace(/\b8080\b/g, String(port));
      return instance.boot(script);
    };
    beforeEach(async () => {
      port = await freePort();
      instance = new Instance({ application });
    });
    afterEach(() => {
      instance.terminate();
    });

    it('the build gives the same files when it runs twice', () => {
      expect(run('build')).toMatchObject({ status: 0 });
      const files = filesOf(instance);
      expect(Object.keys(files)).toEqual([
        'etc/ssh/sshd_config.d/10-golden-image.conf',
        'etc/sysctl.d/90-golden-image.conf',
        'etc/systemd/system/web.service',
        'opt/web/server.mjs',
      ]);
      expect(run('build')).toMatchObject({ status: 0 });
      expect(filesOf(instance)).toEqual(files);
    });

    it('the build updates all packages and enables no service', () => {
      const { commands } = run('build');
      expect(commands).toEqual([
        'dnf upgrade --assumeyes --releasever=latest',
        'dnf install --assumeyes --releasever=latest nodejs24 amazon-cloudwatch-agent',
        'systemctl daemon-reload',
        'systemctl disable sshd',
      ]);
    });

    it('the tests pass, and pass again, against the web server', () => {
      run('build');
      expect(run('test')).toMatchObject({ status: 0 });
      const again = run('test');
      expect(again.status).toBe(0);
      expect(again.commands.at(-1)).toMatch(/^curl --fail .*\/health$/);
    });

    it.each<[string, RegExp]>([
      ['SSH is enabled', /disable sshd/],
      ['the kernel parameters are missing', /kptr_restrict/],
    ])('the tests fail if %s', (_, skip) => {
      run('build', skip);
      expect(run('test').status).not.toBe(0);
    });

    it('the tests fail if the web server does not answer', () => {
      instance.terminate();
      instance = new Instance({ application, patience: 500 });
      run('build');
      writeFileSync(join(instance.root, 'opt/web/server.mjs'), 'process.exit(1);');
      expect(run('test')).toMatchObject({ status: 124 });
    });

    it('auto-scaling-web runs its own application on the image', async () => {
      run('build');
      const { app, stack, vpc } = create();
      new AutoScalingWeb(stack, 'Web', { vpc });
      const [template] = Templates.fromApp(app).ofType('AWS::EC2::LaunchTemplate');
      const { UserData } = template?.properties.LaunchTemplateData as { readonly UserData: string };
      expect(instance.boot(UserData.replace(/\b8080\b/g, String(port)))).toMatchObject({ status: 0 });
      const response = await fetch(`http://localhost:${port}/`);
      expect(await response.text()).not.toContain('golden image');
    });
  });

  describe('the build instance', () => {
    it('is in a private subnet and accepts no connection', () => {
      const [group] = templates
        .ofType('AWS::EC2::SecurityGroup')
        .filter(({ stack }) => stack === 'GoldenImage');
      expect(group?.properties).not.toHaveProperty('SecurityGroupIngress');
      expect(group?.properties.SecurityGroupEgress).toEqual([
        expect.objectContaining({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }),
      ]);
      const subnet = templates.at('MultiAzVpc/Network/Vpc/PrivateSubnet1/Subnet');
      expect(properties('Build/Configuration')).toMatchObject({
        SubnetId: `⟨MultiAzVpc.${subnet.logicalId}⟩`,
        SecurityGroupIds: [`⟨GoldenImage.${group?.logicalId}.GroupId⟩`],
      });
      expect(subnet.properties.MapPublicIpOnLaunch).toBe(false);
    });

    it('requires IMDSv2, and is terminated after a failure', () => {
      expect(properties('Build/Configuration')).toMatchObject({
        InstanceMetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        TerminateInstanceOnFailure: true,
      });
    });

    it('may read the components of this recipe and write its logs only', () => {
      expect(identityOf('Build/Role')).toEqual([
        'ssm:UpdateInstanceInformation *',
        'ssmmessages:CreateControlChannel *',
        'ssmmessages:CreateDataChannel *',
        'ssmmessages:OpenControlChannel *',
        'ssmmessages:OpenDataChannel *',
        `imagebuilder:GetComponent ${at('Components/harden')}`,
        `imagebuilder:GetComponent ${at('Components/install')}`,
        `imagebuilder:GetComponent ${at('Components/test')}`,
        `logs:CreateLogStream ${at('Logs')}:*`,
        `logs:PutLogEvents ${at('Logs')}:*`,
        's3:GetObject arn:aws:s3:::ec2imagebuilder-*/*',
      ]);
    });
  });

  describe('distribution', () => {
    const SECOND = { region: 'eu-west-1', keyArn: 'arn:aws:kms:eu-west-1:222222222222:key/1234' };
    const shared = templatesWith({ accounts: [PARTNER], secondRegion: SECOND });
    const distributions = (of: Templates) =>
      of.at('Test/Image/Distribution').properties.Distributions as Record<string, unknown>[];

    it('shares the image with the named accounts, in both Regions', () => {
      const LaunchPermissionConfiguration = { UserIds: [PARTNER] };
      expect(distributions(shared)).toMatchObject([
        { Region: 'us-east-1', AmiDistributionConfiguration: { LaunchPermissionConfiguration } },
        {
          Region: 'eu-west-1',
          AmiDistributionConfiguration: { KmsKeyId: SECOND.keyArn, LaunchPermissionConfiguration },
        },
      ]);
      expect(properties('Distribution').Distributions).toMatchObject([
        { AmiDistributionConfiguration: { LaunchPermissionConfiguration } },
      ]);
    });

    it('shares it with nobody if no account is named', () => {
      const [only, ...others] = distributions(templatesWith({}));
      expect(others).toEqual([]);
      expect(only?.AmiDistributionConfiguration).not.toHaveProperty('LaunchPermissionConfiguration');
    });

    it('the named accounts may use the key to launch the image, others may not', () => {
      const key = Iam.of(shared);
      const launch = ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:ReEncryptFrom'];
      const answers = (account: string) =>
        launch.map((action) => key.can(`arn:aws:iam::${account}:root`, action, 'Test/Image/Key').answer);
      expect(answers(PARTNER)).toEqual(Array(4).fill('allowed'));
      const viaEc2 = { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com', 'kms:CallerAccount': '333333333333' };
      const stranger = 'arn:aws:iam::333333333333:root';
      expect(key).not.toAllow(stranger, 'kms:Decrypt', 'Test/Image/Key', { context: viaEc2 });
      for (const action of ['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion']) {
        expect(key).not.toAllow(`arn:aws:iam::${PARTNER}:root`, action, 'Test/Image/Key', {
          context: viaEc2,
        });
      }
    });

    it('Auto Scaling in this account may use the key, by EC2 only', () => {
      const key = Iam.of(shared);
      const role =
        'arn:aws:iam::222222222222:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';
      const by = (service: string) => ({
        context: {
          'kms:CallerAccount': '222222222222',
          'kms:ViaService': `${service}.us-east-1.amazonaws.com`,
        },
      });
      // The role is not in the templates. The key policy alone may allow it, as it is in the same account.
      const allowing = (service: string) =>
        key.can(role, 'kms:CreateGrant', 'Test/Image/Key', by(service)).statements.map(({ id }) => id);
      expect(allowing('ec2')).toContain('EbsInThisAccount');
      expect(allowing('s3')).not.toContain('EbsInThisAccount');
    });

    it('writes the id to a parameter that Image Builder may write', () => {
      const [{ SsmParameterConfigurations } = {}] = properties('Distribution').Distributions as {
        readonly SsmParameterConfigurations: unknown;
      }[];
      expect(SsmParameterConfigurations).toEqual([
        { ParameterName: `/imagebuilder/${NAME}`, DataType: 'aws:ec2:image' },
      ]);
      expect(distributions(shared)[1]?.SsmParameterConfigurations).toEqual(
        distributions(shared)[0]?.SsmParameterConfigurations,
      );
    });

    it('a group takes the newest image at each launch, without a new launch template', () => {
      const { app, stack, vpc, image } = create();
      const machineImage = ec2.MachineImage.resolveSsmParameterAtLaunch(image.parameterName);
      new AutoScalingWeb(stack, 'Web', { vpc, machineImage });
      const all = Templates.fromApp(app);
      const [template] = all.ofType('AWS::EC2::LaunchTemplate');
      const { Name } = all.at('Test/Image/Pipeline').properties;
      expect(template?.properties.LaunchTemplateData).toMatchObject({
        ImageId: `resolve:ssm:/imagebuilder/${Name as string}`,
      });
      expect(distributions(all)[0]?.SsmParameterConfigurations).toMatchObject([
        { ParameterName: `/imagebuilder/${Name as string}` },
      ]);
    });
  });

  describe('old images', () => {
    it('are deleted with their snapshots, except the last three and those in use', () => {
      const { PolicyDetails, ResourceSelection, ResourceType } = properties('OldImages/Policy');
      expect(PolicyDetails).toEqual([
        {
          Action: { Type: 'DELETE', IncludeResources: { Amis: true, Snapshots: true } },
          Filter: { Type: 'COUNT', Value: 3 },
          ExclusionRules: { Amis: { LastLaunched: { Unit: 'DAYS', Value: 90 } } },
        },
      ]);
      expect(ResourceType).toBe('AMI_IMAGE');
      expect(ResourceSelection).toEqual({ TagMap: properties('Pipeline').ImageTags });
      const ten = templatesWith({ keepImages: 10 }).at('Test/Image/OldImages/Policy').properties;
      expect(ten.PolicyDetails).toMatchObject([{ Filter: { Value: 10 } }]);
    });

    it('of other recipes and other makers are not deleted', () => {
      const role = at('OldImages/Role');
      const ami = 'arn:aws:ec2:us-east-1::image/ami-1';
      const snapshot = 'arn:aws:ec2:us-east-1::snapshot/snap-1';
      const image = 'arn:aws:imagebuilder:us-east-1:⟨AWS::AccountId⟩:image/any/1.0.0/1';
      const resourcePolicies = { [ami]: null, [snapshot]: null, [image]: null };
      const deletion = Iam.of(templates, { resourcePolicies });
      const tag = (key: string, value: string) => ({ context: { [`aws:ResourceTag/${key}`]: value } });
      expect(deletion).toAllow(role, 'ec2:DeregisterImage', ami, tag('CreatedBy', 'EC2 Image Builder'));
      expect(deletion).not.toAllow(role, 'ec2:DeregisterImage', ami, tag('CreatedBy', 'Packer'));
      expect(deletion).toAllow(role, 'ec2:DeleteSnapshot', snapshot, tag('CreatedBy', 'EC2 Image Builder'));
      expect(deletion).not.toAllow(role, 'ec2:DeleteSnapshot', snapshot, tag('CreatedBy', 'Packer'));
      const { 'golden-image': name } = properties('Pipeline').ImageTags as { 'golden-image': string };
      expect(deletion).toAllow(role, 'imagebuilder:DeleteImage', image, tag('golden-image', name));
      expect(deletion.can(role, 'imagebuilder:DeleteImage', image, tag('golden-image', 'x')).answer).not.toBe(
        'allowed',
      );
    });
  });

  describe('a build', () => {
    const arn = `arn:aws:imagebuilder:⟨AWS::Region⟩:⟨AWS::AccountId⟩:image/${NAME}/1.0.1/1`;
    const state = (status: string, image = arn) => ({
      bus: 'default',
      event: {
        source: 'aws.imagebuilder',
        'detail-type': 'EC2 Image Builder Image State Change',
        resources: [image],
        detail: {
          'previous-state': { status: 'TESTING' },
          state: { status, reason: 'Step web-server failed' },
        },
      },
    });

    it.each<[string, readonly string[]]>([
      ['FAILED', [TOPIC]],
      ['AVAILABLE', []],
      ['TESTING', []],
      ['CANCELLED', []],
    ])('that is %s notifies %j', (status, topics) => {
      expect(events).toDeliverOnlyTo(state(status), topics);
    });

    it('of another recipe notifies nobody', () => {
      const { targets } = events.deliveries(
        state('FAILED', 'arn:aws:imagebuilder:us-east-1:1:image/x/1.0.1/1'),
      );
      expect(targets).toEqual([]);
    });

    it('that fails sends the image and the reason, or the message is kept', () => {
      const answer = events.deliveries(state('FAILED'));
      expect(answer.inputOf(TOPIC)).toMatch(/^Image arn:.*\/1\.0\.1\/1 failed: Step web-server failed$/);
      expect(answer.deliveries).toEqual([
        expect.objectContaining({
          deadLetters: at('Undelivered/Queue'),
          retry: { attempts: 185, seconds: 86_400 },
        }),
      ]);
      expect(identityOf('FailedBuilds/Rule/EventsRole')).toEqual([`sns:Publish ${TOPIC}`]);
    });

    it('writes to the log group of the stack, where Image Builder may write', () => {
      const { LogGroupName, RetentionInDays } = properties('Logs');
      expect(LogGroupName).toBe(`/aws/imagebuilder/${NAME}`);
      expect(RetentionInDays).toBe(90);
      const { logicalId } = templates.at(at('Logs'));
      expect(properties('Pipeline').LoggingConfiguration).toEqual({
        ImageLogGroupName: `⟨GoldenImage.${logicalId}⟩`,
        PipelineLogGroupName: `⟨GoldenImage.${logicalId}⟩`,
      });
    });
  });

  it('without a topic, there is no rule and no queue', () => {
    const quiet = templatesWith({});
    expect([...quiet.ofType('AWS::Events::Rule'), ...quiet.ofType('AWS::SQS::Queue')]).toEqual([]);
  });

  it('retains key and logs, unless the removal policy says DESTROY', () => {
    for (const [removalPolicy, DeletionPolicy] of [
      [undefined, 'Retain'],
      [RemovalPolicy.DESTROY, 'Delete'],
    ] as const) {
      const template = Template.fromStack(create({ removalPolicy }).stack);
      for (const type of ['AWS::KMS::Key', 'AWS::Logs::LogGroup'])
        template.hasResource(type, { DeletionPolicy });
    }
  });

  it('two images fit in one stack', () => {
    const { app, stack, vpc } = create();
    new GoldenImage(stack, 'Other', { vpc });
    const all = Templates.fromApp(app);
    const names = ['Image', 'Other'].map((id) => all.at(`Test/${id}/Recipe`).properties.Name);
    expect(new Set(names).size).toBe(2);
    expect(names[0]).toMatch(/^testimage/);
  });

  describe('refuses', () => {
    const [install, , test] = COMPONENTS as [(typeof COMPONENTS)[0], unknown, (typeof COMPONENTS)[0]];
    const long = { ...install, description: 'x'.repeat(16_000) };
    const key = 'arn:aws:kms:us-east-1:222222222222:key/1234';
    it.each<[string, Partial<GoldenImageProps>, string]>([
      ['no components', { components: [] }, 'components: got [], expected 1 to 20 documents'],
      ['a component twice', { components: [test, test] }, 'documents with different names'],
      ['a bad name', { components: [{ ...test, name: 'a b' }] }, 'components.name: got "a b"'],
      ['a long document', { components: [long, test] }, 'components: got "install, longer"'],
      ['no test', { components: [install] }, 'expected a document with the phase test'],
      ['a bad account', { accounts: ['1234'] }, 'accounts: got "1234", expected the 12 digits'],
      ['a rate', { schedule: 'rate(7 days)' }, 'schedule: got "rate(7 days)", expected a cron'],
      [
        'a key of another Region',
        { secondRegion: { region: 'eu-west-1', keyArn: key } },
        'secondRegion.keyArn: got',
      ],
      ['no images to keep', { keepImages: 0 }, 'keepImages: got 0, expected a whole number from 1 to 1000'],
    ])('%s', (_, props, message) => {
      expect(() => create(props)).toThrow(message);
    });
  });
});
