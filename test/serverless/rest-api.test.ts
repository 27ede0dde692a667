import { Duration, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Templates } from '../../lib/assertions/templates';
import { ApiUsers } from '../../lib/serverless/rest-api/api-users';
import * as handlers from '../../lib/serverless/rest-api/handler';
import { Products } from '../../lib/serverless/rest-api/products';
import { CognitoRestApi, type CognitoRestApiProps } from '../../lib/serverless/rest-api/rest-api';
import type { ApiAnswer, LocalApi, LocalApiOptions } from '../support/local-api';
import { startLocalProducts, type LocalProducts } from '../support/local-products';
import { createUserPool } from '../support/local-user-pool';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const API = 'RestApi/Api/Api';
const USER_POOL = 'RestApi/Users/UserPool';
const ORIGIN = 'http://localhost:8080';
const app = sandbox({ alarmEmail: 'ops@example.org' }, 'rest-api');
const template = Template.fromStack(stackOf(app, 'RestApi'));
const templates = Templates.fromApp(app);
const at = (path: string) => `RestApi/${path}`;

/** An API with the products, and its templates. */
function synthesize(props: Partial<CognitoRestApiProps> = {}, add?: (api: CognitoRestApi) => void) {
  const stack = new Stack(newApp(), 'Test');
  const userPool = new cognito.UserPool(stack, 'UserPool');
  const api = new CognitoRestApi(stack, 'Api', { userPool, ...props });
  if (add) add(api);
  else new Products(stack, 'Products', { api, editors: 'editors' });
  return stack;
}
const templatesOf = (stack: Stack) => Templates.fromApp(stack.node.root as never);

// The local servers start in a process of their own, which takes seconds on a busy machine.
jest.setTimeout(30_000);

let local: LocalProducts;
/** Paths of the functions that were invoked. */
const invoked: string[] = [];
beforeAll(async () => {
  local = await startLocalProducts(templates, at('Products/Table'));
});
afterAll(() => local.stop());
beforeEach(() => {
  invoked.length = 0;
});

function apiOf(some: Templates, path: string, userPool: string, options: Partial<LocalApiOptions> = {}) {
  const invoke = options.invoke ?? local.functionsOf(some);
  return local.apiOf(some, path, {
    userPool,
    ...options,
    invoke: (functionPath, event) => {
      invoked.push(functionPath);
      return invoke(functionPath, event);
    },
  });
}
/** An API that `synthesize` made. */
const testApi = (stack: Stack, options?: Partial<LocalApiOptions>) =>
  apiOf(templatesOf(stack), 'Test/Api/Api', 'Test/UserPool', options);

interface Call {
  readonly token?: string;
  readonly body?: string;
  readonly type?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly vpcEndpoint?: string;
}
const ask = (
  api: LocalApi,
  line: string,
  { token, body, type, query = {}, vpcEndpoint }: Call = {},
): Promise<ApiAnswer> => {
  const [method = '', path = ''] = line.split(' ');
  const headers = {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(type !== undefined && { 'content-type': type }),
  };
  return api.answer({ method, path, query, headers, body, vpcEndpoint });
};
const TEA = JSON.stringify({ name: 'Tea', price: 350 });
const ok = { statusCode: 200, headers: {}, body: '{}' };

describe('requests to rest-api', () => {
  let api: LocalApi;
  let reader: string;
  let editor: string;
  beforeAll(async () => {
    api = apiOf(templates, API, USER_POOL);
    reader = await local.sign({ sub: 'reader', groups: ['visitors'] });
    editor = await local.sign({ sub: 'editor', groups: ['visitors', 'editors'] });
  });

  it('no method invokes a function without a token', async () => {
    const open = api.routes.filter(({ userPools }) => userPools === undefined);
    expect(open.map(({ httpMethod, integration }) => [httpMethod, integration.type])).toEqual(
      Array(3).fill(['OPTIONS', 'MOCK']),
    );
    const closed = api.routes.filter(({ userPools }) => userPools !== undefined);
    expect(closed).toHaveLength(4);
    for (const { httpMethod, resourcePath } of closed) {
      const { status, headers } = await ask(api, `${httpMethod} ${resourcePath}`, { body: TEA });
      expect([status, headers['Access-Control-Allow-Origin']]).toEqual([401, ORIGIN]);
    }
    expect(invoked).toEqual([]);
  });

  it('refuses tokens that the user pool did not sign for users', async () => {
    const another = await createUserPool('Another');
    const forger = await createUserPool('Products');
    const anHourAgo = Date.now() / 1000 - 3601;
    for (const token of [
      await another.sign({ groups: ['editors'] }),
      await forger.sign({ groups: ['editors'] }),
      await local.sign({ groups: ['editors'], use: 'access' }),
      await local.sign({ groups: ['editors'], issuedAt: anHourAgo }),
      'no token',
    ]) {
      expect((await ask(api, 'PUT /products/stolen', { token, body: TEA })).status).toBe(401);
    }
    expect([invoked, await local.row('stolen')]).toEqual([[], undefined]);
  });

  it('lets users of another group read, and not write', async () => {
    await local.put('coffee', 'Coffee', 425);
    expect(await ask(api, 'GET /products/coffee', { token: reader })).toEqual({
      status: 200,
      headers: { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': ORIGIN },
      body: '{"id":"coffee","name":"Coffee","price":425}',
    });
    const refused = { status: 403, body: '{"message":"expected a user of the group editors"}' };
    expect(await ask(api, 'PUT /products/coffee', { token: reader, body: TEA })).toMatchObject(refused);
    expect(await ask(api, 'DELETE /products/coffee', { token: reader })).toMatchObject(refused);
    const token = await local.sign();
    expect(await ask(api, 'DELETE /products/coffee', { token })).toMatchObject(refused);
    expect(await local.row('coffee')).toMatchObject({ name: { S: 'Coffee' } });
  });

  it('lets editors write, and repeat a write', async () => {
    const put = () => ask(api, 'PUT /products/tea', { token: editor, body: TEA, type: 'application/json' });
    const first = await put();
    expect(first).toEqual({
      status: 200,
      headers: { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': ORIGIN },
      body: '{"id":"tea","name":"Tea","price":350}',
    });
    expect(await put()).toEqual(first);
    expect(await local.row('tea')).toEqual({ id: { S: 'tea' }, name: { S: 'Tea' }, price: { N: '350' } });
    const remove = () => ask(api, 'DELETE /products/tea', { token: editor });
    const headers = { 'Access-Control-Allow-Origin': ORIGIN };
    expect(await remove()).toMatchObject({ status: 200, headers, body: '{"id":"tea"}' });
    expect(await remove()).toMatchObject({ status: 200 });
    expect(await ask(api, 'GET /products/tea', { token: reader })).toMatchObject({
      status: 404,
      body: '{"message":"no product tea"}',
    });
  });

  it.each([
    ['no body', undefined, undefined],
    ['no JSON', '{', undefined],
    ['no price', '{"name":"Tea"}', undefined],
    ['no name', '{"price":1}', undefined],
    ['an empty name', '{"name":"","price":1}', undefined],
    ['a price with cents', '{"name":"Tea","price":1.5}', undefined],
    ['a price below 0', '{"name":"Tea","price":-1}', undefined],
    ['an unknown property', '{"name":"Tea","price":1,"id":"x"}', undefined],
    ['no price, as text', '{"name":"Tea"}', 'text/plain'],
  ])('answers 400 to %s before the function runs', async (_, body, type) => {
    const answer = await ask(api, 'PUT /products/bad', { token: editor, body, type });
    expect(answer).toMatchObject({ status: 400, body: '{"message":"Invalid request body"}' });
    expect(answer.headers['Access-Control-Allow-Origin']).toBe(ORIGIN);
    expect(invoked).toEqual([]);
  });

  it.each(['a%20b', 'a'.repeat(65), '%C3%A4'])('answers 400 to the id %s', async (id) => {
    const answer = await ask(api, `GET /products/${id}`, { token: reader });
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('expected an id of 1 to 64 letters');
  });

  it('lists all products, a hundred at a time', async () => {
    const ids = Array.from({ length: 150 }, (_, index) => `listed-${index}`);
    const items = ids.map((id) => ({ id: { S: id }, name: { S: id }, price: { N: '1' } }));
    await local.aws.putItems(local.tableName, items);
    const list = async (query: Record<string, string>) => {
      const { body, headers } = await ask(api, 'GET /products', { token: reader, query });
      expect(headers['Access-Control-Allow-Origin']).toBe(ORIGIN);
      return JSON.parse(body) as { products: { id: string }[]; after?: string };
    };
    const first = await list({});
    expect([first.products.length, typeof first.after]).toEqual([100, 'string']);
    const second = await list({ after: first.after ?? 'none' });
    expect(second.after).toBeUndefined();
    const listed = [...first.products, ...second.products].map(({ id }) => id);
    expect(listed).toEqual(expect.arrayContaining(ids));
    expect(new Set(listed).size).toBe(listed.length);
    expect((await ask(api, 'GET /products', { token: reader, query: { after: '?' } })).status).toBe(400);
  });

  it('answers a preflight of the web page without a token', async () => {
    expect(await ask(api, 'OPTIONS /products/tea')).toMatchObject({
      status: 204,
      headers: {
        'Access-Control-Allow-Origin': ORIGIN,
        'Access-Control-Allow-Headers': 'Authorization,Content-Type',
        'Access-Control-Max-Age': '3600',
      },
    });
    expect(invoked).toEqual([]);
  });

  it('answers 403 to a path or method that it does not have', async () => {
    for (const line of ['GET /orders', 'POST /products', 'GET /products/a/b', 'GET /products/']) {
      expect(await ask(api, line, { token: editor })).toMatchObject({
        status: 403,
        body: '{"message":"Missing Authentication Token"}',
      });
    }
  });

  it('answers 502 when the function fails, and logs why', async () => {
    const failing = apiOf(templates, API, USER_POOL, {
      invoke: () => Promise.reject(new Error('no connection to DynamoDB')),
    });
    const answer = await ask(failing, 'GET /products/tea', { token: reader });
    expect(answer).toMatchObject({ status: 502, body: '{"message":"Internal server error"}' });
    expect(answer.headers['Access-Control-Allow-Origin']).toBe(ORIGIN);
    expect(failing.log.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-/) as string,
        requestId: 'request-1',
        ip: '127.0.0.1',
        method: 'GET',
        path: '/products/{id}',
        status: '502',
        latency: '1',
        user: 'reader',
        canary: 'false',
        error: 'Internal server error',
        functionError: 'Error: no connection to DynamoDB',
      },
    ]);
  });

  it('lets other errors than those of the caller fail the function', async () => {
    const handle = local.functionsOf(templates);
    const event = { pathParameters: { id: 'tea' }, body: '{', requestContext: {} };
    await expect(
      handle(at('Products/Replace/Function'), {
        ...event,
        requestContext: { authorizer: { claims: { 'cognito:groups': 'editors' } } },
      }),
    ).rejects.toThrow(SyntaxError);
    expect(await handle(at('Products/Replace/Function'), event)).toMatchObject({ statusCode: 403 });
    expect(await handle(at('Products/Read/Function'), { pathParameters: null })).toMatchObject({
      statusCode: 400,
    });
  });

  it('logs neither tokens nor bodies', async () => {
    await ask(api, 'PUT /products/logged', { token: editor, body: TEA });
    expect(api.log.join('\n')).toContain('"user":"editor"');
    expect(api.log.join('\n')).not.toMatch(new RegExp(`Tea|${editor.slice(-40)}`));
  });

  it('answers 429 above the burst, until the rate gives more', async () => {
    let now = Date.now() / 1000;
    const busy = apiOf(templates, API, USER_POOL, { invoke: () => Promise.resolve(ok), now: () => now });
    const statuses = async (count: number) => {
      const answers = await Promise.all(
        Array.from({ length: count }, () => ask(busy, 'GET /products/tea', { token: reader })),
      );
      return answers.filter(({ status }) => status === 200).length;
    };
    expect(await statuses(210)).toBe(200);
    now += 1;
    expect(await statuses(110)).toBe(100);
    const refused = await ask(busy, 'GET /products/tea', { token: reader });
    expect(refused).toMatchObject({ status: 429, body: '{"message":"Too Many Requests"}' });
    expect(refused.headers['Access-Control-Allow-Origin']).toBe(ORIGIN);
    // Other methods are not affected.
    expect((await ask(busy, 'GET /products', { token: reader })).status).toBe(200);
  });

  it('serves the API over HTTP', async () => {
    await local.put('http', 'HTTP', 1);
    const { url, close } = await api.listen();
    try {
      const headers = { Authorization: reader };
      const found = await fetch(`${url}/products/http`, { headers });
      expect([found.status, await found.json()]).toEqual([200, { id: 'http', name: 'HTTP', price: 1 }]);
      const write = { method: 'PUT', headers, body: TEA };
      expect((await fetch(`${url}/products/http`, write)).status).toBe(403);
      expect((await fetch(`${url}/products/http`)).status).toBe(401);
      expect((await fetch(`${url.replace('/prod', '/dev')}/products/http`)).status).toBe(403);
    } finally {
      await close();
    }
  });
});

describe('cache of rest-api', () => {
  let clock: number;
  const withTtl = (cacheTtl?: Duration) => synthesize({ cacheTtl, requestsPerSecond: 1000 });
  const [cached, uncached] = [withTtl(Duration.minutes(5)), withTtl()];
  const apiWith = (stack: Stack) => {
    clock = Date.now() / 1000;
    return testApi(stack, { invoke: () => Promise.resolve(ok), now: () => clock });
  };
  let token: string;
  beforeAll(async () => {
    token = await local.sign();
  });

  it('answers GET for 300 seconds, and no write', async () => {
    const api = apiWith(cached);
    const read = 'Test/Products/Read/Function';
    await ask(api, 'GET /products/a', { token });
    clock += 299;
    await ask(api, 'GET /products/a', { token });
    expect(invoked).toEqual([read]);
    await ask(api, 'GET /products/b', { token });
    expect(invoked).toEqual([read, read]);
    clock += 2;
    await ask(api, 'GET /products/a', { token });
    expect(invoked).toEqual([read, read, read]);

    const replace = 'Test/Products/Replace/Function';
    const remove = 'Test/Products/Remove/Function';
    invoked.length = 0;
    for (const line of ['PUT /products/a', 'PUT /products/a', 'DELETE /products/a', 'DELETE /products/a']) {
      await ask(api, line, { token, body: TEA });
    }
    expect(invoked).toEqual([replace, replace, remove, remove]);
  });

  it('has one response for each page of the list', async () => {
    const api = apiWith(cached);
    for (const query of [{}, { after: 'a' }, { after: 'b' }, {}, { after: 'b' }, { other: 'x' }]) {
      await ask(api, 'GET /products', { token, query: query as Record<string, string> });
    }
    expect(invoked).toHaveLength(3);
  });

  it('answers no request without a token', async () => {
    const api = apiWith(cached);
    await ask(api, 'GET /products/a', { token });
    expect((await ask(api, 'GET /products/a')).status).toBe(401);
  });

  it('is encrypted, and throttled like other methods', () => {
    const stack = Template.fromStack(synthesize({ cacheTtl: Duration.hours(1), requestsPerSecond: 7 }));
    const throttling = { ThrottlingRateLimit: 7, ThrottlingBurstLimit: 14 };
    const cached = {
      HttpMethod: 'GET',
      CachingEnabled: true,
      CacheTtlInSeconds: 3600,
      CacheDataEncrypted: true,
      ...throttling,
    };
    stack.hasResourceProperties('AWS::ApiGateway::Stage', {
      CacheClusterEnabled: true,
      CacheClusterSize: '0.5',
      MethodSettings: [
        { HttpMethod: '*', ResourcePath: '/*', CachingEnabled: false, ...throttling },
        { ResourcePath: '/~1products', ...cached },
        { ResourcePath: '/~1products~1{id}', ...cached },
      ],
    });
  });

  it('is off by default', async () => {
    const api = apiWith(uncached);
    await ask(api, 'GET /products/a', { token });
    await ask(api, 'GET /products/a', { token });
    expect(invoked).toHaveLength(2);
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      CacheClusterEnabled: Match.absent(),
      MethodSettings: [Match.objectLike({ HttpMethod: '*', CachingEnabled: false })],
    });
  });
});

describe('canary of rest-api', () => {
  const stable = templatesOf(synthesize());
  /** The deployment of these templates has one method more than the stable one. */
  const withCanary = (percent: number) => {
    const stack = synthesize({ canary: { stableDeploymentId: 'stable1', percent } }, (api) => {
      const products = new Products(Stack.of(api), 'Products', { api, editors: 'editors' });
      api.addMethod('POST', '/products', products.node.findChild('List').node.findChild('Function') as never);
    });
    let seed = 1;
    // Park and Miller's generator: the same numbers in each run.
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    return testApi(stack, {
      deployments: { stable1: stable },
      random,
    });
  };

  it.each([0, 10, 100])('gets %d percent of the requests, and no more', async (percent) => {
    const api = withCanary(percent);
    const statuses: number[] = [];
    for (let index = 0; index < 2000; index++) statuses.push((await ask(api, 'POST /products')).status);
    // The canary knows the method and wants a token. The stable deployment does not know it.
    const share = statuses.filter((status) => status === 401).length / statuses.length;
    expect(Math.abs(share - percent / 100)).toBeLessThan(0.02);
    expect(statuses.filter((status) => status === 403)).toHaveLength(
      Math.round(statuses.length * (1 - share)),
    );
    expect(api.log.filter((line) => line.includes('"canary":"true"'))).toHaveLength(
      Math.round(statuses.length * share),
    );
  });

  it('leaves the stable deployment in place, and keeps earlier deployments', () => {
    const stack = Template.fromStack(synthesize({ canary: { stableDeploymentId: 'stable1', percent: 5 } }));
    stack.hasResourceProperties('AWS::ApiGateway::Stage', {
      DeploymentId: 'stable1',
      CanarySetting: {
        DeploymentId: { Ref: Match.stringLikeRegexp('^ApiDeployment') },
        PercentTraffic: 5,
        UseStageCache: false,
      },
    });
    stack.hasResource('AWS::ApiGateway::Deployment', { DeletionPolicy: 'Retain' });
  });

  it('is off by default', () => {
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      DeploymentId: { Ref: Match.stringLikeRegexp('^ApiDeployment') },
      CanarySetting: Match.absent(),
    });
  });
});

describe('rest-api', () => {
  const FUNCTIONS = ['List', 'Read', 'Replace', 'Remove'].map((name) => at(`Products/${name}/Function`));

  it('each function is invoked by its own method only', () => {
    const api = local.apiOf(templates, API, { userPool: USER_POOL });
    const methods = api.routes.filter(({ integration }) => integration.type === 'AWS_PROXY');
    const allowed = FUNCTIONS.map((path) => methods.filter((method) => api.mayInvoke(path, method)));
    expect(
      allowed.map((some) => some.map(({ httpMethod, resourcePath }) => `${httpMethod} ${resourcePath}`)),
    ).toEqual([['GET /products'], ['GET /products/{id}'], ['PUT /products/{id}'], ['DELETE /products/{id}']]);
    expect(allowed.flat().map(({ integration }) => integration.functionPath)).toEqual(FUNCTIONS);
    template.resourceCountIs('AWS::Lambda::Permission', FUNCTIONS.length);
  });

  it.each([
    ['List', 'dynamodb:Scan'],
    ['Read', 'dynamodb:GetItem'],
    ['Replace', 'dynamodb:PutItem'],
    ['Remove', 'dynamodb:DeleteItem'],
  ])('%s reaches its table only, and only for %s', (name, action) => {
    expect(Iam.of(templates)).toAllowOnly(at(`Products/${name}/Function`), {
      [at('Products/Table')]: [action],
      [at(`Products/${name}/Logs:*`)]: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      '*': ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    });
  });

  it('each function has a handler, and ends before API Gateway gives up', () => {
    for (const path of FUNCTIONS) {
      const { Handler, Timeout } = templates.at(path).properties;
      expect(Object.keys(handlers).map((name) => `index.${name}`)).toContain(Handler);
      expect(Timeout).toBeLessThan(29);
    }
  });

  it('the handlers take table and group from the environment', async () => {
    const before = { ...process.env };
    const request = { pathParameters: { id: 'tea' }, requestContext: {} } as never;
    const missing = 'expected TABLE_NAME and EDITORS in the environment';
    try {
      Object.assign(process.env, local.aws.environment, { TABLE_NAME: local.tableName });
      expect(() => handlers.read(request)).toThrow(missing);
      Object.assign(process.env, { EDITORS: 'writers', ALLOWED_ORIGIN: ORIGIN });
      await local.put('tea', 'Tea', 350);
      expect(await handlers.read(request)).toMatchObject({
        statusCode: 200,
        headers: { 'Access-Control-Allow-Origin': ORIGIN },
        body: '{"id":"tea","name":"Tea","price":350}',
      });
      const refused = { statusCode: 403, body: '{"message":"expected a user of the group writers"}' };
      expect(await handlers.replace(request)).toMatchObject(refused);
      expect(await handlers.remove(request)).toMatchObject(refused);
      expect(await handlers.list({ queryStringParameters: { after: '?' } } as never)).toMatchObject({
        statusCode: 400,
      });
      delete process.env.TABLE_NAME;
      expect(() => handlers.list(request)).toThrow(missing);
    } finally {
      process.env = before;
    }
  });

  it('alarms when the API answers 5XX', () => {
    const { properties } = templates.at(at('Api/Alarm'));
    expect(properties).toMatchObject({
      MetricName: '5XXError',
      Namespace: 'AWS/ApiGateway',
      Statistic: 'Sum',
      Period: 60,
      Threshold: 1,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
    expect(properties.AlarmActions).toHaveLength(1);
    // The metric is of all APIs with this name.
    const name = { Name: 'ApiName', Value: templates.at(API).properties.Name };
    expect(properties.Dimensions).toContainEqual(name);
    expect(properties.Dimensions).toContainEqual({
      Name: 'Stage',
      Value: expect.stringContaining('DeploymentStageprod') as string,
    });
  });

  it('the API can write its log before its stage is created', () => {
    const stages = Object.values(template.findResources('AWS::ApiGateway::Stage'));
    const account = Object.keys(template.findResources('AWS::ApiGateway::Account'));
    expect(stages.map(({ DependsOn }) => DependsOn as string[])).toEqual([expect.arrayContaining(account)]);
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      AccessLogSetting: { DestinationArn: Match.anyValue() },
      TracingEnabled: true,
    });
    template.hasResourceProperties('AWS::ApiGateway::Account', {
      CloudWatchRoleArn: { 'Fn::GetAtt': [templates.at(at('Account/Role')).logicalId, 'Arn'] },
    });
    const pushes = {
      'Fn::Join': Match.arrayWith([Match.arrayWith([Match.stringLikeRegexp('PushToCloudWatch')])]),
    };
    template.hasResourceProperties('AWS::IAM::Role', {
      ManagedPolicyArns: [pushes],
      AssumeRolePolicyDocument: {
        Statement: [Match.objectLike({ Principal: { Service: 'apigateway.amazonaws.com' } })],
      },
    });
    // It is a setting of the account, so no API brings its own.
    Template.fromStack(synthesize()).resourceCountIs('AWS::ApiGateway::Account', 0);
  });

  it('the user pool has strong passwords, no sign-up and a public client', () => {
    template.hasResourceProperties('AWS::Cognito::UserPool', {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      UsernameAttributes: ['email'],
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      MfaConfiguration: 'OPTIONAL',
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
      Policies: {
        PasswordPolicy: {
          MinimumLength: 12,
          RequireLowercase: true,
          RequireUppercase: true,
          RequireNumbers: true,
          RequireSymbols: true,
        },
      },
    });
    template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      GenerateSecret: Match.absent(),
      AllowedOAuthFlowsUserPoolClient: false,
      PreventUserExistenceErrors: 'ENABLED',
      ExplicitAuthFlows: [
        'ALLOW_ADMIN_USER_PASSWORD_AUTH',
        'ALLOW_USER_SRP_AUTH',
        'ALLOW_REFRESH_TOKEN_AUTH',
      ],
    });
  });
});

describe('props', () => {
  it('without an origin, web pages of other origins cannot call the API', async () => {
    const stack = synthesize();
    Template.fromStack(stack).resourceCountIs('AWS::ApiGateway::GatewayResponse', 0);
    const api = testApi(stack);
    expect((await ask(api, 'OPTIONS /products')).status).toBe(403);
    await local.put('plain', 'Plain', 1);
    const { headers } = await ask(api, 'GET /products/plain', { token: await local.sign() });
    expect(headers).toEqual({ 'Content-Type': 'application/json' });
  });

  it('a private API answers requests through its interface endpoint only', async () => {
    const stack = new Stack(newApp(), 'Test');
    const vpc = new ec2.Vpc(stack, 'Vpc');
    const service = ec2.InterfaceVpcEndpointAwsService.APIGATEWAY;
    const vpcEndpoint = vpc.addInterfaceEndpoint('Endpoint', { service });
    const another = vpc.addInterfaceEndpoint('Another', { service });
    const userPool = new cognito.UserPool(stack, 'UserPool');
    const api = new CognitoRestApi(stack, 'Api', { userPool, vpcEndpoint });
    new Products(stack, 'Products', { api, editors: 'editors' });

    const some = templatesOf(stack);
    const idOf = (endpoint: ec2.InterfaceVpcEndpoint) => `⟨Test.${some.at(endpoint.node.path).logicalId}⟩`;
    const privateApi = apiOf(some, 'Test/Api/Api', 'Test/UserPool', { invoke: () => Promise.resolve(ok) });
    const token = await local.sign();
    const statusThrough = async (through?: string) =>
      (await ask(privateApi, 'GET /products', { token, vpcEndpoint: through })).status;
    expect(await statusThrough(idOf(vpcEndpoint))).toBe(200);
    expect(await statusThrough(idOf(another))).toBe(403);
    expect(await statusThrough()).toBe(403);
    const withoutToken = await ask(privateApi, 'GET /products', { vpcEndpoint: idOf(vpcEndpoint) });
    expect(withoutToken.status).toBe(401);
    expect(some.at('Test/Api/Api').properties.EndpointConfiguration).toEqual({
      Types: ['PRIVATE'],
      VpcEndpointIds: [idOf(vpcEndpoint)],
    });
    expect(templates.at(API).properties.EndpointConfiguration).toEqual({ Types: ['REGIONAL'] });
  });

  it('associates a web ACL with the stage', () => {
    const webAclArn = 'arn:aws:wafv2:eu-west-1:111111111111:regional/webacl/acl/1';
    const { resources } = templatesOf(synthesize({ webAclArn }));
    const association = resources.find(({ type }) => type === 'AWS::WAFv2::WebACLAssociation');
    expect(association?.properties).toEqual({
      WebACLArn: webAclArn,
      ResourceArn: expect.stringMatching(
        /restapis\/⟨Test\.Api\w+⟩\/stages\/⟨Test\.\w*Stageprod\w+⟩$/,
      ) as string,
    });
    template.resourceCountIs('AWS::WAFv2::WebACLAssociation', 0);
  });

  it('keeps table, logs and deployments by default', () => {
    const stack = Template.fromStack(synthesize());
    for (const type of ['DynamoDB::Table', 'Logs::LogGroup', 'ApiGateway::Deployment']) {
      stack.allResources(`AWS::${type}`, { DeletionPolicy: 'Retain' });
    }
    stack.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: true });
    const deleted = Template.fromStack(synthesize({ removalPolicy: RemovalPolicy.DESTROY }));
    deleted.allResources('AWS::ApiGateway::Deployment', { DeletionPolicy: Match.absent() });
    template.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete' });
    stack.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      DeletionProtectionEnabled: false,
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it('without an address, the alarm notifies nobody', () => {
    const silent = Template.fromStack(stackOf(sandbox({}, 'rest-api'), 'RestApi'));
    silent.resourceCountIs('AWS::SNS::Topic', 0);
    silent.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmActions: Match.absent() });
  });

  it.each<[string, Partial<CognitoRestApiProps>, string]>([
    [
      'an origin with a path',
      { allowedOrigin: 'https://a.example/' },
      'allowedOrigin: got "https://a.example/"',
    ],
    ['an origin after another text', { allowedOrigin: 'xhttps://a.example' }, 'allowedOrigin: got'],
    ['an origin without a host', { allowedOrigin: 'https://' }, 'allowedOrigin: got "https://"'],
    ['a port that is no number', { allowedOrigin: 'http://localhost:a' }, 'allowedOrigin: got'],
    ['every origin', { allowedOrigin: '*' }, 'expected an origin such as https://www.example.com'],
    ['no requests', { requestsPerSecond: 0 }, 'requestsPerSecond: got 0, expected a whole number from 1 to'],
    ['a cache for an hour and more', { cacheTtl: Duration.seconds(3601) }, 'cacheTtl: got "1 hour 1 second"'],
    ['a cache for no time', { cacheTtl: Duration.seconds(0) }, 'expected 1 to 3600 seconds'],
    ['half a second of cache', { cacheTtl: Duration.millis(500) }, 'expected 1 to 3600 seconds'],
    [
      'a canary above 100 percent',
      { canary: { stableDeploymentId: 'a', percent: 101 } },
      'canary.percent: got 101, expected a number from 0 to 100',
    ],
    [
      'a canary below 0 percent',
      { canary: { stableDeploymentId: 'a', percent: -1 } },
      'canary.percent: got -1',
    ],
  ])('refuses %s', (_, props, expected) => {
    expect(() => synthesize(props)).toThrow(expected);
  });

  it.each<Partial<CognitoRestApiProps>>([
    { allowedOrigin: 'http://localhost:3000', requestsPerSecond: 1, cacheTtl: Duration.seconds(1) },
    { allowedOrigin: 'https://www.example.com', requestsPerSecond: 10_000, cacheTtl: Duration.hours(1) },
  ])('takes %j', (props) => {
    expect(() => synthesize(props)).not.toThrow();
  });

  it('takes values that are known only at deployment', () => {
    const number = () => Lazy.number({ produce: () => 50 });
    const stack = synthesize({
      allowedOrigin: Lazy.string({ produce: () => ORIGIN }),
      canary: { stableDeploymentId: 'stable1', percent: number() },
      cacheTtl: Duration.seconds(number()),
    });
    Template.fromStack(stack).hasResourceProperties('AWS::ApiGateway::Stage', {
      CanarySetting: { PercentTraffic: 50 },
      MethodSettings: Match.arrayWith([Match.objectLike({ CacheTtlInSeconds: 50 })]),
    });
  });

  it('path parameters are required, and are cache keys of a cached method', () => {
    const stack = synthesize({ cacheTtl: Duration.minutes(1) }, (api) => {
      const functionArn = 'arn:aws:lambda:eu-west-1:111111111111:function:files';
      const handler = lambda.Function.fromFunctionAttributes(api, 'Files', {
        functionArn,
        sameEnvironment: true,
      });
      api.addMethod('GET', '/files/{folder}/{path+}', handler, { cached: true, queryStrings: ['size'] });
      api.addMethod('PUT', '/files/{folder}/{path+}', handler);
    });
    const parameters = { 'method.request.path.folder': true, 'method.request.path.path': true };
    const found = Template.fromStack(stack);
    found.hasResourceProperties('AWS::ApiGateway::Method', {
      HttpMethod: 'GET',
      RequestParameters: { ...parameters, 'method.request.querystring.size': false },
      Integration: {
        CacheKeyParameters: [...Object.keys(parameters), 'method.request.querystring.size'],
      },
    });
    found.hasResourceProperties('AWS::ApiGateway::Method', {
      HttpMethod: 'PUT',
      RequestParameters: parameters,
      Integration: { CacheKeyParameters: Match.absent() },
    });
    found.hasResourceProperties('AWS::ApiGateway::RequestValidator', {
      ValidateRequestBody: true,
      ValidateRequestParameters: true,
    });
  });

  it('the user pool is kept by default, and cannot be deleted', () => {
    const stack = new Stack(newApp(), 'Test');
    new ApiUsers(stack, 'Users');
    Template.fromStack(stack).hasResource('AWS::Cognito::UserPool', {
      DeletionPolicy: 'Retain',
      Properties: Match.objectLike({ DeletionProtection: 'ACTIVE' }),
    });
    template.hasResourceProperties('AWS::Cognito::UserPool', { DeletionProtection: 'INACTIVE' });
  });

  it('two APIs fit into one stack, with metrics of their own', () => {
    const stack = new Stack(newApp(), 'Test');
    const userPool = new cognito.UserPool(stack, 'UserPool');
    for (const id of ['One', 'Two']) {
      const api = new CognitoRestApi(stack, id, { userPool });
      new Products(stack, `${id}Products`, { api, editors: 'editors' });
    }
    const apis = Object.values(Template.fromStack(stack).findResources('AWS::ApiGateway::RestApi'));
    const names = apis.map(({ Properties }) => JSON.stringify((Properties as { Name: unknown }).Name));
    expect(new Set(names).size).toBe(2);
  });
});
