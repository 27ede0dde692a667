import { join } from 'node:path';
import { Aws, Duration, Fn, RemovalPolicy, Token, Validations } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { createFunction } from '../../shared/create-function';
import { isLowerCaseDomainName } from '../../shared/domain-name';
import { InvalidValue } from '../../shared/invalid-value';
import { createUserPool } from '../../shared/user-pool';

export interface ManagedLoginProps {
  /**
   * URLs that may receive authorization codes, and to which users return when they sign out: `https://app.example.org/`.
   * HTTP is possible for localhost only. A mobile app has a scheme of its own: `myapp://signed-in`.
   */
  readonly callbackUrls: readonly string[];
  /**
   * Domains whose e-mail addresses may sign up, in lower case: `example.org`. Each domain stands for itself, without its
   * subdomains.
   * @default - nobody may sign up: administrators create all users
   */
  readonly signUpDomains?: readonly string[];
  /**
   * HTTPS URL of the metadata of a SAML 2.0 identity provider, whose users can sign in too.
   * @default - none: only users of the user pool sign in
   */
  readonly samlMetadataUrl?: string;
  /**
   * Removal policy of the user pool, and of the logs.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

const EMAIL_CLAIM = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress';

/**
 * A user pool with the login pages of Amazon Cognito, and an app client without a secret, which exchanges authorization
 * codes for tokens.
 *
 * Throws `InvalidValue` for a URL or a domain that Cognito or the sign-up check cannot use.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-managed-login.html
 */
export class ManagedLogin extends Construct {
  readonly userPool: cognito.UserPool;
  readonly client: cognito.UserPoolClient;
  readonly domain: cognito.UserPoolDomain;

  constructor(scope: Construct, id: string, props: ManagedLoginProps) {
    super(scope, id);
    const { callbackUrls, signUpDomains, samlMetadataUrl, removalPolicy = RemovalPolicy.RETAIN } = props;
    if (callbackUrls.length === 0) throw new InvalidValue('callbackUrls', '[]', 'at least one URL');
    callbackUrls.forEach(checkCallbackUrl);

    this.userPool = createUserPool(this, {
      selfSignUpEnabled: signUpDomains !== undefined,
      mfa: cognito.Mfa.REQUIRED,
      // The login pages and the sign-up check are part of this plan.
      featurePlan: cognito.FeaturePlan.ESSENTIALS,
      // A changed address counts when its owner has confirmed it.
      keepOriginal: { email: true },
      removalPolicy,
    });
    if (signUpDomains) this.checkSignUps(signUpDomains, removalPolicy);

    const saml = samlMetadataUrl === undefined ? undefined : this.addSaml(samlMetadataUrl);
    const email = new cognito.ClientAttributes().withStandardAttributes({ email: true });
    this.client = this.userPool.addClient('Client', {
      generateSecret: false,
      // Refresh only. Passwords are for the login pages: with InitiateAuth, an app would get access tokens that may
      // change the attributes of the user.
      authFlows: { user: false },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL],
        callbackUrls: [...callbackUrls],
        logoutUrls: [...callbackUrls],
      },
      supportedIdentityProviders: [
        cognito.UserPoolClientIdentityProvider.COGNITO,
        ...(saml ? [cognito.UserPoolClientIdentityProvider.custom(saml.providerName)] : []),
      ],
      readAttributes: email.withStandardAttributes({ emailVerified: true }),
      writeAttributes: email,
      refreshTokenValidity: Duration.days(1),
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
    });
    if (saml) this.client.node.addDependency(saml);

    const uuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
    this.domain = this.userPool.addDomain('Domain', {
      // A prefix is unique in the Region, and has lower-case letters.
      cognitoDomain: { domainPrefix: `login-${this.node.addr.slice(-8)}-${uuid}` },
      managedLoginVersion: cognito.ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    // Without a style, an app client has no login pages.
    // https://docs.aws.amazon.com/cognito/latest/developerguide/managed-login-branding.html
    new cognito.CfnManagedLoginBranding(this, 'Branding', {
      userPoolId: this.userPool.userPoolId,
      clientId: this.client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
  }

  /** Cognito asks the function before it creates a user who signs up. An error of the function refuses the sign-up. */
  private checkSignUps(domains: readonly string[], removalPolicy: RemovalPolicy): void {
    if (domains.length === 0) throw new InvalidValue('signUpDomains', '[]', 'at least one domain');
    for (const domain of domains) {
      if (isLowerCaseDomainName(domain)) continue;
      throw new InvalidValue('signUpDomains', domain, 'a domain name in lower case, such as example.org');
    }
    const { function: check } = createFunction(new Construct(this, 'SignUpCheck'), {
      entry: join(__dirname, 'handler', 'pre-sign-up.ts'),
      memorySize: 256,
      // Cognito waits for 5 seconds.
      timeout: Duration.seconds(5),
      environment: { SIGN_UP_DOMAINS: domains.join(',') },
      removalPolicy,
    });
    Validations.of(check).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'Cognito invokes it synchronously: the person who signs up sees the error.',
    });
    this.userPool.addTrigger(cognito.UserPoolOperation.PRE_SIGN_UP, check);
  }

  private addSaml(metadataUrl: string): cognito.UserPoolIdentityProviderSaml {
    if (!Token.isUnresolved(metadataUrl) && !isUrl(metadataUrl, /^https:$/)) {
      throw new InvalidValue('samlMetadataUrl', metadataUrl, 'an HTTPS URL');
    }
    return new cognito.UserPoolIdentityProviderSaml(this, 'Saml', {
      userPool: this.userPool,
      name: 'Saml',
      metadata: cognito.UserPoolIdentityProviderSamlMetadata.url(metadataUrl),
      attributeMapping: { email: cognito.ProviderAttribute.other(EMAIL_CLAIM) },
    });
  }
}

const isUrl = (text: string, protocol: RegExp): boolean =>
  URL.canParse(text) && protocol.test(new URL(text).protocol);

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html */
function checkCallbackUrl(url: string): void {
  if (Token.isUnresolved(url)) return;
  const isLocal = isUrl(url, /^http:$/) && new URL(url).hostname === 'localhost';
  if ((isUrl(url, /^(?!http:)/) || isLocal) && !/[#*\s]/.test(url)) return;
  throw new InvalidValue(
    'callbackUrls',
    url,
    'an HTTPS URL, http://localhost or the scheme of an app, without fragment',
  );
}
