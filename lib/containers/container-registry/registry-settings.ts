import { Aws, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';

export interface RegistrySettingsProps {
  /**
   * Regions that get a copy of each image that is pushed from now on, up to 25.
   * @default - none
   */
  readonly replicaRegions?: readonly string[];
}

/**
 * Settings of the registry, which an account has once in each Region: every image is scanned when it is pushed, and copied to
 * other Regions. Create it in one stack only. A second one overwrites it, and its deletion resets the settings.
 *
 * Throws `InvalidValue` for the Region of the stack, and for a Region twice.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-settings.html
 */
export class RegistrySettings extends Construct {
  constructor(scope: Construct, id: string, { replicaRegions = [] }: RegistrySettingsProps = {}) {
    super(scope, id);
    const { region } = Stack.of(this);
    const wrong = replicaRegions.find(
      (one, index) => one === region || replicaRegions.indexOf(one) !== index,
    );
    if (wrong !== undefined)
      throw new InvalidValue('replicaRegions', wrong, `Regions other than ${region}, each once`);

    new ecr.CfnRegistryScanningConfiguration(this, 'Scanning', {
      scanType: 'BASIC',
      rules: [
        {
          scanFrequency: 'SCAN_ON_PUSH',
          repositoryFilters: [{ filter: '*', filterType: 'WILDCARD' }],
        },
      ],
    });
    if (replicaRegions.length > 0) {
      new ecr.CfnReplicationConfiguration(this, 'Replication', {
        replicationConfiguration: {
          rules: [
            { destinations: replicaRegions.map((one) => ({ region: one, registryId: Aws.ACCOUNT_ID })) },
          ],
        },
      });
    }
  }
}
