import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { GoldenImage } from './golden-image';

export interface GoldenImageStackProps extends StackProps {
  readonly vpc: IVpc;
  /**
   * Another account that may launch the image.
   * @default - none
   */
  readonly partnerAccount?: string;
  /** @default - failed builds notify nobody */
  readonly alarmEmail?: string;
}

/** A pipeline that builds an image every week. */
export class GoldenImageStack extends Stack {
  readonly image: GoldenImage;

  constructor(scope: Construct, id: string, props: GoldenImageStackProps) {
    super(scope, id, props);
    const { vpc, partnerAccount, alarmEmail } = props;
    this.image = new GoldenImage(this, 'Image', {
      vpc,
      accounts: partnerAccount === undefined ? [] : [partnerAccount],
      alarmTopic: alarmTopicFor(this, alarmEmail),
      // The sandbox deletes everything. In production, leave this out: images need their key.
      removalPolicy: RemovalPolicy.DESTROY,
    });

    new CfnOutput(this, 'PipelineArn', { value: this.image.pipeline.attrArn });
    new CfnOutput(this, 'ParameterName', { value: this.image.parameterName });
  }
}
