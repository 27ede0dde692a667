import { Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { MathExpression, Metric, type MetricProps } from 'aws-cdk-lib/aws-cloudwatch';
import { HealthCheck, HealthCheckType, PublicHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Dns } from '../../lib/assertions/dns';
import '../../lib/assertions/dns/matchers';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Templates } from '../../lib/assertions/templates';
import {
  AlarmCheck,
  CalculatedCheck,
  EndpointCheck,
  type AlarmCheckProps,
  type CalculatedCheckProps,
  type EndpointCheckProps,
} from '../../lib/dns/health-checks/health-checks';
import { WeightedRecords } from '../../lib/dns/routing-policies/routing-policies';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const app = sandbox({}, 'health-checks');
const template = Template.fromStack(stackOf(app, 'HealthChecks'));
const templates = Templates.fromApp(app);
const dns = Dns.of(templates);

/** HealthCheckConfig of a construct in the sandbox. */
const configOf = (path: string) =>
  templates.at(`HealthChecks/${path}/HealthCheck`).properties.HealthCheckConfig as Record<string, unknown>;

function build(add: (stack: Stack) => void, region?: string): Template {
  const stack = new Stack(newApp(), 'Test', { env: { region } });
  add(stack);
  return Template.fromStack(stack);
}
const endpointCheck = (props: EndpointCheckProps) => (stack: Stack) => {
  new EndpointCheck(stack, 'Check', props);
};
const configuredBy = (props: EndpointCheckProps) => {
  const [check] = Object.values(build(endpointCheck(props)).findResources('AWS::Route53::HealthCheck'));
  return (check?.Properties as { HealthCheckConfig: Record<string, unknown> }).HealthCheckConfig;
};
const PUBLIC = '8.8.8.8';

describe('health-checks', () => {
  describe('a calculated health check of 2 of 3', () => {
    const site = { name: 'site.checks.sandbox.test' };
    const servers = ['A', 'B', 'C'];
    const combinations = Array.from({ length: 8 }, (_, bits) =>
      servers.filter((_, bit) => bits & (1 << bit)),
    );

    it.each(combinations.map((failing) => [failing.join(' and ') || 'no endpoint', failing] as const))(
      'answers with the standby when two fail: %s',
      (_, failing) => {
        const down = failing.map((server) => `HealthChecks/Check${server}/HealthCheck`);
        const setIdentifier = failing.length <= 1 ? 'Site' : 'Standby';
        expect(dns).toAnswer({ ...site, down }, { setIdentifier, ttl: 60 });
      },
    );

    it('does not depend on the health check of the metric', () => {
      expect(dns).toAnswer({ ...site, down: ['HealthChecks/Backlog/Alarm'] }, { setIdentifier: 'Site' });
    });
  });

  describe('an endpoint check', () => {
    it('uses HTTPS with SNI, every 30 s or 10 s, and a failure threshold of 3', () => {
      const usual = {
        Type: 'HTTPS',
        EnableSNI: true,
        Port: 443,
        ResourcePath: '/health',
        FailureThreshold: 3,
      };
      expect(configOf('CheckA')).toMatchObject({ ...usual, RequestInterval: 30 });
      expect(configOf('CheckB')).toMatchObject({ ...usual, RequestInterval: 10 });
    });

    it('requires the search string in the response', () => {
      expect(configOf('CheckC')).toMatchObject({ Type: 'HTTPS_STR_MATCH', SearchString: 'healthy' });
      expect(configuredBy({ endpoint: 'a.example.org', protocol: 'http', searchString: 'ok' })).toMatchObject(
        {
          Type: 'HTTP_STR_MATCH',
          Port: 80,
        },
      );
    });

    it('checks each endpoint by the domain name of its function URL', () => {
      for (const server of ['A', 'B', 'C']) {
        template.hasResourceProperties('AWS::Route53::HealthCheck', {
          HealthCheckConfig: {
            FullyQualifiedDomainName: {
              'Fn::Select': [2, { 'Fn::Split': ['/', { 'Fn::GetAtt': [urlOf(server), 'FunctionUrl'] }] }],
            },
          },
        });
      }
    });

    it('accepts an IP address, a host name, a port, a path and a threshold', () => {
      expect(
        configuredBy({
          endpoint: PUBLIC,
          hostName: 'www.example.org',
          port: 8443,
          path: '/ready?deep=1',
          failureThreshold: 1,
        }),
      ).toMatchObject({
        IPAddress: PUBLIC,
        FullyQualifiedDomainName: 'www.example.org',
        Port: 8443,
        ResourcePath: '/ready?deep=1',
        FailureThreshold: 1,
      });
    });

    it('has no path and no SNI for TCP', () => {
      const config = configuredBy({ endpoint: '2600:9000:2000::1', protocol: 'tcp', port: 5432 });
      expect(config).toMatchObject({ Type: 'TCP', Port: 5432, IPAddress: '2600:9000:2000::1' });
      expect(config).not.toHaveProperty('ResourcePath');
      expect(config).not.toHaveProperty('EnableSNI');
    });

    it('is unhealthy when the record of its domain name is down', () => {
      const own = newApp();
      const stack = new Stack(own, 'Test');
      const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'example.org' });
      const server = (id: string, address: string, weight: number) => {
        const target = RecordTarget.fromIpAddresses(address);
        new WeightedRecords(stack, `${id}Own`, {
          zone,
          recordName: id,
          records: [{ id, weight: 1, target }],
        });
        const { healthCheck } = new EndpointCheck(stack, `${id}Check`, { endpoint: `${id}.example.org` });
        return { id, weight, target, healthCheck };
      };
      const records = [server('one', '192.0.2.1', 1), server('two', '192.0.2.2', 0)];
      new WeightedRecords(stack, 'Www', { zone, recordName: 'www', records });
      const found = Dns.of(Templates.fromApp(own));
      const name = 'www.example.org';
      expect(found).toAnswer({ name }, { setIdentifier: 'one' });
      expect(found).toAnswer({ name, down: ['Test/oneOwn/one'] }, { setIdentifier: 'two' });
    });
  });

  describe('a health check of a metric', () => {
    const orders = { name: 'orders.checks.sandbox.test' };
    const alarm = ['HealthChecks/Backlog/Alarm'];

    it('answers with the standby while its alarm is in ALARM', () => {
      expect(dns).toAnswer(orders, { setIdentifier: 'Orders' });
      expect(dns).toAnswer({ ...orders, down: alarm }, { setIdentifier: 'Standby' });
    });

    it('is unhealthy when the oldest order waits 600 s, three minutes in a row', () => {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        MetricName: 'OldestOrderSeconds',
        Statistic: 'Maximum',
        Period: 60,
        Threshold: 600,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        EvaluationPeriods: 3,
      });
    });

    it('names the alarm by the region of the stack', () => {
      template.hasResourceProperties('AWS::Route53::HealthCheck', {
        HealthCheckConfig: { AlarmIdentifier: { Region: { Ref: 'AWS::Region' } } },
      });
    });

    const METRIC: MetricProps = { namespace: 'Shop', metricName: 'Lag', statistic: 'Average' };
    const alarmCheck = (props: Partial<AlarmCheckProps> = {}, metric: Partial<MetricProps> = {}) =>
      build((stack) => {
        new AlarmCheck(stack, 'Check', {
          metric: new Metric({ ...METRIC, ...metric }),
          threshold: 5,
          ...props,
        });
      }, 'eu-west-3');

    it.each([
      ['healthy', 'Healthy', 'notBreaching'],
      ['unhealthy', 'Unhealthy', 'breaching'],
      ['last-known-status', 'LastKnownStatus', 'ignore'],
    ] as const)('is %s without data, and its alarm agrees', (insufficientData, status, treatMissingData) => {
      const checked = alarmCheck({ insufficientData });
      checked.hasResourceProperties('AWS::Route53::HealthCheck', {
        HealthCheckConfig: { InsufficientDataHealthStatus: status },
      });
      checked.hasResourceProperties('AWS::CloudWatch::Alarm', { TreatMissingData: treatMissingData });
    });

    it('answers with the orders record while the metric has no data', () => {
      expect(dns).toAnswer({ ...orders, insufficientData: alarm }, { setIdentifier: 'Orders' });
    });

    const ids = (changed: Template) => ({
      alarm: Object.keys(changed.findResources('AWS::CloudWatch::Alarm')).join(),
      healthCheck: Object.keys(changed.findResources('AWS::Route53::HealthCheck')).join(),
    });

    it.each([
      ['threshold', () => alarmCheck({ threshold: 6 })],
      ['number of periods', () => alarmCheck({ evaluationPeriods: 2 })],
      ['statistic', () => alarmCheck({}, { statistic: 'Sum' })],
      ['period', () => alarmCheck({}, { period: Duration.minutes(1) })],
      ['metric name', () => alarmCheck({}, { metricName: 'Delay' })],
      ['dimension', () => alarmCheck({}, { dimensionsMap: { Replica: 'one' } })],
    ])('has a new alarm for a new %s, and the same health check', (_, after) => {
      const [before, changed] = [ids(alarmCheck()), ids(after())];
      expect(changed.alarm).not.toBe(before.alarm);
      expect(changed.healthCheck).toBe(before.healthCheck);
    });

    it('keeps the alarm when insufficientData changes', () => {
      expect(ids(alarmCheck({ insufficientData: 'healthy' }))).toEqual(ids(alarmCheck()));
    });

    it('may be in any region', () => {
      expect(alarmCheck().toJSON()).not.toHaveProperty('Rules.CheckUsEast1');
    });

    it.each<[string, () => unknown]>([
      [
        'metric: got "p99", expected a statistic of Average, Minimum, Maximum, Sum, SampleCount',
        () => alarmCheck({}, { statistic: 'p99' }),
      ],
      [
        'metric: got "a period of 10 s", expected a period of at least one minute',
        () => alarmCheck({}, { period: Duration.seconds(10) }),
      ],
      [
        'metric: got [null,"us-west-2"], expected a metric of this account and region',
        () => alarmCheck({}, { region: 'us-west-2' }),
      ],
      [
        'metric: got "an expression", expected a single metric: Route 53 does not support metric math',
        () => alarmCheck({ metric: new MathExpression({ expression: '1' }) as unknown as Metric }),
      ],
      [
        'evaluationPeriods: got 1.5, expected a whole number of at least 1',
        () => alarmCheck({ evaluationPeriods: 1.5 }),
      ],
      [
        'metric: got ["222222222222",null], expected a metric of this account and region',
        () => alarmCheck({}, { account: '222222222222' }),
      ],
      [
        'evaluationPeriods: got 0, expected a whole number of at least 1',
        () => alarmCheck({ evaluationPeriods: 0 }),
      ],
    ])('%s', (message, act) => {
      expect(act).toThrow(message);
    });
  });

  describe('alarms', () => {
    it.each(['CheckA', 'CheckB', 'CheckC', 'Majority'])(
      'of %s use the minimum status of each minute',
      (path) => {
        const { properties } = templates.at(`HealthChecks/${path}/Failure/Alarm`);
        expect(properties).toMatchObject({
          Namespace: 'AWS/Route53',
          MetricName: 'HealthCheckStatus',
          Statistic: 'Minimum',
          Period: 60,
          Threshold: 1,
          ComparisonOperator: 'LessThanThreshold',
          TreatMissingData: 'breaching',
        });
        const [dimension] = properties.Dimensions as { Value: string }[];
        const watched = templates.reference(dimension?.Value)?.resource.path;
        expect(watched).toBe(`HealthChecks/${path}/HealthCheck`);
      },
    );

    it('require us-east-1, where Route 53 publishes their metrics', () => {
      const { Rules } = template.toJSON() as { Rules: Record<string, unknown> };
      expect(Object.values(Rules)).toContainEqual({
        Assertions: [
          {
            Assert: { 'Fn::Contains': [['us-east-1'], { Ref: 'AWS::Region' }] },
            AssertDescription: expect.stringContaining('Deploy this stack to us-east-1.') as string,
          },
        ],
      });
      expect(() => build(endpointCheck({ endpoint: 'a.example.org' }), 'eu-west-3')).toThrow(
        'region: got "eu-west-3", expected us-east-1',
      );
    });

    it('send mail for the majority and the backlog, not for one endpoint', () => {
      const app = sandbox({ alarmEmail: 'ops@example.org' }, 'health-checks');
      const told = Templates.fromApp(app)
        .ofType('AWS::CloudWatch::Alarm')
        .filter(
          ({ properties: { ActionsEnabled, AlarmActions, OKActions } }) =>
            ActionsEnabled !== false && AlarmActions !== undefined && OKActions !== undefined,
        );
      expect(told.map(({ path }) => path).sort()).toEqual([
        'HealthChecks/Backlog/Alarm',
        'HealthChecks/Majority/Failure/Alarm',
      ]);
    });

    it('send messages to the topic of the health check', () => {
      const checked = build((stack) => {
        const alarmTopic = new Topic(stack, 'Topic');
        new EndpointCheck(stack, 'Check', { endpoint: 'a.example.org', alarmTopic });
      });
      checked.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmActions: [Match.anyValue()] });
    });
  });

  describe('the sample endpoints', () => {
    it('may write logs and invoke the public endpoints, nothing else', () => {
      const called = ['A', 'B', 'C'].map((server) => [
        `HealthChecks/Endpoints/${server}/Function`,
        ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl'],
      ]);
      for (const server of ['A', 'B', 'C']) {
        expect(Iam.of(templates)).toAllowOnly(`HealthChecks/Endpoints/${server}/Function`, {
          ...(Object.fromEntries(called) as Record<string, string[]>),
          'HealthChecks/Endpoints/Logs:*': ['logs:CreateLogStream', 'logs:PutLogEvents'],
        });
      }
    });

    it('are public, answer healthy, and log warnings only', () => {
      template.allResourcesProperties('AWS::Lambda::Url', { AuthType: 'NONE' });
      template.allResourcesProperties('AWS::Lambda::Function', {
        LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN' },
      });
      const [fn] = Object.values(template.findResources('AWS::Lambda::Function'));
      const { ZipFile } = (fn?.Properties as { Code: { ZipFile: string } }).Code;
      expect(ZipFile).toContain(`body: '${String(configOf('CheckC').SearchString)}'`);
    });
  });

  it('has outputs for the commands of its README', () => {
    const name = (pattern: string) => Match.stringLikeRegexp(pattern);
    template.hasOutput('FunctionA', { Value: { Ref: name('^EndpointsA') } });
    template.hasOutput('FunctionB', { Value: { Ref: name('^EndpointsB') } });
    template.hasOutput('MajorityId', { Value: { Ref: name('^Majority') } });
    template.hasOutput('BacklogId', { Value: { Ref: name('^Backlog') } });
    template.hasOutput('NameServers', {
      Value: { 'Fn::Join': [' ', { 'Fn::GetAtt': [name('^Zone'), 'NameServers'] }] },
    });
  });

  it('adds its records to an existing zone, and creates none', () => {
    const given = sandbox({ domainName: 'example.org', hostedZoneId: 'Z0123456789' }, 'health-checks');
    Template.fromStack(stackOf(given, 'HealthChecks')).resourceCountIs('AWS::Route53::HostedZone', 0);
    expect(Dns.of(Templates.fromApp(given))).toAnswer(
      { name: 'site.example.org' },
      { setIdentifier: 'Site' },
    );
  });

  it('requires all children by default, and fits into one stack twice', () => {
    const twice = build((stack) => {
      for (const id of ['One', 'Two']) {
        const checks = ['A', 'B'].map((server) => {
          return new EndpointCheck(stack, `${id}${server}`, { endpoint: `${server}.example.org` })
            .healthCheck;
        });
        new CalculatedCheck(stack, id, { children: checks });
      }
    });
    twice.resourcePropertiesCountIs(
      'AWS::Route53::HealthCheck',
      { HealthCheckConfig: Match.objectLike({ Type: 'CALCULATED', HealthThreshold: 2 }) },
      2,
    );
  });

  describe('accepts at the limit', () => {
    const a = { endpoint: 'a.example.org' };
    const token = Lazy.string({ produce: () => 'known at deployment' });

    it.each<[string, EndpointCheckProps, Record<string, unknown>]>([
      ['port 1', { ...a, port: 1 }, { Port: 1 }],
      ['port 65535', { ...a, port: 65_535 }, { Port: 65_535 }],
      ['failure threshold 10', { ...a, failureThreshold: 10 }, { FailureThreshold: 10 }],
      ['path /', { ...a, path: '/' }, { ResourcePath: '/' }],
      [
        'a path of 255 characters',
        { ...a, path: `/${'a'.repeat(254)}` },
        { ResourcePath: `/${'a'.repeat(254)}` },
      ],
      ['a search string of 1 character', { ...a, searchString: 'x' }, { SearchString: 'x' }],
      [
        'a search string of 255 characters',
        { ...a, searchString: 'x'.repeat(255) },
        { SearchString: 'x'.repeat(255) },
      ],
      ['HTTP with its defaults', { ...a, protocol: 'http' }, { Type: 'HTTP', Port: 80 }],
      [
        'HTTP to an IP address without a host name',
        { endpoint: PUBLIC, protocol: 'http' },
        { Type: 'HTTP', IPAddress: PUBLIC, FullyQualifiedDomainName: undefined },
      ],
      [
        'an endpoint that is a token',
        { endpoint: token },
        { FullyQualifiedDomainName: 'known at deployment', IPAddress: undefined },
      ],
    ])('%s', (_, props, config) => {
      const absent = { FullyQualifiedDomainName: undefined, IPAddress: undefined };
      expect({ ...absent, ...configuredBy(props) }).toMatchObject(config);
    });

    it('256 children', () => {
      const many = build((stack) => {
        const children = Array.from({ length: 256 }, (_, index) =>
          HealthCheck.fromHealthCheckId(stack, `Child${index}`, `id-${index}`),
        );
        new CalculatedCheck(stack, 'Check', { children, healthyAtLeast: 1 });
      });
      many.hasResourceProperties('AWS::Route53::HealthCheck', {
        HealthCheckConfig: { Type: 'CALCULATED', HealthThreshold: 1 },
      });
      many.hasResourceProperties('AWS::CloudWatch::Alarm', {
        AlarmDescription: 'Fewer than 1 of the 256 health checks of Test/Check are healthy',
      });
    });
  });

  it.each(['CheckA', 'Majority', 'Backlog'])('the console shows the path of %s as its name', (path) => {
    expect(templates.at(`HealthChecks/${path}/HealthCheck`).properties.HealthCheckTags).toContainEqual({
      Key: 'Name',
      Value: `HealthChecks/${path}`,
    });
  });

  it('each alarm says which health check is unhealthy', () => {
    const descriptions = templates
      .ofType('AWS::CloudWatch::Alarm')
      .map(({ properties }) => properties.AlarmDescription);
    expect(descriptions).toEqual(
      expect.arrayContaining([
        'The HTTPS health check of HealthChecks/CheckA is unhealthy',
        'Fewer than 2 of the 3 health checks of HealthChecks/Majority are healthy',
        'The health check HealthChecks/Backlog is unhealthy: Route 53 does not answer with its records',
      ]),
    );
  });

  describe('refuses with one line', () => {
    const a = { endpoint: 'a.example.org' };
    const calculated =
      (props: (children: HealthCheck[], nested: HealthCheck) => CalculatedCheckProps) => (stack: Stack) => {
        const children = ['A', 'B', 'C'].map(
          (id) =>
            new HealthCheck(stack, id, { type: HealthCheckType.TCP, fqdn: `${id}.example.org`, port: 1 }),
        );
        const nested = new CalculatedCheck(stack, 'Nested', { children }).healthCheck;
        new CalculatedCheck(stack, 'Check', props(children, nested));
      };

    it.each<[string, (stack: Stack) => void]>([
      ...['10.0.0.1', '192.0.2.1', '198.51.100.1', '100.64.0.1', '224.0.0.1', 'fd00::1', '2001:db8::1'].map(
        (endpoint) =>
          [
            `endpoint: got "${endpoint}", expected a public IP address: health checkers are on the internet`,
            endpointCheck({ endpoint, protocol: 'tcp', port: 80 }),
          ] as [string, (stack: Stack) => void],
      ),
      [
        'endpoint: got "8.8.8.888", expected a domain name or a public IP address',
        endpointCheck({ endpoint: '8.8.8.888' }),
      ],
      [
        'endpoint: got "https://a.example.org/", expected a domain name or a public IP address',
        endpointCheck({ endpoint: 'https://a.example.org/' }),
      ],
      ['expected a name: HTTPS with an IP address needs it for SNI', endpointCheck({ endpoint: PUBLIC })],
      [
        'hostName: got "b", expected no hostName beside a domain name',
        endpointCheck({ ...a, hostName: 'b' }),
      ],
      ['port: got undefined, expected a port, which TCP requires', endpointCheck({ ...a, protocol: 'tcp' })],
      ['port: got 0, expected a whole number from 1 to 65535', endpointCheck({ ...a, port: 0 })],
      [
        'failureThreshold: got 11, expected a whole number from 1 to 10',
        endpointCheck({ ...a, failureThreshold: 11 }),
      ],
      ['port: got 65536, expected a whole number', endpointCheck({ ...a, port: 65_536 })],
      ['failureThreshold: got 0, expected', endpointCheck({ ...a, failureThreshold: 0 })],
      ['expected a path such as /health, up to 255', endpointCheck({ ...a, path: `/${'a'.repeat(255)}` })],
      ['path: got "/a b", expected a path', endpointCheck({ ...a, path: '/a b' })],
      ['path: got "http://a/b", expected a path', endpointCheck({ ...a, path: 'http://a/b' })],
      ['expected 1 to 255 characters', endpointCheck({ ...a, searchString: 'x'.repeat(256) })],
      [
        'protocol: got "tcp", expected http or https',
        endpointCheck({ ...a, protocol: 'tcp', port: 1, path: '/health' }),
      ],
      [
        'children: got 257, expected 1 to 256 health checks',
        (stack) => {
          const children = Array.from({ length: 257 }, (_, index) =>
            HealthCheck.fromHealthCheckId(stack, `Child${index}`, `id-${index}`),
          );
          new CalculatedCheck(stack, 'Check', { children });
        },
      ],
      ['path: got "health", expected a path such as /health', endpointCheck({ ...a, path: 'health' })],
      ['searchString: got "", expected 1 to 255 characters', endpointCheck({ ...a, searchString: '' })],
      [
        'protocol: got "tcp", expected http or https: TCP has no path and no searchString',
        endpointCheck({ ...a, protocol: 'tcp', port: 1, searchString: 'ok' }),
      ],
      [
        'healthyAtLeast: got 0, expected a whole number from 1 to 3',
        calculated((children) => ({ children, healthyAtLeast: 0 })),
      ],
      [
        'healthyAtLeast: got 4, expected a whole number from 1 to 3',
        calculated((children) => ({ children, healthyAtLeast: 4 })),
      ],
      ['children: got 0, expected 1 to 256 health checks', calculated(() => ({ children: [] }))],
      [
        'children: got ["Test/A","Test/A"], expected each health check once',
        calculated((children) => ({ children: [children[0], children[0]] as HealthCheck[] })),
      ],
      [
        'children: got "Test/Nested/HealthCheck", expected no calculated health check: Route 53 does not nest them',
        calculated((_, nested) => ({ children: [nested] })),
      ],
    ])('%s', (message, add) => {
      expect(() => build(add)).toThrow(message);
    });
  });
});

/** Logical id of an endpoint's URL. */
function urlOf(server: string): string {
  const urls = Object.keys(template.findResources('AWS::Lambda::Url'));
  const url = urls.find((logicalId) => logicalId.startsWith(`Endpoints${server}Function`));
  if (url === undefined) throw new Error(`endpoint ${server} has no URL`);
  return url;
}
