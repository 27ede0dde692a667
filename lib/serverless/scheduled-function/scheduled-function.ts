import { Aws, Duration, Stack, TimeZone, Token, Validations, type RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { checkTimeZone } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';
import { DeadLetters } from './dead-letters';
import { parseSchedule } from './schedule-expression';

export interface ScheduledFunctionProps {
  /**
   * The worker. It is given `{"scheduledTime": "2026-01-31T06:00:00Z"}`, at least once for each time: now and then the
   * same time comes twice, and a failed run comes again.
   */
  readonly function: lambda.Function;
  /** `cron(0 6 * * ? *)`, `rate(5 minutes)`, `at(2030-01-31T06:00:00)`: as EventBridge Scheduler writes them. */
  readonly schedule: string;
  /**
   * Name in the IANA database of the time zone in which a cron or at expression is meant.
   * @default Etc/UTC
   */
  readonly timeZone?: string;
  /**
   * The run starts at some moment within so much time, 1 minute to 24 hours, so that not everything starts on the hour.
   * @default - none: within the minute
   */
  readonly flexibleWindow?: Duration;
  /**
   * How often a run that failed is tried again, 0 to 2: after one minute, and two minutes later.
   * @default 2
   */
  readonly retryAttempts?: number;
  /**
   * For how long it is tried to hand a run over to the function, and again for how long the run may then wait and be
   * retried, 1 minute to 6 hours. What is older is kept in the dead-letter queue.
   * @default Duration.hours(1)
   */
  readonly maximumAge?: Duration;
  /**
   * Where the alarm goes. CloudWatch must be allowed to publish to the topic.
   * @default - nowhere: it changes state only
   */
  readonly alarmTopic?: ITopic;
  /** @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Runs a function by the clock, and keeps what failed.
 *
 * Throws `InvalidValue` for a schedule, a time zone, a window, a number of retries or an age that AWS would refuse only
 * while deploying.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/what-is-scheduler.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class ScheduledFunction extends Construct {
  readonly schedule: scheduler.Schedule;
  /** The runs that failed for good. */
  readonly deadLetters: DeadLetters;

  constructor(scope: Construct, id: string, props: ScheduledFunctionProps) {
    super(scope, id);
    validate(props);
    const { timeZone = 'Etc/UTC', flexibleWindow, maximumAge = Duration.hours(1) } = props;

    this.deadLetters = new DeadLetters(this, 'DeadLetters', {
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

  /**
   * Scheduler hands a run over and is done: a run that then fails is not its business but Lambda's, which has retries
   * and a destination of its own.
   */
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
      reason:
        'A failed run goes to an on-failure destination, which also tells the error; here it would be twice.',
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
    // The condition names the group, as Scheduler asks for, and keeps others from using the role through it.
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
