import { Aws, Token } from 'aws-cdk-lib';
import * as imagebuilder from 'aws-cdk-lib/aws-imagebuilder';
import type { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';

/** A second Region that gets a copy of each image. */
export interface SecondRegion {
  /** Such as `eu-west-1`. Not the Region of the stack. */
  readonly region: string;
  /** ARN of a KMS key in that Region. Its key policy decides who can launch the copy. */
  readonly keyArn: string;
}

export interface DistributionProps {
  readonly name: string;
  /** Name of the parameter with the id of the newest image. */
  readonly parameterName: string;
  readonly accounts: readonly string[];
  readonly secondRegion?: SecondRegion;
}

/**
 * Creates the distribution `Distribution`: where the image goes, and who may launch it. Throws `InvalidValue` for an account that
 * is not 12 digits, and for a key that is not in the second Region.
 */
export function createDistribution(
  scope: Construct,
  { name, parameterName, accounts, secondRegion }: DistributionProps,
): imagebuilder.CfnDistributionConfiguration {
  check(accounts, secondRegion);
  // For CDK this is any object: it does not write the names of these properties in upper case.
  const to = (region: string, KmsKeyId?: string) => ({
    region,
    amiDistributionConfiguration: {
      Name: `${name} {{ imagebuilder:buildDate }}`,
      KmsKeyId,
      LaunchPermissionConfiguration: accounts.length > 0 ? { UserIds: accounts } : undefined,
    },
    ssmParameterConfigurations: [{ parameterName, dataType: 'aws:ec2:image' }],
  });
  return new imagebuilder.CfnDistributionConfiguration(scope, 'Distribution', {
    name,
    distributions: [to(Aws.REGION), ...(secondRegion ? [to(secondRegion.region, secondRegion.keyArn)] : [])],
  });
}

function check(accounts: readonly string[], secondRegion: SecondRegion | undefined): void {
  const wrong = accounts.find((account) => !Token.isUnresolved(account) && !/^\d{12}$/.test(account));
  if (wrong !== undefined) throw new InvalidValue('accounts', wrong, 'the 12 digits of an account id');
  if (secondRegion && !Token.isUnresolved(secondRegion.keyArn)) {
    const { region, keyArn } = secondRegion;
    if (!new RegExp(`^arn:[\\w-]+:kms:${region}:\\d{12}:key/.+$`).test(keyArn)) {
      throw new InvalidValue('secondRegion.keyArn', keyArn, `the ARN of a KMS key in ${region}`);
    }
  }
}
