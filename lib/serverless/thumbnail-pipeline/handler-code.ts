import { join } from 'node:path';
import { FileSystem, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

const HANDLER = join(__dirname, 'handler');
const BUNDLING = join(__dirname, 'bundling');

/**
 * The handler with sharp's native code for Lambda. It is bundled when it is published: `cdk deploy`
 * runs `publish.cjs` if the bucket for assets does not have this bundle yet. Its name is a hash of all that goes into
 * it, lock file included, so synthesis neither bundles nor downloads, and yet knows whether the function changes.
 *
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.FileAssetSource.html#executable
 */
export class HandlerCode extends lambda.Code {
  readonly isInline = false;

  override bind(scope: Construct): lambda.CodeConfig {
    const sourceHash = FileSystem.fingerprint(HANDLER, {
      exclude: ['node_modules'],
      extraHash: FileSystem.fingerprint(BUNDLING),
    });
    const { bucketName, objectKey } = Stack.of(scope).synthesizer.addFileAsset({
      sourceHash,
      displayName: `${scope.node.path} Code`,
      executable: ['node', join(BUNDLING, 'publish.cjs')],
    });
    return { s3Location: { bucketName, objectKey } };
  }
}
