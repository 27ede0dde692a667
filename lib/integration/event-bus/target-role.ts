import { Aws, Stack } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

export interface TargetRoleProps {
  /** The bus whose rules use the role. */
  readonly bus: IEventBus;
}

/**
 * A role that only rules of one bus may use. CDK's target adds the permission that it needs. Functions and queues need no
 * role: they have resource policies.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html
 */
export class TargetRole extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, { bus }: TargetRoleProps) {
    super(scope, id);
    // The ARN of the rule itself would be a circular dependency.
    const rules = Stack.of(this).formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: `${bus.eventBusName}/*`,
    });
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('events.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': rules },
        },
      }),
    });
  }
}
