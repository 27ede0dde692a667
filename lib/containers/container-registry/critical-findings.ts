import { Duration } from 'aws-cdk-lib';
import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { DeadLetters } from '../../shared/dead-letters';

export interface CriticalFindingsProps {
  readonly repository: IRepository;
  readonly topic: ITopic;
  /** Keeps events that could not be delivered to the topic. */
  readonly undelivered: DeadLetters;
}

/**
 * Sends a message to a topic when a scan of an image has critical findings.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
 */
export class CriticalFindings extends Construct {
  constructor(scope: Construct, id: string, { repository, topic, undelivered }: CriticalFindingsProps) {
    super(scope, id);
    const field = (path: string) => events.EventField.fromPath(`$.detail.${path}`);
    new events.Rule(this, 'Rule', {
      eventPattern: {
        source: ['aws.ecr'],
        detailType: ['ECR Image Scan'],
        detail: {
          'scan-status': ['COMPLETE'],
          'repository-name': [repository.repositoryName],
          'finding-severity-counts': { CRITICAL: events.Match.greaterThan(0) },
        },
      },
      targets: [
        new targets.SnsTopic(topic, {
          message: events.RuleTargetInput.fromText(
            `${field('finding-severity-counts.CRITICAL')} critical findings in ${field('repository-name')}@${field('image-digest')}`,
          ),
          // Otherwise CDK lets the rules of every account publish to the topic.
          authorizeUsingRole: true,
          deadLetterQueue: undelivered.queue,
          retryAttempts: 185,
          maxEventAge: Duration.hours(24),
        }),
      ],
    });
  }
}
