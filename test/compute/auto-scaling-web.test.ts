import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Schedule } from 'aws-cdk-lib/aws-autoscaling';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Network } from '../../lib/assertions/network';
import '../../lib/assertions/network/matchers';
import { Requests } from '../../lib/assertions/requests';
import '../../lib/assertions/requests/matchers';
import { Scaling, type Instant, type Question } from '../../lib/assertions/scaling';
import { Templates } from '../../lib/assertions/templates';
import {
  AutoScalingWeb,
  type AutoScalingWebProps,
} from '../../lib/compute/auto-scaling-web/auto-scaling-web';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const ALB = 'AutoScalingWeb/Web/LoadBalancer/Alb';
const GROUP = 'AutoScalingWeb/Web/Servers/Group';
const ZONE = { domainName: 'example.org', hostedZoneId: 'Z0123456789ABCDEFGHIJ' };

function create(props: (stack: Stack) => Partial<AutoScalingWebProps> = () => ({})) {
  const app = newApp();
  const stack = new Stack(app, 'Test');
  const vpc = new ec2.Vpc(stack, 'Vpc', { availabilityZones: ['a', 'b', 'c'] });
  const web = new AutoScalingWeb(stack, 'Web', { vpc, ...props(stack) });
  return { app, stack, web };
}

const synthesize = (props?: (stack: Stack) => Partial<AutoScalingWebProps>) =>
  Template.fromStack(create(props).stack);

/** The desired capacity of the group, minute by minute. */
const sizesWith = (
  props: (stack: Stack) => Partial<AutoScalingWebProps>,
  metrics: Question['metrics'],
  question: Partial<Question> = {},
) => Scaling.fromApp(create(props).app).sizes({ of: 'Test/Web/Servers', minutes: 240, metrics, ...question });

/** A load in percent of one instance's CPU, which the instances in service share. */
const cpuLoad =
  (percent: (minute: number) => number) =>
  ({ minute, inService }: Instant) =>
    percent(minute) / inService;

/** The attributes of a load balancer or target group. */
const attributes = (values: Record<string, unknown>) =>
  Match.arrayWith(Object.entries(values).map(([Key, Value]) => ({ Key, Value })));

describe('auto-scaling-web', () => {
  const app = sandbox({}, 'multi-az-vpc', 'auto-scaling-web');
  const templates = Templates.fromApp(app);
  const template = Template.fromStack(stackOf(app, 'AutoScalingWeb'));
  const network = Network.of(templates);
  const requests = Requests.of(templates);

  const secureApp = sandbox({ ...ZONE, alarmEmail: 'ops@example.org' }, 'multi-az-vpc', 'auto-scaling-web');
  const secure = Template.fromStack(stackOf(secureApp, 'AutoScalingWeb'));

  describe('traffic', () => {
    it('reaches the load balancer from the internet on 80, and on 443 with a domain', () => {
      expect(network).toReach({ source: 'internet', destination: ALB, port: 80 });
      expect(network).not.toReach({ source: 'internet', destination: ALB, port: 443 });
      const withDomain = Network.fromApp(secureApp);
      for (const port of [80, 443]) {
        expect(withDomain).toReach({ source: 'internet', destination: ALB, port });
      }
      // Nor does its security group let anything else in, where it listens to nothing anyway.
      for (const [stack, ports] of [
        [template, [80]],
        [secure, [443, 80]],
      ] as const) {
        stack.hasResourceProperties('AWS::EC2::SecurityGroup', {
          GroupDescription: 'Load balancer',
          SecurityGroupIngress: ports.map((port) =>
            Match.objectLike({ IpProtocol: 'tcp', FromPort: port, ToPort: port }),
          ),
        });
      }
    });

    it('a request from the internet gets its answer from the instances, in every AZ', () => {
      const question = { from: 'internet', to: ALB, url: 'http://www.example.org/any?x=1' };
      expect(requests).toServe(question, { target: GROUP });
      expect(requests).toServe({ ...question, every: true });
      expect(requests).not.toServe({ ...question, url: 'https://www.example.org/' });
    });

    it('does not reach an instance from the internet on any port', () => {
      expect(network).not.toReach({ source: 'internet', destination: GROUP, protocol: 'all' });
    });

    it('reaches every instance from the load balancer on the application port only', () => {
      expect(network).toReach({ source: ALB, destination: GROUP, port: 8080, every: true });
    });

    it.each([22, 80, 443, 8079, 8081])(
      'does not reach an instance from the load balancer on port %i',
      (port) => {
        expect(network).not.toReach({ source: ALB, destination: GROUP, port });
      },
    );

    it('does not reach an instance from anything else in the VPC', () => {
      for (const source of [{ subnet: 'MultiAzVpc/Network/Vpc' }, GROUP]) {
        expect(network).not.toReach({ source, destination: GROUP, protocol: 'all' });
      }
    });

    it('leaves the load balancer to instances only, and the instances by HTTPS only', () => {
      expect(network).not.toReach({ source: ALB, destination: 'internet', protocol: 'all' });
      expect(network).toReach({ source: GROUP, destination: 'internet', port: 443 });
      for (const port of [22, 80, 8080]) {
        expect(network).not.toReach({ source: GROUP, destination: 'internet', port });
      }
    });
  });

  describe('when an AZ fails', () => {
    it('the load balancer serves requests, and instances reach the internet', () => {
      expect(requests).toServeWithoutAnyAz({ from: 'internet', to: ALB, url: 'http://www.example.org/' });
      expect(network).toSurviveLossOfAnyAz({ source: 'internet', destination: ALB, port: 80 });
      expect(network).toSurviveLossOfAnyAz({ source: ALB, destination: GROUP, port: 8080 });
      expect(network).toSurviveLossOfAnyAz({ source: GROUP, destination: 'internet', port: 443 });
    });

    it('with a single NAT gateway, instances serve requests without internet access', () => {
      const single = Network.fromApp(sandbox({ natGateways: 'single' }, 'multi-az-vpc', 'auto-scaling-web'));
      expect(single).not.toSurviveLossOfAnyAz({ source: GROUP, destination: 'internet', port: 443 });
      expect(single).toSurviveLossOfAnyAz({ source: ALB, destination: GROUP, port: 8080 });
    });

    it('the minimum is one instance for each AZ, the maximum is twice as many', () => {
      template.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', { MinSize: '3', MaxSize: '6' });
      const six = Template.fromStack(
        stackOf(sandbox({ azCount: '6' }, 'multi-az-vpc', 'auto-scaling-web'), 'AutoScalingWeb'),
      );
      six.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', { MinSize: '6', MaxSize: '12' });
      expect(templates.at(`${GROUP}/ASG`).properties.VPCZoneIdentifier).toHaveLength(3);
    });
  });

  describe('instances', () => {
    it('require IMDSv2, have an encrypted volume and no public address', () => {
      template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
        LaunchTemplateData: {
          InstanceType: 't4g.micro',
          MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
          BlockDeviceMappings: [
            { DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeType: 'gp3', VolumeSize: 8 } },
          ],
          NetworkInterfaces: [Match.objectLike({ AssociatePublicIpAddress: false })],
          Monitoring: { Enabled: true },
        },
      });
      template.hasParameter('*', {
        Default: Match.stringLikeRegexp('^/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-.*-arm64$'),
      });
    });

    it('can only use Session Manager, send metrics and logs, and download the app', () => {
      const role = 'AutoScalingWeb/Web/Servers/Role';
      const iam = Iam.of(templates);
      expect(
        iam
          .permissions(role)
          .map(({ action }) => action)
          .sort(),
      ).toEqual([
        'cloudwatch:PutMetricData',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        's3:GetObject',
        'ssm:UpdateInstanceInformation',
        'ssmmessages:CreateControlChannel',
        'ssmmessages:CreateDataChannel',
        'ssmmessages:OpenControlChannel',
        'ssmmessages:OpenDataChannel',
      ]);
      const metric = (namespace: string) => ({ context: { 'cloudwatch:namespace': namespace } });
      expect(iam).toAllow(role, 'cloudwatch:PutMetricData', '*', metric('CWAgent'));
      expect(iam).not.toAllow(role, 'cloudwatch:PutMetricData', '*', metric('AWS/EC2'));
      expect(iam).not.toAllow(role, 's3:GetObject', { another: 'AWS::S3::Bucket', path: 'file' });
    });

    it('cannot write to the log group of another architecture', () => {
      expect(Iam.of(templates)).not.toAllow(
        'AutoScalingWeb/Web/Servers/Role',
        'logs:PutLogEvents',
        'MultiAzVpc/Network/FlowLogs/LogGroup',
      );
    });

    it('are replaced if the load balancer finds them unhealthy, 300 s after the start', () => {
      template.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', {
        HealthCheckType: 'ELB',
        HealthCheckGracePeriod: 300,
      });
      template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
        HealthCheckPath: '/health',
        Port: 8080,
        Protocol: 'HTTP',
      });
    });

    it('signal CloudFormation, which waits for all of them up to 10 minutes', () => {
      template.hasResource('AWS::AutoScaling::AutoScalingGroup', {
        CreationPolicy: { ResourceSignal: { Count: 3, Timeout: 'PT10M' } },
      });
    });

    it('are updated one by one, and the minimum stays in service', () => {
      template.hasResource('AWS::AutoScaling::AutoScalingGroup', {
        UpdatePolicy: {
          AutoScalingRollingUpdate: {
            MaxBatchSize: 1,
            MinInstancesInService: 3,
            WaitOnResourceSignals: true,
            PauseTime: 'PT10M',
            SuspendProcesses: Match.arrayWith(['HealthCheck', 'ReplaceUnhealthy', 'AZRebalance']),
          },
        },
      });
    });

    it('publish group metrics, and warm up for 2 minutes', () => {
      template.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', {
        MetricsCollection: [{ Granularity: '1Minute' }],
        DefaultInstanceWarmup: 120,
      });
    });

    it('keep their log for 90 days', () => {
      template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
    });

    it('start after the default route of their subnet exists', () => {
      synthesize().hasResource('AWS::AutoScaling::AutoScalingGroup', {
        DependsOn: Match.arrayWith([Match.stringLikeRegexp('^VpcPrivateSubnet1DefaultRoute')]),
      });
    });
  });

  describe('scaling', () => {
    const tracked = { PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' } };
    const steps = { by: 'cpu-steps' } as const;
    const fridays = {
      by: 'schedule',
      schedule: Schedule.cron({ weekDay: '5', hour: '17', minute: '0' }),
      timeZone: 'Europe/London',
      minCapacity: 10,
    } as const;

    it('keeps the average CPU utilization at 40 % by default, or at the given target', () => {
      template.resourceCountIs('AWS::AutoScaling::ScalingPolicy', 1);
      template.hasResourceProperties('AWS::AutoScaling::ScalingPolicy', {
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingConfiguration: { ...tracked, TargetValue: 40 },
      });
      synthesize(() => ({ scaling: [{ by: 'cpu-target', percent: 55 }] })).hasResourceProperties(
        'AWS::AutoScaling::ScalingPolicy',
        { TargetTrackingConfiguration: { ...tracked, TargetValue: 55 } },
      );
    });

    it('by steps looks at the average CPU utilization of the group', () => {
      const stepped = synthesize(() => ({ scaling: [steps] }));
      stepped.resourceCountIs('AWS::AutoScaling::ScalingPolicy', 2);
      for (const ComparisonOperator of ['GreaterThanThreshold', 'LessThanThreshold']) {
        stepped.hasResourceProperties('AWS::CloudWatch::Alarm', {
          ComparisonOperator,
          Namespace: 'AWS/EC2',
          Dimensions: [
            { Name: 'AutoScalingGroupName', Value: { Ref: Match.stringLikeRegexp('^WebServersGroup') } },
          ],
        });
      }
    });

    it('under load has as many instances as keep CPU at 40 %, then the minimum again', () => {
      const CPUUtilization = cpuLoad((minute) => (minute <= 30 ? 200 : 30));
      const sizes = Scaling.of(templates).sizes({ of: GROUP, minutes: 240, metrics: { CPUUtilization } });
      expect([2, 3, 30, 240].map((minute) => sizes.at(minute))).toEqual([3, 5, 5, 3]);
      const more = Scaling.of(templates).sizes({ of: GROUP, minutes: 9, metrics: { CPUUtilization: [95] } });
      expect(more.at(9)).toBe(6);
    });

    it('by steps adds 2 after 3 minutes above 70 %, removes 1 after 15 below 30 %', () => {
      const scaling = () => ({ scaling: [steps], capacity: { max: 12 } });
      const CPUUtilization = [71, 71, 71, ...Array<number>(15).fill(29), 30];
      const sizes = sizesWith(scaling, { CPUUtilization });
      expect([2, 3, 17, 18, 240].map((minute) => sizes.at(minute))).toEqual([3, 5, 5, 4, 4]);
      expect(sizesWith(scaling, { CPUUtilization: [70] }).at(240)).toBe(3);
    });

    it('by steps waits for new instances to warm up before it adds more', () => {
      const scaling = () => ({ scaling: [steps], capacity: { max: 12 } });
      const sizes = sizesWith(scaling, { CPUUtilization: [90] });
      expect([3, 5, 6].map((minute) => sizes.at(minute))).toEqual([5, 5, 7]);
    });

    it('by schedule has 10 instances from Friday 17:00 in London, by day and night', () => {
      const scaling = () => ({ scaling: [fridays], capacity: { max: 12 } });
      const sizes = sizesWith(scaling, {}, { start: '2026-07-03T15:00:00Z' });
      expect([59, 60, 240].map((minute) => sizes.at(minute))).toEqual([3, 10, 10]);
    });

    it('by steps takes other thresholds and adjustments', () => {
      const other = { ...steps, above: 60, add: 3, below: 20, remove: 2 };
      const scaling = () => ({ scaling: [other], capacity: { max: 12 } });
      const CPUUtilization = [61, 61, 61, ...Array<number>(15).fill(19), 20];
      const sizes = sizesWith(scaling, { CPUUtilization }, { from: 6 });
      expect([2, 3, 17, 18, 240].map((minute) => sizes.at(minute))).toEqual([6, 9, 9, 7, 7]);
    });

    it('by requests has an instance for each 600 requests a minute', () => {
      const scaling = () => ({ scaling: [{ by: 'requests-target', perMinute: 600 }] as const });
      const RequestCountPerTarget = cpuLoad((minute) => (minute <= 60 ? 3000 : 0));
      const sizes = sizesWith(scaling, { RequestCountPerTarget });
      expect([2, 3, 60, 240].map((minute) => sizes.at(minute))).toEqual([3, 5, 5, 3]);
      synthesize(scaling).hasResourceProperties('AWS::AutoScaling::ScalingPolicy', {
        TargetTrackingConfiguration: {
          PredefinedMetricSpecification: {
            ResourceLabel: {
              'Fn::Join': [
                '',
                Match.arrayWith([
                  { 'Fn::GetAtt': [Match.stringLikeRegexp('TargetGroup'), 'TargetGroupFullName'] },
                ]),
              ],
            },
          },
        },
      });
    });

    it('by a metric of your own, beside CPU: one adds instances, both must be low', () => {
      const metric = new Metric({
        namespace: 'Shop',
        metricName: 'MessagesPerInstance',
        statistic: 'Average',
      });
      const scaling = () => ({
        scaling: [{ by: 'cpu-target' }, { by: 'metric-target', metric, target: 10 }] as const,
      });
      const messages = (minute: number) => (minute <= 60 ? 50 : 0);
      const sizes = (cpu: number) =>
        sizesWith(scaling, { CPUUtilization: [cpu], 'Shop/MessagesPerInstance': cpuLoad(messages) });
      expect([2, 3, 60, 240].map((minute) => sizes(20).at(minute))).toEqual([3, 5, 5, 3]);
      expect(sizes(39).at(240)).toBe(5);
    });

    it.each([
      ['cpu-target', { by: 'cpu-target' }, 1],
      ['requests-target', { by: 'requests-target', perMinute: 1 }, 1],
      ['cpu-steps', steps, 2],
      ['no other', undefined, 0],
    ] as const)(
      'by schedule, beside %s: 10 instances at least from Fridays at 17:00',
      (_, other, policies) => {
        const capacity = { max: 12 };
        const scaling = other ? [other, fridays] : [fridays];
        const scheduled = synthesize(() => ({ capacity, scaling }));
        scheduled.resourceCountIs('AWS::AutoScaling::ScalingPolicy', policies);
        scheduled.resourceCountIs('AWS::AutoScaling::ScheduledAction', 1);
        scheduled.hasResourceProperties('AWS::AutoScaling::ScheduledAction', {
          Recurrence: '0 17 * * 5',
          TimeZone: 'Europe/London',
          MinSize: 10,
          MaxSize: Match.absent(),
        });
      },
    );

    it('sets another minimum with a second schedule', () => {
      const mondays = { ...fridays, schedule: Schedule.expression('0 8 * * 1'), minCapacity: 3 };
      const scheduled = synthesize(() => ({ capacity: { max: 12 }, scaling: [fridays, mondays] }));
      scheduled.resourceCountIs('AWS::AutoScaling::ScheduledAction', 2);
      scheduled.hasResourceProperties('AWS::AutoScaling::ScheduledAction', {
        Recurrence: '0 8 * * 1',
        MinSize: 3,
      });
    });
  });

  describe('with a domain', () => {
    it('serves HTTPS from the target group, with a certificate that DNS validates', () => {
      secure.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
        Port: 443,
        Protocol: 'HTTPS',
        SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
        Certificates: [{ CertificateArn: { Ref: Match.stringLikeRegexp('Certificate') } }],
        DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: Match.stringLikeRegexp('TargetGroup') } }],
      });
      secure.hasResourceProperties('AWS::CertificateManager::Certificate', {
        DomainName: 'web.example.org',
        ValidationMethod: 'DNS',
        DomainValidationOptions: [{ DomainName: 'web.example.org', HostedZoneId: ZONE.hostedZoneId }],
      });
    });

    it('redirects HTTP to HTTPS, which presents the certificate of the domain', () => {
      const withDomain = Requests.fromApp(secureApp);
      const question = { from: 'internet', to: ALB, url: 'http://web.example.org/a?b=c' };
      expect(withDomain).toServe(question, { location: 'https://web.example.org/a?b=c', statusCode: 301 });
      expect(withDomain).toServe(
        { ...question, url: 'https://web.example.org/a?b=c' },
        { target: GROUP, certificate: 'AutoScalingWeb/Web/LoadBalancer/Certificate' },
      );
    });

    it('has an alias record for the load balancer', () => {
      const alb = Match.stringLikeRegexp('^WebLoadBalancerAlb');
      secure.hasResourceProperties('AWS::Route53::RecordSet', {
        Type: 'A',
        Name: 'web.example.org.',
        HostedZoneId: ZONE.hostedZoneId,
        AliasTarget: { HostedZoneId: { 'Fn::GetAtt': [alb, 'CanonicalHostedZoneID'] } },
      });
      secure.hasOutput('Url', { Value: 'https://web.example.org', Description: Match.absent() });
    });

    it('or without: speaks HTTP only, and says so', () => {
      for (const parameters of [{}, { domainName: 'example.org' }]) {
        const plain = Template.fromStack(
          stackOf(sandbox(parameters, 'multi-az-vpc', 'auto-scaling-web'), 'AutoScalingWeb'),
        );
        plain.resourceCountIs('AWS::ElasticLoadBalancingV2::Listener', 1);
        plain.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
          Port: 80,
          DefaultActions: [Match.objectLike({ Type: 'forward' })],
        });
        plain.resourceCountIs('AWS::CertificateManager::Certificate', 0);
        plain.hasOutput('Url', { Description: 'Unencrypted: HTTPS needs domainName and hostedZoneId' });
      }
    });
  });

  describe('with further domains', () => {
    const { app: withNames, web } = create((stack) => {
      const zone = (zoneName: string) =>
        HostedZone.fromHostedZoneAttributes(stack, zoneName, { ...ZONE, zoneName });
      return {
        domain: { name: 'www.example.org', zone: zone('example.org') },
        furtherDomains: [{ name: 'shop.example.net', zone: zone('example.net') }],
      };
    });

    it.each([
      ['www.example.org', 'Test/Web/LoadBalancer/Certificate'],
      ['shop.example.net', 'Test/Web/LoadBalancer/shop.example.net/Certificate'],
      ['blog.example.net', 'Test/Web/LoadBalancer/Certificate'],
    ])('%s is answered with the certificate %s', (host, certificate) => {
      const url = `https://${host}/`;
      expect(Requests.fromApp(withNames)).toRoute({ to: web.loadBalancer.alb, url }, { certificate });
    });
  });

  it('gives a web application firewall its ARN', () => {
    const { stack, web } = create();
    new CfnWebACLAssociation(stack, 'Firewall', {
      resourceArn: web.loadBalancer.alb.loadBalancerArn,
      webAclArn: 'arn:aws:wafv2:eu-west-1:111111111111:regional/webacl/web/1',
    });
    Template.fromStack(stack).hasResourceProperties('AWS::WAFv2::WebACLAssociation', {
      ResourceArn: { Ref: Match.stringLikeRegexp('^WebLoadBalancerAlb') },
    });
    template.hasOutput('LoadBalancerArn', { Value: { Ref: Match.stringLikeRegexp('^WebLoadBalancerAlb') } });
  });

  describe('the load balancer', () => {
    it('has a deregistration delay of 300 s by default, or the given one', () => {
      const delay = (of: Template, seconds: string) => {
        of.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
          TargetGroupAttributes: attributes({ 'deregistration_delay.timeout_seconds': seconds }),
        });
      };
      delay(template, '300');
      delay(
        synthesize(() => ({ deregistrationDelay: Duration.seconds(0) })),
        '0',
      );
    });

    it('has no sticky sessions by default, or sessions of the given duration', () => {
      template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
        TargetGroupAttributes: attributes({ 'stickiness.enabled': 'false' }),
      });
      synthesize(() => ({ stickiness: Duration.hours(1) })).hasResourceProperties(
        'AWS::ElasticLoadBalancingV2::TargetGroup',
        {
          TargetGroupAttributes: Match.arrayWith([
            { Key: 'stickiness.enabled', Value: 'true' },
            { Key: 'stickiness.type', Value: 'lb_cookie' },
            { Key: 'stickiness.lb_cookie.duration_seconds', Value: '3600' },
          ]),
        },
      );
    });

    it('checks /health every 15 s, and needs 2 successes or 3 failures', () => {
      template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
        HealthCheckPath: '/health',
        HealthCheckIntervalSeconds: 15,
        HealthyThresholdCount: 2,
        UnhealthyThresholdCount: 3,
        Protocol: 'HTTP',
        Port: 8080,
      });
    });

    it('drops invalid header fields', () => {
      template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        Scheme: 'internet-facing',
        LoadBalancerAttributes: attributes({ 'routing.http.drop_invalid_header_fields.enabled': 'true' }),
      });
    });

    it('writes access logs to a bucket that nobody else can write to', () => {
      template.hasResource('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        Properties: {
          LoadBalancerAttributes: attributes({
            'access_logs.s3.enabled': 'true',
            'access_logs.s3.bucket': { Ref: Match.stringLikeRegexp('AccessLogs') },
          }),
        },
        DependsOn: Match.arrayWith([
          Match.stringLikeRegexp('AccessLogsAutoDelete'),
          Match.stringLikeRegexp('AccessLogsPolicy'),
        ]),
      });
      const bucket = 'AutoScalingWeb/Web/LoadBalancer/AccessLogs';
      const tls = { context: { 'aws:SecureTransport': 'true' } };
      const delivery = 'logdelivery.elasticloadbalancing.amazonaws.com';
      const iam = Iam.of(templates);
      const own = `${iam.arn(bucket)}/AWSLogs/⟨AWS::AccountId⟩/elasticloadbalancing/log.gz`;
      expect(iam).toAllow(delivery, 's3:PutObject', own, tls);
      expect(iam).not.toAllow('delivery.logs.amazonaws.com', 's3:PutObject', own, tls);
    });

    it('is protected and its logs retained by default, deleted with DESTROY', () => {
      const retained = synthesize();
      retained.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        LoadBalancerAttributes: attributes({ 'deletion_protection.enabled': 'true' }),
      });
      for (const type of ['AWS::S3::Bucket', 'AWS::Logs::LogGroup']) {
        retained.hasResource(type, { DeletionPolicy: 'Retain' });
      }
      retained.resourceCountIs('Custom::S3AutoDeleteObjects', 0);

      const destroyed = synthesize(() => ({
        removalPolicy: RemovalPolicy.DESTROY,
      }));
      destroyed.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        LoadBalancerAttributes: attributes({ 'deletion_protection.enabled': 'false' }),
      });
      for (const type of ['AWS::S3::Bucket', 'AWS::Logs::LogGroup']) {
        destroyed.hasResource(type, { DeletionPolicy: 'Delete' });
      }
      destroyed.resourceCountIs('Custom::S3AutoDeleteObjects', 1);
    });
  });

  describe('alarms', () => {
    it.each([
      ['UnHealthyHostCount', 'Maximum', 1, 'Web servers fail their health check'],
      ['HTTPCode_ELB_5XX_Count', 'Sum', 10, 'The load balancer itself responds with 5xx'],
      ['HTTPCode_Target_5XX_Count', 'Sum', 10, 'Web servers respond with 5xx'],
    ])('for %s look at the %s of 3 minutes out of 5, from %i', (MetricName, Statistic, Threshold, text) => {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        AlarmDescription: Match.stringLikeRegexp(`^${text}`),
        MetricName,
        Statistic,
        Threshold,
        Period: 60,
        EvaluationPeriods: 5,
        DatapointsToAlarm: 3,
      });
    });

    const metrics = ['UnHealthyHostCount', 'HTTPCode_ELB_5XX_Count', 'HTTPCode_Target_5XX_Count'];

    it('watch unhealthy targets and 5xx responses, and stay OK without requests', () => {
      template.resourceCountIs('AWS::CloudWatch::Alarm', 3);
      for (const MetricName of metrics) {
        template.hasResourceProperties('AWS::CloudWatch::Alarm', {
          MetricName,
          Namespace: 'AWS/ApplicationELB',
          ComparisonOperator: 'GreaterThanOrEqualToThreshold',
          TreatMissingData: 'notBreaching',
          AlarmActions: Match.absent(),
        });
      }
    });

    it('notify the e-mail address, also about failed launches', () => {
      const topic = { Ref: Match.stringLikeRegexp('^AlarmsTopic') };
      for (const MetricName of metrics) {
        secure.hasResourceProperties('AWS::CloudWatch::Alarm', {
          MetricName,
          AlarmActions: [topic],
          OKActions: [topic],
        });
      }
      secure.hasResourceProperties('AWS::SNS::Subscription', {
        Protocol: 'email',
        Endpoint: 'ops@example.org',
        TopicArn: topic,
      });
      secure.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', {
        NotificationConfigurations: [
          {
            TopicARN: topic,
            NotificationTypes: [
              'autoscaling:EC2_INSTANCE_LAUNCH_ERROR',
              'autoscaling:EC2_INSTANCE_TERMINATE_ERROR',
            ],
          },
        ],
      });
      const publishes = (account: string | null) =>
        Iam.of(Templates.fromApp(secureApp)).can(
          'cloudwatch.amazonaws.com',
          'sns:Publish',
          'AutoScalingWeb/Alarms/Topic',
          { context: { 'aws:SourceAccount': account, 'aws:SecureTransport': 'true' } },
        ).answer;
      expect(publishes('⟨AWS::AccountId⟩')).toBe('allowed');
      expect(publishes(null)).toBe('implicit deny');
    });

    it('notify the given topic', () => {
      synthesize((stack) => ({ alarmTopic: new Topic(stack, 'Mine') })).allResourcesProperties(
        'AWS::CloudWatch::Alarm',
        { AlarmActions: [{ Ref: Match.stringLikeRegexp('^Mine') }] },
      );
    });
  });

  it('without NAT gateways, instances reach CloudFormation and S3 only', () => {
    const withoutNat = sandbox({ natGateways: 'none' }, 'multi-az-vpc', 'auto-scaling-web');
    const closed = Network.fromApp(withoutNat);
    for (const service of ['cloudformation', 's3']) {
      expect(closed).toReach({ source: GROUP, destination: { service }, every: true });
    }
    expect(closed).not.toReach({ source: GROUP, destination: 'internet', protocol: 'all' });
    expect(closed).not.toReach({ source: GROUP, destination: { service: 'ssm' } });
    const stack = Template.fromStack(stackOf(withoutNat, 'AutoScalingWeb'));
    stack.hasResource('AWS::AutoScaling::AutoScalingGroup', {
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^SignalsEndpoint')]),
    });
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 0);
  });

  it('takes an instance type and capacities', () => {
    const sized = synthesize(() => ({
      instanceType: new ec2.InstanceType('c7g.large'),
      capacity: { min: 2, max: 4, desired: 3 },
    }));
    sized.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: { InstanceType: 'c7g.large' },
    });
    sized.hasResource('AWS::AutoScaling::AutoScalingGroup', {
      Properties: { MinSize: '2', MaxSize: '4', DesiredCapacity: '3' },
      CreationPolicy: { ResourceSignal: { Count: 3 } },
      UpdatePolicy: { AutoScalingRollingUpdate: { MinInstancesInService: 2 } },
    });
  });

  it('takes an image, also one that a parameter names', () => {
    const launches = (machineImage: ec2.IMachineImage, ImageId: unknown) => {
      const golden = synthesize(() => ({ machineImage }));
      golden.hasResourceProperties('AWS::EC2::LaunchTemplate', { LaunchTemplateData: { ImageId } });
      return golden;
    };
    launches(ec2.MachineImage.genericLinux({ 'eu-west-1': 'ami-1' }), {
      'Fn::FindInMap': Match.arrayWith([{ Ref: 'AWS::Region' }]),
    });
    launches(ec2.MachineImage.fromSsmParameter('/images/web'), {
      Ref: Match.stringLikeRegexp('^SsmParameterValueimagesweb'),
    }).hasParameter('*', { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: '/images/web' });
  });

  it('stands twice in one stack', () => {
    const stack = new Stack(newApp(), 'Test');
    const vpc = new ec2.Vpc(stack, 'Vpc');
    const zone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
      hostedZoneId: ZONE.hostedZoneId,
      zoneName: ZONE.domainName,
    });
    new AutoScalingWeb(stack, 'One', { vpc, domain: { name: 'one.example.org', zone } });
    new AutoScalingWeb(stack, 'Two', { vpc, scaling: [{ by: 'cpu-steps' }] });
    const both = Template.fromStack(stack);
    both.resourceCountIs('AWS::AutoScaling::AutoScalingGroup', 2);
    both.resourceCountIs('AWS::ElasticLoadBalancingV2::Listener', 3);
  });

  const saturday = { by: 'schedule', schedule: Schedule.expression('0 0 * * 6'), timeZone: 'UTC' } as const;
  it.each<[string, Partial<AutoScalingWebProps>]>([
    ['the smallest minimum', { capacity: { min: 2, max: 3, desired: 2 } }],
    ['a desired capacity at the maximum', { capacity: { min: 2, max: 3, desired: 3 } }],
    ['a CPU target of 100 %', { scaling: [{ by: 'cpu-target', percent: 100 }] }],
    ['a CPU target of 0.5 %', { scaling: [{ by: 'cpu-target', percent: 0.5 }] }],
    ['steps of one instance', { scaling: [{ by: 'cpu-steps', below: 1, above: 99, add: 1, remove: 1 }] }],
    ['a schedule at 2', { scaling: [{ ...saturday, minCapacity: 2 }] }],
    ['a schedule at the maximum', { scaling: [{ ...saturday, minCapacity: 6 }] }],
    ['a deregistration delay of 3,600 s', { deregistrationDelay: Duration.hours(1) }],
    ['sticky sessions of 1 s', { stickiness: Duration.seconds(1) }],
    ['sticky sessions of 7 days', { stickiness: Duration.days(7) }],
  ])('accepts %s', (_, props) => {
    expect(() => synthesize(() => props)).not.toThrow();
  });

  const friday = { by: 'schedule', schedule: Schedule.cron({}), timeZone: 'UTC', minCapacity: 4 } as const;
  const steps1 = { by: 'cpu-steps' } as const;
  const own = new Metric({ namespace: 'Shop', metricName: 'Orders' });
  const refused: [Partial<AutoScalingWebProps>, string][] = [
    [
      { capacity: { min: 1 } },
      'capacity.min: got 1, expected 2 or more, so that one is left when an AZ fails',
    ],
    [{ capacity: { min: 2.5 } }, 'capacity.min: got 2.5, expected 2 or more'],
    [{ capacity: { max: 3 } }, 'capacity.max: got 3, expected more than capacity.min 3, to update without'],
    [{ capacity: { min: 4, max: 2 } }, 'capacity.max: got 2, expected more than capacity.min 4'],
    [{ capacity: { desired: 2 } }, 'capacity.desired: got 2, expected 3 to 6'],
    [{ capacity: { max: 4.5 } }, 'capacity.max: got 4.5, expected more than capacity.min 3'],
    [{ capacity: { desired: 3.5 } }, 'capacity.desired: got 3.5, expected 3 to 6'],
    [{ scaling: [{ by: 'cpu-steps', below: 0 }] }, 'scaling: got {"below":0,"above":70}'],
    [{ scaling: [{ by: 'cpu-steps', above: 100 }] }, 'scaling: got {"below":30,"above":100}'],
    [{ scaling: [{ by: 'cpu-steps', below: 50, above: 50 }] }, 'scaling: got {"below":50,"above":50}'],
    [{ scaling: [{ by: 'cpu-steps', add: 0 }] }, 'scaling: got {"add":0,"remove":1}'],
    [{ scaling: [{ by: 'cpu-steps', add: 1.5 }] }, 'scaling: got {"add":1.5,"remove":1}'],
    [{ scaling: [{ ...saturday, minCapacity: 2.5 }] }, 'scaling.minCapacity: got 2.5, expected 2 to'],
    [{ capacity: { desired: 7 } }, 'capacity.desired: got 7, expected 3 to 6'],
    [
      { scaling: [{ by: 'cpu-target' }, { by: 'cpu-steps' }] },
      'scaling: got ["cpu-target","cpu-steps"], expected cpu-steps alone',
    ],
    [{ scaling: [steps1, steps1] }, 'scaling: got ["cpu-steps","cpu-steps"], expected cpu-steps alone'],
    [
      { scaling: [{ by: 'cpu-target' }, { by: 'cpu-target', percent: 50 }] },
      'scaling: got ["cpu-target","cpu-target"], expected each policy once',
    ],
    [
      { scaling: [{ by: 'requests-target', perMinute: 0 }] },
      'scaling.perMinute: got 0, expected a whole number from 1',
    ],
    [
      { scaling: [{ by: 'metric-target', metric: own, target: 0 }] },
      'scaling.target: got 0, expected more than 0',
    ],
    [
      { scaling: [{ by: 'metric-target', metric: new MathExpression({ expression: '1' }), target: 1 }] },
      'scaling.metric: got "a math expression", expected a metric',
    ],
    [
      { scaling: [{ by: 'cpu-target', percent: 0 }] },
      'scaling.percent: got 0, expected more than 0, up to 100',
    ],
    [{ scaling: [{ by: 'cpu-target', percent: 101 }] }, 'scaling.percent: got 101, expected'],
    [
      { scaling: [{ by: 'cpu-steps', above: 30, below: 70 }] },
      'scaling: got {"below":70,"above":30}, expected 0 < below < above < 100',
    ],
    [
      { scaling: [{ by: 'cpu-steps', remove: 0 }] },
      'scaling: got {"add":2,"remove":0}, expected whole numbers of instances, 1 or more',
    ],
    [
      { scaling: [{ ...friday, timeZone: 'London' }] },
      'scaling.timeZone: got "London", expected a time zone such as Etc/UTC or Europe/London',
    ],
    [
      { scaling: [{ ...friday, minCapacity: 10 }] },
      'scaling.minCapacity: got 10, expected 2 to capacity.max 6',
    ],
    [
      { scaling: [{ ...friday, minCapacity: 1 }] },
      'scaling.minCapacity: got 1, expected 2 to capacity.max 6',
    ],
    [
      { deregistrationDelay: Duration.seconds(3601) },
      'deregistrationDelay: got "3601 s", expected 0 to 3600 s',
    ],
    [{ stickiness: Duration.days(8) }, 'stickiness: got "691200 s", expected 1 to 604800 s'],
    [{ stickiness: Duration.seconds(0) }, 'stickiness: got "0 s", expected 1 to 604800 s'],
    [{ stickiness: Duration.millis(1500) }, 'stickiness: got "1.5 s", expected 1 to 604800 s'],
  ];
  it.each(refused.map(([props, message]) => [message, props] as const))(
    'refuses in one line: %s',
    (message, props) => {
      expect(() => synthesize(() => props)).toThrow(message);
    },
  );

  it.each([
    ['www.example.com', 'domain.name: got "www.example.com", expected a name in the zone example.org'],
    ['badexample.org', 'domain.name: got "badexample.org", expected a name in the zone example.org'],
    [`${'w'.repeat(60)}.example.org`, 'expected 64 characters at most'],
  ])('refuses the domain %s in one line', (name, message) => {
    const domain = (stack: Stack) => ({
      name,
      zone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
        hostedZoneId: ZONE.hostedZoneId,
        zoneName: 'example.org',
      }),
    });
    expect(() => synthesize((stack) => ({ domain: domain(stack) }))).toThrow(message);
  });

  it('refuses a VPC in one AZ in one line', () => {
    const vpc = (stack: Stack) => new ec2.Vpc(stack, 'Small', { availabilityZones: ['a'] });
    expect(() => synthesize((stack) => ({ vpc: vpc(stack) }))).toThrow(
      'vpc: got "private subnets in 1 AZ", expected private subnets in at least two AZs',
    );
  });

  it.each([
    [5, '/23', '/24'],
    [6, '/22', '/23'],
  ])('with %d AZs, the load balancer fits into a shared VPC of %s, not of %s', (azCount, fits, small) => {
    const inVpc = (size: string) => () =>
      sandbox({ vpcCidr: `10.0.0.0${size}`, azCount }, 'auto-scaling-web');
    expect(inVpc(fits)).not.toThrow();
    expect(inVpc(small)).toThrow('expected public subnets of /27 or larger');
  });
});
