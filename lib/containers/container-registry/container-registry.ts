import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { checkInteger } from '../../shared/checks';
import { DeadLetters } from '../../shared/dead-letters';
import { InvalidValue } from '../../shared/invalid-value';
import { CriticalFindings } from './critical-findings';

export interface ContainerRegistryProps {
  /**
   * Accounts that may pull images, by their 12 digits. Their own policies must allow it too.
   * @default - this account only
   */
  readonly pullAccounts?: readonly string[];
  /**
   * Number of images that are kept, 1 to 10,000. The oldest ones above it are deleted, unless `keepTags` matches.
   * @default 30
   */
  readonly keepImages?: number;
  /**
   * Pattern of tags whose images are kept, up to 9,999 of them, with up to four `*`.
   * @default release-*
   */
  readonly keepTags?: string;
  /**
   * Topic that critical findings of a scan and the alarm notify. CloudWatch must be allowed to publish to it.
   * @default - none: findings are in the console only
   */
  readonly alarmTopic?: ITopic;
  /**
   * Removal policy of the repository. With DESTROY, its images are deleted with it.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html */
const PUSH = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:BatchGetImage',
  'ecr:CompleteLayerUpload',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
];

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html */
const PULL = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

/**
 * A private ECR repository whose tags never change, which other accounts can pull from, and which deletes old images.
 *
 * Throws `InvalidValue` for an account that is not 12 digits, a number of images out of range, and a pattern that ECR refuses.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/Repositories.html
 */
export class ContainerRegistry extends Construct {
  readonly repository: ecr.Repository;

  constructor(scope: Construct, id: string, props: ContainerRegistryProps = {}) {
    super(scope, id);
    const { pullAccounts = [], keepImages = 30, keepTags = 'release-*' } = props;
    const { alarmTopic, removalPolicy = RemovalPolicy.RETAIN } = props;
    check(pullAccounts, keepImages, keepTags);

    this.repository = new ecr.Repository(this, 'Repository', {
      imageTagMutability: ecr.TagMutability.IMMUTABLE,
      // The key that AWS manages for ECR: without charge, and its use is in CloudTrail.
      encryption: ecr.RepositoryEncryption.KMS,
      lifecycleRules: [
        {
          rulePriority: 1,
          description: 'Delete images without a tag after a day',
          tagStatus: ecr.TagStatus.UNTAGGED,
          maxImageAge: Duration.days(1),
        },
        {
          // "An image that matches the tagging requirements of a rule cannot be expired by a rule with a lower priority."
          // https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
          rulePriority: 2,
          description: `Keep ${keepTags}`,
          tagStatus: ecr.TagStatus.TAGGED,
          tagPatternList: [keepTags],
          maxImageCount: MOST_IMAGES,
        },
        {
          rulePriority: 3,
          description: `Keep the newest ${keepImages} images`,
          tagStatus: ecr.TagStatus.ANY,
          maxImageCount: keepImages,
        },
      ],
      removalPolicy,
      emptyOnDelete: removalPolicy === RemovalPolicy.DESTROY,
    });
    if (pullAccounts.length > 0) {
      this.repository.addToResourcePolicy(
        new iam.PolicyStatement({
          sid: 'Pull',
          principals: pullAccounts.map((account) => new iam.AccountPrincipal(account)),
          actions: PULL,
        }),
      );
    }
    if (alarmTopic) {
      new CriticalFindings(this, 'CriticalFindings', {
        repository: this.repository,
        topic: alarmTopic,
        undelivered: new DeadLetters(this, 'Undelivered', {
          contents: 'Critical findings could not be sent to the topic',
          alarmTopic,
          removalPolicy,
        }),
      });
    }
  }

  /** What a role needs to push images. It also needs `ecr:GetAuthorizationToken`, which names no repository. */
  pushStatement(): iam.PolicyStatement {
    return new iam.PolicyStatement({ actions: PUSH, resources: [this.repository.repositoryArn] });
  }
}

/** A rule cannot keep all images that it matches. It keeps this many. */
const MOST_IMAGES = 9_999;

function check(pullAccounts: readonly string[], keepImages: number, keepTags: string): void {
  const wrong = pullAccounts.find((account) => !/^\d{12}$/.test(account));
  if (wrong !== undefined) throw new InvalidValue('pullAccounts', wrong, 'the 12 digits of an account id');
  checkInteger('keepImages', keepImages, 1, 10_000);
  if (!/^[\w.*-]+$/.test(keepTags) || keepTags.split('*').length > 5) {
    throw new InvalidValue('keepTags', keepTags, 'letters, digits, ., - and _, with up to four *');
  }
}
