import { RemovalPolicy, Stack, TimeZone } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Network } from '../../lib/assertions/network';
import '../../lib/assertions/network/matchers';
import { Templates } from '../../lib/assertions/templates';
import {
  PathRoutedServices,
  type PathRoutedServicesProps,
} from '../../lib/containers/path-routed-services/path-routed-services';
import type { RoutedServiceOptions } from '../../lib/containers/path-routed-services/routed-service';
import type { TaskScaling } from '../../lib/containers/path-routed-services/task-scaling';
import { routeOf } from '../support/listener';
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
  const alb = `${root}/Entrance/Alb`;
  const tasks = (name: string) => `${root}/${name}/Service`;

  const withoutNat = Templates.fromApp(
    sandbox({ natGateways: 'none' }, 'multi-az-vpc', 'path-routed-services'),
  );

  describe('network', () => {
    it('lets the internet reach the load balancer, and no task on any port', () => {
      expect(network).toReach({ source: 'internet', destination: alb, port: 80 });
      expect(network).not.toReach({ source: 'internet', destination: alb, port: 443 });
      for (const name of NAMES) expect(network).not.toReach({ source: 'internet', destination: tasks(name) });
    });

    it('lets the load balancer reach each task on the container port only', () => {
      for (const name of NAMES) {
        expect(network).toReach({ source: alb, destination: tasks(name), port: 8080, every: true });
        for (const port of [80, 443, 8079, 8081]) {
          expect(network).not.toReach({ source: alb, destination: tasks(name), port });
        }
      }
    });

    it('keeps the services apart from each other and from everything else in the VPC', () => {
      expect(network).not.toReach({ source: tasks('Users'), destination: tasks('Search') });
      const anything = { subnet: 'MultiAzVpc/Network/Vpc' };
      for (const name of NAMES) expect(network).not.toReach({ source: anything, destination: tasks(name) });
    });

    it('lets tasks open connections by HTTPS, and none besides', () => {
      for (const name of NAMES) {
        expect(network).toReach({ source: tasks(name), destination: 'internet', port: 443 });
        for (const port of [22, 80, 8080]) {
          expect(network).not.toReach({ source: tasks(name), destination: 'internet', port });
        }
      }
    });

    it('serves on when an Availability Zone is lost', () => {
      for (const name of NAMES) {
        expect(network).toSurviveLossOfAnyAz({ source: alb, destination: tasks(name), port: 8080 });
        expect(network).toSurviveLossOfAnyAz({ source: tasks(name), destination: { service: 'ecr.dkr' } });
      }
    });

    it.each(['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', 'ssm', 's3'])(
      'lets tasks reach %s through NAT gateways, and through endpoints where there is none',
      (service) => {
        const question = { source: tasks('Users'), destination: { service }, every: true } as const;
        expect(network).toReach(question);
        expect(Network.of(withoutNat)).toReach(question);
      },
    );

    it('gives tasks without NAT gateways no way to the internet, and without endpoints none to AWS either', () => {
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

    it('has endpoints in every Availability Zone, open to the whole VPC whose names they take over', () => {
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

    it('starts no task before its endpoints, its listener rule and the policy of its execution role are there', () => {
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
          Match.stringLikeRegexp('EntranceAlbHttp'),
          Match.stringLikeRegexp('ExecutionRoleDefaultPolicy'),
        ]),
      });
    });
  });

  describe('routing', () => {
    const listener = templates.at(`${alb}/Http`);
    const route = (url: string) => {
      const target = routeOf(templates, listener, url);
      return typeof target === 'string' ? target : target.path.replace(`${root}/`, '');
    };

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
    ])('sends %s to %s', (url, service) => {
      expect(route(url)).toBe(`${service}/TargetGroup`);
    });

    it('answers 404 for other paths when no service takes them', () => {
      const { template: alone, templates: one } = synthesize();
      const http = one.at('Test/Services/Entrance/Alb/Http');
      expect(routeOf(one, http, '/other')).toBe('fixed-response');
      alone.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
        DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
      });
    });

    it('prefers the longer path, and leaves the priorities of earlier services alone when one is added', () => {
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
        const http = all.at('Test/Services/Entrance/Alb/Http');
        const target = routeOf(all, http, '/api/admin/1');
        return { priorities, target: typeof target === 'string' ? target : target.path };
      };
      const first = rules(before);
      const second = rules({ ...before, Admin: { path: '/api/admin', image } });
      expect(first.target).toContain('/Api/');
      expect(second.target).toContain('/Admin/');
      expect(second.priorities).toEqual(expect.arrayContaining(first.priorities));
      expect(second.priorities).toHaveLength(3);
    });

    it('asks /health, and stops sending to a task while that task is still answering', () => {
      template.allResourcesProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
        HealthCheckPath: '/health',
        TargetType: 'ip',
        Port: 8080,
      });
      for (const name of NAMES) {
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
      }
    });
  });

  describe('permissions', () => {
    const secret = (name: string) => `PathRoutedServices/${name}App/SigningKey`;
    const definition = (name: string) => `${root}/${name}/Task/Definition`;

    it("lets ECS read a service's own secret and parameter to start it, and no other service's", () => {
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

    it('lets the code of a service do nothing: not even read its own secret, let alone another', () => {
      for (const name of NAMES) {
        expect(iam).toAllowOnly({ taskDefinition: definition(name), role: 'task' }, {});
        for (const other of NAMES) {
          const who = { taskDefinition: definition(name), role: 'task' } as const;
          expect(iam).not.toAllow(who, 'secretsmanager:GetSecretValue', secret(other));
        }
      }
    });

    it('lets ECS pull the image, write the log, read the injected values, and nothing else', () => {
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

    it('trusts ECS with the roles only on behalf of this account', () => {
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

    it('lets nobody but the log delivery of load balancers write access logs, and for this account only', () => {
      const bucket = `${root}/Entrance/AccessLogs`;
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

  describe('tasks', () => {
    it('run as nobody, without capabilities, on a read-only file system, on Graviton', () => {
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

    it('get secrets and parameters injected, and see no secret in plain environment', () => {
      for (const name of NAMES) {
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
      }
    });

    it('have roles, a log group, a security group and a target group for each service', () => {
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

    it('are deployed without loss, rolled back when they fail, and kept even over the zones', () => {
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
      });
      template.hasResourceProperties('AWS::ECS::Cluster', {
        ClusterSettings: [{ Name: 'containerInsights', Value: 'enhanced' }],
        CapacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      });
    });

    it('are on demand up to the minimum, and a share of those above it is Spot', () => {
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

    it('take a size and plain variables', () => {
      const services = { Users: { image, cpu: 512, memoryMiB: 1024, environment: { LOG_LEVEL: 'debug' } } };
      synthesize({ services }).template.hasResourceProperties('AWS::ECS::TaskDefinition', {
        Cpu: '512',
        Memory: '1024',
        ContainerDefinitions: [
          Match.objectLike({ Environment: Match.arrayWith([{ Name: 'LOG_LEVEL', Value: 'debug' }]) }),
        ],
      });
    });

    it('may have a secret that is known by its name only', () => {
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
    const target = (metric: string, value: number) => ({
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: value,
        PredefinedMetricSpecification: Match.objectLike({ PredefinedMetricType: metric }),
      },
    });

    it('keeps CPU at 40 %, from 2 to 10 tasks, by default', () => {
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

    it('reaches its minimum without naming a desired count, which every deployment would set back', () => {
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

    it('tracks memory and requests for each task as well when asked to', () => {
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

    it('adds 2 tasks above 70 % and removes 1 below 30 % in steps', () => {
      const steps = scaled({ policy: { steps: {} } });
      const step = (change: number) => ({
        PolicyType: 'StepScaling',
        StepScalingPolicyConfiguration: {
          AdjustmentType: 'ChangeInCapacity',
          StepAdjustments: [Match.objectLike({ ScalingAdjustment: change })],
        },
      });
      steps.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', step(2));
      steps.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', step(-1));
      steps.hasResourceProperties('AWS::CloudWatch::Alarm', {
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Threshold: 70,
      });
      steps.hasResourceProperties('AWS::CloudWatch::Alarm', {
        ComparisonOperator: 'LessThanOrEqualToThreshold',
        Threshold: 30,
      });
      steps.resourceCountIs('AWS::ApplicationAutoScaling::ScalingPolicy', 2);
    });

    it('changes its limits by the clock of a named time zone', () => {
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

  describe('entrance', () => {
    const domain = (stack: Stack) => ({
      domain: {
        name: 'api.example.org',
        zone: route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
          hostedZoneId: 'Z0123456789',
          zoneName: 'example.org',
        }),
      },
    });

    it('answers for a name of its own in the zone of the sandbox, or says what HTTPS takes', () => {
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

    it('serves HTTPS under a domain, sends HTTP there, and answers for the name', () => {
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
      const https = all.at('Test/Services/Entrance/Alb/Https');
      expect(routeOf(all, https, '/users/1')).toBe(all.at('Test/Services/Users/TargetGroup'));
      expect(construct.entrance.url).toBe('https://api.example.org');
      expect(Network.of(all)).toReach({
        source: 'internet',
        destination: 'Test/Services/Entrance/Alb',
        port: 443,
      });
    });

    it('drops malformed headers, and logs every request into a private, encrypted bucket with a lifetime', () => {
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

    it('is created after the bucket lets it write, and deleted before the bucket is emptied', () => {
      template.hasResource('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        DependsOn: Match.arrayWith([
          Match.stringLikeRegexp('AccessLogsAutoDelete'),
          Match.stringLikeRegexp('AccessLogsPolicy'),
        ]),
      });
    });

    it('keeps logs and is protected from deletion by default, and goes with the stack in the sandbox', () => {
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

  it('stands twice in one stack', () => {
    const stack = new Stack(newApp(), 'Test');
    const vpc = new ec2.Vpc(stack, 'Vpc');
    new PathRoutedServices(stack, 'One', { vpc, services: { Users: { path: '/users', image } } });
    new PathRoutedServices(stack, 'Two', { vpc, services: { Users: { image } } });
    Template.fromStack(stack).resourceCountIs('AWS::ECS::Service', 2);
  });

  const path = (value: string) => ({ services: { Users: { image, path: value } } });
  const scaling = (value: TaskScaling) => ({ services: { Users: { image, scaling: value } } });
  it.each<[string, Partial<PathRoutedServicesProps>]>([
    ['services: got 0, expected from 1 to 100 services', { services: {} }],
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
      'services.Users.scaling.schedules.Peak: got {"minTasks":11,"maxTasks":10}',
      scaling({ schedules: { Peak: { schedule: Schedule.cron({ hour: '9' }), minTasks: 11 } } }),
    ],
  ])('refuses in one line: %s', (message, props) => {
    expect(() => synthesize(props)).toThrow(message);
  });
});
