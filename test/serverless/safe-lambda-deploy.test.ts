import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as iamCdk from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Templates } from '../../lib/assertions/templates';
import { check } from '../../lib/serverless/safe-lambda-deploy/handler/check/check';
import {
  requests as recorded,
  type RecordedRequest,
} from '../../lib/serverless/safe-lambda-deploy/handler/check/requests';
import { handler as quote, type Order } from '../../lib/serverless/safe-lambda-deploy/handler/quote';
import { QuoteFunction } from '../../lib/serverless/safe-lambda-deploy/quote-function';
import {
  SafeLambdaDeploy,
  type SafeLambdaDeployProps,
} from '../../lib/serverless/safe-lambda-deploy/safe-lambda-deploy';
import { newApp, sandbox, stackOf } from '../support/sandbox';
import {
  CodeInvoker,
  ReportedStatus,
  shareOf,
  SimulatedDeployment,
  type Code,
} from '../support/traffic-shift';

const app = sandbox({}, 'safe-lambda-deploy');
const template = Template.fromStack(stackOf(app, 'SafeLambdaDeploy'));
const templates = Templates.fromApp(app);
const iam = Iam.of(templates);
const at = (path: string) => `SafeLambdaDeploy/${path}`;

const works: Code = (order) => quote(order as Order);
const wrong: Code = async (order) => ({ ...(await quote(order as Order)), delivery: 1 });
/** Right answers to the checks, and errors for some requests in these minutes. */
const failingFrom = (from: number): Code => {
  let count = 0;
  return (order, minute) => {
    count += 1;
    return minute >= from && count > recorded.length && count % 2 === 0
      ? Promise.reject(new Error('bad'))
      : works(order, minute);
  };
};

type Props = Partial<Omit<SafeLambdaDeployProps, 'function'>>;

/** A stack with a function of its own, a caller, and the construct. */
function synthesized(props: Props = {}, code = 'exports.handler = () => 1') {
  const testApp = newApp();
  const stack = new Stack(testApp, 'Test');
  const target = new lambda.Function(stack, 'Target', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(code),
  });
  const deploy = new SafeLambdaDeploy(stack, 'Deploy', { function: target, ...props });
  const caller = new iamCdk.Role(stack, 'Caller', { assumedBy: new iamCdk.AccountRootPrincipal() });
  deploy.grantInvoke(caller);
  return { testApp, stack };
}
const templateOf = (props?: Props, code?: string) => Template.fromStack(synthesized(props, code).stack);
const versionsOf = (of: Template) => Object.keys(of.findResources('AWS::Lambda::Version'));

// The handler of the checks logs each result.
beforeEach(() => jest.spyOn(console, 'log').mockImplementation());

describe('safe-lambda-deploy', () => {
  it('gives a new version 10 % of the traffic for 5 minutes, then all', async () => {
    const deployment = await new SimulatedDeployment(template, { old: works, new: works }).run(8);
    const first = deployment.between(0, 4);
    expect(first).toMatchObject({ all: 300, failed: 0 });
    expect(first.new / first.all).toBeGreaterThan(0.06);
    expect(first.new / first.all).toBeLessThan(0.14);
    expect(deployment.between(5, 7)).toEqual({ all: 180, new: 180, failed: 0 });
    expect(deployment.status).toBe('succeeded');
  });

  it('an alarm during the shift brings all traffic back to the old version', async () => {
    const deployment = await new SimulatedDeployment(template, { old: works, new: failingFrom(2) }).run(8);
    expect(deployment.between(0, 1).failed).toBe(0);
    expect(deployment.between(2, 2).failed).toBeGreaterThan(0);
    expect(deployment.between(3, 7)).toEqual({ all: 300, new: 0, failed: 0 });
    expect(deployment.status).toBe('rolled back');
  });

  it('an old version that fails does not stop the version that repairs it', async () => {
    const broken: Code = () => Promise.reject(new Error('bad'));
    const deployment = await new SimulatedDeployment(template, { old: broken, new: works }).run(8);
    expect(deployment.status).toBe('succeeded');
    expect(deployment.between(5, 7)).toEqual({ all: 180, new: 180, failed: 0 });
  });

  it('the check before traffic refuses a version with a wrong answer', async () => {
    const deployment = await new SimulatedDeployment(template, { old: works, new: wrong }).run(8);
    expect(deployment.between(0, 7)).toEqual({ all: 480, new: 0, failed: 0 });
    expect(deployment.status).toBe('rolled back');
  });

  it('the check after traffic brings all traffic back to the old version', async () => {
    const later: Code = (order, minute) => (minute < 5 ? works(order, minute) : wrong(order, minute));
    const deployment = await new SimulatedDeployment(template, { old: works, new: later }).run(8);
    expect(deployment.between(0, 4).new).toBeGreaterThan(0);
    expect(deployment.between(5, 7)).toEqual({ all: 180, new: 0, failed: 0 });
    expect(deployment.status).toBe('rolled back');
  });

  it('shifts linearly where the deployment configuration says so', async () => {
    const shift = codedeploy.LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_1MINUTE;
    const deployment = await new SimulatedDeployment(templateOf({ shift }), { old: works, new: works }).run(
      12,
    );
    const shares = Array.from({ length: 12 }, (_, minute) => deployment.between(minute, minute).new / 60);
    expect(Math.abs((shares[4] ?? 0) - 0.5)).toBeLessThan(0.15);
    expect(shares.slice(9)).toEqual([1, 1, 1]);
  });

  it.each([
    ['LambdaCanary10Percent5Minutes', [10, 10, 10, 10, 10, 100]],
    ['LambdaLinear10PercentEvery1Minute', [10, 20, 30, 40, 50, 60]],
    ['LambdaLinear10PercentEvery2Minutes', [10, 10, 20, 20, 30, 30]],
    ['LambdaAllAtOnce', [100, 100, 100, 100, 100, 100]],
  ])('the model of %s has the shares that AWS documents', (name, shares) => {
    expect(shares.map((_, minute) => shareOf(`CodeDeployDefault.${name}`, minute))).toEqual(shares);
  });

  it('the alarm watches the new version under the alias prod, each minute', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      Dimensions: Match.arrayWith([
        { Name: 'FunctionName', Value: { Ref: 'QuoteFunction0989A6C9' } },
        { Name: 'Resource', Value: { 'Fn::Join': ['', [{ Ref: 'QuoteFunction0989A6C9' }, ':prod']] } },
      ]),
    });
  });

  it('rolls back a deployment that somebody stops', () => {
    template.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
      AutoRollbackConfiguration: { Enabled: true, Events: Match.arrayWith(['DEPLOYMENT_STOP_ON_REQUEST']) },
    });
  });

  it('the alarm notifies the address of the sandbox', () => {
    const notified = sandbox({ alarmEmail: 'ops@example.org' }, 'safe-lambda-deploy');
    const topic = { Ref: Match.stringLikeRegexp('^AlarmsTopic') };
    Template.fromStack(stackOf(notified, 'SafeLambdaDeploy')).hasResourceProperties(
      'AWS::CloudWatch::Alarm',
      {
        AlarmActions: [topic],
      },
    );
  });

  it('dev and prod differ in name and in how they get a version', () => {
    const aliases = Object.values(template.findResources('AWS::Lambda::Alias'));
    const [dev, prod] = aliases.map(({ Properties }) => Properties as Record<string, unknown>);
    expect({ ...dev, Name: 'prod' }).toEqual(prod);
    template.hasResource('AWS::Lambda::Alias', {
      Properties: { Name: 'dev' },
      UpdatePolicy: Match.absent(),
    });
  });

  it('a change of code or configuration publishes a version, other changes do not', () => {
    const before = versionsOf(templateOf());
    expect(versionsOf(templateOf({}, 'exports.handler = () => 2'))).not.toEqual(before);
    const shift = codedeploy.LambdaDeploymentConfig.ALL_AT_ONCE;
    expect(versionsOf(templateOf({ shift, provisionedConcurrency: 2 }))).toEqual(before);
  });

  it('old versions stay, and a version whose deployment failed is deleted', () => {
    template.hasResource('AWS::Lambda::Version', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });

  it('roles, checks and dev are up to date before prod is updated', () => {
    const [prod] = Object.values(
      template.findResources('AWS::Lambda::Alias', { Properties: { Name: 'prod' } }),
    );
    const paths = (prod?.DependsOn as string[]).map((id) => id.replace(/[0-9A-F]{8}$/, ''));
    expect(paths).toEqual(
      expect.arrayContaining([
        'DeployDev',
        'DeployRoleDefaultPolicy',
        'DeployBeforeFunction',
        'DeployBeforeRoleDefaultPolicy',
        'DeployAfterFunction',
        'DeployAfterRoleDefaultPolicy',
      ]),
    );
  });
});

describe('permissions of safe-lambda-deploy', () => {
  const invoke = 'lambda:InvokeFunction';
  const target = at('Quote/Function');
  const qualified = (qualifier: string) => `${iam.arn(target)}:${qualifier}`;

  it('callers may invoke prod, and neither a version, dev nor $LATEST', () => {
    const callers = Iam.of(Templates.fromApp(synthesized().testApp));
    const arn = callers.arn('Test/Target');
    expect(callers).toAllow('Test/Caller', invoke, `${arn}:prod`);
    expect(callers).not.toAllow('Test/Caller', invoke, `${arn}:dev`);
    expect(callers).not.toAllow('Test/Caller', invoke, `${arn}:7`);
    expect(callers).not.toAllow('Test/Caller', invoke, `${arn}:$LATEST`);
    expect(callers).not.toAllow('Test/Caller', invoke, arn);
  });

  it('the check before traffic may invoke any version, the one after prod only', () => {
    expect(iam).toAllow(at('Deploy/Before/Function'), invoke, qualified('7'));
    expect(iam).not.toAllow(at('Deploy/Before/Function'), invoke, at('Deploy/After/Function'));
    expect(iam).toAllow(at('Deploy/After/Function'), invoke, qualified('prod'));
    expect(iam).not.toAllow(at('Deploy/After/Function'), invoke, qualified('7'));
    expect(iam).not.toAllow(at('Deploy/After/Function'), invoke, target);
  });

  it('CodeDeploy may move the alias and invoke the checks, and no more', () => {
    const role = at('Deploy/Role');
    expect(iam).toAllow('codedeploy.amazonaws.com', 'sts:AssumeRole', role);
    expect(iam).not.toAllow('lambda.amazonaws.com', 'sts:AssumeRole', role);
    expect(iam).toAllow(role, 'lambda:UpdateAlias', target);
    expect(iam).toAllow(role, 'lambda:UpdateAlias', qualified('prod'));
    expect(iam).toAllow(role, 'lambda:GetAlias', qualified('prod'));
    expect(iam).toAllow(role, 'lambda:GetProvisionedConcurrencyConfig', qualified('prod'));
    expect(iam).toAllow(role, invoke, at('Deploy/Before/Function'));
    expect(iam).toAllow(role, invoke, at('Deploy/After/Function'));
    expect(iam).toAllow(role, 'cloudwatch:DescribeAlarms', '*');
    expect(iam).not.toAllow(role, invoke, qualified('prod'));
    expect(iam).not.toAllow(role, 'lambda:UpdateAlias', at('Deploy/Before/Function'));
    template.hasResource('AWS::CodeDeploy::DeploymentGroup', {
      Properties: { ServiceRoleArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^DeployRole'), 'Arn'] } },
    });
    expect(
      template.findResources('AWS::IAM::Role', { Properties: { ManagedPolicyArns: Match.anyValue() } }),
    ).toEqual({});
  });

  it.each(['Before', 'After'])('the check %s may report to its deployment group only', (name) => {
    const statement = {
      Action: 'codedeploy:PutLifecycleEventHookExecutionStatus',
      Effect: 'Allow',
      Resource: {
        'Fn::Join': [
          '',
          Match.arrayWith([
            ':deploymentgroup:',
            { Ref: Match.stringLikeRegexp('^DeployApplication') },
            '/',
            { Ref: Match.stringLikeRegexp('^DeployGroup') },
          ]),
        ],
      },
    };
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp(`^Deploy${name}Role`),
      PolicyDocument: { Statement: Match.arrayWith([statement]) },
    });
  });
});

describe('props of safe-lambda-deploy', () => {
  it('provisions concurrency for prod only', () => {
    const provisioned = templateOf({ provisionedConcurrency: 3 });
    provisioned.hasResourceProperties('AWS::Lambda::Alias', {
      Name: 'prod',
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 3 },
    });
    provisioned.hasResourceProperties('AWS::Lambda::Alias', {
      Name: 'dev',
      ProvisionedConcurrencyConfig: Match.absent(),
    });
  });

  it('rolls back on alarms of the caller too', () => {
    const rollbackAlarms = alarms(2);
    templateOf({ rollbackAlarms }).hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
      AlarmConfiguration: { Enabled: true, Alarms: Match.arrayWith([{ Name: 'a0' }, { Name: 'a1' }]) },
    });
  });

  it('keeps all logs unless a removal policy is given', () => {
    const { stack } = synthesized();
    new QuoteFunction(stack, 'Quote');
    const logs = Object.values(Template.fromStack(stack).findResources('AWS::Logs::LogGroup'));
    expect(new Set(logs.map(({ DeletionPolicy }) => DeletionPolicy as unknown))).toEqual(new Set(['Retain']));
  });

  it.each<[string, () => Props, string]>([
    ['no environment', () => ({ provisionedConcurrency: 0 }), 'provisionedConcurrency: got 0'],
    ['half an environment', () => ({ provisionedConcurrency: 1.5 }), 'provisionedConcurrency: got 1.5'],
    ['ten alarms', () => ({ rollbackAlarms: alarms(10) }), 'rollbackAlarms.length: got 10'],
  ])('refuses %s', (_, props, message) => {
    expect(() => synthesized(props())).toThrow(message);
  });
});

function alarms(count: number): cloudwatch.IAlarm[] {
  const scope = new Stack(newApp(), 'Alarms');
  const arn = (name: string) => `arn:aws:cloudwatch:eu-west-1:111111111111:alarm:${name}`;
  return Array.from({ length: count }, (_, index) =>
    cloudwatch.Alarm.fromAlarmArn(scope, `A${index}`, arn(`a${index}`)),
  );
}

interface Sender {
  send: (command: never) => Promise<unknown>;
}

describe('the check of safe-lambda-deploy', () => {
  const event = { DeploymentId: 'd-1', LifecycleEventHookExecutionId: 'e-1' };
  /** What CodeDeploy is told about code that answers the requests. */
  async function reported(lambdaClient: Sender, requests: readonly RecordedRequest[] = recorded) {
    const status = new ReportedStatus();
    const settings = {
      lambda: lambdaClient,
      codedeploy: status,
      functionName: 'F',
      qualifier: '7',
      requests,
      milliseconds: 50,
    };
    await check(event, settings);
    return status.reports;
  }
  const report = (status: string) => [{ deploymentId: 'd-1', lifecycleEventHookExecutionId: 'e-1', status }];
  const code = (answer: (order: Order) => unknown) =>
    new CodeInvoker((order) => Promise.resolve(answer(order as Order)));

  it('accepts a version that answers all requests, and asks only that version', async () => {
    const invoker = code(quote);
    expect(await reported(invoker)).toEqual(report('Succeeded'));
    expect(invoker.invoked.map(({ FunctionName, Qualifier }) => [FunctionName, Qualifier])).toEqual(
      recorded.map(() => ['F', '7']),
    );
  });

  it.each<[string, Sender]>([
    ['a wrong answer', code(async (order) => ({ ...(await quote(order)), total: 1 }))],
    ['an answer without a key', code(() => ({ goods: 2500 }))],
    ['no answer', { send: () => Promise.resolve({}) }],
    ['a function error', code(() => Promise.reject(new Error('bad')))],
    ['an error of Lambda', { send: () => Promise.reject(new Error('throttled')) }],
    ['text that is no JSON', { send: () => Promise.resolve({ Payload: Buffer.from('<html>') }) }],
  ])('refuses a version for %s', async (_, invoker) => {
    expect(await reported(invoker)).toEqual(report('Failed'));
  });

  it('refuses a right answer that Lambda marks as a function error', async () => {
    const Payload = Buffer.from(JSON.stringify(recorded[0]?.answer));
    const send = () => Promise.resolve({ FunctionError: 'Unhandled', Payload });
    expect(await reported({ send }, recorded.slice(0, 1))).toEqual(report('Failed'));
  });

  it('refuses a version that answers late, and reports in time', async () => {
    const send = (_: never, { abortSignal }: { readonly abortSignal?: AbortSignal }) =>
      new Promise((_resolve, reject) => {
        const stop = () => {
          reject(new Error('aborted'));
        };
        if (abortSignal?.aborted === true) stop();
        abortSignal?.addEventListener('abort', stop);
      });
    expect(await reported({ send } as unknown as Sender)).toEqual(report('Failed'));
  });

  it('refuses every version if there are no recorded requests', async () => {
    expect(await reported(code(quote), [])).toEqual(report('Failed'));
  });
});

describe('the handler of the checks of safe-lambda-deploy', () => {
  const unchanged = { ...process.env };
  const seen: { readonly path: string; readonly target: unknown; readonly body: unknown }[] = [];
  let server: Server;

  /** Lambda, with the quote as the function, and CodeDeploy. */
  async function answer(request: IncomingMessage): Promise<unknown> {
    const body = JSON.parse(await text(request)) as Order;
    seen.push({ path: String(request.url), target: request.headers['x-amz-target'], body });
    return request.url?.includes('/functions/') === true ? quote(body) : {};
  }

  beforeAll(async () => {
    server = createServer((request, response) => {
      void answer(request).then((body) => response.end(JSON.stringify(body)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
  });
  // The handler reads its environment when it is loaded.
  beforeEach(() => jest.resetModules());
  afterAll(() => {
    process.env = unchanged;
    server.closeAllConnections();
    server.close();
  });

  type Handler = (event: object) => Promise<void>;
  const load = () =>
    jest.requireActual<{ handler: Handler }>('../../lib/serverless/safe-lambda-deploy/handler/check').handler;

  it.each(['FUNCTION_NAME', 'QUALIFIER'])('needs %s', (missing) => {
    Object.assign(process.env, { FUNCTION_NAME: 'quote', QUALIFIER: '7' });
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the environment is a dictionary
    delete process.env[missing];
    expect(load).toThrow('expected FUNCTION_NAME and QUALIFIER in the environment');
  });

  it.each(['Before', 'After'])(
    '%s sends the requests to Lambda, and the status to CodeDeploy',
    async (name) => {
      const [check] = Object.values(
        template.findResources('AWS::Lambda::Function', {
          Properties: { Environment: { Variables: Match.anyValue() }, Role: roleOf(name) },
        }),
      );
      const { Environment } = check?.Properties as { readonly Environment: { readonly Variables: object } };
      const values = Object.keys(Environment.Variables).map((key) => [
        key,
        key === 'QUALIFIER' ? '7' : 'quote',
      ]);
      Object.assign(process.env, Object.fromEntries(values));
      seen.length = 0;
      await load()({ DeploymentId: 'd-1', LifecycleEventHookExecutionId: 'e-1' });
      expect(seen).toEqual([
        ...recorded.map(({ request }) => ({
          path: '/2015-03-31/functions/quote/invocations?Qualifier=7',
          target: undefined,
          body: request,
        })),
        {
          path: '/',
          target: 'CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus',
          body: { deploymentId: 'd-1', lifecycleEventHookExecutionId: 'e-1', status: 'Succeeded' },
        },
      ]);
    },
  );
});

function roleOf(name: string) {
  return { 'Fn::GetAtt': [Match.stringLikeRegexp(`^Deploy${name}Role`), 'Arn'] };
}

describe('the quote of safe-lambda-deploy', () => {
  it('names the version that answers, where Lambda runs it', async () => {
    process.env.AWS_LAMBDA_FUNCTION_VERSION = '7';
    const answer = await quote(recorded[0]?.request as Order);
    delete process.env.AWS_LAMBDA_FUNCTION_VERSION;
    expect(answer).toEqual({ ...recorded[0]?.answer, version: '7' });
    expect(await quote(recorded[0]?.request as Order)).toEqual(recorded[0]?.answer);
  });

  it.each([
    { country: 'DE' },
    { items: [], country: 'DE' },
    { items: [{ cents: 1, quantity: 1 }], country: 'DEU' },
    { items: [{ cents: 0, quantity: 1 }], country: 'DE' },
    { items: [{ cents: 1, quantity: 0.5 }], country: 'DE' },
  ])('refuses %j', async (order) => {
    await expect(quote(order as Order)).rejects.toThrow();
  });
});
