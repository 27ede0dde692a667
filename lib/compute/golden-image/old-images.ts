import { Aws, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as imagebuilder from 'aws-cdk-lib/aws-imagebuilder';
import { Construct } from 'constructs';

export interface OldImagesProps {
  /** Name of the recipe, and value of the tag `golden-image` of its images. */
  readonly name: string;
  /** Number of images that are kept. */
  readonly keep: number;
}

/** Days since the last launch in which an image is kept. */
const IN_USE_DAYS = 90;

/**
 * Deletes old images with their AMIs and snapshots, in all Regions.
 *
 * @see https://docs.aws.amazon.com/imagebuilder/latest/userguide/image-lifecycle-rules.html
 */
export class OldImages extends Construct {
  constructor(scope: Construct, id: string, { name, keep }: OldImagesProps) {
    super(scope, id);
    new imagebuilder.CfnLifecyclePolicy(this, 'Policy', {
      name,
      executionRole: this.createRole(name).roleArn,
      resourceType: 'AMI_IMAGE',
      // By tag: a selection by recipe names one version of it.
      resourceSelection: { tagMap: { 'golden-image': name } },
      policyDetails: [
        {
          action: { type: 'DELETE', includeResources: { amis: true, snapshots: true } },
          filter: { type: 'COUNT', value: keep },
          exclusionRules: { amis: { lastLaunched: { unit: 'DAYS', value: IN_USE_DAYS } } },
        },
      ],
    });
  }

  /** https://docs.aws.amazon.com/aws-managed-policy/latest/reference/EC2ImageBuilderLifecycleExecutionPolicy.html */
  private createRole(name: string): iam.Role {
    const byImageBuilder = { StringEquals: { 'aws:ResourceTag/CreatedBy': 'EC2 Image Builder' } };
    const images = `arn:${Aws.PARTITION}:ec2:*::image/*`;
    const snapshots = `arn:${Aws.PARTITION}:ec2:*::snapshot/*`;
    const policy = new iam.ManagedPolicy(this, 'Deletion', {
      statements: [
        new iam.PolicyStatement({
          actions: ['ec2:DeregisterImage', 'ec2:DescribeImageAttribute'],
          resources: [images],
          conditions: byImageBuilder,
        }),
        new iam.PolicyStatement({
          actions: ['ec2:DeleteSnapshot'],
          resources: [snapshots],
          conditions: byImageBuilder,
        }),
        new iam.PolicyStatement({
          actions: ['imagebuilder:DeleteImage'],
          resources: ['*'],
          conditions: { StringEquals: { 'aws:ResourceTag/golden-image': name } },
        }),
        new iam.PolicyStatement({ actions: ['ec2:DescribeImages', 'tag:GetResources'], resources: ['*'] }),
      ],
    });
    Validations.of(policy).acknowledge(
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason:
          'A condition limits the deletion to images of this recipe. The other actions only read and have no resource-level permissions.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ec2:*::image/*]',
        reason: 'Nobody knows the ids of future AMIs. A condition limits the role to those of Image Builder.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ec2:*::snapshot/*]',
        reason:
          'Nobody knows the ids of future snapshots. A condition limits the role to those of Image Builder.',
      },
    );
    return new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('imagebuilder.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      managedPolicies: [policy],
    });
  }
}
