import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';

export interface CreateUserPoolProps extends cognito.UserPoolProps {
  /** Removal policy of the user pool. With anything but DESTROY, it has deletion protection. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * Creates a user pool with the id `UserPool`, whose users sign in with their e-mail address, a password of at least 12
 * characters and a code of an authenticator app. By default, nobody can sign up, and the code is optional.
 */
export function createUserPool(
  scope: Construct,
  { removalPolicy, ...props }: CreateUserPoolProps,
): cognito.UserPool {
  const userPool = new cognito.UserPool(scope, 'UserPool', {
    selfSignUpEnabled: false,
    signInAliases: { email: true },
    passwordPolicy: {
      minLength: 12,
      requireLowercase: true,
      requireUppercase: true,
      requireDigits: true,
      requireSymbols: true,
    },
    accountRecovery: cognito.AccountRecovery.EMAIL_ONLY,
    mfa: cognito.Mfa.OPTIONAL,
    // SMS codes cost money, and whoever takes over the phone number receives them.
    mfaSecondFactor: { otp: true, sms: false },
    deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
    removalPolicy,
    ...props,
  });
  Validations.of(userPool).acknowledge({
    id: 'AwsSolutions-COG8',
    reason: 'Threat protection of the Plus plan costs $0.02 for each active user and month.',
  });
  return userPool;
}
