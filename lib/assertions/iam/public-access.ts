import { Templates, type Json, type Resource } from '../templates';
import { isRecord } from './attachments';
import { hasEffect, texts, type Statement } from './statements';
import { any, decided, NO, not, unknown, YES, type Verdict } from './verdict';

/**
 * Whether S3 Block Public Access keeps a bucket with a public policy to the bucket's own account and to AWS services.
 * It then ignores every statement for another account, not only the public ones. New buckets have it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export function restrictsPublicBuckets({ type, properties }: Resource): Verdict {
  if (type !== 'AWS::S3::Bucket') return NO;
  const block = properties.PublicAccessBlockConfiguration;
  if (block === undefined) return YES;
  const restricts = isRecord(block) ? block.RestrictPublicBuckets : block;
  if (typeof restricts === 'string' && restricts.includes('⟨'))
    return unknown(`RestrictPublicBuckets ${restricts}`);
  return decided(restricts === true || restricts === 'true');
}

/** Condition keys that make a statement for everyone non-public, with a fixed value. */
const FIXED_KEYS = [
  ...[
    'aws:sourcearn',
    'aws:sourcevpc',
    'aws:sourcevpce',
    'aws:sourceowner',
    'aws:sourceaccount',
    'aws:userid',
  ],
  ...['aws:principalarn', 'aws:principalaccount', 'aws:principalorgid'],
  ...['s3:x-amz-server-side-encryption-aws-kms-key-id', 's3:dataaccesspointarn', 's3:dataaccesspointaccount'],
];
/** AWS documents these for IAM Access Analyzer and not for S3 Block Public Access. */
const DOUBTFUL_KEYS = ['aws:principalarn', 'aws:principalaccount', 'aws:principalorgid'];
const POSITIVE = /^(ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike)$/;

/**
 * Whether S3 takes a policy for public: one of its statements allows everyone, and no condition limits that to fixed
 * values.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
export const isPublicPolicy = (statements: readonly Statement[]): Verdict => any(statements.map(isPublic));

function isPublic(statement: Statement): Verdict {
  if (!hasEffect(statement, 'Allow')) return NO;
  const { Principal, NotPrincipal, Condition } = statement.elements;
  const why = statement.undecided ?? Templates.unknown(Principal) ?? Templates.unknown(NotPrincipal);
  const named = JSON.stringify(Principal ?? null);
  const everyone =
    NotPrincipal !== undefined || named.includes('"*"')
      ? YES
      : why === undefined
        ? NO
        : unknown(`whether a statement of ${statement.policy} is public: ${why}`);
  const open = isOpen(Condition);
  if (everyone.truth === 'no' || open.truth === 'no') return NO;
  if (statement.undecided !== undefined)
    return unknown(`whether a statement of ${statement.policy} is public: ${statement.undecided}`);
  return everyone.truth === 'yes' ? open : everyone;
}

/** Whether a condition leaves a statement for everyone public. */
function isOpen(condition: Json | undefined): Verdict {
  if (condition === undefined) return YES;
  if (!isRecord(condition)) return unknown(`the condition ${JSON.stringify(condition)}`);
  const limits = Object.entries(condition).flatMap(([operator, keys]) =>
    isRecord(keys)
      ? Object.entries(keys).map(([key, values]) => limitsTo(operator, key.toLowerCase(), texts(values)))
      : [unknown(`the condition ${operator}`)],
  );
  return not(any(limits));
}

function limitsTo(operator: string, key: string, values: readonly string[]): Verdict {
  const doubt = values.find((value) => value.includes('⟨?'));
  if (key === 'aws:sourceip' && operator === 'IpAddress') {
    return doubt === undefined ? decided(values.every(isNarrow)) : unknown(`aws:SourceIp ${doubt}`);
  }
  if (!FIXED_KEYS.includes(key) || !POSITIVE.test(operator)) return NO;
  if (doubt !== undefined) return unknown(`${key} ${doubt}`);
  const isFixed = (value: string) =>
    !/[*?]|\$\{/.test(key === 's3:dataaccesspointarn' ? value.replace(/accesspoint\/.*$/, '') : value) ||
    // One account's sources, whatever the rest of the ARN is.
    (key === 'aws:sourcearn' && /^arn:[^:*?]+:[^:*?]+:[^:]*:(\d{12}|⟨AWS::AccountId⟩):/u.test(value));
  if (!values.every(isFixed)) return NO;
  return DOUBTFUL_KEYS.includes(key) ? unknown(`whether S3 takes a policy for ${key} for public`) : YES;
}

/** "Very broad" ranges are public: wider than /8, or /32 for IPv6. */
const isNarrow = (cidr: string): boolean => {
  const prefix = Number(cidr.split('/')[1] ?? Infinity);
  return prefix >= (cidr.includes(':') ? 32 : 8);
};
