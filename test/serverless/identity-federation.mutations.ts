import { mutationsBelow, type Mutation } from '../support/mutation';

interface Statement {
  Action: string | string[];
  Resource?: unknown;
  Condition?: Record<string, unknown>;
}
interface Document {
  readonly Statement: Statement[];
}
const { changed, edited, removed } = mutationsBelow('IdentityFederation');
const POOL = 'Federation/IdentityPool';
const USER = `${POOL}/AuthenticatedRole`;
const GUEST = `${POOL}/UnauthenticatedRole`;
const EDITOR = 'Federation/editors/Role';
const CLIENT = 'Login/UserPool/Client';

/** The trust policy of a role lacks one condition. */
const trusts = (name: string, role: string, operator: string): Mutation =>
  edited(name, role, ({ AssumeRolePolicyDocument }) => {
    for (const { Condition } of (AssumeRolePolicyDocument as Document).Statement) {
      delete Condition?.[operator];
    }
  });
const policy = (name: string, role: string, edit: (statements: Statement[]) => void): Mutation =>
  edited(name, `${role}/DefaultPolicy`, ({ PolicyDocument }) => {
    edit((PolicyDocument as Document).Statement);
  });
/** The role may do one more action, everywhere. */
const allowed = (name: string, role: string, Action: string): Mutation =>
  policy(name, role, (statements) =>
    statements.push({ Action, Resource: '*', Effect: 'Allow' } as Statement),
  );
/** Statements with an action of a service lose their condition. */
const unconditional = (name: string, role: string, action: string): Mutation =>
  policy(name, role, (statements) => {
    for (const statement of statements)
      if ([statement.Action].flat().includes(action)) delete statement.Condition;
  });

export const mutations: readonly Mutation[] = [
  trusts('every identity pool may assume the role for users', USER, 'StringEquals'),
  trusts('guests may assume the role for users', USER, 'ForAnyValue:StringLike'),
  trusts('every identity pool may assume the role for editors', EDITOR, 'StringEquals'),
  trusts('guests may assume the role for editors', EDITOR, 'ForAnyValue:StringLike'),
  trusts('every identity pool may assume the role for guests', GUEST, 'StringEquals'),
  trusts('users may assume the role for guests', GUEST, 'ForAnyValue:StringLike'),
  edited('a user reaches all folders', `${USER}/DefaultPolicy`, (properties) => {
    const text = JSON.stringify(properties).replaceAll(
      '/users/${cognito-identity.amazonaws.com:sub}',
      '/users',
    );
    Object.assign(properties, JSON.parse(text));
  }),
  edited('the folder is that of the user pool', `${EDITOR}/DefaultPolicy`, (properties) => {
    const text = JSON.stringify(properties).replaceAll('${cognito-identity', '${cognito-idp');
    Object.assign(properties, JSON.parse(text));
  }),
  unconditional('a user lists all folders', USER, 's3:ListBucket'),
  unconditional('a user reads all rows', USER, 'dynamodb:Query'),
  unconditional('an editor reads all rows', EDITOR, 'dynamodb:Query'),
  policy('a request without keys reads all rows', USER, (statements) => {
    for (const { Condition } of statements) delete Condition?.Null;
  }),
  allowed('a user scans the table', USER, 'dynamodb:Scan'),
  allowed('a guest lists buckets', GUEST, 's3:ListBucket'),
  allowed('a guest writes objects', GUEST, 's3:PutObject'),
  allowed('an editor reads all objects', EDITOR, 's3:GetObject'),
  removed('editors may do nothing', `${EDITOR}/DefaultPolicy`),
  changed('the group has no role', 'Federation/editors/Group', { RoleArn: undefined }),
  changed('an app chooses the role', POOL, { AllowClassicFlow: true }),
  changed('guests get no credentials', POOL, { AllowUnauthenticatedIdentities: false }),
  edited('tokens of all app clients are accepted', POOL, ({ CognitoIdentityProviders }) => {
    Object.assign((CognitoIdentityProviders as object[])[0] ?? {}, { ClientId: 'another' });
  }),
  edited('tokens of disabled users are accepted', POOL, ({ CognitoIdentityProviders }) => {
    Object.assign((CognitoIdentityProviders as object[])[0] ?? {}, { ServerSideTokenCheck: false });
  }),
  edited('users and guests change roles', `${POOL}/DefaultRoleAttachment`, (properties) => {
    const { authenticated, unauthenticated } = properties.Roles as Record<string, unknown>;
    properties.Roles = { authenticated: unauthenticated, unauthenticated: authenticated };
  }),
  edited('users without a group get nothing', `${POOL}/DefaultRoleAttachment`, ({ RoleMappings }) => {
    Object.assign((RoleMappings as Record<string, object>).UserPool ?? {}, {
      AmbiguousRoleResolution: 'Deny',
    });
  }),
  changed('groups have no roles', `${POOL}/DefaultRoleAttachment`, { RoleMappings: undefined }),
  changed('the app client has a secret', CLIENT, { GenerateSecret: true }),
  changed('tokens are in the URL', CLIENT, { AllowedOAuthFlows: ['implicit'] }),
  changed('an app may ask for the password', CLIENT, { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] }),
  changed('a token may change the user', CLIENT, {
    AllowedOAuthScopes: ['openid', 'email', 'aws.cognito.signin.user.admin'],
  }),
  changed('sign-in says which users exist', CLIENT, { PreventUserExistenceErrors: 'LEGACY' }),
  changed('MFA is optional', 'Login/UserPool', { MfaConfiguration: 'OPTIONAL' }),
  changed('MFA by SMS', 'Login/UserPool', { EnabledMfas: ['SMS_MFA'] }),
  changed('short passwords', 'Login/UserPool', { Policies: { PasswordPolicy: { MinimumLength: 6 } } }),
  changed('a new address counts before it is confirmed', 'Login/UserPool', {
    UserAttributeUpdateSettings: undefined,
  }),
  changed('everybody may sign up', 'Login/UserPool', { LambdaConfig: undefined }),
  removed('Cognito may not invoke the check', 'Login/UserPool/PreSignUpCognito'),
  changed('another domain may sign up', 'Login/SignUpCheck/Function', {
    Environment: { Variables: { SIGN_UP_DOMAINS: 'example.com' } },
  }),
  removed('the login pages have no style', 'Login/Branding'),
  removed('files may be read without TLS', 'Data/Bucket/Policy'),
];
