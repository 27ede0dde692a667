import { verify } from 'node:crypto';
import { matchesPattern } from '../../lib/assertions/requests/patterns';

/** Public keys in PEM format, by key pair id. */
export type PublicKeys = Readonly<Record<string, string>>;

interface Policy {
  readonly Statement: readonly {
    readonly Resource: string;
    readonly Condition: {
      readonly DateLessThan: { readonly 'AWS:EpochTime': number };
      readonly DateGreaterThan?: { readonly 'AWS:EpochTime': number };
    };
  }[];
}

const PARAMETERS = ['Expires', 'Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm'] as const;

/**
 * The id of the public key that verifies a signed URL or signed cookies at a time (seconds since 1970). Undefined without a
 * signature, and for one that is wrong, expired, not valid yet or for another URL.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-urls.html
 */
export function signerOf(
  url: string,
  cookies: Readonly<Record<string, string>>,
  keys: PublicKeys,
  now: number,
): string | undefined {
  const query = new URL(url).searchParams;
  const given = (name: (typeof PARAMETERS)[number]) => query.get(name) ?? cookies[`CloudFront-${name}`];
  const [id, signature] = [given('Key-Pair-Id'), given('Signature')];
  const pem = id === undefined ? undefined : keys[id];
  if (pem === undefined || signature === undefined) return undefined;
  const base = withoutSignature(url);
  const policy =
    given('Policy') !== undefined ? decode(given('Policy') ?? '') : canned(base, given('Expires'));
  const hash = given('Hash-Algorithm') === 'SHA256' ? 'sha256' : 'sha1';
  const isGenuine = verify(hash, policy, pem, decode(signature));
  return isGenuine && allows(JSON.parse(policy.toString()) as Policy, base, now) ? id : undefined;
}

/** The URL that is signed: its own parameters only. */
function withoutSignature(url: string): string {
  const [path = '', query = ''] = url.split('?');
  const own = query.split('&').filter((pair) => {
    const name = pair.replace(/=.*$/, '');
    return name !== '' && !PARAMETERS.some((parameter) => parameter === name);
  });
  return own.length === 0 ? path : `${path}?${own.join('&')}`;
}

const canned = (Resource: string, expires: string | undefined) =>
  Buffer.from(
    JSON.stringify({
      Statement: [{ Resource, Condition: { DateLessThan: { 'AWS:EpochTime': Number(expires) } } }],
    }),
  );

/** Base64 with `-`, `_` and `~` in the place of `+`, `=` and `/`. */
const decode = (text: string) =>
  Buffer.from(text.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/'), 'base64');

function allows({ Statement: [statement] }: Policy, url: string, now: number): boolean {
  if (!statement) return false;
  const { DateLessThan, DateGreaterThan } = statement.Condition;
  return (
    now < DateLessThan['AWS:EpochTime'] &&
    (DateGreaterThan === undefined || now > DateGreaterThan['AWS:EpochTime']) &&
    matchesPattern(statement.Resource, url, { caseSensitive: true })
  );
}
