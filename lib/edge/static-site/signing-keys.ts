import { createHash, createPublicKey } from 'node:crypto';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import { uniqueName } from '../../shared/unique-name';

export interface SigningKeysProps {
  /** 1 to 5 public keys in PEM format, RSA with 2,048 bits or ECDSA with the curve P-256. */
  readonly publicKeys: readonly string[];
}

/**
 * A key group: CloudFront accepts signed URLs and signed cookies of the private keys.
 *
 * To rotate a key, deploy with the old and the new one, sign with the new one, then deploy without the old one. The id of
 * each key comes from its contents, because CloudFront cannot change a key.
 *
 * Throws `InvalidValue` for no key, for more than 5, for a private key, and for another kind or size of key.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html
 */
export class SigningKeys extends Construct {
  readonly keyGroup: cloudfront.KeyGroup;
  /** In the order of `publicKeys`. */
  readonly keys: readonly cloudfront.PublicKey[];

  constructor(scope: Construct, id: string, { publicKeys }: SigningKeysProps) {
    super(scope, id);
    if (publicKeys.length < 1 || publicKeys.length > 5) {
      throw new InvalidValue('publicKeys', `${publicKeys.length} keys`, '1 to 5 keys');
    }
    this.keys = publicKeys.map((pem) => this.addKey(checkedKey(pem)));
    this.keyGroup = new cloudfront.KeyGroup(this, 'KeyGroup', {
      keyGroupName: uniqueName(this),
      items: [...this.keys],
    });
  }

  private addKey(encodedKey: string): cloudfront.PublicKey {
    const digest = createHash('sha256').update(encodedKey).digest('hex').slice(0, 8);
    const key = new cloudfront.PublicKey(this, `Key${digest}`, { encodedKey });
    // CDK's name and reference are the same in each deployment. CloudFront refuses a second key with the same ones.
    const name = uniqueName(key);
    const resource = key.node.defaultChild as cloudfront.CfnPublicKey;
    resource.addPropertyOverride('PublicKeyConfig.Name', name);
    resource.addPropertyOverride('PublicKeyConfig.CallerReference', name);
    return key;
  }
}

/** The key as CloudFront takes it. https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_PublicKey.html */
function checkedKey(pem: string): string {
  const expected = 'a public key in PEM format, RSA with 2048 bits or ECDSA with the curve P-256';
  const [firstLine = ''] = pem.trim().split('\n');
  // Node.js derives the public key from a private key too. A private key does not belong in a template.
  if (firstLine !== '-----BEGIN PUBLIC KEY-----') throw new InvalidValue('publicKeys', firstLine, expected);
  let key;
  try {
    key = createPublicKey(pem);
  } catch {
    throw new InvalidValue('publicKeys', 'a key that cannot be read', expected);
  }
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (!(key.asymmetricKeyType === 'rsa' && modulusLength === 2048) && namedCurve !== 'prime256v1') {
    const size = modulusLength ?? namedCurve;
    throw new InvalidValue('publicKeys', [key.asymmetricKeyType, size].filter(Boolean).join(' '), expected);
  }
  return key.export({ type: 'spki', format: 'pem' }).toString();
}
