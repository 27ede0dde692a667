import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Events } from '../../lib/assertions/events';
import '../../lib/assertions/events/matchers';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Templates } from '../../lib/assertions/templates';
import {
  ContainerRegistry,
  type ContainerRegistryProps,
} from '../../lib/containers/container-registry/container-registry';
import { RegistrySettings } from '../../lib/containers/container-registry/registry-settings';
import { imagesKept, type Image } from '../support/image-lifecycle';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const at = (path: string) => `ContainerRegistry/${path}`;
const app = sandbox({ alarmEmail: 'ops@example.org' }, 'container-registry');
const template = Template.fromStack(stackOf(app, 'ContainerRegistry'));
const templates = Templates.fromApp(app);
const iam = Iam.of(templates, { context: { 'aws:SecureTransport': 'true' } });
const events = Events.of(templates);
const REPOSITORY = at('Registry/Repository');
const TOPIC = at('Alarms/Topic');

const PUSH = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:BatchGetImage',
  'ecr:CompleteLayerUpload',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
];

describe('container-registry', () => {
  it('has tags that cannot be pushed again, and encrypts images', () => {
    expect(templates.at(REPOSITORY).properties).toMatchObject({
      ImageTagMutability: 'IMMUTABLE',
      EncryptionConfiguration: { EncryptionType: 'KMS' },
    });
  });

  it('the publisher may push to this repository, and do nothing else', () => {
    expect(iam).toAllowOnly(at('Publisher/Role'), { '*': ['ecr:GetAuthorizationToken'], [REPOSITORY]: PUSH });
    const { AssumeRolePolicyDocument } = templates.at(at('Publisher/Role')).properties;
    expect(AssumeRolePolicyDocument).toMatchObject({
      Statement: [{ Principal: { AWS: expect.stringContaining('⟨AWS::AccountId⟩') as string } }],
    });
  });

  it('no other account can pull or push', () => {
    const stranger = 'arn:aws:iam::222222222222:root';
    for (const action of ['ecr:BatchGetImage', 'ecr:PutImage']) {
      expect(iam.can(stranger, action, REPOSITORY).answer).not.toBe('allowed');
    }
    expect(templates.at(REPOSITORY).properties.RepositoryPolicyText).toBeUndefined();
  });

  describe('deletes old images', () => {
    const policy = (templates.at(REPOSITORY).properties.LifecyclePolicy as { LifecyclePolicyText: string })
      .LifecyclePolicyText;
    const image = (days: number, ...tags: string[]): Image => ({ days, tags });
    const builds = (count: number) => Array.from({ length: count }, (_, i) => image(i + 1, `build-${i + 1}`));

    it('keeps the newest 30', () => {
      expect(imagesKept(policy, builds(31))).toEqual(builds(30));
      expect(imagesKept(policy, builds(30))).toEqual(builds(30));
    });

    it('keeps releases, however old they are', () => {
      const release = image(1000, 'release-1.0', 'build-0');
      expect(imagesKept(policy, [...builds(40), release])).toEqual([...builds(30), release]);
      // A release is among the newest 30 too.
      const newest = image(0, 'release-2.0');
      expect(imagesKept(policy, [newest, ...builds(30)])).toEqual([newest, ...builds(29)]);
    });

    it('deletes images without a tag after a day', () => {
      expect(imagesKept(policy, [image(1), image(2), image(2, 'build-1')])).toEqual([
        image(1),
        image(2, 'build-1'),
      ]);
    });
  });

  describe('findings of a scan', () => {
    const scan = (counts: Record<string, number>, more: Record<string, unknown> = {}) => ({
      event: {
        source: 'aws.ecr',
        'detail-type': 'ECR Image Scan',
        detail: {
          'scan-status': 'COMPLETE',
          'repository-name': `⟨ContainerRegistry.${templates.at(REPOSITORY).logicalId}⟩`,
          'image-digest': 'sha256:7f5b',
          'finding-severity-counts': counts,
          ...more,
        },
      },
    });

    it.each<[string, ReturnType<typeof scan>, readonly string[]]>([
      ['critical', scan({ CRITICAL: 2, LOW: 1 }), [TOPIC]],
      ['low', scan({ LOW: 7 }), []],
      ['critical: none', scan({ CRITICAL: 0 }), []],
      ['critical, of a scan that failed', scan({ CRITICAL: 2 }, { 'scan-status': 'FAILED' }), []],
    ])('%s', (_, event, topics) => {
      expect(events).toDeliverOnlyTo(event, topics);
    });

    it('of another repository do not reach the topic', () => {
      // The name of this one is known only once deployed.
      const { targets, unknown } = events.deliveries(scan({ CRITICAL: 2 }, { 'repository-name': 'other' }));
      expect(targets).toEqual([]);
      expect(unknown).toEqual([
        expect.stringContaining(`${templates.at(REPOSITORY).logicalId} is known only`),
      ]);
    });

    it('reach the topic with number, repository and digest, or are kept', () => {
      const answer = events.deliveries(scan({ CRITICAL: 2 }));
      expect(answer.inputOf(TOPIC)).toMatch(/^2 critical findings in .*@sha256:7f5b$/);
      expect(answer.deliveries).toEqual([
        expect.objectContaining({
          deadLetters: at('Registry/Undelivered/Queue'),
          retry: { attempts: 185, seconds: 86_400 },
        }),
      ]);
      const source = { context: { 'aws:SourceArn': iam.arn(at('Registry/CriticalFindings/Rule')) } };
      expect(iam).toAllowOnly(at('Registry/CriticalFindings/Rule/EventsRole'), { [TOPIC]: ['sns:Publish'] });
      expect(iam).not.toAllow('events.amazonaws.com', 'sns:Publish', TOPIC, source);
      expect(iam).toAllow(
        'events.amazonaws.com',
        'sqs:SendMessage',
        at('Registry/Undelivered/Queue'),
        source,
      );
    });
  });

  it('scans each image when it is pushed, in all repositories of the account', () => {
    expect(templates.at(at('Settings/Scanning')).properties).toEqual({
      ScanType: 'BASIC',
      Rules: [
        { ScanFrequency: 'SCAN_ON_PUSH', RepositoryFilters: [{ Filter: '*', FilterType: 'WILDCARD' }] },
      ],
    });
    template.hasResource('AWS::ECR::Repository', {
      DependsOn: [templates.at(at('Settings/Scanning')).logicalId],
    });
  });

  it('without an address, has no rule, topic or queue', () => {
    const silent = Template.fromStack(stackOf(sandbox({}, 'container-registry'), 'ContainerRegistry'));
    for (const type of ['AWS::Events::Rule', 'AWS::SNS::Topic', 'AWS::SQS::Queue'])
      silent.resourceCountIs(type, 0);
  });
});

describe('props of ContainerRegistry', () => {
  const stackIn = (region?: string) =>
    new Stack(newApp(), 'Test', region === undefined ? {} : { env: { account: '111111111111', region } });
  const made = (props: ContainerRegistryProps, stack = stackIn()) => {
    new ContainerRegistry(stack, 'Registry', props);
    return stack;
  };

  it('pullAccounts can pull, and not push', () => {
    const app = newApp();
    new ContainerRegistry(new Stack(app, 'Test'), 'Registry', {
      pullAccounts: ['222222222222', '333333333333'],
    });
    const shared = Iam.of(Templates.fromApp(app));
    const pull = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
    for (const account of ['222222222222', '333333333333']) {
      const allowed = [...PUSH, 'ecr:GetDownloadUrlForLayer', 'ecr:BatchDeleteImage'].filter(
        (action) =>
          shared.can(`arn:aws:iam::${account}:root`, action, 'Test/Registry/Repository').answer === 'allowed',
      );
      expect(allowed.sort()).toEqual(pull);
    }
  });

  it('keepImages and keepTags decide what stays', () => {
    const text = Object.values(
      Template.fromStack(made({ keepImages: 2, keepTags: 'v*.0' })).findResources('AWS::ECR::Repository'),
    )
      .map(
        ({ Properties }) =>
          (Properties as { LifecyclePolicy: { LifecyclePolicyText: string } }).LifecyclePolicy,
      )
      .map(({ LifecyclePolicyText }) => LifecyclePolicyText)
      .join('');
    const images = ['a', 'b', 'v1.0', 'v1.1', 'v1x0'].map((tag, days) => ({ tags: [tag], days }));
    expect(imagesKept(text, images).flatMap(({ tags }) => tags)).toEqual(['a', 'b', 'v1.0']);
  });

  it('keeps the repository by default', () => {
    Template.fromStack(made({})).hasResource('AWS::ECR::Repository', {
      DeletionPolicy: 'Retain',
      Properties: { EmptyOnDelete: false },
    });
    Template.fromStack(made({ removalPolicy: RemovalPolicy.DESTROY })).hasResource('AWS::ECR::Repository', {
      DeletionPolicy: 'Delete',
      Properties: { EmptyOnDelete: true },
    });
  });

  it('replicaRegions get each image', () => {
    const stack = stackIn('eu-west-1');
    new RegistrySettings(stack, 'Settings', { replicaRegions: ['us-east-1', 'us-west-2'] });
    const registryId = { Ref: 'AWS::AccountId' };
    Template.fromStack(stack).hasResourceProperties('AWS::ECR::ReplicationConfiguration', {
      ReplicationConfiguration: {
        Rules: [
          {
            Destinations: [
              { Region: 'us-east-1', RegistryId: registryId },
              { Region: 'us-west-2', RegistryId: registryId },
            ],
            RepositoryFilters: Match.absent(),
          },
        ],
      },
    });
  });

  it.each<[string, ContainerRegistryProps, string]>([
    [
      'an account of 11 digits',
      { pullAccounts: ['22222222222'] },
      'pullAccounts: got "22222222222", expected the 12 digits',
    ],
    ['no image', { keepImages: 0 }, 'keepImages: got 0, expected a whole number from 1 to 10000'],
    ['too many images', { keepImages: 10_001 }, 'keepImages: got 10001'],
    ['five wildcards', { keepTags: '*a*b*c*d*' }, 'keepTags: got "*a*b*c*d*", expected'],
    ['no pattern', { keepTags: '' }, 'keepTags: got "", expected'],
  ])('refuses %s', (_, props, expected) => {
    expect(() => made(props)).toThrow(expected);
  });

  it.each([[['eu-west-1']], [['us-east-1', 'us-east-1']]])('refuses replicas in %j', (replicaRegions) => {
    expect(() => new RegistrySettings(stackIn('eu-west-1'), 'Settings', { replicaRegions })).toThrow(
      `replicaRegions: got "${replicaRegions[0] ?? ''}", expected Regions other than eu-west-1, each once`,
    );
  });

  it('two of them fit into one stack', () => {
    const stack = stackIn();
    for (const id of ['One', 'Two']) new ContainerRegistry(stack, id);
    Template.fromStack(stack).resourceCountIs('AWS::ECR::Repository', 2);
  });
});
