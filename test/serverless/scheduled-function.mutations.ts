import type { Mutation } from '../support/mutation';

const STACK = 'ScheduledFunction';
const SCHEDULE = `${STACK}/Scheduled/Schedule`;

interface PolicyDocument {
  readonly Statement: Record<string, unknown>[];
}
const statements = (properties: Record<string, unknown>) =>
  (properties.PolicyDocument as PolicyDocument).Statement;

export const mutations: readonly Mutation[] = [
  {
    name: 'the schedule runs an hour later',
    apply: (template) => {
      const schedule = template.properties(SCHEDULE);
      schedule.ScheduleExpression = String(schedule.ScheduleExpression).replace('0 6', '0 7');
    },
  },
  {
    name: 'the schedule has no time zone',
    apply: (template) => {
      delete template.properties(SCHEDULE).ScheduleExpressionTimezone;
    },
  },
  {
    name: 'a run that Scheduler could not deliver is lost',
    apply: (template) => {
      const target = template.properties(SCHEDULE).Target as Record<string, unknown>;
      delete target.DeadLetterConfig;
    },
  },
  {
    name: 'a run that failed is lost',
    apply: (template) => {
      delete template.properties(`${STACK}/Scheduled/AsyncInvocation`).DestinationConfig;
    },
  },
  {
    name: 'the schedule may invoke every function',
    apply: (template) => {
      for (const statement of statements(template.properties(`${STACK}/Scheduled/DeliverPolicy`))) {
        statement.Resource = '*';
      }
    },
  },
  {
    name: 'schedules of any account may use the role',
    apply: (template) => {
      const trust = template.properties(`${STACK}/Scheduled/Role`).AssumeRolePolicyDocument as PolicyDocument;
      for (const statement of trust.Statement) delete statement.Condition;
    },
  },
  {
    name: 'the function may write the table',
    apply: (template) => {
      statements(template.properties(`${STACK}/Report/Role/DefaultPolicy`)).push({
        Effect: 'Allow',
        Action: 'dynamodb:PutItem',
        Resource: '*',
      });
    },
  },
  {
    name: 'the function may do everything in S3',
    apply: (template) => {
      statements(template.properties(`${STACK}/Report/Role/DefaultPolicy`)).push({
        Effect: 'Allow',
        Action: 's3:*',
        Resource: '*',
      });
    },
  },
  {
    name: 'the alarm watches another queue',
    apply: (template) => {
      template.properties(`${STACK}/Scheduled/DeadLetters/Alarm`).Dimensions = [
        { Name: 'QueueName', Value: 'other' },
      ];
    },
  },
  {
    name: 'reports may be fetched without TLS',
    apply: (template) => {
      template.remove(`${STACK}/Report/Bucket/Policy`);
    },
  },
];
