import { join } from 'node:path';
import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { RoutedServiceOptions } from './routed-service';

export interface ExampleAppProps {
  /** Name of the service, which its answers contain. */
  readonly name: string;
  /** Message that its answers contain. */
  readonly message: string;
  /** What happens to the signing key when the stack is deleted. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/** The program in `app/` with its secret and its parameter. Replace it with your program. */
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
      reason: 'Clients keep signatures made with this key. Automatic rotation would make them invalid.',
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
