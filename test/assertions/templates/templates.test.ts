import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnOutput, CfnParameter, NestedStack, Stack, Stage, type AppProps } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { InvalidTemplate, Templates } from '../../../lib/assertions/templates';

const queue = { Type: 'AWS::SQS::Queue' };
const exporting = (name: unknown, value: unknown, more: object = {}) => ({
  Resources: { Queue: queue },
  Outputs: { Out: { Value: value, Export: { Name: name }, ...more } },
});
const under = (value: unknown) => ({ Under: { Type: 'T::T::T', Properties: { Value: value } } });
const valueIn = (templates: Templates, stack = 'B') => templates.at(`${stack}.Under`).properties.Value;

/** Two stacks, the second one referring to the first. */
function twoStacks(props?: AppProps): App {
  const app = new App(props);
  const producer = new sqs.Queue(new Stack(app, 'Producer'), 'Queue');
  const consumer = new Stack(app, 'Consumer');
  new ssm.StringParameter(consumer, 'Parameter', { stringValue: producer.queueArn });
  return app;
}

describe('references between stacks', () => {
  const imported = { Resources: under({ 'Fn::ImportValue': 'queue' }) };
  const A = exporting('queue', { 'Fn::GetAtt': ['Queue', 'Arn'] });

  it('resolve Fn::ImportValue in either order', () => {
    expect(valueIn(Templates.fromTemplates({ A, B: imported }))).toBe('⟨A.Queue.Arn⟩');
    expect(valueIn(Templates.fromTemplates({ B: imported, A }))).toBe('⟨A.Queue.Arn⟩');
  });

  it('resolve an export of an import, whatever the order', () => {
    const C = { ...exporting('again', { 'Fn::ImportValue': 'queue' }) };
    const again = {
      Resources: under({ 'Fn::ImportValue': { 'Fn::Sub': 'ag${Part}' } }),
      Parameters: { Part: { Type: 'String', Default: 'ain' } },
    };
    expect(valueIn(Templates.fromTemplates({ B: again, C, A }))).toBe('⟨A.Queue.Arn⟩');
  });

  it('are unknown when no stack exports the name', () => {
    const templates = Templates.fromTemplates({ B: imported });
    expect(Templates.unknown(valueIn(templates))).toBe('no stack here exports queue');
  });

  it('refuse an export that two stacks own', () => {
    expect(() => Templates.fromTemplates({ A, Other: A })).toThrow(
      'export queue: owned by both A and Other, expected one',
    );
  });

  it('let two regions, or an output that is not created, have the same export', () => {
    const regions = [
      { name: 'A', template: A, region: 'eu-west-1' },
      { name: 'C', template: A, region: 'us-east-1' },
      { name: 'B', template: imported, region: 'us-east-1' },
    ];
    expect(valueIn(new Templates(regions))).toBe('⟨C.Queue.Arn⟩');
    const never = {
      ...exporting('queue', 'none', { Condition: 'Never' }),
      Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
    };
    expect(valueIn(Templates.fromTemplates({ Never: never, A, B: imported }))).toBe('⟨A.Queue.Arn⟩');
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.html
  it('resolve Fn::GetStackOutput by the name and region that the stack is deployed to', () => {
    const output = (properties: object) => ({
      name: 'B',
      region: 'us-east-1',
      template: {
        Resources: under({ 'Fn::GetStackOutput': { StackName: 'Prod-A', OutputName: 'Out', ...properties } }),
      },
    });
    const stacks = [
      { name: 'Prod/A', stackName: 'Prod-A', region: 'us-east-1', template: A },
      { name: 'Prod/A2', stackName: 'Prod-A', region: 'eu-west-1', template: A },
    ];
    expect(valueIn(new Templates([output({}), ...stacks]))).toBe('⟨Prod/A.Queue.Arn⟩');
    expect(valueIn(new Templates([output({ Region: 'eu-west-1' }), ...stacks]))).toBe('⟨Prod/A2.Queue.Arn⟩');
    expect(Templates.unknown(valueIn(new Templates([output({ Region: 'eu-west-3' }), ...stacks])))).toBe(
      'none of the templates is stack Prod-A in eu-west-3',
    );
    expect(Templates.unknown(valueIn(new Templates([output({ OutputName: 'Typo' }), ...stacks])))).toBe(
      'Prod/A has no output Typo',
    );
  });
});

describe('nested stacks', () => {
  function nestedApp(props?: AppProps): App {
    const app = new App(props);
    const parent = new Stack(app, 'Parent');
    const outside = new sqs.Queue(parent, 'Queue');
    const nested = new NestedStack(parent, 'Nested');
    const inside = new sqs.Queue(nested, 'Queue');
    new ssm.StringParameter(nested, 'Passed', { stringValue: outside.queueArn });
    new ssm.StringParameter(parent, 'Returned', { stringValue: inside.queueArn });
    const deep = new NestedStack(nested, 'Deep');
    new ssm.StringParameter(deep, 'Passed', { stringValue: `${outside.queueName} ${deep.stackName}` });
    return app;
  }

  it.each([
    [
      'the CLI asks for metadata',
      { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true },
    ],
    ['a test synthesizes the app itself', {}],
  ])('are read with the values passed in and out when %s', (_, context) => {
    const templates = Templates.fromApp(nestedApp({ context }));
    expect(templates.unexpanded).toEqual([]);
    const queues = templates.ofType('AWS::SQS::Queue');
    expect(queues.map(({ path }) => path)).toEqual(['Parent/Queue', 'Parent/Nested/Queue']);
    const valueOf = (path: string) => templates.reference(templates.at(path).properties.Value)?.resource.path;
    expect(valueOf('Parent/Returned')).toBe('Parent/Nested/Queue');
    expect(valueOf('Parent/Nested/Passed')).toBe('Parent/Queue');
    const passed = templates.at('Parent/Nested/Deep/Passed').properties.Value as string;
    const [name, stackName] = passed.split(' ');
    expect(templates.reference(name)).toMatchObject({
      resource: { path: 'Parent/Queue' },
      attribute: 'QueueName',
    });
    expect(stackName).toMatch(/^⟨.*AWS::StackName⟩$/);
  });

  const parent = {
    Resources: {
      Child: {
        Type: 'AWS::CloudFormation::Stack',
        Properties: {
          TemplateURL: 'https://s3/child.json',
          Parameters: { Name: { 'Fn::Sub': '${AWS::StackName}!' } },
        },
      },
      ...under({ 'Fn::GetAtt': ['Child', 'Outputs.Out'] }),
    },
  };
  const child = {
    Parameters: { Name: { Type: 'String' } },
    Resources: { Queue: queue },
    Outputs: { Out: { Value: { Ref: 'Name' } } },
  };

  it('of plain templates are named after their parent, in either order', () => {
    expect(valueIn(Templates.fromTemplates({ B: parent, 'B/Child': child }))).toBe('B!');
    expect(valueIn(Templates.fromTemplates({ 'B/Child': child, B: parent }))).toBe('B!');
  });

  it('without a template are reported, and their outputs are unknown', () => {
    const templates = Templates.fromTemplates({ B: parent });
    expect(templates.unexpanded).toEqual(['B/Child: a nested stack whose template is not here']);
    expect(Templates.unknown(valueIn(templates))).toBe('nested stack B/Child');
  });
});

describe('sources', () => {
  it('give the same resources: app, directory or plain templates', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'cdk-'));
    const app = twoStacks({ outdir });
    const fromApp = Templates.fromApp(app);
    const assembly = app.synth();
    const bare = Templates.fromTemplates(
      Object.fromEntries(assembly.stacks.map((stack) => [stack.stackName, stack.template as unknown])),
    );
    expect(fromApp.at('Consumer/Parameter').properties.Value).toMatch(/^⟨Producer\.Queue\w+\.Arn⟩$/);
    expect(Templates.fromDirectory(outdir).resources).toEqual(fromApp.resources);
    const withoutPaths = (templates: Templates) => templates.resources.map((r) => ({ ...r, path: '' }));
    expect(withoutPaths(bare)).toEqual(withoutPaths(fromApp));
  });

  it('distinguish stacks of one name in two stages and Regions', () => {
    const app = new App();
    for (const region of ['eu-west-1', 'us-east-1']) {
      const stage = new Stage(app, `In-${region}`, { env: { region, account: '111122223333' } });
      const producer = new Stack(stage, 'Producer', { stackName: 'producer' });
      const arn = new sqs.Queue(producer, 'Queue').queueArn;
      new CfnOutput(producer, 'Name', { value: producer.stackName });
      new ssm.StringParameter(new Stack(stage, 'Consumer', { stackName: 'consumer' }), 'Parameter', {
        stringValue: arn,
      });
    }
    const templates = Templates.fromApp(app);
    for (const region of ['eu-west-1', 'us-east-1']) {
      const { Value } = templates.at(`In-${region}/Consumer/Parameter`).properties;
      expect(templates.reference(Value)?.resource.path).toBe(`In-${region}/Producer/Queue`);
    }
  });

  it('take values for parameters', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const name = new CfnParameter(stack, 'Name');
    new ssm.StringParameter(stack, 'Parameter', { stringValue: name.valueAsString });
    const templates = Templates.fromApp(app, { parameters: { Name: 'given' } });
    expect(templates.at('Stack/Parameter').properties.Value).toBe('given');
  });

  it.each([
    [
      { Description: 'no' },
      'S: expected a CloudFormation template with Resources, got an object with Description',
    ],
    [{}, 'S: expected a CloudFormation template with Resources, got an object with no keys'],
    ['text', 'S: expected a CloudFormation template with Resources, got string "text"'],
    [[], 'S: expected a CloudFormation template with Resources, got a list'],
    [undefined, 'S: expected a CloudFormation template with Resources, got nothing'],
    [{ Resources: { Queue: {} } }, 'S: resource Queue has no Type'],
  ])('that are no template are refused: %j', (template, message) => {
    expect(() => Templates.fromTemplates({ S: template })).toThrow(new InvalidTemplate(message));
  });

  it('are refused: a folder without manifest.json, two templates of one name', () => {
    const empty = mkdtempSync(join(tmpdir(), 'not-cdk-'));
    expect(() => Templates.fromDirectory(empty)).toThrow(`${empty}: expected a cloud assembly (cdk.out)`);
    const source = { name: 'S', template: { Resources: {} } };
    expect(() => new Templates([source, source])).toThrow('S: two templates have this name');
  });
});

describe('looking things up', () => {
  const templates = Templates.fromApp(twoStacks());

  it('finds a resource by construct path, by logical id, and with or without /Resource', () => {
    const { logicalId } = templates.at('Producer/Queue');
    for (const path of ['/Producer/Queue/Resource', `Producer/${logicalId}`, `Producer.${logicalId}`]) {
      expect(templates.at(path).logicalId).toBe(logicalId);
    }
  });

  it('finds a construct whose id is Resource', () => {
    const app = new App();
    const scope = new Construct(new Stack(app, 'Stack'), 'Wrapper');
    new sqs.Queue(scope, 'Resource');
    expect(Templates.fromApp(app).at('Stack/Wrapper/Resource').path).toBe('Stack/Wrapper/Resource');
  });

  it('has the account and Region of a resource if they are known', () => {
    const env = { region: 'eu-west-1', account: '111122223333' };
    const [resource] = new Templates([{ name: 'S', template: { Resources: { Queue: queue } }, ...env }])
      .resources;
    expect(resource).toMatchObject(env);
    expect(Templates.fromTemplates({ S: { Resources: { Queue: queue } } }).resources[0]).not.toHaveProperty(
      'region',
    );
  });

  it('names similar paths if there is no such path', () => {
    expect(() => templates.at('Producer/Queu')).toThrow(
      'Producer/Queu: no such resource. Nearest of 2: Producer/Queue',
    );
    expect(() => Templates.fromTemplates({ S: { Resources: {} } }).at('X')).toThrow('have no resources');
  });

  it('lists the resources below a path', () => {
    expect(templates.below('Producer').map(({ path }) => path)).toEqual(['Producer/Queue']);
    expect(templates.below('Prod')).toEqual([]);
  });

  it('reads references with dots, spaces and question marks in their names', () => {
    const odd = Templates.fromTemplates({ 'v1.2 (new?)': { Resources: { Queue: queue } } });
    expect(odd.reference('⟨v1.2 (new?).Queue.A.B⟩')).toMatchObject({
      resource: { logicalId: 'Queue' },
      attribute: 'A.B',
    });
    expect(odd.reference('⟨v1.2 (new?).Queue⟩')).toEqual({
      resource: odd.resources[0],
      attribute: undefined,
    });
    expect(odd.reference('⟨AWS::Region⟩')).toBeUndefined();
    expect(odd.reference('x⟨v1.2 (new?).Queue⟩')).toBeUndefined();
    expect(odd.reference('⟨?why.Queue⟩')).toBeUndefined();
    expect(odd.reference(3)).toBeUndefined();
  });

  it('finds the reason of an unknown value in nested values', () => {
    expect(Templates.unknown({ a: [1, { b: 'x ⟨?because⟩ y' }] })).toBe('because');
    expect(Templates.unknown({ a: [1, '⟨Stack.Queue⟩', null] })).toBeUndefined();
  });
});
