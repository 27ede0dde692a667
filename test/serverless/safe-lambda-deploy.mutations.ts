import { mutationsBelow, type Mutation } from '../support/mutation';

interface Statement {
  Action: string | readonly string[];
  Resource: unknown;
}
const statements = (properties: Record<string, unknown>) =>
  (properties.PolicyDocument as { readonly Statement: Statement[] }).Statement;
/** Widens the resources of the statements that have an action. */
const everywhere = (action: string) => (properties: Record<string, unknown>) => {
  for (const statement of statements(properties)) {
    if (JSON.stringify(statement.Action).includes(action)) statement.Resource = '*';
  }
};

const { changed, edited, removed } = mutationsBelow('SafeLambdaDeploy/Deploy');
const group = (name: string, properties: Record<string, unknown>) => changed(name, 'Group', properties);

export const mutations: readonly Mutation[] = [
  group('all traffic is shifted at once', { DeploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce' }),
  group('the shift takes ten minutes', {
    DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent10Minutes',
  }),
  group('the deployment has no alarm', { AlarmConfiguration: { Enabled: true, Alarms: [] } }),
  edited('the alarms are off', 'Group', ({ AlarmConfiguration }) => {
    (AlarmConfiguration as { Enabled: boolean }).Enabled = false;
  }),
  group('an alarm stops the deployment half-way', {
    AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_FAILURE'] },
  }),
  group('a refused version stays half-way', {
    AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_STOP_ON_ALARM'] },
  }),
  group('a deployment that somebody stops stays half-way', {
    AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'] },
  }),
  group('nothing rolls back', { AutoRollbackConfiguration: { Enabled: false } }),
  {
    name: 'CloudFormation moves prod at once',
    apply: (template) => {
      const path = 'SafeLambdaDeploy/Deploy/Prod';
      // Without its update policy.
      template.add(
        'SafeLambdaDeploy',
        template.ref(path).Ref,
        'AWS::Lambda::Alias',
        template.properties(path),
      );
    },
  },
  edited('the alarm watches old versions too', 'Errors', (alarm) => {
    alarm.Dimensions = (alarm.Dimensions as { readonly Name: string }[]).filter(
      ({ Name }) => Name !== 'ExecutedVersion',
    );
  }),
  changed('the alarm ignores a few errors', 'Errors', { Threshold: 100 }),
  changed('the alarm is late', 'Errors', { Period: 300 }),
  changed('the alarm counts invocations', 'Errors', { MetricName: 'Invocations' }),
  changed('the check before traffic asks the old version', 'Before/Function', (template) => ({
    Environment: {
      Variables: { FUNCTION_NAME: template.ref('SafeLambdaDeploy/Quote/Function'), QUALIFIER: 'prod' },
    },
  })),
  changed('prod is another function', 'Prod', (template) => ({
    FunctionName: template.ref('SafeLambdaDeploy/Deploy/After/Function'),
  })),
  changed('prod has warm environments that dev has not', 'Prod', {
    ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 1 },
  }),
  edited('CodeDeploy may move every alias', 'Role/DefaultPolicy', everywhere('lambda:UpdateAlias')),
  edited('CodeDeploy may invoke every function', 'Role/DefaultPolicy', everywhere('lambda:InvokeFunction')),
  edited('the check after traffic may invoke all', 'After/Role/DefaultPolicy', everywhere('lambda:Invoke')),
  edited('the check before traffic may invoke all', 'Before/Role/DefaultPolicy', everywhere('lambda:Invoke')),
  edited('a check may report to every deployment', 'Before/Role/DefaultPolicy', everywhere('codedeploy:')),
  removed('CodeDeploy may do nothing', 'Role/DefaultPolicy'),
];
