import type { Mutation } from '../support/mutation';

const STACK = 'PathRoutedServices';
const ROOT = `${STACK}/Services`;

interface Container extends Record<string, unknown> {
  Environment: { Name: string; Value: string }[];
  Secrets: { Name: string; ValueFrom: unknown }[];
}
type Properties = Record<string, unknown>;

const containerOf = (definition: Properties): Container => {
  const [container] = definition.ContainerDefinitions as Container[];
  if (!container) throw new Error('the task definition has no container');
  return container;
};
const statementsOf = (policy: Properties) =>
  (policy.PolicyDocument as { Statement: Record<string, unknown>[] }).Statement;
const tcp = (port: number, source: Properties) => ({
  IpProtocol: 'tcp',
  FromPort: port,
  ToPort: port,
  ...source,
});

export const mutations: readonly Mutation[] = [
  {
    name: 'the load balancer accepts nothing',
    apply: (template) => {
      template.properties(`${ROOT}/LoadBalancer/SecurityGroup`).SecurityGroupIngress = [];
    },
  },
  {
    name: 'tasks accept connections from anyone, and have public addresses in public subnets',
    apply: (template) => {
      template.properties(`${ROOT}/Users/SecurityGroup`).SecurityGroupIngress = [
        tcp(8080, { CidrIp: '0.0.0.0/0' }),
      ];
      const { NetworkConfiguration } = template.properties(`${ROOT}/Users/Service/Service`);
      const { AwsvpcConfiguration } = NetworkConfiguration as { AwsvpcConfiguration: Properties };
      AwsvpcConfiguration.Subnets = template.properties(`${ROOT}/LoadBalancer/Alb`).Subnets;
      AwsvpcConfiguration.AssignPublicIp = 'ENABLED';
    },
  },
  {
    name: 'tasks accept connections from anywhere in the VPC',
    apply: (template) => {
      template.properties(`${ROOT}/Search/SecurityGroup`).SecurityGroupIngress = [
        tcp(8080, { CidrIp: '10.0.0.0/16' }),
      ];
    },
  },
  {
    name: 'tasks accept every port from the load balancer, which may open every port',
    apply: (template) => {
      template.properties(`${ROOT}/Users/SecurityGroup`).SecurityGroupIngress = [
        { IpProtocol: '-1', CidrIp: '0.0.0.0/0' },
      ];
      template.properties(`${ROOT}/LoadBalancer/SecurityGroup`).SecurityGroupEgress = [
        { IpProtocol: '-1', CidrIp: '0.0.0.0/0' },
      ];
    },
  },
  {
    // A group without egress rules is one that allows everything.
    name: 'tasks may open any connection',
    apply: (template) => {
      template.properties(`${ROOT}/Users/SecurityGroup`).SecurityGroupEgress = [];
    },
  },
  {
    name: 'all tasks of a service stand in one Availability Zone',
    apply: (template) => {
      const { NetworkConfiguration } = template.properties(`${ROOT}/Site/Service/Service`);
      const { AwsvpcConfiguration } = NetworkConfiguration as { AwsvpcConfiguration: { Subnets: unknown[] } };
      AwsvpcConfiguration.Subnets = AwsvpcConfiguration.Subnets.slice(0, 1);
    },
  },
  {
    name: 'the rule for /search sees only what is below it',
    apply: (template) => {
      template.properties(`${ROOT}/LoadBalancer/Alb/Http/SearchRule`).Conditions = [
        { Field: 'path-pattern', PathPatternConfig: { Values: ['/search/*'] } },
      ];
    },
  },
  {
    name: 'the rule for /users takes everything that begins like it',
    apply: (template) => {
      template.properties(`${ROOT}/LoadBalancer/Alb/Http/UsersRule`).Conditions = [
        { Field: 'path-pattern', PathPatternConfig: { Values: ['/users*'] } },
      ];
    },
  },
  {
    name: 'the rules lead to the wrong services',
    apply: (template) => {
      const users = template.properties(`${ROOT}/LoadBalancer/Alb/Http/UsersRule`);
      const search = template.properties(`${ROOT}/LoadBalancer/Alb/Http/SearchRule`);
      [users.Actions, search.Actions] = [search.Actions, users.Actions];
    },
  },
  {
    name: 'the rule for /users is for one host only',
    apply: (template) => {
      const { Conditions } = template.properties(`${ROOT}/LoadBalancer/Alb/Http/UsersRule`);
      (Conditions as unknown[]).push({
        Field: 'host-header',
        HostHeaderConfig: { Values: ['api.example.com'] },
      });
    },
  },
  {
    name: 'tasks accept the load balancer on another port than that of the container',
    apply: (template) => {
      const { LoadBalancers } = template.properties(`${ROOT}/Users/Service/Service`);
      for (const target of LoadBalancers as { ContainerPort: number }[]) target.ContainerPort = 8081;
    },
  },
  {
    name: 'the tasks of a service register with no target group',
    apply: (template) => {
      template.properties(`${ROOT}/Search/Service/Service`).LoadBalancers = [];
    },
  },
  {
    name: 'health checks go to a port that tasks do not open',
    apply: (template) => {
      template.properties(`${ROOT}/Site/TargetGroup`).HealthCheckPort = '9000';
    },
  },
  {
    name: 'the execution role of users may read every secret',
    apply: (template) => {
      statementsOf(template.properties(`${ROOT}/Users/Task/ExecutionRole/DefaultPolicy`)).push({
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
      });
    },
  },
  {
    name: 'the execution role of users may not read its own secret',
    apply: (template) => {
      const statements = statementsOf(template.properties(`${ROOT}/Users/Task/ExecutionRole/DefaultPolicy`));
      const own = statements.findIndex(({ Action }) => Action === 'secretsmanager:GetSecretValue');
      statements.splice(own, 1);
    },
  },
  {
    name: 'the code of search may read the secret of users',
    apply: (template) => {
      template.properties(`${ROOT}/Search/Task/Role`).Policies = [
        {
          PolicyName: 'Curious',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Action: 'secretsmanager:GetSecretValue',
                Resource: template.ref(`${STACK}/UsersApp/SigningKey`),
              },
            ],
          },
        },
      ];
    },
  },
  {
    name: 'the code of users has the execution role',
    apply: (template) => {
      const definition = template.properties(`${ROOT}/Users/Task/Definition`);
      definition.TaskRoleArn = definition.ExecutionRoleArn;
    },
  },
  {
    name: 'users gets the secret of search',
    apply: (template) => {
      const [key] = containerOf(template.properties(`${ROOT}/Users/Task/Definition`)).Secrets;
      if (key) key.ValueFrom = template.ref(`${STACK}/SearchApp/SigningKey`);
    },
  },
  {
    name: 'the secret stands in plain environment',
    apply: (template) => {
      containerOf(template.properties(`${ROOT}/Users/Task/Definition`)).Environment.push({
        Name: 'SIGNING_KEY',
        Value: 'oh no',
      });
    },
  },
  {
    name: 'ECS may be made to use the roles for another account',
    apply: (template) => {
      const { AssumeRolePolicyDocument } = template.properties(`${ROOT}/Users/Task/Role`);
      const [statement] = (AssumeRolePolicyDocument as { Statement: Record<string, unknown>[] }).Statement;
      if (statement) statement.Condition = undefined;
    },
  },
  {
    name: 'anyone may write access logs',
    apply: (template) => {
      const statements = statementsOf(template.properties(`${ROOT}/LoadBalancer/AccessLogs/Policy`));
      const write = statements.find(({ Action }) => Action === 's3:PutObject');
      if (write)
        write.Principal = {
          Service: ['logdelivery.elasticloadbalancing.amazonaws.com', 'delivery.logs.amazonaws.com'],
        };
    },
  },
  {
    name: 'the file system can be written to',
    apply: (template) => {
      containerOf(template.properties(`${ROOT}/Search/Task/Definition`)).ReadonlyRootFilesystem = false;
    },
  },
  {
    name: 'the container runs as root',
    apply: (template) => {
      containerOf(template.properties(`${ROOT}/Search/Task/Definition`)).User = '0';
    },
  },
  {
    name: 'a failed deployment stays as it is',
    apply: (template) => {
      template.properties(`${ROOT}/Site/Service/Service`).DeploymentConfiguration = {
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
      };
    },
  },
  {
    name: 'every deployment sets the number of tasks back',
    apply: (template) => {
      template.properties(`${ROOT}/Users/Service/Service`).DesiredCount = 2;
    },
  },
  {
    name: 'tasks are not rebalanced over the Availability Zones',
    apply: (template) => {
      template.properties(`${ROOT}/Users/Service/Service`).AvailabilityZoneRebalancing = 'DISABLED';
    },
  },
  {
    name: 'all tasks are Spot',
    apply: (template) => {
      template.properties(`${ROOT}/Users/Service/Service`).CapacityProviderStrategy = [
        { CapacityProvider: 'FARGATE_SPOT', Weight: 1 },
      ];
    },
  },
  {
    name: 'a stopping task answers for less time than the load balancer needs to notice',
    apply: (template) => {
      const { Environment } = containerOf(template.properties(`${ROOT}/Users/Task/Definition`));
      for (const variable of Environment) if (variable.Name === 'DRAIN_SECONDS') variable.Value = '20';
    },
  },
  {
    name: 'a task is killed after the default 30 seconds',
    apply: (template) => {
      containerOf(template.properties(`${ROOT}/Users/Task/Definition`)).StopTimeout = 30;
    },
  },
  {
    name: 'there are no access logs',
    apply: (template) => {
      template.properties(`${ROOT}/LoadBalancer/Alb`).LoadBalancerAttributes = [];
    },
  },
  {
    name: 'no alarm watches for a service without healthy tasks',
    apply: (template) => {
      template.remove(`${ROOT}/Search/NoHealthyTask`);
    },
  },
  {
    name: 'tasks may not open connections to AWS services',
    apply: (template) => {
      template.properties(`${ROOT}/Users/SecurityGroup`).SecurityGroupEgress = [
        tcp(443, { CidrIp: '10.0.0.0/16' }),
      ];
    },
  },
  {
    name: 'Users adds no tasks for requests',
    apply: (template) => {
      template.remove(`${ROOT}/Users/Service/TaskCount/Target/Requests`);
    },
  },
  {
    name: 'Search adds tasks after one minute',
    apply: (template) => {
      const alarm = template.properties(`${ROOT}/Search/Service/TaskCount/Target/CpuSteps/UpperAlarm`);
      alarm.EvaluationPeriods = 1;
    },
  },
  {
    name: 'Search never removes a task',
    apply: (template) => {
      template.remove(`${ROOT}/Search/Service/TaskCount/Target/CpuSteps/LowerAlarm`);
    },
  },
  {
    name: 'the schedule of Site is in another time zone',
    apply: (template) => {
      const { ScheduledActions } = template.properties(`${ROOT}/Site/Service/TaskCount/Target`);
      for (const action of ScheduledActions as Properties[]) action.Timezone = 'America/New_York';
    },
  },
];
