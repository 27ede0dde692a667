import { Aws, Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { DeadLetters } from '../../shared/dead-letters';

export interface FailedBuildsProps {
  /** Name of the recipe. */
  readonly name: string;
  readonly topic: ITopic;
  /** Keeps events that could not be delivered to the topic. */
  readonly undelivered: DeadLetters;
}

/**
 * Sends a message to a topic when the build, the tests or the distribution of an image fail.
 *
 * @see https://docs.aws.amazon.com/imagebuilder/latest/userguide/integ-eventbridge.html
 */
export class FailedBuilds extends Construct {
  constructor(scope: Construct, id: string, { name, topic, undelivered }: FailedBuildsProps) {
    super(scope, id);
    const field = (path: string) => events.EventField.fromPath(path);
    const images = `arn:${Aws.PARTITION}:imagebuilder:${Aws.REGION}:${Aws.ACCOUNT_ID}:image/${name}/`;
    new events.Rule(this, 'Rule', {
      eventPattern: {
        source: ['aws.imagebuilder'],
        detailType: ['EC2 Image Builder Image State Change'],
        resources: events.Match.prefix(images),
        detail: { state: { status: ['FAILED'] } },
      },
      targets: [
        new targets.SnsTopic(topic, {
          message: events.RuleTargetInput.fromText(
            `Image ${field('$.resources[0]')} failed: ${field('$.detail.state.reason')}`,
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
