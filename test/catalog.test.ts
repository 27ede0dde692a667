import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { CfnResource, Stage, TagManager, Validations, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { catalog } from '../lib/catalog';
import { readParameters } from '../lib/parameters';
import { addSandbox } from '../lib/sandbox';
import { diagramFaults } from './support/diagram';
import { newApp, sandbox, stackOf } from './support/sandbox';
import { normalisedTemplate } from './support/snapshot';

const root = join(__dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const resourcesOf = (stack: Stack) => stack.node.findAll().filter((node) => CfnResource.isCfnResource(node));

/** Headings that every architecture's README has, in this order. */
const HEADINGS = [
  'Usage',
  'Defaults worth knowing',
  'What it costs to leave running',
  'Deploy, verify, destroy',
];

/** Remarks of CDK's template validator, at its most talkative, that say nothing about an architecture. */
const REMARKS = new Map([
  ['I1022', 'Fn::Join where Fn::Sub would be shorter: what CDK writes'],
  ['I4010', 'no Metadata that describes the template to other tools'],
  [
    'I9001',
    'a property cannot change without replacement: true of most, and what names and CIDRs are fixed for',
  ],
  ['I9003', 'no region to check against: the templates are for any'],
  ['W9002', 'a hardcoded ARN, also if partition, Region and account are pseudo parameters'],
  ['W3005', "a dependency that is also a reference: CDK's own custom resource provider"],
]);

/** Metrics of health checks, and certificates and log deliveries of CloudFront, exist in us-east-1 only. */
const NEED_US_EAST_1 = ['static-site', 'edge-functions', 'dns-failover', 'routing-policies', 'health-checks'];

/** Names that an account may have twice: those of other things, and those that are unique in a parent only. */
const NAMES_THAT_MAY_REPEAT = new Set([
  'AWS::ApiGateway::Authorizer.Name',
  'AWS::ApiGateway::Stage.StageName',
  'AWS::ApplicationAutoScaling::ScalingPolicy.PolicyName',
  'AWS::CloudWatch::Alarm.MetricName',
  'AWS::CodeDeploy::DeploymentGroup.DeploymentConfigName',
  'AWS::Cognito::UserPoolGroup.GroupName',
  'AWS::EC2::CustomerGateway.DeviceName',
  'AWS::EC2::VPCEndpoint.ServiceName',
  'AWS::IAM::Policy.PolicyName',
  'AWS::Lambda::Alias.Name',
  'AWS::Route53::HostedZone.Name',
  'AWS::Route53::RecordSet.Name',
]);

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** Properties such as `Name` and `BucketName`, and CloudFront's, which stand in `OriginAccessControlConfig` and the like. */
function physicalNames(properties: Readonly<Record<string, unknown>>): { key: string; name: unknown }[] {
  return Object.entries(properties).flatMap(([key, value]) => {
    if (key.endsWith('Name')) return [{ key, name: value }];
    if (!key.endsWith('Config') || typeof value !== 'object' || value === null || !('Name' in value))
      return [];
    return [{ key: `${key}.Name`, name: value.Name }];
  });
}

/** A name is fixed unless it refers to the stack's id, to its name or to a resource. */
const isFixed = (name: unknown) =>
  !/"(Ref":"(?!AWS::(Region|AccountId|Partition|URLSuffix)")|Fn::GetAtt")/.test(JSON.stringify(name));

interface Diagnostic {
  readonly ruleId: string;
  readonly message: string;
  readonly entity?: { readonly logicalId?: string };
}
interface Retention {
  readonly RetentionInDays: number;
}
interface Logging {
  readonly LoggingConfig?: { readonly LogGroup?: { readonly Ref?: string } };
}
/** The validator inside aws-cdk-lib, of which CDK shows warnings and errors only. */
interface Validator {
  readonly CompositeEngine: new (config: object) => {
    validateTemplate(template: object, options: object): { readonly diagnostics: readonly Diagnostic[] };
  };
  readonly TemplateContent: new (content: string, name: string) => object;
}

const app = sandbox();
app.synth();
const { CompositeEngine, TemplateContent } = createRequire(require.resolve('aws-cdk-lib'))(
  '@aws/cloudformation-validate',
) as Validator;
const validator = new CompositeEngine({});

describe.each(catalog)('$id', ({ id, domain, stackName }) => {
  const folder = `lib/${domain}/${id}`;
  const stack = stackOf(app, stackName);

  it.each([
    `${folder}/README.md`,
    `${folder}/${id}.ts`,
    `${folder}/${id}-stack.ts`,
    `test/${domain}/${id}.test.ts`,
  ])('has %s', (path) => {
    expect(existsSync(join(root, path))).toBe(true);
  });

  it('has a README with every part that a reader looks for', () => {
    const headings = [...read(`${folder}/README.md`).matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect(headings.filter((title) => title !== undefined && HEADINGS.includes(title))).toEqual(HEADINGS);
  });

  it('has a diagram that shows what the stack has, no more and no less', () => {
    expect(diagramFaults(read(`${folder}/README.md`), stack)).toEqual([]);
  });

  it('carries the architecture tag on everything that can be tagged', () => {
    const untagged = resourcesOf(stack).filter((resource) => {
      if (!TagManager.isTaggable(resource)) return false;
      return resource.tags.tagValues().architecture !== id;
    });
    expect(untagged.map(({ node }) => node.path)).toEqual([]);
  });

  it('leaves nothing behind when the sandbox is destroyed', () => {
    const { Resources = {} } = Template.fromStack(stack).toJSON() as { Resources?: Record<string, Resource> };
    const kept = Object.entries(Resources).filter(
      ([, resource]) =>
        'DeletionPolicy' in resource &&
        resource.DeletionPolicy !== 'Delete' &&
        // Lambda deletes all versions with the function.
        // https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html
        resource.Type !== 'AWS::Lambda::Version',
    );
    expect(kept.map(([logicalId]) => logicalId)).toEqual([]);
  });

  it('has no fixed physical name: a second deployment in the account has others', () => {
    const { Resources = {} } = Template.fromStack(stack).toJSON() as { Resources?: Record<string, Resource> };
    const named = Object.entries(Resources).flatMap(([logicalId, { Type, Properties = {} }]) =>
      physicalNames(Properties)
        .filter(({ key, name }) => !NAMES_THAT_MAY_REPEAT.has(`${Type}.${key}`) && isFixed(name))
        .map(({ key }) => `${logicalId}: ${Type}.${key}`),
    );
    expect(named).toEqual([]);
  });

  it('gives every function a log group of the stack, with a retention', () => {
    const template = Template.fromStack(stack);
    const groups = Object.entries(template.findResources('AWS::Logs::LogGroup'));
    const retained = groups.filter(([, { Properties }]) => (Properties as Retention).RetentionInDays > 0);
    const logGroups = retained.map(([logicalId]) => logicalId);
    const without = Object.entries(template.findResources('AWS::Lambda::Function')).filter(
      ([, { Properties }]) => {
        const group = (Properties as Logging).LoggingConfig?.LogGroup?.Ref;
        return group === undefined || !logGroups.includes(group);
      },
    );
    expect(without.map(([logicalId]) => logicalId)).toEqual([]);
  });

  it('lets no function create a log group, which would outlive the stack', () => {
    const roles = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Role'));
    const creating = roles.filter(([, role]) =>
      /logs:CreateLogGroup|AWSLambda(Basic|VPCAccess)ExecutionRole/.test(JSON.stringify(role)),
    );
    expect(creating.map(([logicalId]) => logicalId)).toEqual([]);
  });

  it('acknowledges cdk-nag findings next to the resource, with a reason', () => {
    const acknowledged = [app, ...stack.node.findAll()].flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap(({ data }) => Object.entries(data as Record<string, string>))
        // CDK acknowledges remarks of its own about its custom resource providers.
        .filter(([rule]) => /AwsSolutions-|Serverless-/.test(rule))
        .map(([rule, reason]) => ({ path: `${node.path}: ${rule}`, reason })),
    );
    for (const { path, reason } of acknowledged) {
      expect(path).toMatch(new RegExp(`^${stackName}/.+:`));
      expect(reason.length).toBeGreaterThan(30);
    }
  });

  it("draws no remark from CDK's template validator at its most talkative", () => {
    const template = JSON.stringify(Template.fromStack(stack).toJSON());
    const { diagnostics } = validator.validateTemplate(new TemplateContent(template, stackName), {
      detailLevel: 'STANDARD',
      severityLevel: 'DEBUG',
    });
    expect(diagnostics.length).toBeGreaterThan(0);
    const remarks = diagnostics
      .filter(({ ruleId }) => !REMARKS.has(ruleId))
      // I9040, untagged: CDK gives the provider of its own custom resources no tags. It costs nothing when idle.
      .filter(({ ruleId, entity }) => ruleId !== 'I9040' || !/^Custom[A-Z]/.test(String(entity?.logicalId)));
    expect(
      remarks.map(({ ruleId, entity, message }) => `${ruleId} ${entity?.logicalId}: ${message}`),
    ).toEqual([]);
  });

  it('has the template of the last release', () => {
    expect(normalisedTemplate(stack)).toMatchSnapshot();
  });
});

describe('the catalogue', () => {
  it.each([
    ['unknown', undefined],
    ['eu-west-1', { account: '111111111111', region: 'eu-west-1' }],
    ['us-east-1', { account: '111111111111', region: 'us-east-1' }],
  ])('looks nothing up in AWS when the account and region are %s', (_, env) => {
    const stage = new Stage(newApp(), 'Bound', { env });
    // What only us-east-1 has is refused in another region.
    const architectures = catalog.filter(
      ({ id }) => env?.region !== 'eu-west-1' || !NEED_US_EAST_1.includes(id),
    );
    addSandbox(stage, readParameters({}), architectures);
    expect(stage.synth().manifest.missing ?? []).toEqual([]);
  });

  // Every value of every parameter once: a finding names the construct, and so the parameter.
  it.each([
    { natGateways: 'single', azCount: 2, trustedCidrs: '203.0.113.0/24', alarmEmail: 'ops@example.org' },
    { natGateways: 'regional', azCount: 6, vpcCidr: '10.0.0.0/22', domainName: 'sandbox.example.org' },
    { natGateways: 'none', domainName: 'sandbox.example.org', hostedZoneId: 'Z0123456789ABCDEFGHIJ' },
  ])('passes cdk-nag with %j', (parameters) => {
    // In a test, a finding that nobody acknowledged makes synthesis throw, with its report.
    expect(sandbox(parameters).synth().stacks).toHaveLength(catalog.length);
  });

  it('fails synthesis for a finding of AwsSolutions or Serverless', () => {
    const faulty = sandbox({}, 'multi-az-vpc', 'bastion-host');
    const scope = stackOf(faulty, 'BastionHost');
    const vpc = ec2.Vpc.fromVpcAttributes(scope, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'] });
    new ec2.SecurityGroup(scope, 'Open', { vpc }).addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.SSH);
    new lambda.Function(scope, 'Untraced', {
      runtime: lambda.Runtime.NODEJS_LATEST,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = () => {}'),
    });
    expect(() => faulty.synth()).toThrow(/AwsSolutions-EC23[^]*Serverless-LambdaTracing/);
  });

  it('is the table in the root README', () => {
    const rows = [...read('README.md').matchAll(/^\| \[([\w-]+)\]\(([^)]+)\) +\| `(\w+)`/gm)];
    expect(rows.map(([, ...cells]) => cells)).toEqual(
      catalog.map(({ id, domain, stackName }) => [id, `lib/${domain}/${id}`, stackName]),
    );
  });

  it('has no two entries of one name', () => {
    expect(new Set(catalog.map(({ id }) => id)).size).toBe(catalog.length);
    expect(new Set(catalog.map(({ stackName }) => stackName)).size).toBe(catalog.length);
  });
});
