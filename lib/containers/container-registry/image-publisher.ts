import { Aws, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { ContainerRegistry } from './container-registry';

export interface ImagePublisherProps {
  readonly registry: ContainerRegistry;
}

/** A role that may push images, and do nothing else. Identities of this account with `sts:AssumeRole` on it can use it. */
export class ImagePublisher extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, { registry }: ImagePublisherProps) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', {
      description: 'Pushes images',
      assumedBy: new iam.AccountPrincipal(Aws.ACCOUNT_ID),
    });
    this.role.addToPolicy(registry.pushStatement());
    this.role.addToPolicy(
      new iam.PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
    );
    Validations.of(this.role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'GetAuthorizationToken supports no resource-level permissions.',
    });
  }
}
