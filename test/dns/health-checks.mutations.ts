import { mutationsBelow, type Mutation } from '../support/mutation';

const STACK = 'HealthChecks';

const { removed, changed, edited } = mutationsBelow(STACK);
const configured = (name: string, check: string, config: Record<string, unknown>): Mutation =>
  edited(name, `${check}/HealthCheck`, ({ HealthCheckConfig }) => {
    Object.assign(HealthCheckConfig as object, config);
  });

export const mutations: readonly Mutation[] = [
  configured('one healthy endpoint is enough', 'Majority', { HealthThreshold: 1 }),
  configured('all endpoints must be healthy', 'Majority', { HealthThreshold: 3 }),
  configured('the majority counts for its opposite', 'Majority', { Inverted: true }),
  {
    name: 'one endpoint is counted twice, another not at all',
    apply: (template) => {
      const { HealthCheckConfig } = template.properties(`${STACK}/Majority/HealthCheck`);
      const config = HealthCheckConfig as { ChildHealthChecks: unknown[] };
      const [a, b] = config.ChildHealthChecks;
      config.ChildHealthChecks = [a, b, b];
    },
  },
  changed('the site has no health check', 'Site/Site', { HealthCheckId: undefined }),
  {
    name: 'the site has the check of the backlog',
    apply: (template) => {
      const { HealthCheckId } = template.properties(`${STACK}/Orders/Orders`);
      template.properties(`${STACK}/Site/Site`).HealthCheckId = HealthCheckId;
    },
  },
  changed('the standby of the site takes its part', 'Site/Standby', { Weight: 1 }),
  removed('the site has no standby', 'Site/Standby'),
  changed('the orders have no health check', 'Orders/Orders', { HealthCheckId: undefined }),
  configured('no data makes the orders move', 'Backlog', { InsufficientDataHealthStatus: 'Unhealthy' }),
  configured('the alarm is looked for in another region', 'Backlog', {
    AlarmIdentifier: { Name: 'Backlog', Region: 'eu-west-3' },
  }),
  changed('an order may wait for an hour', 'Backlog/Alarm', { Threshold: 3600 }),
  changed('the alarm is raised by what is young', 'Backlog/Alarm', {
    ComparisonOperator: 'LessThanThreshold',
  }),
  changed('the alarm is one of percentiles', 'Backlog/Alarm', {
    Statistic: undefined,
    ExtendedStatistic: 'p99',
  }),
  configured('A is asked without SNI', 'CheckA', { EnableSNI: false }),
  configured('A is asked by HTTP', 'CheckA', { Type: 'HTTP', Port: 80, EnableSNI: undefined }),
  configured('B is asked every 30 s', 'CheckB', { RequestInterval: 30 }),
  configured('C is healthy whatever it says', 'CheckC', { Type: 'HTTPS', SearchString: undefined }),
  configured('C must say something else', 'CheckC', { SearchString: 'Healthy' }),
  configured('one bad answer is enough', 'CheckA', { FailureThreshold: 1 }),
  {
    name: 'the check of B asks A',
    apply: (template) => {
      const of = (check: string) =>
        template.properties(`${STACK}/${check}/HealthCheck`).HealthCheckConfig as Record<string, unknown>;
      of('CheckB').FullyQualifiedDomainName = of('CheckA').FullyQualifiedDomainName;
    },
  },
  {
    name: 'the alarm of the majority watches A',
    apply: (template) => {
      const alarm = template.properties(`${STACK}/Majority/Failure/Alarm`);
      alarm.Dimensions = template.properties(`${STACK}/CheckA/Failure/Alarm`).Dimensions;
    },
  },
  changed('an alarm is raised by what is healthy', 'CheckB/Failure/Alarm', {
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  }),
  changed('an alarm takes a disabled check for a healthy one', 'Majority/Failure/Alarm', {
    TreatMissingData: 'notBreaching',
  }),
  removed('C has no alarm', 'CheckC/Failure/Alarm'),
  changed('the actions of an alarm are off', 'Majority/Failure/Alarm', { ActionsEnabled: false }),
  {
    name: 'the sample endpoints may read every secret',
    apply: (template) => {
      const { PolicyDocument } = template.properties(`${STACK}/Endpoints/Role/DefaultPolicy`);
      (PolicyDocument as { Statement: unknown[] }).Statement.push({
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
      });
    },
  },
  changed('an endpoint asks for credentials', 'Endpoints/A/Function/FunctionUrl', { AuthType: 'AWS_IAM' }),
  changed('an endpoint says something else', 'Endpoints/A/Function', {
    Code: { ZipFile: "exports.handler = async () => ({ statusCode: 200, body: 'fine' });" },
  }),
];
