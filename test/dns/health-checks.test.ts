import { Duration, Stack } from 'aws-cdk-lib';
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

/** What the health check of a construct in the sandbox is made of. */
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
  describe('2 of 3', () => {
    const site = { name: 'site.checks.sandbox.test' };
    const servers = ['A', 'B', 'C'];
    const combinations = Array.from({ length: 8 }, (_, bits) =>
      servers.filter((_, bit) => bits & (1 << bit)),
    );

    it.each(combinations.map((failing) => [failing.join(' and ') || 'nobody', failing] as const))(
      'when %s fails',
      (_, failing) => {
        const down = failing.map((server) => `HealthChecks/Check${server}/HealthCheck`);
        const setIdentifier = failing.length <= 1 ? 'Site' : 'Standby';
        expect(dns).toAnswer({ ...site, down }, { setIdentifier, ttl: 60 });
      },
    );

    it('is not decided by anything else', () => {
      expect(dns).toAnswer({ ...site, down: ['HealthChecks/Backlog/Alarm'] }, { setIdentifier: 'Site' });
    });
  });

  describe('an endpoint check', () => {
    it('asks by HTTPS with SNI, every 30 s or every 10 s, and changes its mind after three answers', () => {
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

    it('looks for a text in the answer', () => {
      expect(configOf('CheckC')).toMatchObject({ Type: 'HTTPS_STR_MATCH', SearchString: 'healthy' });
      expect(configuredBy({ endpoint: 'a.example.org', protocol: 'http', searchString: 'ok' })).toMatchObject(
        {
          Type: 'HTTP_STR_MATCH',
          Port: 80,
        },
      );
    });

    it('asks each endpoint by the name of its own URL', () => {
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

    it('takes an address with a name to send, a port, a path and a threshold', () => {
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

    it('only connects by TCP', () => {
      const config = configuredBy({ endpoint: '2600:9000:2000::1', protocol: 'tcp', port: 5432 });
      expect(config).toMatchObject({ Type: 'TCP', Port: 5432, IPAddress: '2600:9000:2000::1' });
      expect(config).not.toHaveProperty('ResourcePath');
      expect(config).not.toHaveProperty('EnableSNI');
    });

    it('decides about a record by the load balancer, or whatever else has the name', () => {
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

  describe('a CloudWatch alarm', () => {
    const orders = { name: 'orders.checks.sandbox.test' };
    const alarm = ['HealthChecks/Backlog/Alarm'];

    it('sends clients to the standby while it is raised', () => {
      expect(dns).toAnswer(orders, { setIdentifier: 'Orders' });
      expect(dns).toAnswer({ ...orders, down: alarm }, { setIdentifier: 'Standby' });
    });

    it('is raised by an order that has waited ten minutes, for three minutes', () => {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        MetricName: 'OldestOrderSeconds',
        Statistic: 'Maximum',
        Period: 60,
        Threshold: 600,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        EvaluationPeriods: 3,
      });
    });

    it('is looked up in the region that the stack is in', () => {
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
    ] as const)('is %s without data, and so is its alarm', (insufficientData, status, treatMissingData) => {
      const checked = alarmCheck({ insufficientData });
      checked.hasResourceProperties('AWS::Route53::HealthCheck', {
        HealthCheckConfig: { InsufficientDataHealthStatus: status },
      });
      checked.hasResourceProperties('AWS::CloudWatch::Alarm', { TreatMissingData: treatMissingData });
    });

    it('without data leaves the orders where they are', () => {
      expect(dns).toAnswer({ ...orders, insufficientData: alarm }, { setIdentifier: 'Orders' });
    });

    it('is a new one when a setting changes that Route 53 has copied, and the health check stays', () => {
      const ids = (changed: Template) => ({
        alarm: Object.keys(changed.findResources('AWS::CloudWatch::Alarm')).join(),
        healthCheck: Object.keys(changed.findResources('AWS::Route53::HealthCheck')).join(),
      });
      const before = ids(alarmCheck());
      for (const after of [
        alarmCheck({ threshold: 6 }),
        alarmCheck({ evaluationPeriods: 2 }),
        alarmCheck({}, { statistic: 'Sum' }),
        alarmCheck({}, { period: Duration.minutes(1) }),
        alarmCheck({}, { metricName: 'Delay' }),
        alarmCheck({}, { dimensionsMap: { Replica: 'one' } }),
      ]) {
        expect(ids(after).alarm).not.toBe(before.alarm);
        expect(ids(after).healthCheck).toBe(before.healthCheck);
      }
      expect(ids(alarmCheck({ insufficientData: 'healthy' }))).toEqual(before);
    });

    it('may be in any region, since it needs no metric of Route 53', () => {
      expect(alarmCheck().toJSON()).not.toHaveProperty('Rules.CheckUsEast1');
    });

    it.each<[string, () => unknown]>([
      [
        'metric: got "p99", expected one of the statistics Average, Minimum, Maximum, Sum, SampleCount',
        () => alarmCheck({}, { statistic: 'p99' }),
      ],
      [
        'metric: got "a period of 10 s", expected one of a minute or longer',
        () => alarmCheck({}, { period: Duration.seconds(10) }),
      ],
      [
        'metric: got [null,"us-west-2"], expected one of this account and region',
        () => alarmCheck({}, { region: 'us-west-2' }),
      ],
      [
        'metric: got "an expression", expected a single metric: Route 53 knows no metric math',
        () => alarmCheck({ metric: new MathExpression({ expression: '1' }) as unknown as Metric }),
      ],
      [
        'evaluationPeriods: got 0, expected a whole number from 1',
        () => alarmCheck({ evaluationPeriods: 0 }),
      ],
    ])('%s', (message, act) => {
      expect(act).toThrow(message);
    });
  });

  describe('alarms', () => {
    it.each(['CheckA', 'CheckB', 'CheckC', 'Majority'])('watch %s, minute by minute', (path) => {
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
    });

    it('keep the stack in us-east-1, where their metrics are', () => {
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

    it('wake somebody when the majority is lost or work piles up, not when one endpoint fails', () => {
      const app = sandbox({ alarmEmail: 'ops@example.org' }, 'health-checks');
      const told = Templates.fromApp(app)
        .ofType('AWS::CloudWatch::Alarm')
        .filter(
          ({ properties }) => properties.AlarmActions !== undefined && properties.OKActions !== undefined,
        );
      expect(told.map(({ path }) => path).sort()).toEqual([
        'HealthChecks/Backlog/Alarm',
        'HealthChecks/Majority/Failure/Alarm',
      ]);
    });

    it('tell the topic that a check is given', () => {
      const checked = build((stack) => {
        const alarmTopic = new Topic(stack, 'Topic');
        new EndpointCheck(stack, 'Check', { endpoint: 'a.example.org', alarmTopic });
      });
      checked.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmActions: [Match.anyValue()] });
    });
  });

  describe('the sample endpoints', () => {
    it('may write logs, call each other as anybody may, and nothing else', () => {
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

    it('are reached by anybody, say that they are healthy, and write nothing down', () => {
      template.allResourcesProperties('AWS::Lambda::Url', { AuthType: 'NONE' });
      template.allResourcesProperties('AWS::Lambda::Function', {
        LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN' },
      });
      const [fn] = Object.values(template.findResources('AWS::Lambda::Function'));
      const { ZipFile } = (fn?.Properties as { Code: { ZipFile: string } }).Code;
      expect(ZipFile).toContain(`body: '${String(configOf('CheckC').SearchString)}'`);
    });
  });

  it('puts its names into the zone that it is given', () => {
    const given = sandbox({ domainName: 'example.org', hostedZoneId: 'Z0123456789' }, 'health-checks');
    Template.fromStack(stackOf(given, 'HealthChecks')).resourceCountIs('AWS::Route53::HostedZone', 0);
    expect(Dns.of(Templates.fromApp(given))).toAnswer(
      { name: 'site.example.org' },
      { setIdentifier: 'Site' },
    );
  });

  it('calculates AND by default, and stands twice in one stack', () => {
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

  describe('refuses in one line', () => {
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
            `endpoint: got "${endpoint}", expected a public address: health checkers come from the internet`,
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
      ['expected a name beside an address, for SNI', endpointCheck({ endpoint: PUBLIC })],
      ['hostName: got "b", expected none beside a domain name', endpointCheck({ ...a, hostName: 'b' })],
      ['expected one, for TCP', endpointCheck({ ...a, protocol: 'tcp' })],
      ['port: got 0, expected a whole number from 1 to 65535', endpointCheck({ ...a, port: 0 })],
      [
        'failureThreshold: got 11, expected a whole number from 1 to 10',
        endpointCheck({ ...a, failureThreshold: 11 }),
      ],
      ['path: got "health", expected a path such as /health', endpointCheck({ ...a, path: 'health' })],
      ['searchString: got "", expected 1 to 255 characters', endpointCheck({ ...a, searchString: '' })],
      [
        'protocol: got "tcp", expected http or https beside a path or a searchString',
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
        'children: got "Test/Nested/HealthCheck", expected no calculated ones: Route 53 nests no calculations',
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
  return urls.find((logicalId) => logicalId.startsWith(`Endpoints${server}Function`)) ?? '';
}
