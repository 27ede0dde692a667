import { Validations } from 'aws-cdk-lib';
import { CfnUserPoolGroup, type IUserPool, type IUserPoolClient } from 'aws-cdk-lib/aws-cognito';
import {
  IdentityPool,
  IdentityPoolProviderUrl,
  UserPoolAuthenticationProvider,
} from 'aws-cdk-lib/aws-cognito-identitypool';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';

export interface IdentityFederationProps {
  /** The user pool whose ID tokens the identity pool exchanges for credentials. */
  readonly userPool: IUserPool;
  /** The only app client whose tokens are accepted. */
  readonly client: IUserPoolClient;
  /**
   * Whether people who are not signed in get credentials of the role for guests.
   * @default false
   */
  readonly allowGuests?: boolean;
}

/**
 * An identity pool that exchanges ID tokens of a user pool for temporary AWS credentials: of the role of the user's group,
 * or else of the role for all users. It has the enhanced flow only, in which Cognito chooses the role.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow.html
 */
export class IdentityFederation extends Construct {
  readonly identityPool: IdentityPool;
  /** Role of users without a group that has a role. It has no permissions yet. */
  readonly userRole: iam.IRole;
  /** Role of guests. It has no permissions yet. Without `allowGuests`, nobody gets its credentials. */
  readonly guestRole: iam.IRole;
  private readonly groups: CfnUserPoolGroup[] = [];
  private readonly userPool: IUserPool;

  constructor(scope: Construct, id: string, props: IdentityFederationProps) {
    super(scope, id);
    const { userPool, client, allowGuests = false } = props;
    this.userPool = userPool;
    this.identityPool = new IdentityPool(this, 'IdentityPool', {
      allowUnauthenticatedIdentities: allowGuests,
      // In the basic flow, an app would choose any role that trusts the identity pool.
      allowClassicFlow: false,
      authenticationProviders: {
        userPools: [
          new UserPoolAuthenticationProvider({
            userPool,
            userPoolClient: client,
            // Cognito refuses tokens of users that are disabled, deleted or signed out everywhere.
            disableServerSideTokenCheck: false,
          }),
        ],
      },
      roleMappings: [
        {
          mappingKey: 'UserPool',
          providerUrl: IdentityPoolProviderUrl.userPool(userPool, client),
          useToken: true,
          // Users without such a group have the role for all users.
          resolveAmbiguousRoles: true,
        },
      ],
    });
    this.userRole = this.identityPool.authenticatedRole;
    this.guestRole = this.identityPool.unauthenticatedRole;
    if (!allowGuests) return;
    Validations.of(this.identityPool).acknowledge({
      id: 'AwsSolutions-COG7',
      reason: 'Guests may do what the role for guests allows, and nothing else.',
    });
  }

  /**
   * Creates a group of the user pool and its role, which has no permissions yet. A user of several groups has the role of
   * the group that was added first, instead of the role for all users.
   *
   * Throws `InvalidValue` for a name that is no construct id: letters, digits, `-` and `_`, up to 64.
   *
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/role-based-access-control.html
   */
  addGroup(groupName: string): iam.Role {
    if (!/^[\w-]{1,64}$/.test(groupName)) {
      throw new InvalidValue('groupName', groupName, '1 to 64 letters, digits, - and _');
    }
    const scope = new Construct(this, groupName);
    const role = new iam.Role(scope, 'Role', {
      description: `Users of the group ${groupName}`,
      // The same trust policy as that of the role for all users.
      assumedBy: new iam.WebIdentityPrincipal('cognito-identity.amazonaws.com', {
        StringEquals: { 'cognito-identity.amazonaws.com:aud': this.identityPool.identityPoolId },
        'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'authenticated' },
      }),
    });
    const group = new CfnUserPoolGroup(scope, 'Group', {
      userPoolId: this.userPool.userPoolId,
      groupName,
      precedence: this.groups.length,
      roleArn: role.roleArn,
    });
    this.groups.push(group);
    return role;
  }
}
