import { decodeJwt, type JWTPayload } from 'jose';
import type { Iam } from '../../lib/assertions/iam';
import type { Json, Resource, Templates } from '../../lib/assertions/templates';
import type { UserPool } from './local-user-pool';

interface Provider {
  readonly ClientId: string;
  readonly ProviderName: string;
}
interface RoleMapping {
  readonly IdentityProvider: string;
  readonly Type: string;
  readonly AmbiguousRoleResolution?: string;
}

/** What an identity pool hands to STS, and the role whose credentials the app gets. */
export interface IdentityCredentials {
  /** Construct path of the role. */
  readonly role: string;
  /** Condition keys of the identity pool's token. */
  readonly context: Readonly<Record<string, string | string[]>>;
}

/**
 * The identity pool at a construct path, in the enhanced flow: `GetCredentialsForIdentity`. The construct path of the app
 * client stands for its id, and the construct path of a role for its ARN.
 *
 * https://docs.aws.amazon.com/cognito/latest/developerguide/role-based-access-control.html
 */
export class LocalIdentityPool {
  /** @param userPools local user pools by the construct paths of their resources */
  constructor(
    private readonly templates: Templates,
    private readonly iam: Iam,
    private readonly path: string,
    private readonly userPools: Readonly<Record<string, UserPool>>,
  ) {}

  /** The claims with which a user pool tells the roles of a user's groups. */
  roleClaims(userPool: string, ...names: readonly string[]): JWTPayload {
    const groups = this.templates
      .ofType('AWS::Cognito::UserPoolGroup')
      .filter(({ properties }) => this.pathOf(properties.UserPoolId) === userPool)
      .filter(({ properties }) => names.some((name) => name === properties.GroupName))
      .sort((a, b) => Number(a.properties.Precedence) - Number(b.properties.Precedence))
      .filter(({ properties }) => properties.RoleArn !== undefined);
    const roles = groups.map(({ properties }) => this.pathOf(properties.RoleArn));
    return roles.length === 0 ? {} : { 'cognito:roles': roles, 'cognito:preferred_role': roles[0] };
  }

  /** Throws `NotAuthorizedException` where Cognito gives no credentials. */
  async credentials(sub: string, token?: string): Promise<IdentityCredentials> {
    const { properties } = this.templates.at(this.path);
    const { Roles, RoleMappings } = this.attachment().properties as unknown as {
      readonly Roles: Readonly<Record<string, Json>>;
      readonly RoleMappings?: Readonly<Record<string, RoleMapping>>;
    };
    if (token === undefined) {
      if (properties.AllowUnauthenticatedIdentities !== true) throw notAuthorized('guests are not allowed');
      return this.assume(this.pathOf(Roles.unauthenticated), sub, ['unauthenticated']);
    }
    const { provider, claims } = await this.verify(token);
    const mapping = Object.values(RoleMappings ?? {}).find(({ IdentityProvider }) =>
      IdentityProvider.endsWith(`:${provider.ClientId}`),
    );
    const fromToken = mapping?.Type === 'Token' ? claims['cognito:preferred_role'] : undefined;
    if (typeof fromToken === 'string') return this.assume(fromToken, sub, ['authenticated']);
    if (mapping && mapping.AmbiguousRoleResolution !== 'AuthenticatedRole') throw notAuthorized('no role');
    return this.assume(this.pathOf(Roles.authenticated), sub, ['authenticated']);
  }

  private async verify(token: string): Promise<{ provider: Provider; claims: JWTPayload }> {
    const providers = this.templates.at(this.path).properties
      .CognitoIdentityProviders as unknown as Provider[];
    const now = Date.now() / 1000;
    for (const provider of providers) {
      for (const [path, pool] of Object.entries(this.userPools)) {
        const { stack, logicalId } = this.templates.at(path);
        if (!provider.ProviderName.endsWith(`/⟨${stack}.${logicalId}⟩`)) continue;
        if (decodeJwt(token).iss !== pool.issuer) continue;
        const claims = await pool.verify(token, now);
        const isOurs = claims.aud === this.pathOf(provider.ClientId) && claims.token_use === 'id';
        if (isOurs) return { provider, claims };
      }
    }
    throw notAuthorized('the token is not from a supported provider of this identity pool');
  }

  private assume(role: string, sub: string, amr: string[]): IdentityCredentials {
    const context = {
      'cognito-identity.amazonaws.com:aud': this.iam.id(this.path),
      'cognito-identity.amazonaws.com:amr': amr,
      'cognito-identity.amazonaws.com:sub': sub,
    };
    const decision = this.iam.can('cognito-identity.amazonaws.com', 'sts:AssumeRoleWithWebIdentity', role, {
      context,
    });
    if (decision.answer !== 'allowed') throw notAuthorized(decision.toString());
    return { role, context };
  }

  private attachment(): Resource {
    const found = this.templates
      .ofType('AWS::Cognito::IdentityPoolRoleAttachment')
      .find(({ properties }) => this.pathOf(properties.IdentityPoolId) === this.path);
    if (!found) throw notAuthorized('the identity pool has no roles');
    return found;
  }

  private pathOf(value: Json | undefined): string {
    const path = this.templates.reference(value)?.resource.path;
    if (path === undefined) throw new Error(`${JSON.stringify(value)} is no reference`);
    return path;
  }
}

const notAuthorized = (why: string) => new Error(`NotAuthorizedException: ${why}`);
