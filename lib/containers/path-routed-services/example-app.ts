import { join } from 'node:path';
import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { RoutedServiceOptions } from './routed-service';

export interface ExampleAppProps {
  /** What it calls itself. */
  readonly name: string;
  /** What it says. */
  readonly message: string;
  /** What becomes of its key. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/** The program in `app/`, with a key and a message of its own. Put yours in its place. */
export class ExampleApp extends Construct {
  readonly signingKey: secretsmanager.Secret;
  readonly message: ssm.StringParameter;
  readonly options: Pick<RoutedServiceOptions, 'image' | 'environment' | 'secrets' | 'parameters'>;

  constructor(scope: Construct, id: string, props: ExampleAppProps) {
    super(scope, id);
    this.signingKey = new secretsmanager.Secret(this, 'SigningKey', {
      description: `Signs the answers of ${props.name}`,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    Validations.of(this.signingKey).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Clients hold signatures made with this key, so only a release that knows both keys may change it.',
    });
    this.message = new ssm.StringParameter(this, 'Message', { stringValue: props.message });
    this.options = {
      image: ecs.ContainerImage.fromAsset(join(__dirname, 'app'), { platform: Platform.LINUX_ARM64 }),
      environment: { SERVICE_NAME: props.name },
      secrets: { SIGNING_KEY: this.signingKey },
      parameters: { MESSAGE: this.message },
    };
  }
}
