import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { ContainerRegistry } from './container-registry';
import { ImagePublisher } from './image-publisher';
import { RegistrySettings } from './registry-settings';

export interface ContainerRegistryStackProps extends StackProps {
  /**
   * E-mail address that critical findings and the alarm notify.
   * @default - none: findings are in the console only
   */
  readonly alarmEmail?: string;
}

/** A repository, a role that pushes to it, and the settings of the registry. */
export class ContainerRegistryStack extends Stack {
  constructor(scope: Construct, id: string, { alarmEmail, ...props }: ContainerRegistryStackProps = {}) {
    super(scope, id, props);
    const settings = new RegistrySettings(this, 'Settings');
    const registry = new ContainerRegistry(this, 'Registry', {
      alarmTopic: alarmTopicFor(this, alarmEmail),
      // The sandbox deletes everything with the stack. Leave this out in production.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Images that were pushed before a setting are neither scanned nor copied.
    registry.node.addDependency(settings);
    const publisher = new ImagePublisher(this, 'Publisher', { registry });

    new CfnOutput(this, 'RepositoryUri', { value: registry.repository.repositoryUri });
    new CfnOutput(this, 'PublisherRoleArn', { value: publisher.role.roleArn });
  }
}
