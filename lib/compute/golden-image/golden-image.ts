import { RemovalPolicy } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import * as imagebuilder from 'aws-cdk-lib/aws-imagebuilder';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { checkInteger } from '../../shared/checks';
import { DeadLetters } from '../../shared/dead-letters';
import { InvalidValue } from '../../shared/invalid-value';
import { lowerCaseUniqueName } from '../../shared/unique-name';
import { BuildEnvironment } from './build-environment';
import { checkComponents, COMPONENTS, type ComponentDocument } from './components';
import { createDistribution, type SecondRegion } from './distribution';
import { FailedBuilds } from './failed-builds';
import { createKey } from './key';
import { OldImages } from './old-images';

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
 * Throws `InvalidValue` for no or more than 20 components, for components of the same name, too long or without a test, for an
 * account that is not 12 digits, a key that is not in the second Region, a schedule that is no cron expression, and a number of
 * images out of range.
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
    const { vpc, components: documents = COMPONENTS, accounts = [], secondRegion } = props;
    const { schedule = 'cron(0 4 ? * sun *)', keepImages = 3 } = props;
    const { alarmTopic, removalPolicy = RemovalPolicy.RETAIN } = props;
    checkComponents(documents);
    checkInteger('keepImages', keepImages, 1, 1_000);
    if (!/^cron\([^()]+\)$/.test(schedule)) {
      throw new InvalidValue('schedule', schedule, 'a cron expression such as cron(0 4 ? * sun *)');
    }

    const name = lowerCaseUniqueName(this);
    // Image Builder's service-linked role may write parameters below /imagebuilder/ only.
    // https://docs.aws.amazon.com/imagebuilder/latest/userguide/cr-upd-ami-distribution-settings.html
    this.parameterName = `/imagebuilder/${name}`;
    this.key = createKey(this, accounts, removalPolicy);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      // Image Builder's service-linked role may write to such log groups only.
      logGroupName: `/aws/imagebuilder/${name}`,
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy,
    });
    const components = this.createComponents(name, documents);
    const recipe = this.createRecipe(name, components);
    const { configuration } = new BuildEnvironment(this, 'Build', { name, vpc, logGroup, components });

    const distribution = createDistribution(this, {
      name,
      parameterName: this.parameterName,
      accounts,
      secondRegion,
    });

    this.pipeline = new imagebuilder.CfnImagePipeline(this, 'Pipeline', {
      name,
      imageRecipeArn: recipe.attrArn,
      infrastructureConfigurationArn: configuration.attrArn,
      distributionConfigurationArn: distribution.attrArn,
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
}
