import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Templates } from '../../lib/assertions/templates';
import { handler, type PreSignUpEvent } from '../../lib/serverless/identity-federation/handler/pre-sign-up';
import { IdentityFederation } from '../../lib/serverless/identity-federation/identity-federation';
import { ManagedLogin, type ManagedLoginProps } from '../../lib/serverless/identity-federation/managed-login';
import { UserData } from '../../lib/serverless/identity-federation/user-data';
import { LocalIdentityPool, type IdentityCredentials } from '../support/local-identity-pool';
import { createUserPool, type UserPool } from '../support/local-user-pool';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const at = (path: string) => `IdentityFederation/${path}`;
const app = sandbox({}, 'identity-federation');
const template = Template.fromStack(stackOf(app, 'IdentityFederation'));
const templates = Templates.fromApp(app);
const TLS = { context: { 'aws:SecureTransport': 'true' } };
const iam = Iam.of(templates, TLS);

const [USER_POOL, CLIENT] = [at('Login/UserPool'), at('Login/UserPool/Client')];
const IDENTITY_POOL = at('Federation/IdentityPool');
const USER = `${IDENTITY_POOL}/AuthenticatedRole`;
const GUEST = `${IDENTITY_POOL}/UnauthenticatedRole`;
const EDITOR = at('Federation/editors/Role');
const [BUCKET, TABLE] = [at('Data/Bucket'), at('Data/Table')];
const ROLES = [USER, GUEST, EDITOR];

const [ANA, BEN] = [
  'us-east-1:aaaaaaaa-0000-4000-8000-000000000001',
  'us-east-1:bbbbbbbb-0000-4000-8000-000000000002',
];
const FILE_ACTIONS = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'];
const ROW_ACTIONS = ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'].map(
  (name) => `dynamodb:${name}`,
);

const object = (key: string) => `${iam.arn(BUCKET)}/${key}`;
const as = (sub: string, more: Readonly<Record<string, string | string[] | null>> = {}) => ({
  context: { 'cognito-identity.amazonaws.com:sub': sub, ...more },
});

describe('credentials of identity-federation', () => {
  let pool: UserPool;
  let identities: LocalIdentityPool;
  beforeAll(async () => {
    pool = await createUserPool('Users');
    identities = new LocalIdentityPool(templates, iam, IDENTITY_POOL, { [USER_POOL]: pool });
  });
  const token = (claims = {}) => pool.sign({ claims: { aud: CLIENT, ...claims } });

  it('a user gets those of the role for users', async () => {
    expect((await identities.credentials(ANA, await token())).role).toBe(USER);
  });

  it('a member of editors gets those of the role for editors', async () => {
    const claims = identities.roleClaims(USER_POOL, 'editors');
    expect((await identities.credentials(ANA, await token(claims))).role).toBe(EDITOR);
  });

  it('a guest gets those of the role for guests', async () => {
    expect((await identities.credentials(ANA)).role).toBe(GUEST);
  });

  it('reach the files and rows of this identity and of no other', async () => {
    const { role, context }: IdentityCredentials = await identities.credentials(ANA, await token());
    expect(iam).toAllow(role, 's3:GetObject', object(`users/${ANA}/notes.txt`), { context });
    expect(iam).not.toAllow(role, 's3:GetObject', object(`users/${BEN}/notes.txt`), { context });
    const rowsOf = (sub: string) => ({ context: { ...context, 'dynamodb:LeadingKeys': [sub] } });
    expect(iam).toAllow(role, 'dynamodb:Query', TABLE, rowsOf(ANA));
    expect(iam).not.toAllow(role, 'dynamodb:Query', TABLE, rowsOf(BEN));
  });

  it('are refused to tokens of other pools and clients, and to access tokens', async () => {
    const another = await createUserPool('Another');
    const forger = await createUserPool('Users');
    const anHourAgo = Date.now() / 1000 - 3601;
    const refused = [
      await another.sign({ claims: { aud: CLIENT } }),
      await forger.sign({ claims: { aud: CLIENT } }),
      await token({ aud: at('Login/UserPool/OtherClient') }),
      await pool.sign({ use: 'access', claims: { aud: CLIENT } }),
      await pool.sign({ issuedAt: anHourAgo, claims: { aud: CLIENT } }),
    ];
    for (const one of refused) await expect(identities.credentials(ANA, one)).rejects.toThrow();
    await expect(identities.credentials(ANA, await token())).resolves.toBeDefined();
  });

  it('are those of a role that Cognito chooses: there is no basic flow', () => {
    template.hasResourceProperties('AWS::Cognito::IdentityPool', {
      AllowClassicFlow: false,
      CognitoIdentityProviders: [Match.objectLike({ ServerSideTokenCheck: true })],
    });
  });
});

describe('roles of identity-federation', () => {
  const keys = (aud: string | null, amr: string | null) => ({
    context: {
      'cognito-identity.amazonaws.com:aud': aud,
      'cognito-identity.amazonaws.com:amr': amr === null ? null : [amr],
    },
  });
  const assume = ['cognito-identity.amazonaws.com', 'sts:AssumeRoleWithWebIdentity'] as const;
  const pool = iam.id(IDENTITY_POOL);

  it.each([
    [USER, 'authenticated', 'unauthenticated'],
    [EDITOR, 'authenticated', 'unauthenticated'],
    [GUEST, 'unauthenticated', 'authenticated'],
  ])('%s trusts this identity pool for its kind of identity only', (role, amr, other) => {
    expect(iam).toAllow(...assume, role, keys(pool, amr));
    expect(iam).not.toAllow(...assume, role, keys(pool, other));
    expect(iam).not.toAllow(...assume, role, keys(null, amr));
    expect(iam).not.toAllow(...assume, role, keys(pool, null));
    expect(iam).not.toAllow('accounts.google.com', assume[1], role, keys(pool, amr));
  });

  it('trust no other identity pool', () => {
    const two = newApp();
    const stack = new Stack(two, 'Test');
    for (const id of ['One', 'Two']) {
      const { userPool, client } = new ManagedLogin(stack, `${id}Login`, {
        callbackUrls: ['https://a.example/'],
      });
      new IdentityFederation(stack, id, { userPool, client }).addGroup('editors');
    }
    const both = Iam.of(Templates.fromApp(two));
    const [one, other] = [both.id('Test/One/IdentityPool'), both.id('Test/Two/IdentityPool')];
    for (const role of ['Test/One/IdentityPool/AuthenticatedRole', 'Test/One/editors/Role']) {
      expect(both).toAllow(...assume, role, keys(one, 'authenticated'));
      expect(both).not.toAllow(...assume, role, keys(other, 'authenticated'));
    }
  });

  it.each(ROLES)('%s has exactly the permissions that it uses', (role) => {
    const own = {
      [`${BUCKET}/users/\${cognito-identity.amazonaws.com:sub}/*`]: FILE_ACTIONS,
      [BUCKET]: ['s3:ListBucket'],
      [TABLE]: ROW_ACTIONS,
    };
    expect(iam).toAllowOnly(role, {
      ...(role !== GUEST && own),
      [`${BUCKET}/public/*`]: role === EDITOR ? FILE_ACTIONS : ['s3:GetObject'],
    });
  });

  it.each([USER, EDITOR])('%s reaches the folder of its identity only', (role) => {
    for (const action of FILE_ACTIONS) {
      expect(iam).toAllow(role, action, object(`users/${ANA}/notes.txt`), as(ANA));
      for (const key of [`users/${BEN}/notes.txt`, `users/${ANA}x/notes.txt`, `users/notes.txt`, 'notes.txt'])
        expect(iam).not.toAllow(role, action, object(key), as(ANA));
    }
    const list = (prefix: string | null) => as(ANA, { 's3:prefix': prefix });
    expect(iam).toAllow(role, 's3:ListBucket', BUCKET, list(`users/${ANA}/`));
    for (const prefix of [`users/${BEN}/`, 'users/', '', `users/${ANA}`, null])
      expect(iam).not.toAllow(role, 's3:ListBucket', BUCKET, list(prefix));
  });

  it.each([USER, EDITOR])('%s reaches the rows of its identity only', (role) => {
    const rows = (...subs: string[]) => as(ANA, { 'dynamodb:LeadingKeys': subs });
    for (const action of ROW_ACTIONS) {
      expect(iam).toAllow(role, action, TABLE, rows(ANA));
      expect(iam).not.toAllow(role, action, TABLE, rows(BEN));
      expect(iam).not.toAllow(role, action, TABLE, rows(ANA, BEN));
      expect(iam).not.toAllow(role, action, TABLE, as(ANA, { 'dynamodb:LeadingKeys': null }));
    }
    expect(iam).not.toAllow(role, 'dynamodb:Scan', TABLE, as(ANA, { 'dynamodb:LeadingKeys': null }));
  });

  it('a guest reads the public folder, and nothing else', () => {
    expect(iam).toAllow(GUEST, 's3:GetObject', object('public/logo.svg'), as(ANA));
    expect(iam).not.toAllow(GUEST, 's3:PutObject', object('public/logo.svg'), as(ANA));
    expect(iam).not.toAllow(GUEST, 's3:GetObject', object(`users/${ANA}/notes.txt`), as(ANA));
    expect(iam).not.toAllow(GUEST, 's3:ListBucket', BUCKET, as(ANA, { 's3:prefix': 'public/' }));
    for (const action of ROW_ACTIONS)
      expect(iam).not.toAllow(GUEST, action, TABLE, as(ANA, { 'dynamodb:LeadingKeys': [ANA] }));
  });

  it('only editors write to the public folder', () => {
    expect(iam).toAllow(EDITOR, 's3:PutObject', object('public/logo.svg'), as(ANA));
    expect(iam).not.toAllow(USER, 's3:PutObject', object('public/logo.svg'), as(ANA));
    expect(iam).toAllow(USER, 's3:GetObject', object('public/logo.svg'), as(ANA));
  });

  it('nobody else reads files, and nobody without TLS', () => {
    expect(iam).not.toAllow('*', 's3:GetObject', object('public/logo.svg'));
    const plain = { context: { ...as(ANA).context, 'aws:SecureTransport': 'false' } };
    expect(iam.can(USER, 's3:GetObject', object('public/logo.svg'), plain).answer).toBe('explicit deny');
  });
});

describe('sign-in of identity-federation', () => {
  it('the app client has no secret, and exchanges codes only', () => {
    template.resourceCountIs('AWS::Cognito::UserPoolClient', 1);
    template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthFlowsUserPoolClient: true,
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      PreventUserExistenceErrors: 'ENABLED',
      EnableTokenRevocation: true,
      RefreshTokenValidity: 1440,
    });
  });

  it('its tokens may not change the user', () => {
    const { AllowedOAuthScopes, WriteAttributes } = templates.at(CLIENT).properties;
    expect([AllowedOAuthScopes, WriteAttributes]).toEqual([['openid', 'email'], ['email']]);
  });

  it('needs a long password and a code of an authenticator app, never SMS', () => {
    template.hasResourceProperties('AWS::Cognito::UserPool', {
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      Policies: {
        PasswordPolicy: {
          MinimumLength: 12,
          RequireLowercase: true,
          RequireUppercase: true,
          RequireNumbers: true,
          RequireSymbols: true,
        },
      },
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
    });
  });

  it('has login pages, with a style', () => {
    template.hasResourceProperties('AWS::Cognito::UserPoolDomain', { ManagedLoginVersion: 2 });
    const { ClientId, UseCognitoProvidedValues } = templates.at(at('Login/Branding')).properties;
    expect([templates.reference(ClientId)?.resource.path, UseCognitoProvidedValues]).toEqual([CLIENT, true]);
  });

  it('the user pool asks the sign-up check, and may invoke it; other pools may not', () => {
    const check = at('Login/SignUpCheck/Function');
    const { PreSignUp } = templates.at(USER_POOL).properties.LambdaConfig as Record<string, string>;
    expect(templates.reference(PreSignUp)?.resource.path).toBe(check);
    const from = (source: string) => ({ context: { 'aws:SourceArn': source } });
    const invoke = ['cognito-idp.amazonaws.com', 'lambda:InvokeFunction', check] as const;
    expect(iam).toAllow(...invoke, from(iam.arn(USER_POOL)));
    expect(iam.can(...invoke, from('arn:aws:cognito-idp:us-east-1:1:userpool/x')).answer).not.toBe('allowed');
    expect(templates.at(check).properties.Environment).toEqual({
      Variables: { SIGN_UP_DOMAINS: 'example.org' },
    });
  });
});

describe('the sign-up check', () => {
  const event = (email: string | undefined, triggerSource: PreSignUpEvent['triggerSource']) => {
    const userAttributes: Record<string, string> = email === undefined ? {} : { email };
    return { triggerSource, request: { userAttributes }, response: { autoConfirmUser: false } };
  };
  const before = process.env.SIGN_UP_DOMAINS;
  beforeAll(() => {
    process.env.SIGN_UP_DOMAINS = 'example.org,example.net';
  });
  afterAll(() => {
    if (before === undefined) delete process.env.SIGN_UP_DOMAINS;
    else process.env.SIGN_UP_DOMAINS = before;
  });

  it.each(['ana@example.org', 'Ana+1@EXAMPLE.ORG', 'ben@example.net'])('accepts %s', async (email) => {
    for (const source of ['PreSignUp_SignUp', 'PreSignUp_ExternalProvider'] as const)
      await expect(handler(event(email, source))).resolves.toEqual(event(email, source));
  });

  it.each([
    'ana@example.com',
    'ana@sub.example.org',
    'ana@example.org.evil.com',
    'ana@notexample.org',
    'ana@evil.com,ben@example.org',
    '"ana@evil.com"@example.org',
    'ana@evil.com@example.org',
    'example.org',
    '@example.org',
    '',
    undefined,
  ])('refuses %s', async (email) => {
    for (const source of ['PreSignUp_SignUp', 'PreSignUp_ExternalProvider'] as const)
      await expect(handler(event(email, source))).rejects.toThrow(
        'Sign-up is open to addresses of example.org, example.net only.',
      );
  });

  it('lets administrators create any user', async () => {
    const created = event('ana@example.com', 'PreSignUp_AdminCreateUser');
    await expect(handler(created)).resolves.toBe(created);
  });

  it('refuses everybody without domains', async () => {
    delete process.env.SIGN_UP_DOMAINS;
    await expect(handler(event('ana@example.org', 'PreSignUp_SignUp'))).rejects.toThrow('Sign-up');
    process.env.SIGN_UP_DOMAINS = 'example.org,example.net';
  });
});

describe('props of identity-federation', () => {
  const URL = 'https://app.example.org/';
  const login = (props: Partial<ManagedLoginProps> = {}) =>
    new ManagedLogin(new Stack(newApp(), 'Test'), 'Login', { callbackUrls: [URL], ...props });
  const of = (construct: ManagedLogin) => Template.fromStack(Stack.of(construct));

  it('by default nobody signs up, and everything is kept', () => {
    const found = of(login());
    found.resourceCountIs('AWS::Lambda::Function', 0);
    found.hasResource('AWS::Cognito::UserPool', {
      DeletionPolicy: 'Retain',
      Properties: Match.objectLike({
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        DeletionProtection: 'ACTIVE',
      }),
    });
  });

  it('files and rows are kept by default, and pages of the given origins reach them', () => {
    const stack = new Stack(newApp(), 'Test');
    new UserData(stack, 'Data', { allowedOrigins: ['https://app.example.org'] });
    const found = Template.fromStack(stack);
    found.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: Match.objectLike({
        CorsConfiguration: {
          CorsRules: [
            Match.objectLike({
              AllowedOrigins: ['https://app.example.org'],
              AllowedMethods: ['GET', 'PUT', 'DELETE'],
            }),
          ],
        },
        VersioningConfiguration: { Status: 'Enabled' },
      }),
    });
    found.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      Properties: Match.objectLike({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        KeySchema: [
          { AttributeName: 'identity', KeyType: 'HASH' },
          { AttributeName: 'item', KeyType: 'RANGE' },
        ],
      }),
    });
  });

  it('by default guests get no credentials', async () => {
    const one = newApp();
    const stack = new Stack(one, 'Test');
    const { userPool, client } = new ManagedLogin(stack, 'Login', { callbackUrls: [URL] });
    new IdentityFederation(stack, 'Federation', { userPool, client });
    const synthesized = Templates.fromApp(one);
    const path = 'Test/Federation/IdentityPool';
    const identities = new LocalIdentityPool(synthesized, Iam.of(synthesized), path, {});
    await expect(identities.credentials(ANA)).rejects.toThrow('guests are not allowed');
  });

  it('users of a SAML provider sign in with their e-mail address', () => {
    const found = of(login({ samlMetadataUrl: 'https://idp.example.org/metadata' }));
    found.hasResourceProperties('AWS::Cognito::UserPoolIdentityProvider', {
      ProviderType: 'SAML',
      ProviderDetails: { MetadataURL: 'https://idp.example.org/metadata' },
      AttributeMapping: { email: Match.stringLikeRegexp('/emailaddress$') },
    });
    const [provider] = Object.keys(found.findResources('AWS::Cognito::UserPoolIdentityProvider'));
    found.hasResource('AWS::Cognito::UserPoolClient', {
      DependsOn: [provider],
      Properties: Match.objectLike({ SupportedIdentityProviders: ['COGNITO', { Ref: provider }] }),
    });
  });

  it('the group that is added first has precedence', async () => {
    const one = newApp();
    const stack = new Stack(one, 'Test');
    const { userPool, client } = new ManagedLogin(stack, 'Login', { callbackUrls: [URL] });
    const federation = new IdentityFederation(stack, 'Federation', { userPool, client });
    federation.addGroup('admins');
    federation.addGroup('editors');
    const synthesized = Templates.fromApp(one);
    const users = await createUserPool('Users');
    const [poolPath, path] = ['Test/Login/UserPool', 'Test/Federation/IdentityPool'];
    const identities = new LocalIdentityPool(synthesized, Iam.of(synthesized), path, { [poolPath]: users });
    const claims = { aud: `${poolPath}/Client`, ...identities.roleClaims(poolPath, 'editors', 'admins') };
    expect((await identities.credentials(ANA, await users.sign({ claims }))).role).toBe(
      'Test/Federation/admins/Role',
    );
  });

  it.each<[string, Partial<ManagedLoginProps>, string]>([
    ['no callback URL', { callbackUrls: [] }, 'callbackUrls: got "[]", expected at least one URL'],
    ['HTTP elsewhere', { callbackUrls: ['http://app.example.org/'] }, 'callbackUrls: got "http://app'],
    ['a fragment', { callbackUrls: [`${URL}#a`] }, 'callbackUrls: got'],
    ['a wildcard', { callbackUrls: ['https://*.example.org/'] }, 'callbackUrls: got'],
    ['a path for a URL', { callbackUrls: ['/signed-in'] }, 'callbackUrls: got "/signed-in"'],
    ['no domain', { signUpDomains: [] }, 'signUpDomains: got "[]", expected at least one domain'],
    ['an upper-case domain', { signUpDomains: ['Example.org'] }, 'signUpDomains: got "Example.org"'],
    ['an address for a domain', { signUpDomains: ['a@example.org'] }, 'signUpDomains: got "a@example.org"'],
    ['metadata over HTTP', { samlMetadataUrl: 'http://idp.example.org/' }, 'samlMetadataUrl: got'],
  ])('refuses %s', (_, props, expected) => {
    expect(() => login(props)).toThrow(expected);
  });

  it.each(['http://localhost:8080/', 'myapp://signed-in', URL])('accepts %s', (url) => {
    of(login({ callbackUrls: [url] })).hasResourceProperties('AWS::Cognito::UserPoolClient', {
      CallbackURLs: [url],
      LogoutURLs: [url],
    });
  });

  it('refuses a group name with a space', () => {
    const { userPool, client } = login();
    const federation = new IdentityFederation(Stack.of(userPool), 'Federation', { userPool, client });
    expect(() => federation.addGroup('the editors')).toThrow('groupName: got "the editors"');
  });

  it('two of each fit into one stack', () => {
    const stack = new Stack(newApp(), 'Test');
    for (const id of ['One', 'Two']) {
      const { userPool, client } = new ManagedLogin(stack, `${id}Login`, { callbackUrls: [URL] });
      const { userRole } = new IdentityFederation(stack, id, { userPool, client });
      new UserData(stack, `${id}Data`, { allowedOrigins: ['https://app.example.org'] }).allowOwn(userRole);
    }
    const domains = Object.values(Template.fromStack(stack).findResources('AWS::Cognito::UserPoolDomain'));
    expect(new Set(domains.map((domain) => JSON.stringify(domain))).size).toBe(2);
  });
});
