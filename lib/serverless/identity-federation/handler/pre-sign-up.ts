/**
 * The part of the event that this handler uses.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-sign-up.html
 */
export interface PreSignUpEvent {
  readonly triggerSource: 'PreSignUp_SignUp' | 'PreSignUp_ExternalProvider' | 'PreSignUp_AdminCreateUser';
  readonly request: { readonly userAttributes: Readonly<Record<string, string>> };
}

/** One address without a display name: the domain is what follows its only `@`. */
const ADDRESS = /^[^@\s,;<>"]+@([^@\s,;<>"]+)$/;

/** Lets Cognito create a user whose e-mail address has one of the domains in SIGN_UP_DOMAINS. Administrators may create any. */
export function handler<T extends PreSignUpEvent>(event: T): Promise<T> {
  const { triggerSource, request } = event;
  if (triggerSource === 'PreSignUp_AdminCreateUser') return Promise.resolve(event);
  const domains = process.env.SIGN_UP_DOMAINS?.split(',') ?? [];
  const [, domain] = ADDRESS.exec(request.userAttributes.email ?? '') ?? [];
  if (domain !== undefined && domains.includes(domain.toLowerCase())) return Promise.resolve(event);
  // The login page shows this message.
  return Promise.reject(new Error(`Sign-up is open to addresses of ${domains.join(', ')} only.`));
}
