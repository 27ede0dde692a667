import { mutationsBelow, type Mutation } from '../support/mutation';

interface Policy {
  readonly Statement: Record<string, unknown>[];
}

const { changed, edited, removed } = mutationsBelow('RestApi');
const products = 'Api/Api/Default/products';
const item = `${products}/{id}`;
const permission = (method: string) =>
  `${item}/${method}/ApiPermission.RestApiFF06AB82.${method}..products.{id}`;
const stage = 'Api/Api/DeploymentStage.prod';

/** The function may do one more action, on every table. */
const allowed = (name: string, of: string, Action: string): Mutation =>
  edited(name, `Products/${of}/Role/DefaultPolicy`, (properties) => {
    (properties.PolicyDocument as Policy).Statement.push({ Effect: 'Allow', Action, Resource: '*' });
  });
const handler = (name: string, of: string, Handler: string): Mutation =>
  changed(name, `Products/${of}/Function`, { Handler });

export const mutations: readonly Mutation[] = [
  changed('the list is open without a token', `${products}/GET`, {
    AuthorizationType: 'NONE',
    AuthorizerId: undefined,
  }),
  changed('a product can be deleted without a token', `${item}/DELETE`, {
    AuthorizationType: 'NONE',
    AuthorizerId: undefined,
  }),
  changed('a body of another content type is not validated', `${item}/PUT`, (template) => ({
    RequestModels: { 'application/json': template.ref('RestApi/Api/Api/BodyPUTproductsid') },
  })),
  changed('bodies are not validated', 'Api/Api/Validator', { ValidateRequestBody: false }),
  changed('the method has no validator', `${item}/PUT`, { RequestValidatorId: undefined }),
  edited('a product may have other properties', 'Api/Api/BodyPUTproductsid', (properties) => {
    delete (properties.Schema as Record<string, unknown>).additionalProperties;
  }),
  edited('a price may be below 0', 'Api/Api/BodyPUTproductsid', (properties) => {
    const { properties: fields } = properties.Schema as { properties: Record<string, object> };
    fields.price = { type: 'integer' };
  }),
  removed('API Gateway may not invoke the function that reads', permission('GET')),
  edited('any method may invoke the function that deletes', permission('DELETE'), (properties) => {
    const { 'Fn::Join': join } = properties.SourceArn as { 'Fn::Join': [string, unknown[]] };
    join[1][join[1].length - 1] = '/*/*';
  }),
  edited('any API may invoke the function that writes', permission('PUT'), (properties) => {
    delete properties.SourceArn;
  }),
  changed('GET invokes the function that deletes', `${item}/GET`, (template) => {
    const { Integration } = template.properties(`RestApi/${item}/DELETE`);
    return { Integration };
  }),
  handler('the function that reads has the handler that deletes', 'Read', 'index.remove'),
  handler('a function has a handler that does not exist', 'List', 'index.find'),
  edited('users of another group may write', 'Products/Replace/Function', (properties) => {
    (properties.Environment as { Variables: Record<string, string> }).Variables.EDITORS = 'visitors';
  }),
  changed('the group has another name', 'Users/Editors', { GroupName: 'visitors' }),
  allowed('the function that reads may write', 'Read', 'dynamodb:PutItem'),
  allowed('the function that writes may read', 'Replace', 'dynamodb:GetItem'),
  allowed('the function that lists may read secrets', 'List', 'secretsmanager:GetSecretValue'),
  edited(
    'the function that deletes may delete from every table',
    'Products/Remove/Role/DefaultPolicy',
    (properties) => {
      for (const statement of (properties.PolicyDocument as Policy).Statement) statement.Resource = '*';
    },
  ),
  changed('requests are not throttled', stage, { MethodSettings: [] }),
  edited('a burst is twice as large', stage, (properties) => {
    for (const settings of properties.MethodSettings as Record<string, unknown>[])
      settings.ThrottlingBurstLimit = 400;
  }),
  edited('the rate is half', stage, (properties) => {
    for (const settings of properties.MethodSettings as Record<string, unknown>[])
      settings.ThrottlingRateLimit = 50;
  }),
  edited('GET is cached, although the API has no cache by default', stage, (properties) => {
    properties.CacheClusterEnabled = true;
  }),
  edited('half of the requests go to a canary', stage, (properties) => {
    properties.CanarySetting = { DeploymentId: properties.DeploymentId, PercentTraffic: 50 };
  }),
  changed('requests are not logged', stage, { AccessLogSetting: undefined }),
  edited('the log has the token', stage, (properties) => {
    const setting = properties.AccessLogSetting as Record<string, string>;
    setting.Format = (setting.Format ?? '').replace(
      '$context.authorizer.claims.sub',
      '$context.authorizer.claims',
    );
  }),
  changed('requests are not traced', stage, { TracingEnabled: false }),
  removed('the API cannot write logs', 'Account/Account'),
  removed('a web page does not see 401 and 429', 'Api/Api/ClientErrors'),
  removed('a web page does not see 502', 'Api/Api/ServerErrors'),
  removed('a web page cannot ask before it writes', `${item}/OPTIONS`),
  edited('every origin may call the API', `${item}/OPTIONS`, (properties) => {
    const { IntegrationResponses } = properties.Integration as {
      IntegrationResponses: { ResponseParameters: Record<string, string> }[];
    };
    for (const { ResponseParameters } of IntegrationResponses) {
      ResponseParameters['method.response.header.Access-Control-Allow-Origin'] = "'*'";
    }
  }),
  edited('a web page does not see responses of the function', 'Products/Read/Function', (properties) => {
    delete (properties.Environment as { Variables: Record<string, string> }).Variables.ALLOWED_ORIGIN;
  }),
  changed('the function takes longer than API Gateway waits', 'Products/List/Function', { Timeout: 60 }),
  changed('the alarm watches the errors of callers', 'Api/Alarm', { MetricName: '4XXError' }),
  changed('the alarm watches another API', 'Api/Alarm', { Dimensions: [{ Name: 'ApiName', Value: 'Api' }] }),
  changed('the alarm notifies nobody', 'Api/Alarm', { AlarmActions: undefined }),
  changed('everybody may sign up', 'Users/UserPool', {
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
  }),
  edited('passwords may be short', 'Users/UserPool', (properties) => {
    (properties.Policies as { PasswordPolicy: Record<string, unknown> }).PasswordPolicy.MinimumLength = 6;
  }),
  changed('the app client tells whether a user exists', 'Users/UserPool/Client', {
    PreventUserExistenceErrors: 'LEGACY',
  }),
];
