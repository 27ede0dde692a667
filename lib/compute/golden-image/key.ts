import { Aws, type RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-encryption-sharing.html */
const LAUNCH = ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:ReEncrypt*'];

/** Creates the key `Key` for volumes and snapshots, which the accounts may use to launch images. */
export function createKey(
  scope: Construct,
  accounts: readonly string[],
  removalPolicy: RemovalPolicy,
): kms.Key {
  const key = new kms.Key(scope, 'Key', {
    description: 'Volumes and snapshots of golden images',
    enableKeyRotation: true,
    removalPolicy,
  });
  // As the key policy of aws/ebs does. Auto Scaling's service-linked role has no permission for keys of a customer.
  // https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
  key.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'EbsInThisAccount',
      principals: [new iam.AnyPrincipal()],
      actions: [...LAUNCH, 'kms:Encrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
      conditions: {
        StringEquals: {
          'kms:CallerAccount': Aws.ACCOUNT_ID,
          'kms:ViaService': `ec2.${Aws.REGION}.amazonaws.com`,
        },
      },
    }),
  );
  if (accounts.length > 0) {
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'Launch',
        principals: accounts.map((account) => new iam.AccountPrincipal(account)),
        actions: LAUNCH,
        resources: ['*'],
      }),
    );
  }
  return key;
}
