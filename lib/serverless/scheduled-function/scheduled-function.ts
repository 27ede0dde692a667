import { Aws, Duration, Stack, TimeZone, Token, Validations, type RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { checkTimeZone } from '../../shared/checks';
import { DeadLetters } from '../../shared/dead-letters';
import { InvalidValue } from '../../shared/invalid-value';
import { parseSchedule } from './schedule-expression';

export interface ScheduledFunctionProps {
  /**
   * The function to run. Its payload is `{"scheduledTime": "2026-01-31T06:00:00Z"}`. It must be idempotent: Scheduler
   * delivers at least once, and Lambda retries failed runs.
   */
  readonly function: lambda.Function;
  /** EventBridge Scheduler's schedule expression: `cron(0 6 * * ? *)`, `rate(5 minutes)` or `at(2030-01-31T06:00:00)`. */
  readonly schedule: string;
  /**
   * IANA name of the time zone of a cron or at expression.
   * @default Etc/UTC
   */
  readonly timeZone?: string;
  /**
   * Scheduler starts the run at some time within this window, 1 minute to 24 hours.
   * @default - none: Scheduler starts the run within the minute
   */
  readonly flexibleWindow?: Duration;
  /**
   * Lambda's retries of a failed run, 0 to 2: after one minute, and two minutes later.
   * @default 2
   */
  readonly retryAttempts?: number;
  /**
   * Maximum age of an event, 1 minute to 6 hours: once for Scheduler, which delivers it to Lambda, and again for Lambda,
   * which queues and retries it. Older events go to the dead-letter queue.
   * @default Duration.hours(1)
   */
  readonly maximumAge?: Duration;
  /**
   * Topic that the alarm notifies. CloudWatch must be allowed to publish to it.
   * @default - none: the alarm only changes state
   */
  readonly alarmTopic?: ITopic;
  /**
   * Removal policy of the dead-letter queue.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * EventBridge Scheduler runs a function on a schedule. Runs that fail for good go to a dead-letter queue.
 *
 * Throws `InvalidValue` for a schedule, time zone, window, number of retries or age that AWS would refuse at deployment.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/what-is-scheduler.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class ScheduledFunction extends Construct {
  readonly schedule: scheduler.Schedule;
  /** Receives the runs that failed for good. */
  readonly deadLetters: DeadLetters;

  constructor(scope: Construct, id: string, props: ScheduledFunctionProps) {
    super(scope, id);
    validate(props);
    const { timeZone = 'Etc/UTC', flexibleWindow, maximumAge = Duration.hours(1) } = props;

    this.deadLetters = new DeadLetters(this, 'DeadLetters', {
      contents: 'Scheduled runs failed for good',
      alarmTopic: props.alarmTopic,
      removalPolicy: props.removalPolicy,
    });
    this.keepFailedRuns(props.function, props.retryAttempts ?? 2, maximumAge);
    const role = this.createRole(props.function);
    this.schedule = new scheduler.Schedule(this, 'Schedule', {
      schedule: scheduler.ScheduleExpression.expression(props.schedule, TimeZone.of(timeZone)),
      timeWindow: flexibleWindow ? scheduler.TimeWindow.flexible(flexibleWindow) : scheduler.TimeWindow.off(),
      target: {
        bind: () => ({
          arn: props.function.functionArn,
          role,
          input: scheduler.ScheduleTargetInput.fromObject({
            scheduledTime: scheduler.ContextAttribute.scheduledTime,
          }),
          deadLetterConfig: { arn: this.deadLetters.queue.queueArn },
          retryPolicy: { maximumEventAgeInSeconds: maximumAge.toSeconds(), maximumRetryAttempts: 185 },
        }),
      },
    });
  }

  /** Scheduler invokes the function asynchronously. From then on, Lambda retries the run and sends it to a destination. */
  private keepFailedRuns(worker: lambda.Function, retryAttempts: number, maxEventAge: Duration): void {
    const { queueArn } = this.deadLetters.queue;
    worker.addToRolePolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queueArn] }));
    new lambda.EventInvokeConfig(this, 'AsyncInvocation', {
      function: worker,
      retryAttempts,
      maxEventAge,
      onFailure: { bind: () => ({ destination: queueArn }) },
    });
    Validations.of(worker).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'The on-failure destination sends failed runs to the dead-letter queue, with the error.',
    });
  }

  private createRole(worker: lambda.Function): iam.Role {
    const deliver = new iam.ManagedPolicy(this, 'DeliverPolicy', {
      statements: [
        new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [worker.functionArn] }),
        new iam.PolicyStatement({
          actions: ['sqs:SendMessage'],
          resources: [this.deadLetters.queue.queueArn],
        }),
      ],
    });
    // Against the confused deputy: only schedules of this account's default group may use the role.
    // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    return new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: {
            'aws:SourceAccount': Aws.ACCOUNT_ID,
            'aws:SourceArn': Stack.of(this).formatArn({
              service: 'scheduler',
              resource: 'schedule-group',
              resourceName: 'default',
            }),
          },
        },
      }),
      managedPolicies: [deliver],
    });
  }
}

function validate(props: ScheduledFunctionProps): void {
  const { schedule, timeZone, flexibleWindow, retryAttempts = 2, maximumAge } = props;
  if (!Token.isUnresolved(schedule)) parseSchedule('schedule', schedule);
  if (timeZone !== undefined) checkTimeZone('timeZone', timeZone);
  validateDuration(
    'flexibleWindow',
    flexibleWindow,
    Duration.hours(24),
    '1 minute to 24 hours, in whole minutes',
  );
  validateDuration('maximumAge', maximumAge, Duration.hours(6), '1 minute to 6 hours, in whole minutes');
  if (![0, 1, 2].includes(retryAttempts)) throw new InvalidValue('retryAttempts', retryAttempts, '0, 1 or 2');
}

function validateDuration(
  name: string,
  got: Duration | undefined,
  longest: Duration,
  expected: string,
): void {
  if (!got || got.isUnresolved()) return;
  const seconds = got.toSeconds({ integral: false });
  if (seconds < 60 || seconds > longest.toSeconds() || seconds % 60 !== 0) {
    throw new InvalidValue(name, got.toHumanString(), expected);
  }
}
