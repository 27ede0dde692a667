import {
  errors,
  exportJWK,
  generateKeyPair,
  createLocalJWKSet,
  jwtVerify,
  SignJWT,
  type JWTPayload,
} from 'jose';

export interface TokenOptions {
  readonly sub?: string;
  readonly groups?: readonly string[];
  /** @default id */
  readonly use?: 'id' | 'access';
  /** More claims: `aud` is the app client of an ID token. @default - none */
  readonly claims?: JWTPayload;
  /** Time of issue, in seconds since the epoch. The token is valid for an hour. @default - now */
  readonly issuedAt?: number;
}

const REGION = 'us-east-1';

/** A user pool of Amazon Cognito with a key of its own: signs tokens as Cognito does, and verifies them. */
export async function createUserPool(name: string) {
  const issuer = `https://cognito-idp.${REGION}.amazonaws.com/${REGION}_${name}`;
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const kid = `${name}-key`;
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256' }] });
  return {
    issuer,
    sign: ({ sub = 'user', groups, use = 'id', claims, issuedAt = Date.now() / 1000 }: TokenOptions = {}) =>
      new SignJWT({ token_use: use, ...(groups && { 'cognito:groups': groups }), ...claims })
        .setProtectedHeader({ alg: 'RS256', kid })
        .setIssuer(issuer)
        .setSubject(sub)
        .setIssuedAt(Math.floor(issuedAt))
        .setExpirationTime(Math.floor(issuedAt) + 3600)
        .sign(privateKey),
    /** The claims of a token that this pool signed. Throws a reason for any other token. */
    verify: async (token: string, now: number): Promise<JWTPayload> => {
      const options = { issuer, algorithms: ['RS256'], currentDate: new Date(now * 1000) };
      return (await jwtVerify(token, keys, options)).payload;
    },
  };
}

export type UserPool = Awaited<ReturnType<typeof createUserPool>>;

export const isExpired = (error: unknown): boolean => error instanceof errors.JWTExpired;
