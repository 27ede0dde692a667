import { Aws, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import {
  ListenerAction as Action,
  ListenerCondition as Condition,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Network } from '../../lib/assertions/network';
import '../../lib/assertions/network/matchers';
import { Requests } from '../../lib/assertions/requests';
import '../../lib/assertions/requests/matchers';
import { Templates } from '../../lib/assertions/templates';
import { ApplicationServers } from '../../lib/compute/content-routing/application-servers';
import { ContentRouting, type ContentRoutingProps } from '../../lib/compute/content-routing/content-routing';
import { MobileFunction } from '../../lib/compute/content-routing/mobile-function';
import { checkRules, type RoutingRule } from '../../lib/compute/content-routing/rules';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const PUBLIC = 'ContentRouting/Public/LoadBalancer/Alb';
const INTERNAL = 'ContentRouting/Internal/LoadBalancer/Alb';
const WEB = 'ContentRouting/WebServers';
const ORDERS = 'ContentRouting/OrderServers';
const MOBILE = 'ContentRouting/Mobile/Function';
const MOBILE_TARGETS = 'ContentRouting/MobileTargets/TargetGroup';
const ZONE = { domainName: 'example.org', hostedZoneId: 'Z0123456789ABCDEFGHIJ' };

interface Asked {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly sourceAddress?: string;
}
const shop = (path: string, more: Partial<Asked> = {}): Asked => ({
  url: `http://shop.sandbox.test${path}`,
  ...more,
});

function synthesize(props: (stack: Stack) => Partial<ContentRoutingProps> = () => ({})) {
  const app = newApp();
  const stack = new Stack(app, 'Test');
  const vpc = new ec2.Vpc(stack, 'Vpc', { availabilityZones: ['a', 'b'] });
  new ContentRouting(stack, 'Routing', { vpc, rules: [], ...props(stack) });
  return { app, template: Template.fromStack(stack) };
}
const respond = (statusCode: number) => Action.fixedResponse(statusCode);
const rule = (priority: number, ...conditions: Condition[]): RoutingRule => ({
  priority,
  conditions,
  action: respond(200 + priority),
});
const paths = (...patterns: string[]) => Condition.pathPatterns(patterns);

describe('content-routing', () => {
  const app = sandbox({}, 'content-routing');
  const templates = Templates.fromApp(app);
  const template = Template.fromStack(stackOf(app, 'ContentRouting'));
  const requests = Requests.of(templates);
  const network = Network.of(templates);
  const secureApp = sandbox(ZONE, 'content-routing');

  describe('a request from the internet', () => {
    it.each<[what: string, Asked, targetGroup: string]>([
      ['path /images/*', shop('/images/cat.png'), 'Images'],
      ['path /api/*', shop('/api/orders/1'), 'Api'],
      ['path /blog/*', shop('/blog/today'), 'Blog'],
      ['path /app1', shop('/app1'), 'App1'],
      ['path /app1/*', shop('/app1/start?x=1'), 'App1'],
      ['path /app2', shop('/app2'), 'App2'],
      ['path /app2/*', shop('/app2/start'), 'App2'],
      ['host api.', { url: 'http://api.sandbox.test/any' }, 'Api'],
      ['host admin.', { url: 'http://admin.sandbox.test/any' }, 'Admin'],
      ['query category=toys', shop('/?page=2&category=toys'), 'Toys'],
      ['header X-Region: EU', shop('/', { headers: { 'x-region': 'EU' } }), 'Europe'],
      ['one cookie', shop('/', { headers: { cookie: 'user=premium' } }), 'Premium'],
      ['first cookie', shop('/', { headers: { cookie: 'user=premium; a=b' } }), 'Premium'],
      ['last cookie', shop('/', { headers: { cookie: 'a=b; user=premium' } }), 'Premium'],
      ['cookie between', shop('/', { headers: { cookie: 'a=b; user=premium; c=d' } }), 'Premium'],
      ['address of the office', shop('/status', { sourceAddress: '203.0.113.7' }), 'Admin'],
    ])('with %s is answered by its targets', (_, request, targetGroup) => {
      expect(requests).toServe(
        { ...request, from: 'internet', to: PUBLIC },
        { targetGroup: `${WEB}/${targetGroup}`, target: `${WEB}/Group` },
      );
    });

    it('from a mobile client is answered by the function', () => {
      const headers = { 'user-agent': 'Mozilla/5.0 (iPhone) AppleWebKit/605 Mobile/15E148' };
      expect(requests).toServe(
        { ...shop('/', { headers }), from: 'internet', to: PUBLIC },
        { targetGroup: MOBILE_TARGETS, target: MOBILE },
      );
    });

    it.each<[what: string, Asked]>([
      ['another path', shop('/imagesx')],
      ['another query', shop('/?category=tools')],
      ['another region', shop('/', { headers: { 'x-region': 'US' } })],
      ['another cookie', shop('/', { headers: { cookie: 'superuser=premium; user=premiums' } })],
      ['a desktop browser', shop('/', { headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux)' } })],
      ['another address', shop('/status', { sourceAddress: '198.51.100.7' })],
    ])('with %s gets a 404', (_, request) => {
      expect(requests).toRoute({ ...request, to: PUBLIC }, { outcome: 'fixed-response', statusCode: 404 });
    });

    it.each([
      ['Images', 'two paths', shop('/images/x?category=toys'), 'lower priority'],
      ['Api', 'host and path', { url: 'http://api.sandbox.test/images/x' }, 'lower priority'],
    ])('that matches several rules gets %s (%s): the first by priority', (targetGroup, _, request) => {
      expect(requests).toRoute({ ...request, to: PUBLIC }, { targetGroup: `${WEB}/${targetGroup}` });
    });

    it('to the shop gets the next version one time in ten', () => {
      const { targetGroups } = requests.route({ ...shop('/shop/cart'), to: PUBLIC });
      expect(targetGroups.map(({ path, share }) => [path, share])).toEqual([
        [`${WEB}/Shop`, 0.9],
        [`${WEB}/NextShop`, 0.1],
      ]);
      expect(requests).toServe({ ...shop('/shop/cart'), from: 'internet', to: PUBLIC });
    });

    it('is redirected from /news/* to /blog/, and keeps its query', () => {
      expect(requests).toRoute(
        { ...shop('/news/today?x=1'), to: PUBLIC },
        { outcome: 'redirect', statusCode: 301, location: 'http://shop.sandbox.test/blog/?x=1' },
      );
    });

    it.each(['PUT', 'DELETE'])('with %s gets a 405, whatever its path', (method) => {
      const request = { ...shop('/images/x', { method }), to: PUBLIC };
      expect(requests).toRoute(request, { outcome: 'fixed-response', statusCode: 405 });
    });

    it('is answered without any one AZ', () => {
      expect(requests).toServeWithoutAnyAz({ ...shop('/images/x'), from: 'internet', to: PUBLIC });
    });
  });

  it('App1 and App2 are two ports of the same servers', () => {
    const targetOf = (path: string) =>
      requests.route({ ...shop(path), to: PUBLIC }).targetGroups.flatMap(({ targets }) => targets);
    expect([...targetOf('/app1'), ...targetOf('/app2')]).toEqual([
      { path: `${WEB}/Group/ASG`, port: 3000 },
      { path: `${WEB}/Group/ASG`, port: 4000 },
    ]);
  });

  describe('the web tier', () => {
    const group = `${WEB}/Group`;
    it('accepts the ports of its applications from the public load balancer only', () => {
      expect(network).not.toReach({ source: 'internet', destination: group, protocol: 'all' });
      expect(network).not.toReach({
        source: { subnet: 'MultiAzVpc/Network/Vpc' },
        destination: group,
        protocol: 'all',
      });
      for (const port of [3000, 4000, 8001, 8009]) {
        expect(network).toReach({ source: PUBLIC, destination: group, port, every: true });
      }
      for (const port of [22, 80, 2999, 8010]) {
        expect(network).not.toReach({ source: PUBLIC, destination: group, port });
      }
    });

    it('reaches the orders through the internal load balancer, also without any one AZ', () => {
      const request = { from: group, to: INTERNAL, url: 'http://internal.sandbox.test/api/orders/1' };
      expect(requests).toServe(request, { targetGroup: `${ORDERS}/Orders`, target: `${ORDERS}/Group` });
      expect(requests).toServeWithoutAnyAz(request);
      const all = { ...request, url: 'http://internal.sandbox.test/api/orders' };
      expect(requests).toRoute(all, { targetGroup: `${ORDERS}/Orders` });
      expect(requests).toRoute({ ...request, url: 'http://internal.sandbox.test/x' }, { statusCode: 404 });
    });

    it('knows the internal load balancer by its DNS name', () => {
      const { LaunchTemplateData } = templates.at(`${WEB}/LaunchTemplate`).properties;
      expect(JSON.stringify(LaunchTemplateData)).toMatch(
        /\\"Api\\":\{\\"port\\":8001,\\"upstream\\":\\"http:\/\/⟨ContentRouting.InternalLoadBalancerAlb\w+.DNSName⟩\\"\}/,
      );
    });
  });

  describe('the internal load balancer', () => {
    it('is reached from the web tier only', () => {
      expect(network).toReach({ source: `${WEB}/Group`, destination: INTERNAL, port: 80 });
      for (const source of ['internet', `${ORDERS}/Group`, PUBLIC, { subnet: 'MultiAzVpc/Network/Vpc' }]) {
        expect(network).not.toReach({ source, destination: INTERNAL, protocol: 'all' });
      }
      template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal' });
    });

    it('is the only way to the order servers', () => {
      const destination = `${ORDERS}/Group`;
      expect(network).toReach({ source: INTERNAL, destination, port: 8080, every: true });
      expect(network).not.toReach({ source: INTERNAL, destination, port: 22 });
      for (const source of ['internet', `${WEB}/Group`, PUBLIC]) {
        expect(network).not.toReach({ source, destination, protocol: 'all' });
      }
    });
  });

  describe('the function', () => {
    const iam = Iam.of(templates);
    const source = (account: string, targetGroup: string) => ({
      context: { 'aws:SourceAccount': account, 'aws:SourceArn': targetGroup },
    });
    const invoke = ['elasticloadbalancing.amazonaws.com', 'lambda:InvokeFunction', MOBILE] as const;
    const [ACCOUNT, OWN] = ['⟨AWS::AccountId⟩', iam.arn(MOBILE_TARGETS)];

    it('can be invoked by its target group', () => {
      expect(iam).toAllow(...invoke, source(ACCOUNT, OWN));
    });

    it('cannot be invoked by another target group, nor for another account', () => {
      const another = OWN.replace(/targetgroup.*/, 'targetgroup/another/0123456789abcdef');
      expect(iam).not.toAllow(...invoke, source(ACCOUNT, another));
      expect(iam.can(...invoke, { context: { 'aws:SourceArn': OWN } }).answer).toBe('conditional');
      expect(iam.can(...invoke, { context: { 'aws:SourceAccount': ACCOUNT } }).answer).toBe('conditional');
    });

    it('is registered after the permission exists', () => {
      template.hasResource('AWS::ElasticLoadBalancingV2::TargetGroup', {
        DependsOn: [Match.stringLikeRegexp('^MobileTargetsMobileTargetsInvoke')],
        Properties: {
          TargetType: 'lambda',
          HealthCheckEnabled: false,
          TargetGroupAttributes: [{ Key: 'lambda.multi_value_headers.enabled', Value: 'true' }],
        },
      });
    });

    it('gets its target group a name of at most 32 characters', () => {
      const name = templates.at(MOBILE_TARGETS).properties.Name;
      // The last group of a UUID has 12 digits.
      expect(name).toMatch(/^[A-Za-z0-9]{1,19}-⟨UUID5 of ContentRouting⟩$/);
    });
  });

  describe('with a domain', () => {
    const secure = Requests.fromApp(secureApp);
    const BALANCER = 'ContentRouting/Public/LoadBalancer';

    it.each([
      ['shop.example.org', `${BALANCER}/Certificate`],
      ['api.example.org', `${BALANCER}/api.example.org/Certificate`],
      ['admin.example.org', `${BALANCER}/admin.example.org/Certificate`],
      ['unknown.example.org', `${BALANCER}/Certificate`],
    ])('a client that sends the server name %s gets %s', (name, certificate) => {
      expect(secure).toRoute({ to: PUBLIC, url: `https://${name}/` }, { certificate });
    });

    it('host names are those of the zone', () => {
      const api = { to: PUBLIC, url: 'https://api.example.org/' };
      expect(secure).toRoute(api, { targetGroup: `${WEB}/Api` });
      const http = { to: PUBLIC, url: 'http://api.example.org/' };
      expect(secure).toRoute(http, { outcome: 'redirect', location: 'https://api.example.org/' });
    });
  });

  describe('alarms', () => {
    const named = Template.fromStack(
      stackOf(sandbox({ alarmEmail: 'ops@example.org' }, 'content-routing'), 'ContentRouting'),
    );

    it('watch both load balancers and the targets of all applications', () => {
      template.resourceCountIs('AWS::CloudWatch::Alarm', 2 + 11 + 1);
      template.resourcePropertiesCountIs(
        'AWS::CloudWatch::Alarm',
        { MetricName: 'HTTPCode_ELB_5XX_Count' },
        2,
      );
      template.resourcePropertiesCountIs('AWS::CloudWatch::Alarm', { MetricName: 'UnHealthyHostCount' }, 12);
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        AlarmDescription: 'Targets of Orders fail their health check',
      });
    });

    it('notify the e-mail address of the sandbox, and nobody without one', () => {
      const topic = [{ Ref: Match.stringLikeRegexp('^AlarmsTopic') }];
      named.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: topic, OKActions: topic });
      template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: Match.absent() });
    });
  });

  describe('the servers', () => {
    it('are two to three in private subnets, and replaced when a health check fails', () => {
      template.allResourcesProperties('AWS::AutoScaling::AutoScalingGroup', {
        MinSize: '2',
        MaxSize: '3',
        HealthCheckType: 'ELB',
        HealthCheckGracePeriod: 180,
      });
      template.hasResource('AWS::AutoScaling::AutoScalingGroup', {
        UpdatePolicy: {
          AutoScalingRollingUpdate: { MinInstancesInService: 2, MaxBatchSize: 1, PauseTime: 'PT3M' },
        },
      });
      for (const group of [WEB, ORDERS]) {
        expect(network).not.toReach({ source: `${group}/Group`, destination: 'internet', port: 80 });
        expect(network).toReach({ source: `${group}/Group`, destination: 'internet', port: 443 });
      }
    });

    it('are checked at /health of each application', () => {
      template.resourcePropertiesCountIs(
        'AWS::ElasticLoadBalancingV2::TargetGroup',
        {
          TargetType: 'instance',
          Protocol: 'HTTP',
          HealthCheckPath: '/health',
          HealthCheckIntervalSeconds: 15,
          HealthyThresholdCount: 2,
          UnhealthyThresholdCount: 3,
          TargetGroupAttributes: Match.arrayWith([
            { Key: 'deregistration_delay.timeout_seconds', Value: '30' },
          ]),
        },
        12,
      );
    });

    it('start after the default route of their subnet exists', () => {
      const stack = new Stack(newApp(), 'Test');
      const vpc = new ec2.Vpc(stack, 'Vpc', { availabilityZones: ['a', 'b'] });
      new ApplicationServers(stack, 'Servers', { vpc, applications: { A: { port: 3000 } } });
      Template.fromStack(stack).hasResource('AWS::AutoScaling::AutoScalingGroup', {
        DependsOn: Match.arrayWith([Match.stringLikeRegexp('^VpcPrivateSubnet1DefaultRoute')]),
      });
    });

    it('refuse a port out of range in one line', () => {
      const stack = new Stack(newApp(), 'Test');
      const vpc = new ec2.Vpc(stack, 'Vpc', { availabilityZones: ['a', 'b'] });
      const applications = { A: { port: 0 } };
      expect(() => new ApplicationServers(stack, 'Servers', { vpc, applications })).toThrow(
        'applications.A.port: got 0, expected a whole number from 1 to 65535',
      );
    });
  });

  it('has the URL as output, with a warning without HTTPS', () => {
    template.hasOutput('Url', { Description: Match.stringLikeRegexp('^Unencrypted') });
    const secure = Template.fromStack(stackOf(secureApp, 'ContentRouting'));
    secure.hasOutput('Url', { Value: 'https://shop.example.org', Description: Match.absent() });
  });

  it.each([
    ['405', 'Read-only.\n', 'AWS::ElasticLoadBalancingV2::ListenerRule', 'Actions'],
    ['404', 'No rule matches this request.\n', 'AWS::ElasticLoadBalancingV2::Listener', 'DefaultActions'],
  ])('says in plain text why it responds %s', (StatusCode, MessageBody, type, actions) => {
    template.hasResourceProperties(type, {
      [actions]: [{ FixedResponseConfig: { StatusCode, MessageBody, ContentType: 'text/plain' } }],
    });
  });

  it('retains logs of the function, unless the removal policy is DESTROY', () => {
    const stack = new Stack(newApp(), 'Test');
    new MobileFunction(stack, 'Mobile');
    Template.fromStack(stack).hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Retain' });
    template.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete' });
  });

  describe('the construct', () => {
    it('answers 404 without rules, to the clients that it names', () => {
      const asked = Requests.fromApp(synthesize(() => ({ clients: ['203.0.113.0/24'] })).app);
      const request = { to: 'Test/Routing/LoadBalancer/Alb', url: 'http://example.org/' };
      expect(asked).toServe({ ...request, from: '203.0.113.7' }, { statusCode: 404 });
      expect(asked).not.toServe({ ...request, from: '198.51.100.7' });
    });

    it('takes the rules in the order of their priorities', () => {
      const rules = [rule(20, paths('/a/*')), rule(10, paths('/a/b'))];
      const asked = Requests.fromApp(synthesize(() => ({ rules })).app);
      const at = (path: string) => ({ to: 'Test/Routing/LoadBalancer/Alb', url: `http://x.org${path}` });
      expect(asked).toRoute(at('/a/b'), { statusCode: 210 });
      expect(asked).toRoute(at('/a/c'), { statusCode: 220 });
    });

    it('replaces a rule whose priority changes: two can swap theirs', () => {
      const idsOf = (first: number, second: number) =>
        Object.entries(
          synthesize(() => ({
            rules: [rule(first, paths('/a')), rule(second, paths('/b'))],
          })).template.findResources('AWS::ElasticLoadBalancingV2::ListenerRule'),
        ).map(([id, { Properties }]) => [id, (Properties as { Priority: number }).Priority]);
      expect(new Map(idsOf(10, 20) as [string, number][])).toEqual(
        new Map(idsOf(20, 10) as [string, number][]),
      );
    });

    it('has deletion protection and retains its logs by default', () => {
      const { template: retained } = synthesize();
      retained.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        LoadBalancerAttributes: Match.arrayWith([{ Key: 'deletion_protection.enabled', Value: 'true' }]),
      });
      retained.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
    });

    it('sends its alarm to the topic', () => {
      const { template: notified } = synthesize((stack) => ({ alarmTopic: new Topic(stack, 'Topic') }));
      notified.hasResourceProperties('AWS::CloudWatch::Alarm', {
        AlarmActions: [{ Ref: Match.stringLikeRegexp('^Topic') }],
      });
    });

    it('fits twice into one stack', () => {
      const { template: two } = synthesize((stack) => {
        const vpc = new ec2.Vpc(stack, 'Other', { availabilityZones: ['a', 'b'] });
        new ContentRouting(stack, 'Second', { vpc, rules: [] });
        return {};
      });
      two.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 2);
    });

    it.each<[string, readonly RoutingRule[], string]>([
      [
        'priority 0',
        [rule(0, paths('/a'))],
        'rules.priority: got 0, expected a whole number from 1 to 50000',
      ],
      [
        'a taken priority',
        [rule(10, paths('/a')), rule(10, paths('/b'))],
        'rules.priority: got 10, expected a priority that no other rule has',
      ],
      [
        'no condition',
        [rule(10)],
        'rules.10.conditions: got [], expected 1 to 5 values in all conditions together',
      ],
      [
        'six values',
        [rule(10, paths('/1', '/2', '/3'), Condition.sourceIps(['1.2.3.4/32', '1.2.3.5/32', '1.2.3.6/32']))],
        'rules.10.conditions: got ["path-pattern /1 or /2 or /3","source-ip 1.2.3.4/32 or 1.2.3.5/32 or 1.2.3.6/32"], expected 1 to 5 values',
      ],
      [
        'two conditions on the path',
        [rule(10, paths('/a/*'), paths('*/b'))],
        'rules.10.conditions: got ["path-pattern /a/*","path-pattern */b"], expected one condition on path-pattern',
      ],
      [
        'a host without letters at its end',
        [rule(10, Condition.hostHeaders(['api.example.org', 'api.*']))],
        'rules.10.conditions: got "api.*", expected a host such as api.example.com or *.example.com',
      ],
      [
        'a host with a digit at its end',
        [rule(10, Condition.hostHeaders(['example.c0m']))],
        'rules.10.conditions: got "example.c0m", expected a host',
      ],
      [
        'two conditions on the host',
        [rule(10, Condition.hostHeaders(['*.a.com']), Condition.hostHeaders(['b.*.com']))],
        'expected one condition on host-header',
      ],
      [
        'two conditions on the source address',
        [rule(10, Condition.sourceIps(['10.0.0.0/8']), Condition.sourceIps(['10.0.0.0/16']))],
        'expected one condition on source-ip',
      ],
      [
        'two conditions on the method',
        [rule(10, Condition.httpRequestMethods(['GET']), Condition.httpRequestMethods(['PUT']))],
        'expected one condition on http-request-method',
      ],
      [
        'a host without a dot',
        [rule(10, Condition.hostHeaders(['com']))],
        'rules.10.conditions: got "com", expected a host',
      ],
      [
        'a rule below a wider one',
        [rule(20, paths('/a/b/*'), Condition.httpHeader('X', ['1'])), rule(10, paths('/z', '/a/*'))],
        'rules.20.conditions: got ["path-pattern /a/b/*","http-header x 1"], expected conditions that differ: rule 10 matches all',
      ],
    ])('refuses %s in one line', (_, rules, message) => {
      expect(() => synthesize(() => ({ rules }))).toThrow(message);
    });

    it.each<[string, Condition, Condition]>([
      [
        'a host that is a token',
        Condition.hostHeaders([Aws.URL_SUFFIX]),
        Condition.hostHeaders([Aws.URL_SUFFIX]),
      ],
      [
        'hosts in any case',
        Condition.hostHeaders(['*.Example.org']),
        Condition.hostHeaders(['a.example.org']),
      ],
      ['headers in any case', Condition.httpHeader('X-A', ['Y*']), Condition.httpHeader('x-a', ['yes'])],
      [
        'any key of a query',
        Condition.queryStrings([{ value: 'b' }]),
        Condition.queryStrings([{ key: 'a', value: 'b' }]),
      ],
      ['one character', paths('/a?'), paths('/ab')],
      ['literal dots', paths('/a.b'), paths('/a.b')],
      ['methods', Condition.httpRequestMethods(['GET', 'PUT']), Condition.httpRequestMethods(['PUT'])],
      ['networks', Condition.sourceIps(['10.0.0.0/8']), Condition.sourceIps(['10.0.0.0/8'])],
    ])('finds a rule that can never match: %s', (_, first, second) => {
      expect(() => {
        checkRules([rule(10, first), rule(20, second)]);
      }).toThrow('rule 10 matches all of these requests first');
    });

    it.each<[string, Condition, Condition]>([
      ['paths in another case', paths('/A/*'), paths('/a/b')],
      ['one of two values', paths('/a/*'), paths('/a/b', '/c')],
      ['one character for many', paths('/a?'), paths('/a*')],
      ['another header', Condition.httpHeader('X-A', ['1']), Condition.httpHeader('X-B', ['1'])],
      [
        'another key',
        Condition.queryStrings([{ key: 'a', value: 'b' }]),
        Condition.queryStrings([{ value: 'b' }]),
      ],
      ['a dot for any character', paths('/a.b'), paths('/axb')],
      [
        'an escaped wildcard',
        Condition.queryStrings([{ value: '*' }]),
        Condition.queryStrings([{ value: '\\*' }]),
      ],
      ['another method', Condition.httpRequestMethods(['GET']), Condition.httpRequestMethods(['PUT'])],
    ])('accepts two rules that differ: %s', (_, first, second) => {
      expect(() => {
        checkRules([rule(10, first), rule(20, second)]);
      }).not.toThrow();
    });
  });
});
