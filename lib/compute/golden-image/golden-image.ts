import { Aws, RemovalPolicy, Token } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as imagebuilder from 'aws-cdk-lib/aws-imagebuilder';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { checkInteger } from '../../shared/checks';
import { DeadLetters } from '../../shared/dead-letters';
import { InvalidValue } from '../../shared/invalid-value';
import { lowerCaseUniqueName } from '../../shared/unique-name';
import { BuildEnvironment } from './build-environment';
import { COMPONENTS, type ComponentDocument } from './components';
import { FailedBuilds } from './failed-builds';
import { OldImages } from './old-images';

/** A second Region that gets a copy of each image. */
export interface SecondRegion {
  /** Such as `eu-west-1`. Not the Region of the stack. */
  readonly region: string;
  /** ARN of a KMS key in that Region. Its key policy decides who can launch the copy. */
  readonly keyArn: string;
}

export interface GoldenImageProps {
  /** Has private subnets with egress. Images are built and tested in the first of them. */
  readonly vpc: IVpc;
  /**
   * Component documents, 1 to 20, in the order in which they run. Each has up to 16,000 characters as JSON. One of them has the
   * phase `test`.
   * @see https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-use-documents.html
   * @default - install a web server, harden, test
   */
  readonly components?: readonly ComponentDocument[];
  /**
   * Other accounts that may launch the image, by their 12 digits.
   * @default - this account only
   */
  readonly accounts?: readonly string[];
  /** @default - none */
  readonly secondRegion?: SecondRegion;
  /**
   * When images are built, in UTC, as a cron expression of Image Builder.
   * @see https://docs.aws.amazon.com/imagebuilder/latest/userguide/cron-expressions.html
   * @default cron(0 4 ? * sun *)
   */
  readonly schedule?: string;
  /**
   * Number of images that are kept, 1 to 1,000. An older image is kept too if it was launched in the last 90 days.
   * @default 3
   */
  readonly keepImages?: number;
  /**
   * Topic that failed builds and the alarm notify. CloudWatch must be allowed to publish to it.
   * @default - none: failed builds are in the console only
   */
  readonly alarmTopic?: ITopic;
  /**
   * Removal policy of the key and the logs. Without the key, nobody can launch the images.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** https://docs.aws.amazon.com/linux/al2023/ug/ec2.html#launch-via-aws-cli */
const BASE_IMAGE = 'ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';

/** Image Builder replaces the x by the next number when a recipe or a component changes. */
const VERSION = '1.0.x';

/**
 * An EC2 Image Builder pipeline that makes a new image of Amazon Linux 2023 for ARM64 on a schedule, tests it, shares it with
 * accounts, and writes its id to a parameter.
 *
 * Throws `InvalidValue` for no or too many components, components of the same name, too long or without a test, an account that is not 12 digits, a
 * key that is not in the second Region, a schedule that is no cron expression, and a number of images out of range.
 *
 * @see https://docs.aws.amazon.com/imagebuilder/latest/userguide/how-image-builder-works.html
 */
export class GoldenImage extends Construct {
  readonly pipeline: imagebuilder.CfnImagePipeline;
  readonly key: kms.Key;
  /**
   * Name of the parameter with the id of the newest image, in each Region. The first build creates it.
   * `ec2.MachineImage.resolveSsmParameterAtLaunch(parameterName)` is the image for a launch template.
   */
  readonly parameterName: string;

  constructor(scope: Construct, id: string, props: GoldenImageProps) {
    super(scope, id);
    const { vpc, schedule = 'cron(0 4 ? * sun *)', keepImages = 3 } = props;
    const { alarmTopic, removalPolicy = RemovalPolicy.RETAIN } = props;
    check(props, schedule);
    checkInteger('keepImages', keepImages, 1, 1_000);

    const name = lowerCaseUniqueName(this);
    // Image Builder's service-linked role may write parameters below /imagebuilder/ only.
    // https://docs.aws.amazon.com/imagebuilder/latest/userguide/cr-upd-ami-distribution-settings.html
    this.parameterName = `/imagebuilder/${name}`;
    this.key = this.createKey(props.accounts ?? [], removalPolicy);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      // Image Builder's service-linked role may write to such log groups only.
      logGroupName: `/aws/imagebuilder/${name}`,
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy,
    });
    const components = this.createComponents(name, props.components ?? COMPONENTS);
    const recipe = this.createRecipe(name, components);
    const { configuration } = new BuildEnvironment(this, 'Build', { name, vpc, logGroup, components });

    this.pipeline = new imagebuilder.CfnImagePipeline(this, 'Pipeline', {
      name,
      imageRecipeArn: recipe.attrArn,
      infrastructureConfigurationArn: configuration.attrArn,
      distributionConfigurationArn: this.createDistribution(name, props).attrArn,
      schedule: {
        scheduleExpression: schedule,
        pipelineExecutionStartCondition: 'EXPRESSION_MATCH_ONLY',
      },
      imageTestsConfiguration: { imageTestsEnabled: true },
      // It lists the packages of the image, and needs permissions for inventories on the instance.
      enhancedImageMetadataEnabled: false,
      loggingConfiguration: {
        imageLogGroupName: logGroup.logGroupName,
        pipelineLogGroupName: logGroup.logGroupName,
      },
      imageTags: { 'golden-image': name },
    });
    // A build needs the route to the NAT gateway.
    this.pipeline.node.addDependency(vpc.internetConnectivityEstablished);
    new OldImages(this, 'OldImages', { name, keep: keepImages });
    if (alarmTopic) {
      new FailedBuilds(this, 'FailedBuilds', {
        name,
        topic: alarmTopic,
        undelivered: new DeadLetters(this, 'Undelivered', {
          contents: 'Messages about failed builds could not be sent to the topic',
          alarmTopic,
          removalPolicy,
        }),
      });
    }
  }

  private createKey(accounts: readonly string[], removalPolicy: RemovalPolicy): kms.Key {
    const key = new kms.Key(this, 'Key', {
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

  private createComponents(
    name: string,
    documents: readonly ComponentDocument[],
  ): imagebuilder.CfnComponent[] {
    const components = new Construct(this, 'Components');
    return documents.map(
      (document) =>
        new imagebuilder.CfnComponent(components, document.name, {
          name: `${name}-${document.name}`,
          description: document.description,
          platform: 'Linux',
          version: VERSION,
          // JSON is YAML.
          data: JSON.stringify(document),
        }),
    );
  }

  private createRecipe(
    name: string,
    components: readonly imagebuilder.CfnComponent[],
  ): imagebuilder.CfnImageRecipe {
    return new imagebuilder.CfnImageRecipe(this, 'Recipe', {
      name,
      version: VERSION,
      parentImage: BASE_IMAGE,
      components: components.map(({ attrArn }) => ({ componentArn: attrArn })),
      blockDeviceMappings: [
        {
          deviceName: '/dev/xvda',
          ebs: {
            volumeType: 'gp3',
            volumeSize: 8,
            encrypted: true,
            kmsKeyId: this.key.keyArn,
            deleteOnTermination: true,
          },
        },
      ],
    });
  }

  private createDistribution(
    name: string,
    { accounts = [], secondRegion }: GoldenImageProps,
  ): imagebuilder.CfnDistributionConfiguration {
    // For CDK this is any object: it does not write the names of these properties in upper case.
    const to = (region: string, KmsKeyId?: string) => ({
      region,
      amiDistributionConfiguration: {
        Name: `${name} {{ imagebuilder:buildDate }}`,
        KmsKeyId,
        LaunchPermissionConfiguration: accounts.length > 0 ? { UserIds: accounts } : undefined,
      },
      ssmParameterConfigurations: [{ parameterName: this.parameterName, dataType: 'aws:ec2:image' }],
    });
    return new imagebuilder.CfnDistributionConfiguration(this, 'Distribution', {
      name,
      distributions: [
        to(Aws.REGION),
        ...(secondRegion ? [to(secondRegion.region, secondRegion.keyArn)] : []),
      ],
    });
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-encryption-sharing.html */
const LAUNCH = ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:ReEncrypt*'];

function check({ components = COMPONENTS, accounts = [], secondRegion }: GoldenImageProps, schedule: string) {
  const names = components.map(({ name }) => name);
  if (names.length < 1 || names.length > 20 || new Set(names).size < names.length) {
    throw new InvalidValue('components', names, '1 to 20 documents with different names');
  }
  const badName = names.find((name) => !/^[\w-]{1,30}$/.test(name));
  if (badName !== undefined) {
    throw new InvalidValue('components.name', badName, 'up to 30 letters, digits, - and _');
  }
  const long = components.find((document) => JSON.stringify(document).length > 16_000);
  if (long) {
    throw new InvalidValue('components', `${long.name}, longer`, 'documents of up to 16,000 characters');
  }
  if (!components.some(({ phases }) => phases.some(({ name }) => name === 'test'))) {
    throw new InvalidValue('components', names, 'a document with the phase test');
  }
  const wrong = accounts.find((account) => !Token.isUnresolved(account) && !/^\d{12}$/.test(account));
  if (wrong !== undefined) throw new InvalidValue('accounts', wrong, 'the 12 digits of an account id');
  if (!/^cron\([^()]+\)$/.test(schedule)) {
    throw new InvalidValue('schedule', schedule, 'a cron expression such as cron(0 4 ? * sun *)');
  }
  if (secondRegion && !Token.isUnresolved(secondRegion.keyArn)) {
    const { region, keyArn } = secondRegion;
    if (!new RegExp(`^arn:[\\w-]+:kms:${region}:\\d{12}:key/.+$`).test(keyArn)) {
      throw new InvalidValue('secondRegion.keyArn', keyArn, `the ARN of a KMS key in ${region}`);
    }
  }
}
