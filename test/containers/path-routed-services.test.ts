import { RemovalPolicy, Stack, TimeZone } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Network } from '../../lib/assertions/network';
import '../../lib/assertions/network/matchers';
import { Requests } from '../../lib/assertions/requests';
import '../../lib/assertions/requests/matchers';
import { Scaling, type Instant, type Question } from '../../lib/assertions/scaling';
import { Templates } from '../../lib/assertions/templates';
import {
  PathRoutedServices,
  type PathRoutedServicesProps,
} from '../../lib/containers/path-routed-services/path-routed-services';
import type { RoutedServiceOptions } from '../../lib/containers/path-routed-services/routed-service';
import type { TaskScaling } from '../../lib/containers/path-routed-services/task-scaling';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const image = ecs.ContainerImage.fromRegistry('public.ecr.aws/docker/library/httpd:2.4');

function synthesize(
  props: Partial<Omit<PathRoutedServicesProps, 'vpc'>> = {},
  add: (stack: Stack) => Partial<Omit<PathRoutedServicesProps, 'vpc'>> = () => ({}),
) {
  const app = newApp();
  const stack = new Stack(app, 'Test');
  const construct = new PathRoutedServices(stack, 'Services', {
    vpc: new ec2.Vpc(stack, 'Vpc'),
    services: { Users: { path: '/users', image } },
    ...props,
    ...add(stack),
  });
  return { construct, template: Template.fromStack(stack), templates: Templates.fromApp(app) };
}

const scaled = (scaling: TaskScaling) =>
  synthesize({ services: { Users: { path: '/users', image, scaling } } }).template;

describe('path-routed-services', () => {
  const NAMES = ['Users', 'Search', 'Site'];
  const root = 'PathRoutedServices/Services';
  const app = sandbox({}, 'multi-az-vpc', 'path-routed-services');
  const template = Template.fromStack(stackOf(app, 'PathRoutedServices'));
  const templates = Templates.fromApp(app);
  const network = Network.of(templates);
  const iam = Iam.of(templates, { context: { 'aws:SecureTransport': 'true' } });
  const alb = `${root}/LoadBalancer/Alb`;
  const tasks = (name: string) => `${root}/${name}/Service`;

  const withoutNat = Templates.fromApp(
    sandbox({ natGateways: 'none' }, 'multi-az-vpc', 'path-routed-services'),
  );

  describe('network', () => {
    it('lets the internet reach the load balancer, and no task', () => {
      expect(network).toReach({ source: 'internet', destination: alb, port: 80 });
      expect(network).not.toReach({ source: 'internet', destination: alb, port: 443 });
      for (const name of NAMES) expect(network).not.toReach({ source: 'internet', destination: tasks(name) });
    });

    describe.each(NAMES)('of %s', (name) => {
      it('lets the load balancer reach every task on the container port', () => {
        expect(network).toReach({ source: alb, destination: tasks(name), port: 8080, every: true });
      });

      it.each([80, 443, 8079, 8081])('does not let the load balancer reach tasks on port %i', (port) => {
        expect(network).not.toReach({ source: alb, destination: tasks(name), port });
      });
    });

    it('lets nothing else in the VPC reach a task, not even another service', () => {
      expect(network).not.toReach({ source: tasks('Users'), destination: tasks('Search') });
      const anything = { subnet: 'MultiAzVpc/Network/Vpc' };
      for (const name of NAMES) expect(network).not.toReach({ source: anything, destination: tasks(name) });
    });

    it('lets tasks open connections to port 443 only', () => {
      for (const name of NAMES) {
        expect(network).toReach({ source: tasks(name), destination: 'internet', port: 443 });
        for (const port of [22, 80, 8080]) {
          expect(network).not.toReach({ source: tasks(name), destination: 'internet', port });
        }
      }
    });

    it('survives the loss of an Availability Zone', () => {
      for (const name of NAMES) {
        expect(network).toSurviveLossOfAnyAz({ source: alb, destination: tasks(name), port: 8080 });
        expect(network).toSurviveLossOfAnyAz({ source: tasks(name), destination: { service: 'ecr.dkr' } });
      }
    });

    it.each(['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', 'ssm', 's3'])(
      'lets tasks reach %s through NAT gateways, or through endpoints',
      (service) => {
        const question = { source: tasks('Users'), destination: { service }, every: true } as const;
        expect(network).toReach(question);
        expect(Network.of(withoutNat)).toReach(question);
      },
    );

    it('lets tasks without NAT gateways reach AWS services through endpoints only', () => {
      const closed = Network.of(withoutNat);
      expect(network).toReach({ source: tasks('Users'), destination: 'internet', port: 443 });
      expect(closed).not.toReach({ source: tasks('Users'), destination: 'internet', port: 443 });
      for (const [endpoint, service] of [
        ['EcrApi', 'ecr.api'],
        ['EcrDocker', 'ecr.dkr'],
        ['CloudWatchLogs', 'logs'],
        ['SecretsManager', 'secretsmanager'],
        ['ParameterStore', 'ssm'],
      ] as const) {
        const without = closed.without(`${root}/AwsServices/${endpoint}`);
        expect(without).not.toReach({ source: tasks('Users'), destination: { service } });
      }
    });

    it('has endpoints with private DNS in every AZ, open to the whole VPC', () => {
      const endpoints = withoutNat
        .below(`${root}/AwsServices`)
        .filter(({ type }) => type.endsWith('VPCEndpoint'));
      expect(endpoints).toHaveLength(5);
      for (const { path, properties } of endpoints) {
        expect(properties).toMatchObject({ PrivateDnsEnabled: true, VpcEndpointType: 'Interface' });
        expect(properties.SubnetIds).toHaveLength(3);
        const from = { subnet: 'MultiAzVpc/Network/Vpc/IsolatedSubnet1' };
        expect(Network.of(withoutNat)).toReach({ source: from, destination: path, port: 443 });
        expect(Network.of(withoutNat)).not.toReach({ source: from, destination: path, port: 80 });
      }
      expect(templates.below(`${root}/AwsServices`)).toEqual([]);
    });

    it("starts tasks after the endpoints, the listener and the execution role's policy", () => {
      const none = Template.fromStack(
        stackOf(
          sandbox({ natGateways: 'none' }, 'multi-az-vpc', 'path-routed-services'),
          'PathRoutedServices',
        ),
      );
      none.allResources('AWS::ECS::Service', {
        DependsOn: Match.arrayWith([
          Match.stringLikeRegexp('AwsServicesCloudWatchLogs'),
          Match.stringLikeRegexp('AwsServicesEcrApi'),
          Match.stringLikeRegexp('AwsServicesEcrDocker'),
          Match.stringLikeRegexp('AwsServicesParameterStore'),
          Match.stringLikeRegexp('AwsServicesSecretsManager'),
          Match.stringLikeRegexp('LoadBalancerAlbHttp'),
          Match.stringLikeRegexp('ExecutionRoleDefaultPolicy'),
        ]),
      });
    });
  });

  describe('routing', () => {
    const requests = Requests.of(templates);

    it.each([
      ['/users/1', 'Users'],
      ['/users', 'Users'],
      ['/users?sort=name', 'Users'],
      ['/search?q=x', 'Search'],
      ['/search/images?q=x', 'Search'],
      ['/', 'Site'],
      ['/users-of-today', 'Site'],
      ['/Users/1', 'Site'],
      ['/v1/users', 'Site'],
      ['/?path=/users/1', 'Site'],
    ])('serves %s from the tasks of %s', (path, service) => {
      const question = { from: 'internet', to: alb, url: `http://any.example.org${path}` };
      expect(requests).toServe(question, {
        targetGroup: `${root}/${service}/TargetGroup`,
        target: `${root}/${service}/Service`,
      });
    });

    it('serves every path without any one AZ, from every task', () => {
      for (const path of ['/users/1', '/search', '/']) {
        const question = { from: 'internet', to: alb, url: `http://any.example.org${path}` };
        expect(requests).toServeWithoutAnyAz(question);
        expect(requests).toServe({ ...question, every: true });
      }
    });

    it('responds with 404 to other paths if no service is without a path', () => {
      const { template: alone, templates: one } = synthesize();
      expect(Requests.of(one)).toRoute(
        { to: 'Test/Services/LoadBalancer/Alb', url: 'http://any.example.org/other' },
        { outcome: 'fixed-response', statusCode: 404, rule: 'default' },
      );
      alone.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
        DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
      });
    });

    it('prefers the deeper path, and a new service changes no earlier priority', () => {
      const before: Record<string, RoutedServiceOptions> = {
        Api: { path: '/api', image },
        Site: { image },
        Other: { path: '/other', image },
      };
      const rules = (services: Record<string, RoutedServiceOptions>) => {
        const { templates: all } = synthesize({ services });
        const priorities = all
          .ofType('AWS::ElasticLoadBalancingV2::ListenerRule')
          .map(({ path, properties }) => [path, properties.Priority]);
        const { targetGroups } = Requests.of(all).route({
          to: 'Test/Services/LoadBalancer/Alb',
          url: 'http://any.example.org/api/admin/1',
        });
        return { priorities, target: targetGroups.map((group) => group.path).join() };
      };
      const first = rules(before);
      const second = rules({ ...before, Admin: { path: '/api/admin', image } });
      expect(first.target).toContain('/Api/');
      expect(second.target).toContain('/Admin/');
      expect(second.priorities).toEqual(expect.arrayContaining(first.priorities));
      expect(second.priorities).toHaveLength(3);
    });

    it('checks /health', () => {
      template.allResourcesProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
        HealthCheckPath: '/health',
        TargetType: 'ip',
        Port: 8080,
      });
    });

    it.each(NAMES)('stops sending requests before a draining task of %s stops', (name) => {
      const { properties: group } = templates.at(`${root}/${name}/TargetGroup`);
      const { properties: definition } = templates.at(`${root}/${name}/Task/Definition`);
      const [container] = definition.ContainerDefinitions as {
        Environment: { Name: string; Value: string }[];
        StopTimeout: number;
      }[];
      const drain = Number(container?.Environment.find(({ Name }) => Name === 'DRAIN_SECONDS')?.Value);
      const detection =
        Number(group.HealthCheckIntervalSeconds) * Number(group.UnhealthyThresholdCount) +
        Number(group.HealthCheckTimeoutSeconds);
      expect(drain).toBeGreaterThan(detection);
      expect(drain).toBeLessThan(container?.StopTimeout ?? 0);
      const delay = (group.TargetGroupAttributes as { Key: string; Value: string }[]).find(
        ({ Key }) => Key === 'deregistration_delay.timeout_seconds',
      );
      // The two minutes of a Spot interruption.
      expect(Number(delay?.Value)).toBeLessThan(120);
      expect(container?.StopTimeout).toBeLessThanOrEqual(120);
    });
  });

  describe('permissions', () => {
    const secret = (name: string) => `PathRoutedServices/${name}App/SigningKey`;
    const definition = (name: string) => `${root}/${name}/Task/Definition`;

    it('lets the execution role read the secret and parameter of its own service only', () => {
      for (const name of NAMES) {
        const who = { taskDefinition: definition(name), role: 'execution' } as const;
        for (const other of NAMES) {
          const read = [who, 'secretsmanager:GetSecretValue', secret(other)] as const;
          const get = [who, 'ssm:GetParameters', `PathRoutedServices/${other}App/Message`] as const;
          if (other === name) {
            expect(iam).toAllow(...read);
            expect(iam).toAllow(...get);
          } else {
            expect(iam).not.toAllow(...read);
            expect(iam).not.toAllow(...get);
          }
        }
      }
    });

    it('gives the task role no permissions', () => {
      for (const name of NAMES) {
        expect(iam).toAllowOnly({ taskDefinition: definition(name), role: 'task' }, {});
      }
    });

    it('lets the execution role pull the image, write the log, read injected values', () => {
      const found = iam.permissions({ taskDefinition: definition('Users'), role: 'execution' });
      expect(found.map(({ action }) => action).sort()).toEqual([
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:GetAuthorizationToken',
        'ecr:GetDownloadUrlForLayer',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'secretsmanager:GetSecretValue',
        'ssm:GetParameters',
      ]);
      const everywhere = found.filter(({ resource }) => resource === '*');
      expect(everywhere.map(({ action }) => action)).toEqual(['ecr:GetAuthorizationToken']);
    });

    it('lets ECS assume the roles for this account only', () => {
      const trust = template.findResources('AWS::IAM::Role', {
        Properties: {
          AssumeRolePolicyDocument: {
            Statement: [
              {
                Principal: { Service: 'ecs-tasks.amazonaws.com' },
                Condition: {
                  StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
                  ArnLike: { 'aws:SourceArn': Match.anyValue() },
                },
              },
            ],
          },
        },
      });
      expect(Object.keys(trust)).toHaveLength(6);
    });

    it("lets only the log delivery of this account's load balancers write access logs", () => {
      const bucket = `${root}/LoadBalancer/AccessLogs`;
      const delivery = 'logdelivery.elasticloadbalancing.amazonaws.com';
      const { account } = { account: '⟨AWS::AccountId⟩' };
      const arn = `⟨PathRoutedServices.${templates.at(bucket).logicalId}.Arn⟩`;
      expect(iam).toAllow(
        delivery,
        's3:PutObject',
        `${arn}/AWSLogs/${account}/elasticloadbalancing/x.log.gz`,
      );
      expect(iam).not.toAllow(delivery, 's3:PutObject', `${arn}/elsewhere`);
      expect(iam).not.toAllow('delivery.logs.amazonaws.com', 's3:PutObject', `${arn}/AWSLogs/${account}/x`);
    });
  });

  describe('with an image of a repository', () => {
    const { templates: own, template: ownTemplate } = synthesize({}, (stack) => {
      const image = ecs.ContainerImage.fromEcrRepository(new Repository(stack, 'Images'), '1.4.2');
      new Repository(stack, 'Others');
      return { services: { Users: { path: '/users', image } } };
    });
    const execution = 'Test/Services/Users/Task/ExecutionRole';

    it.each(['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'])(
      'the execution role may %s of that repository only',
      (action) => {
        expect(Iam.of(own)).toAllow(execution, action, 'Test/Images');
        expect(Iam.of(own)).not.toAllow(execution, action, 'Test/Others');
      },
    );

    it('tasks run it, and the execution role may push nothing', () => {
      ownTemplate.hasResourceProperties('AWS::ECS::TaskDefinition', {
        ContainerDefinitions: [
          Match.objectLike({
            Image: {
              'Fn::Join': ['', Match.arrayWith([{ Ref: Match.stringLikeRegexp('^Images') }, ':1.4.2'])],
            },
          }),
        ],
      });
      expect(Iam.of(own)).not.toAllow(execution, 'ecr:PutImage', 'Test/Images');
    });
  });

  describe('tasks', () => {
    it('run as nonroot, without capabilities, on a read-only file system, on Graviton', () => {
      template.allResourcesProperties('AWS::ECS::TaskDefinition', {
        NetworkMode: 'awsvpc',
        RuntimePlatform: { CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' },
        ContainerDefinitions: [
          Match.objectLike({
            User: '65532',
            ReadonlyRootFilesystem: true,
            LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
            LogConfiguration: Match.objectLike({ LogDriver: 'awslogs' }),
          }),
        ],
      });
    });

    it.each(NAMES)('of %s get secrets injected, and have none in the environment', (name) => {
      const { properties } = templates.at(`${root}/${name}/Task/Definition`);
      const [container] = properties.ContainerDefinitions as {
        Environment: { Name: string }[];
        Secrets: { Name: string; ValueFrom: string }[];
      }[];
      expect(container?.Environment.map(({ Name }) => Name)).toEqual([
        'PORT',
        'DRAIN_SECONDS',
        'SERVICE_NAME',
      ]);
      const [key, message] = container?.Secrets ?? [];
      expect(key?.Name).toBe('SIGNING_KEY');
      expect(templates.reference(key?.ValueFrom)?.resource.path).toBe(
        `PathRoutedServices/${name}App/SigningKey`,
      );
      expect(message?.Name).toBe('MESSAGE');
      expect(message?.ValueFrom).toContain(`${name}AppMessage`);
    });

    it('have their own roles, log group, security group and target group', () => {
      const of = (name: string) => ({
        definition: templates.at(`${root}/${name}/Task/Definition`).properties,
        service: templates.at(`${root}/${name}/Service/Service`).properties,
      });
      const all = NAMES.map(of);
      const distinct = (values: readonly unknown[]) =>
        new Set(values.map((value) => JSON.stringify(value))).size;
      expect(
        distinct(all.flatMap(({ definition }) => [definition.TaskRoleArn, definition.ExecutionRoleArn])),
      ).toBe(6);
      expect(distinct(all.map(({ service }) => service.NetworkConfiguration))).toBe(3);
      expect(distinct(all.map(({ service }) => service.LoadBalancers))).toBe(3);
      expect(
        templates.ofType('AWS::Logs::LogGroup').filter(({ path }) => path.startsWith(root)),
      ).toHaveLength(3);
      expect(new Set(all.map(({ service }) => service.Cluster)).size).toBe(1);
    });

    it('keep all healthy tasks in a deployment, roll back, and rebalance over AZs', () => {
      template.allResourcesProperties('AWS::ECS::Service', {
        AvailabilityZoneRebalancing: 'ENABLED',
        DeploymentConfiguration: {
          MinimumHealthyPercent: 100,
          MaximumPercent: 200,
          DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        },
        NetworkConfiguration: {
          AwsvpcConfiguration: Match.objectLike({ AssignPublicIp: 'DISABLED' }),
        },
        PropagateTags: 'SERVICE',
        EnableECSManagedTags: true,
        HealthCheckGracePeriodSeconds: 60,
      });
      template.hasResourceProperties('AWS::ECS::Cluster', {
        ClusterSettings: [{ Name: 'containerInsights', Value: 'enhanced' }],
        CapacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      });
    });

    it('are On-Demand up to the minimum, and partly Spot above it', () => {
      template.allResourcesProperties('AWS::ECS::Service', {
        LaunchType: Match.absent(),
        CapacityProviderStrategy: [
          { CapacityProvider: 'FARGATE', Base: 2, Weight: 50 },
          { CapacityProvider: 'FARGATE_SPOT', Weight: 50 },
        ],
      });
      const services = { Users: { image, scaling: { minTasks: 4 } } };
      synthesize({ services, spotPercent: 0 }).template.hasResourceProperties('AWS::ECS::Service', {
        CapacityProviderStrategy: [
          { CapacityProvider: 'FARGATE', Base: 4, Weight: 100 },
          { CapacityProvider: 'FARGATE_SPOT', Weight: 0 },
        ],
      });
    });

    it('take a size and environment variables', () => {
      const services = { Users: { image, cpu: 512, memoryMiB: 1024, environment: { LOG_LEVEL: 'debug' } } };
      synthesize({ services }).template.hasResourceProperties('AWS::ECS::TaskDefinition', {
        Cpu: '512',
        Memory: '1024',
        ContainerDefinitions: [
          Match.objectLike({ Environment: Match.arrayWith([{ Name: 'LOG_LEVEL', Value: 'debug' }]) }),
        ],
      });
    });

    it('can have a secret that was imported by name', () => {
      const { templates: all } = synthesize({}, (stack) => ({
        services: {
          Users: { image, secrets: { KEY: Secret.fromSecretNameV2(stack, 'Known', 'api/key') } },
        },
      }));
      const arn = 'arn:aws:secretsmanager:⟨AWS::Region⟩:⟨AWS::AccountId⟩:secret:api/key';
      const who = { taskDefinition: 'Test/Services/Users/Task/Definition', role: 'execution' } as const;
      const [known, another] = [`${arn}-a1B2c3`, `${arn}-of-another-a1B2c3`];
      const iam = Iam.of(all, { resourcePolicies: { [known]: null, [another]: null } });
      expect(iam).toAllow(who, 'secretsmanager:GetSecretValue', known);
      expect(iam).not.toAllow(who, 'secretsmanager:GetSecretValue', another);
    });
  });

  describe('scaling', () => {
    /** The desired number of tasks of Users, minute by minute. */
    const tasksWith = (
      scaling: TaskScaling,
      metrics: Question['metrics'],
      question: Partial<Question> = {},
    ) =>
      Scaling.of(synthesize({ services: { Users: { path: '/users', image, scaling } } }).templates).sizes({
        ...{ of: 'Test/Services/Users', minutes: 300, metrics },
        ...question,
      });
    const idle = { CPUUtilization: [20], MemoryUtilization: [40], RequestCountPerTarget: [500] };
    const users = (metrics: Question['metrics']) =>
      Scaling.of(templates).sizes({ of: tasks('Users'), minutes: 300, metrics: { ...idle, ...metrics } });

    it('under load has as many tasks as keep CPU at 40 %, then the minimum again', () => {
      const CPUUtilization = ({ minute, inService }: Instant) => (minute <= 30 ? 200 : 10) / inService;
      const sizes = tasksWith({}, { CPUUtilization });
      expect([0, 2, 3, 30, 300].map((minute) => sizes.at(minute))).toEqual([2, 2, 5, 5, 2]);
    });

    it.each(['Users', 'Search', 'Site'])('%s has its minimum of 2 tasks from the start', (name) => {
      const sizes = Scaling.of(templates).sizes({ of: tasks(name), minutes: 5, metrics: idle });
      expect([0, 5].map((minute) => sizes.at(minute))).toEqual([2, 2]);
    });

    it('one metric above its target adds tasks; all must be low to remove some', () => {
      expect(users({ RequestCountPerTarget: [2000] }).at(3)).toBeGreaterThan(2);
      expect(users({ MemoryUtilization: [140] }).at(3)).toBeGreaterThan(2);
      const busyAtFirst = [100, 100, 100, 5];
      expect(users({ CPUUtilization: busyAtFirst, MemoryUtilization: [69] }).at(300)).toBe(5);
      expect(
        users({ CPUUtilization: busyAtFirst, MemoryUtilization: [20], RequestCountPerTarget: [1] }).at(300),
      ).toBe(2);
    });

    it('by steps adds 2 tasks from 70 % after 3 minutes, then waits 3 minutes', () => {
      const sizes = tasksWith({ policy: { steps: {} } }, { CPUUtilization: [70] });
      expect([2, 3, 5, 6].map((minute) => sizes.at(minute))).toEqual([2, 4, 4, 6]);
    });

    it('by steps removes 1 task from 30 % down after 3 minutes', () => {
      const sizes = tasksWith({ policy: { steps: {} } }, { CPUUtilization: [30] }, { from: 5 });
      expect([2, 3, 5, 6, 300].map((minute) => sizes.at(minute))).toEqual([5, 4, 4, 3, 2]);
    });

    it('Search by steps has 2 more tasks after 3 minutes at 70 %, 2 again when idle', () => {
      const CPUUtilization = [70, 70, 70, 20];
      const sizes = Scaling.of(templates).sizes({
        ...{ of: tasks('Search'), minutes: 60, metrics: { CPUUtilization } },
      });
      expect([2, 3, 60].map((minute) => sizes.at(minute))).toEqual([2, 4, 2]);
    });

    it('Site has 6 tasks from Tuesday 16:30 in London, and less after 19:00', () => {
      const CPUUtilization = ({ minute }: Instant) => (minute < 240 ? 39 : 1);
      const sizes = Scaling.of(templates).sizes({
        ...{ of: tasks('Site'), minutes: 600, start: '2026-07-07T15:00:00Z', metrics: { CPUUtilization } },
      });
      expect([29, 30, 180, 600].map((minute) => sizes.at(minute))).toEqual([2, 6, 6, 2]);
    });

    it('by schedule has 10 tasks from Friday 17:00 in Berlin', () => {
      const Friday = {
        schedule: Schedule.cron({ weekDay: 'FRI', hour: '17', minute: '0' }),
        timeZone: TimeZone.EUROPE_BERLIN,
        minTasks: 10,
      };
      const sizes = tasksWith({ schedules: { Friday } }, idle, { start: '2026-07-03T14:00:00Z' });
      expect([59, 60, 300].map((minute) => sizes.at(minute))).toEqual([2, 10, 10]);
    });

    const target = (metric: string, value: number) => ({
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: value,
        PredefinedMetricSpecification: Match.objectLike({ PredefinedMetricType: metric }),
      },
    });

    it('keeps CPU at 40 %, with 2 to 10 tasks, by default', () => {
      const plain = synthesize().template;
      plain.resourceCountIs('AWS::ApplicationAutoScaling::ScalingPolicy', 1);
      plain.hasResourceProperties(
        'AWS::ApplicationAutoScaling::ScalingPolicy',
        target('ECSServiceAverageCPUUtilization', 40),
      );
      plain.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
        MinCapacity: 2,
        MaxCapacity: 10,
      });
    });

    it('reaches the minimum without a desired count in the template', () => {
      template.allResourcesProperties('AWS::ECS::Service', { DesiredCount: Match.absent() });
      scaled({ minTasks: 3 }).hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
        MinCapacity: 3,
        ScheduledActions: [
          Match.objectLike({
            ScheduledActionName: 'AtLeastMinimum',
            ScalableTargetAction: { MinCapacity: 3 },
          }),
        ],
      });
    });

    it('can also track memory and requests per task', () => {
      for (const wanted of [
        target('ECSServiceAverageCPUUtilization', 40),
        target('ECSServiceAverageMemoryUtilization', 70),
        target('ALBRequestCountPerTarget', 1000),
      ]) {
        template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', wanted);
      }
      const onlyRequests = scaled({ policy: { target: { requestsPerTask: 500 } } });
      onlyRequests.resourceCountIs('AWS::ApplicationAutoScaling::ScalingPolicy', 1);
    });

    it('can also track a metric of your own', () => {
      const metric = new Metric({ namespace: 'Shop', metricName: 'MessagesPerTask', statistic: 'Average' });
      const policy = { target: { custom: { metric, target: 10 } } };
      const MessagesPerTask = ({ minute, inService }: Instant) => (minute <= 60 ? 60 : 0) / inService;
      const sizes = tasksWith({ policy }, { MessagesPerTask });
      expect([2, 3, 60, 300].map((minute) => sizes.at(minute))).toEqual([2, 6, 6, 2]);
      scaled({ policy }).hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
        TargetTrackingScalingPolicyConfiguration: {
          CustomizedMetricSpecification: {
            Namespace: 'Shop',
            MetricName: 'MessagesPerTask',
            Statistic: 'Average',
          },
        },
      });
    });

    it('by steps takes other thresholds and adjustments', () => {
      const policy = { steps: { outAbove: 60, add: 3, inBelow: 20, remove: 2 } };
      const sizes = (cpu: number) => tasksWith({ policy }, { CPUUtilization: [cpu] }, { from: 5 });
      expect([60, 59, 21, 20].map((cpu) => sizes(cpu).at(3))).toEqual([8, 5, 5, 3]);
    });

    it('changes the limits on a schedule in a time zone', () => {
      scaled({
        schedules: {
          Friday: {
            schedule: Schedule.cron({ weekDay: 'FRI', hour: '17', minute: '0' }),
            timeZone: TimeZone.EUROPE_BERLIN,
            minTasks: 10,
            maxTasks: 20,
          },
        },
      }).hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
        ScheduledActions: [
          {
            ScheduledActionName: 'Friday',
            Schedule: 'cron(0 17 ? * FRI *)',
            Timezone: 'Europe/Berlin',
            ScalableTargetAction: { MinCapacity: 10, MaxCapacity: 20 },
          },
        ],
      });
    });
  });

  // The tasks of the example: 6 from 16:30 to 19:00 on Tuesdays in London.
  it('raises the minimum of Site before the Tuesday peak, and lowers it afterwards', () => {
    const action = (name: string, Schedule: string, MinCapacity: number) =>
      Match.objectLike({
        ScheduledActionName: name,
        Schedule,
        Timezone: 'Europe/London',
        ScalableTargetAction: { MinCapacity },
      });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
      ScheduledActions: Match.arrayWith([
        action('BeforeTuesdayPeak', 'cron(30 16 ? * TUE *)', 6),
        action('AfterTuesdayPeak', 'cron(0 19 ? * TUE *)', 2),
      ]),
    });
  });

  it('scales Search by steps: 2 more tasks above 70 % of CPU, 1 fewer below 30 %', () => {
    const step = (change: number, bound: object) => ({
      PolicyType: 'StepScaling',
      ScalingTargetId: { Ref: Match.stringLikeRegexp('Search') },
      StepScalingPolicyConfiguration: {
        StepAdjustments: [{ ScalingAdjustment: change, ...bound }],
      },
    });
    for (const wanted of [
      step(2, { MetricIntervalLowerBound: 0 }),
      step(-1, { MetricIntervalUpperBound: 0 }),
    ]) {
      template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', wanted);
    }
    for (const Threshold of [70, 30]) template.hasResourceProperties('AWS::CloudWatch::Alarm', { Threshold });
  });

  describe('load balancer', () => {
    const domain = (stack: Stack) => ({
      domain: {
        name: 'api.example.org',
        zone: route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
          hostedZoneId: 'Z0123456789',
          zoneName: 'example.org',
        }),
      },
    });

    it('has a name in the zone of the sandbox, or says what HTTPS needs', () => {
      const url = (parameters: Readonly<Record<string, string>>) =>
        Template.fromStack(
          stackOf(sandbox(parameters, 'multi-az-vpc', 'path-routed-services'), 'PathRoutedServices'),
        ).findOutputs('Url').Url;
      expect(url({ domainName: 'example.org', hostedZoneId: 'Z0123456789ABCDEFGHIJ' })).toEqual({
        Value: 'https://services.example.org',
      });
      expect(url({ domainName: 'example.org' })).toMatchObject({
        Description: 'Unencrypted: HTTPS needs domainName and hostedZoneId',
      });
    });

    it('serves HTTPS with a domain, redirects HTTP, and has an alias record', () => {
      const { template: secure, templates: all, construct } = synthesize({}, domain);
      secure.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
        Port: 443,
        Protocol: 'HTTPS',
        SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
        Certificates: [{ CertificateArn: { Ref: Match.stringLikeRegexp('Certificate') } }],
      });
      secure.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
        Port: 80,
        DefaultActions: [
          {
            Type: 'redirect',
            RedirectConfig: Match.objectLike({ Protocol: 'HTTPS', StatusCode: 'HTTP_301' }),
          },
        ],
      });
      secure.hasResourceProperties('AWS::CertificateManager::Certificate', {
        DomainName: 'api.example.org',
        ValidationMethod: 'DNS',
      });
      secure.hasResourceProperties('AWS::Route53::RecordSet', {
        Name: 'api.example.org.',
        Type: 'A',
        HostedZoneId: 'Z0123456789',
        AliasTarget: Match.anyValue(),
      });
      const requests = Requests.of(all);
      const to = 'Test/Services/LoadBalancer/Alb';
      expect(requests).toRoute(
        { to, url: 'https://api.example.org/users/1' },
        {
          targetGroup: 'Test/Services/Users/TargetGroup',
          certificate: 'Test/Services/LoadBalancer/Certificate',
        },
      );
      expect(requests).toRoute(
        { to, url: 'http://api.example.org/users/1?sort=name' },
        { location: 'https://api.example.org/users/1?sort=name', statusCode: 301 },
      );
      expect(construct.loadBalancer.url).toBe('https://api.example.org');
      expect(Network.of(all)).toReach({
        source: 'internet',
        destination: 'Test/Services/LoadBalancer/Alb',
        port: 443,
      });
    });

    it('drops invalid headers, and writes access logs to a private, encrypted bucket', () => {
      template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        Scheme: 'internet-facing',
        LoadBalancerAttributes: Match.arrayWith([
          { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
          { Key: 'access_logs.s3.enabled', Value: 'true' },
        ]),
      });
      template.hasResourceProperties('AWS::S3::Bucket', {
        BucketEncryption: Match.anyValue(),
        PublicAccessBlockConfiguration: Match.objectLike({ BlockPublicPolicy: true }),
        LifecycleConfiguration: { Rules: [{ ExpirationInDays: 90, Status: 'Enabled' }] },
      });
    });

    it('is created after the bucket policy, and deleted before the bucket is emptied', () => {
      template.hasResource('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        DependsOn: Match.arrayWith([
          Match.stringLikeRegexp('AccessLogsAutoDelete'),
          Match.stringLikeRegexp('AccessLogsPolicy'),
        ]),
      });
    });

    it('is protected and its logs retained by default, deleted in the sandbox', () => {
      const isProtected = (value: string) => ({
        LoadBalancerAttributes: Match.arrayWith([{ Key: 'deletion_protection.enabled', Value: value }]),
      });
      const kept = synthesize().template;
      kept.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', isProtected('true'));
      for (const type of ['AWS::S3::Bucket', 'AWS::Logs::LogGroup']) {
        kept.allResources(type, { DeletionPolicy: 'Retain' });
        template.allResources(type, { DeletionPolicy: 'Delete' });
      }
      template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', isProtected('false'));
      synthesize({ removalPolicy: RemovalPolicy.DESTROY }).template.hasResource('AWS::S3::Bucket', {
        DeletionPolicy: 'Delete',
      });
    });
  });

  describe('alarms', () => {
    const alarms = (name: string) =>
      templates
        .ofType('AWS::CloudWatch::Alarm')
        .filter(({ path }) => path.startsWith(`${root}/${name}/`) && !path.includes('/Service/'))
        .map(({ path, properties }) => [path.slice(`${root}/${name}/`.length), properties] as const);

    it.each(NAMES)('of %s watch its own target group and its own service', (name) => {
      const group = templates.at(`${root}/${name}/TargetGroup`).logicalId;
      const service = templates.at(`${root}/${name}/Service/Service`).logicalId;
      const found = alarms(name).filter(([id]) => !id.includes('TaskCount'));
      expect(Object.fromEntries(found)).toMatchObject({
        UnhealthyTargets: {
          AlarmDescription: `Tasks of ${name} fail their health check`,
          MetricName: 'UnHealthyHostCount',
        },
        TargetErrors: {
          AlarmDescription: `Tasks of ${name} respond with 5xx`,
          MetricName: 'HTTPCode_Target_5XX_Count',
        },
        NoHealthyTask: { AlarmDescription: `${name} has no healthy task`, MetricName: 'HealthyHostCount' },
        AtMaxTasks: { Namespace: 'ECS/ContainerInsights', MetricName: 'DesiredTaskCount' },
      });
      for (const [id, { Dimensions }] of found) {
        expect(JSON.stringify(Dimensions)).toContain(id === 'AtMaxTasks' ? service : group);
      }
    });

    it('go to ALARM without a healthy task, also when no task reports at all', () => {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        MetricName: 'HealthyHostCount',
        Statistic: 'Maximum',
        Period: 60,
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
        EvaluationPeriods: 5,
        DatapointsToAlarm: 3,
        TreatMissingData: 'breaching',
      });
    });

    it.each<[number, TaskScaling]>([
      [10, {}],
      [4, { maxTasks: 4 }],
      [4, { maxTasks: 4, schedules: { Peak: { schedule: Schedule.cron({ minute: '0' }), minTasks: 2 } } }],
      [
        20,
        {
          maxTasks: 4,
          schedules: { Peak: { schedule: Schedule.cron({ minute: '0' }), minTasks: 2, maxTasks: 20 } },
        },
      ],
    ])('go to ALARM after 15 minutes at the maximum of %i tasks', (Threshold, scaling) => {
      scaled(scaling).hasResourceProperties('AWS::CloudWatch::Alarm', {
        AlarmDescription: `Users has been at its maximum of ${Threshold} tasks for 15 minutes`,
        MetricName: 'DesiredTaskCount',
        Statistic: 'Minimum',
        Period: 60,
        Threshold,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        EvaluationPeriods: 15,
        TreatMissingData: 'notBreaching',
      });
    });

    it('go to ALARM when the load balancer itself responds with 5xx', () => {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        MetricName: 'HTTPCode_ELB_5XX_Count',
        Statistic: 'Sum',
        Threshold: 10,
      });
    });

    it('notify nobody without a topic', () => {
      const plain = synthesize().template;
      plain.resourceCountIs('AWS::CloudWatch::Alarm', 5);
      plain.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: Match.absent() });
    });

    it('notify the given topic, all of them, in ALARM and OK', () => {
      const mine = [{ Ref: Match.stringLikeRegexp('^Mine') }];
      const { template: notifying, construct } = synthesize({}, (stack) => ({
        alarmTopic: new Topic(stack, 'Mine'),
      }));
      expect(construct.alarms).toHaveLength(5);
      notifying.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: mine, OKActions: mine });
    });

    it('notify the e-mail address of the sandbox', () => {
      const ids = ['multi-az-vpc', 'path-routed-services'];
      const stack = stackOf(sandbox({ alarmEmail: 'ops@example.org' }, ...ids), 'PathRoutedServices');
      Template.fromStack(stack).hasResourceProperties('AWS::SNS::Subscription', {
        Protocol: 'email',
        Endpoint: 'ops@example.org',
      });
    });
  });

  it('stands twice in one stack', () => {
    const stack = new Stack(newApp(), 'Test');
    const vpc = new ec2.Vpc(stack, 'Vpc');
    new PathRoutedServices(stack, 'One', { vpc, services: { Users: { path: '/users', image } } });
    new PathRoutedServices(stack, 'Two', { vpc, services: { Users: { image } } });
    Template.fromStack(stack).resourceCountIs('AWS::ECS::Service', 2);
  });

  const many = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`S${index}`, { image, path: `/${index}` }]),
    );
  const limits = (value: TaskScaling) => ({ services: { Users: { image, path: '/users', scaling: value } } });
  it.each<[string, Partial<PathRoutedServicesProps>]>([
    ['a path of 126 characters', { services: { Users: { image, path: `/${'x'.repeat(125)}` } } }],
    ['a path of 9 segments', { services: { Users: { image, path: '/1/2/3/4/5/6/7/8/9' } } }],
    ['a path of unreserved characters', { services: { Users: { image, path: '/a_b.c~d-e' } } }],
    ['100 % Spot', { spotPercent: 100 }],
    ['as many tasks at least as at most', limits({ minTasks: 1, maxTasks: 1 })],
    [
      'steps from 0 to 100 %',
      limits({ policy: { steps: { inBelow: 0, outAbove: 100, add: 1, remove: 1 } } }),
    ],
    ['targets of 100 %', limits({ policy: { target: { cpuPercent: 100, memoryPercent: 100 } } })],
    ['a target of 1 request', limits({ policy: { target: { requestsPerTask: 1 } } })],
  ])('accepts %s', (_, props) => {
    expect(() => synthesize(props)).not.toThrow();
  });

  const own = new Metric({ namespace: 'Shop', metricName: 'Orders' });
  const path = (value: string) => ({ services: { Users: { image, path: value } } });
  const scaling = (value: TaskScaling) => ({ services: { Users: { image, scaling: value } } });
  it.each<[string, Partial<PathRoutedServicesProps>]>([
    ['services: got 0, expected from 1 to 100 services', { services: {} }],
    ['services: got 101, expected from 1 to 100 services', { services: many(101) }],
    ['services: got "Us-ers", expected names in PascalCase', { services: { 'Us-ers': { image } } }],
    [
      'steps: got {"inBelow":70,"outAbove":70}',
      { services: { Users: { image, scaling: { policy: { steps: { inBelow: 70 } } } } } },
    ],
    [
      'services: got "users", expected names in PascalCase, such as Users',
      { services: { users: { image } } },
    ],
    ['services.Users.path: got "users", expected a path such as /users or /v1/users', path('users')],
    ['services.Users.path: got "/users/", expected a path', path('/users/')],
    ['services.Users.path: got "/users/*", expected a path', path('/users/*')],
    ['services.Users.path: got "/", expected a path', path('/')],
    ['services.Users.path: got "/1/2/3/4/5/6/7/8/9/10", expected a path', path('/1/2/3/4/5/6/7/8/9/10')],
    ['services.Users.path: got "/xxx', path(`/${'x'.repeat(126)}`)],
    [
      'services.Two.path: got "/a", expected a path that One does not have',
      { services: { One: { image, path: '/a' }, Two: { image, path: '/a' } } },
    ],
    [
      'services.Two.path: got undefined, expected a path, since One has none',
      { services: { One: { image }, Two: { image } } },
    ],
    ['spotPercent: got 101, expected a whole number from 0 to 100', { spotPercent: 101 }],
    ['spotPercent: got -1, expected a whole number from 0 to 100', { spotPercent: -1 }],
    ['spotPercent: got 0.5, expected a whole number from 0 to 100', { spotPercent: 0.5 }],
    [
      'services.Users.scaling: got {"minTasks":0,"maxTasks":10}, expected whole numbers, 1 <= minTasks <= maxTasks',
      scaling({ minTasks: 0 }),
    ],
    ['services.Users.scaling: got {"minTasks":11,"maxTasks":10}', scaling({ minTasks: 11 })],
    ['services.Users.scaling: got {"minTasks":2,"maxTasks":2.5}', scaling({ maxTasks: 2.5 })],
    [
      'services.Users.scaling.policy.steps: got {"inBelow":30,"outAbove":20}, expected 0 <= inBelow < outAbove <= 100',
      scaling({ policy: { steps: { outAbove: 20 } } }),
    ],
    [
      'services.Users.scaling.policy.steps: got {"inBelow":-1',
      scaling({ policy: { steps: { inBelow: -1 } } }),
    ],
    ['steps: got {"inBelow":30,"outAbove":101}', scaling({ policy: { steps: { outAbove: 101 } } })],
    ['steps.add: got 0, expected a whole number, 1 or more', scaling({ policy: { steps: { add: 0 } } })],
    ['steps.remove: got 0.5, expected a whole number', scaling({ policy: { steps: { remove: 0.5 } } })],
    ['target.cpuPercent: got 0, expected a percentage', scaling({ policy: { target: { cpuPercent: 0 } } })],
    ['target.memoryPercent: got 101', scaling({ policy: { target: { memoryPercent: 101 } } })],
    ['target.requestsPerTask: got 0', scaling({ policy: { target: { requestsPerTask: 0 } } })],
    [
      'services.Users.scaling.policy.target.custom.target: got 0, expected more than 0',
      scaling({ policy: { target: { custom: { metric: own, target: 0 } } } }),
    ],
    [
      'target.custom.metric: got "a math expression", expected a metric',
      scaling({
        policy: { target: { custom: { metric: new MathExpression({ expression: '1' }), target: 1 } } },
      }),
    ],
    [
      'services.Users.scaling.schedules.Peak: got {"minTasks":11,"maxTasks":10}',
      scaling({ schedules: { Peak: { schedule: Schedule.cron({ hour: '9' }), minTasks: 11 } } }),
    ],
  ])('refuses in one line: %s', (message, props) => {
    expect(() => synthesize(props)).toThrow(message);
  });
});
