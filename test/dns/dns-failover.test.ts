import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ARecord, PublicHostedZone, RecordTarget, type IRecordSet } from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Dns, type DnsQuery } from '../../lib/assertions/dns';
import '../../lib/assertions/dns/matchers';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Network } from '../../lib/assertions/network';
import '../../lib/assertions/network/matchers';
import { Templates } from '../../lib/assertions/templates';
import { DnsFailover, type DnsFailoverProps } from '../../lib/dns/dns-failover/dns-failover';
import { RecordNameTarget } from '../../lib/dns/dns-failover/failover-endpoint';
import { DomainCertificate } from '../../lib/dns/dns-failover/domain-certificate';
import { StatusPage, type StatusPageProps } from '../../lib/dns/dns-failover/status-page';
import { TwoRegionFailover } from '../../lib/dns/dns-failover/two-region-failover';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const ALB = 'AutoScalingWeb/Web/LoadBalancer/Alb';
const PAGE = 'DnsFailover/StatusPage/Distribution';
const BUCKET = 'DnsFailover/StatusPage/Bucket';
const CHECK = 'DnsFailover/Failover/Primary/Check/HealthCheck';

interface CheckConfig {
  readonly Type: string;
  readonly FullyQualifiedDomainName: string;
  readonly Port: number;
  readonly EnableSNI?: boolean;
}

function synthesizeSandbox(parameters: Readonly<Record<string, unknown>> = {}) {
  const app = sandbox(parameters, 'multi-az-vpc', 'auto-scaling-web', 'dns-failover');
  const templates = Templates.fromApp(app);
  return {
    templates,
    template: Template.fromStack(stackOf(app, 'DnsFailover')),
    dns: Dns.of(templates),
    check: templates.at(CHECK).properties.HealthCheckConfig as unknown as CheckConfig,
  };
}

/** The construct in a stack with its own zone. */
function synthesize(props: (stack: Stack) => Partial<DnsFailoverProps> = () => ({}), region?: string) {
  const app = newApp();
  const stack = new Stack(app, 'Test', region === undefined ? {} : { env: { region } });
  const given = props(stack);
  new DnsFailover(stack, 'Failover', {
    zone: given.zone ?? new PublicHostedZone(stack, 'Zone', { zoneName: 'example.org' }),
    recordName: 'app.example.org',
    primary: { target: ['198.51.100.1'], healthCheck: { endpoint: 'one.example.net' } },
    secondary: { target: ['198.51.100.2'] },
    ...given,
  });
  return { template: Template.fromStack(stack), dns: Dns.of(Templates.fromApp(app)) };
}

function synthesizePage(props?: (stack: Stack) => StatusPageProps, region = 'us-east-1') {
  const stack = new Stack(newApp(), 'Test', { env: { region } });
  new StatusPage(stack, 'StatusPage', props?.(stack));
  return Template.fromStack(stack);
}

describe('dns-failover', () => {
  const plain = synthesizeSandbox();
  const secure = synthesizeSandbox({
    domainName: 'example.org',
    hostedZoneId: 'Z0123456789ABCDEFGHIJ',
    alarmEmail: 'ops@example.org',
  });
  const both = [
    { ...plain, name: 'app.failover.sandbox.test' },
    { ...secure, name: 'app.example.org' },
  ] as const;

  describe('the name', () => {
    it.each(both)('resolves to the load balancer while it is healthy: $name', ({ dns, name }) => {
      expect(dns).toAnswer({ name }, { aliasTarget: ALB, setIdentifier: 'Primary' });
    });

    it.each(both)('resolves to the status page while the load balancer is down: $name', ({ dns, name }) => {
      expect(dns).toAnswer({ name, down: [ALB] }, { aliasTarget: PAGE, setIdentifier: 'Secondary' });
    });

    it.each(both)('resolves to the status page while the health check fails: $name', ({ dns, name }) => {
      expect(dns).toAnswer({ name, down: [CHECK] }, { aliasTarget: PAGE });
    });

    it.each(both)('resolves to the status page when both are down: $name', ({ dns, name }) => {
      expect(dns).toAnswer({ name, down: [ALB, PAGE] }, { aliasTarget: PAGE });
      expect(dns).toAnswer({ name, down: [PAGE] }, { aliasTarget: ALB });
    });

    it('has no AAAA record: the load balancer has no IPv6 address', () => {
      for (const down of [[], [ALB], [CHECK]]) {
        expect(plain.dns).toAnswer(
          { name: 'app.failover.sandbox.test', type: 'AAAA', down },
          { status: 'NODATA' },
        );
      }
      expect(
        secure.templates.ofType('AWS::Route53::RecordSet').map(({ properties }) => properties.Type),
      ).toEqual(['A', 'A', 'A']);
    });

    it.each(both)(
      'secondary (CloudFront) has no EvaluateTargetHealth: Route 53 rejects it: $name',
      ({ template }) => {
        template.hasResourceProperties('AWS::Route53::RecordSet', {
          Failover: 'PRIMARY',
          AliasTarget: { EvaluateTargetHealth: true },
        });
        template.hasResourceProperties('AWS::Route53::RecordSet', {
          Failover: 'SECONDARY',
          HealthCheckId: Match.absent(),
          AliasTarget: { EvaluateTargetHealth: Match.absent() },
        });
      },
    );
  });

  describe('the health check', () => {
    it('uses a name that does not fail over', () => {
      const { FullyQualifiedDomainName: name } = secure.check;
      for (const down of [[], [ALB], [CHECK]]) {
        expect(secure.dns).toAnswer({ name, down }, { aliasTarget: ALB });
      }
      expect(plain.templates.reference(plain.check.FullyQualifiedDomainName)).toMatchObject({
        resource: { path: ALB },
        attribute: 'DNSName',
      });
    });

    it.each(both)(
      'reaches the load balancer on the port of the health check: $name',
      ({ templates, check }) => {
        expect(Network.of(templates)).toReach({ source: 'internet', destination: ALB, port: check.Port });
      },
    );

    it('uses HTTPS with a certificate: a redirect of HTTP counts as healthy', () => {
      expect(secure.check).toMatchObject({ Type: 'HTTPS', Port: 443, EnableSNI: true });
      expect(plain.check).toMatchObject({ Type: 'HTTP', Port: 80 });
    });

    it.each(both)('requests /health every 30 s, and fails after 3 failures: $name', ({ check }) => {
      expect(check).toMatchObject({ ResourcePath: '/health', RequestInterval: 30, FailureThreshold: 3 });
      expect(check).not.toHaveProperty('Disabled');
      expect(check).toMatchObject({ Inverted: false });
    });

    it.each(both)('has an alarm for an unhealthy status and for missing data: $name', ({ template }) => {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        Namespace: 'AWS/Route53',
        MetricName: 'HealthCheckStatus',
        Dimensions: [{ Name: 'HealthCheckId', Value: { Ref: Match.stringLikeRegexp('HealthCheck') } }],
        Statistic: 'Minimum',
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        TreatMissingData: 'breaching',
      });
    });

    it('sends its alarm to the e-mail address', () => {
      const topic = { Ref: Match.stringLikeRegexp('^AlarmsTopic') };
      secure.template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        AlarmActions: [topic],
        OKActions: [topic],
      });
      secure.template.hasResourceProperties('AWS::SNS::Subscription', {
        Protocol: 'email',
        Endpoint: 'ops@example.org',
        TopicArn: topic,
      });
      plain.template.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmActions: Match.absent() });
    });
  });

  describe('the status page', () => {
    it('is readable by its distribution over TLS, and by nobody else', () => {
      const iam = Iam.of(plain.templates);
      const page = { resource: BUCKET, path: 'status.html' };
      const ours = { 'aws:SourceArn': iam.arn(PAGE), 'aws:SecureTransport': 'true' };
      expect(iam).toAllow('cloudfront.amazonaws.com', 's3:GetObject', page, { context: ours });
      for (const context of [
        { ...ours, 'aws:SourceArn': iam.arn(PAGE).replace('distribution', 'streaming-distribution') },
        { ...ours, 'aws:SourceArn': null },
        { ...ours, 'aws:SecureTransport': 'false' },
      ]) {
        expect(iam).not.toAllow('cloudfront.amazonaws.com', 's3:GetObject', page, { context });
      }
      expect(iam).not.toAllow('*', 's3:GetObject', page, { context: { 'aws:SecureTransport': 'true' } });
      plain.template.hasResourceProperties('AWS::S3::Bucket', {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      });
      plain.template.hasResourceProperties('AWS::CloudFront::Distribution', {
        DistributionConfig: {
          Origins: [
            {
              DomainName: {
                'Fn::GetAtt': [Match.stringLikeRegexp('^StatusPageBucket'), 'RegionalDomainName'],
              },
              OriginAccessControlId: Match.anyValue(),
            },
          ],
        },
      });
    });

    it('answers every path with 503: CloudFront may not list the bucket', () => {
      const iam = Iam.of(plain.templates);
      const context = { 'aws:SourceArn': iam.arn(PAGE), 'aws:SecureTransport': 'true' };
      expect(iam).not.toAllow('cloudfront.amazonaws.com', 's3:ListBucket', BUCKET, { context });
      plain.template.hasResourceProperties('AWS::CloudFront::Distribution', {
        DistributionConfig: {
          DefaultRootObject: Match.absent(),
          CustomErrorResponses: [
            { ErrorCode: 403, ResponseCode: 503, ResponsePagePath: '/status.html', ErrorCachingMinTTL: 10 },
          ],
          DefaultCacheBehavior: { ViewerProtocolPolicy: 'redirect-to-https' },
        },
      });
    });

    it('has an origin access control whose name contains the UUID of the stack', () => {
      plain.template.hasResourceProperties('AWS::CloudFront::OriginAccessControl', {
        OriginAccessControlConfig: {
          Name: {
            'Fn::Join': [
              '',
              [
                Match.stringLikeRegexp('^DnsFailov.*-$'),
                { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] },
              ],
            ],
          },
        },
      });
    });

    it('is uploaded by a Lambda function whose logs expire after a month', () => {
      const path = 'DnsFailover/StatusPage/Upload';
      expect(plain.templates.at(`${path}/Logs`).properties.RetentionInDays).toBe(30);
      expect(plain.templates.at(`${path}/Role`).properties.AssumeRolePolicyDocument).toMatchObject({
        Statement: [{ Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
      });
    });

    it('is uploaded by a role that may write only this object and its logs', () => {
      const upload = 'DnsFailover/StatusPage/Upload/PutObject';
      const { Create, Update } = plain.templates.at(`${upload}/Resource/Default`).properties;
      expect(Update).toEqual(Create);
      const call = JSON.parse(Create as string) as { parameters: Record<string, string> };
      expect(call).toMatchObject({ service: 'S3', action: 'putObject' });
      expect(call.parameters).toMatchObject({ Key: 'status.html', ContentType: 'text/html; charset=utf-8' });
      expect(call.parameters.Body).toContain('Down for the moment');
      expect(plain.templates.reference(call.parameters.Bucket)?.resource.path).toBe(BUCKET);
      expect(Iam.of(plain.templates)).toAllowOnly('DnsFailover/StatusPage/Upload/Role', {
        [`${BUCKET}/status.html`]: ['s3:PutObject'],
        'DnsFailover/StatusPage/Upload/Logs:*': ['logs:CreateLogStream', 'logs:PutLogEvents'],
      });
    });
  });

  it('has a certificate for both endpoints in an existing zone', () => {
    const certificate = { Ref: Match.stringLikeRegexp('^DomainCertificate') };
    secure.template.hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: 'app.example.org',
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: 'app.example.org', HostedZoneId: 'Z0123456789ABCDEFGHIJ' }],
    });
    secure.template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        Aliases: ['app.example.org'],
        ViewerCertificate: { AcmCertificateArn: certificate, MinimumProtocolVersion: 'TLSv1.2_2025' },
      },
    });
    secure.template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerCertificate', {
      Certificates: [{ CertificateArn: certificate }],
      ListenerArn: Match.objectLike({
        'Fn::GetStackOutput': Match.objectLike({ OutputName: Match.stringLikeRegexp('Https') }),
      }),
    });
    secure.template.resourceCountIs('AWS::Route53::HostedZone', 0);
    secure.template.hasOutput('Url', { Value: 'https://app.example.org' });
    secure.template.hasOutput('StatusPageUrl', { Description: Match.absent() });
  });

  it.each([
    ['failover.sandbox.test', plain],
    ['failover.example.org', synthesizeSandbox({ domainName: 'example.org' })],
  ] as const)('creates the zone %s without hostedZoneId, and no certificate', (zone, { template }) => {
    template.hasResourceProperties('AWS::Route53::HostedZone', { Name: `${zone}.` });
    template.resourceCountIs('AWS::CertificateManager::Certificate', 0);
    template.hasOutput('Url', { Value: `http://app.${zone}` });
    template.hasOutput('StatusPageUrl', {
      Description: Match.stringLikeRegexp('^Only name of the status page: for app'),
    });
    template.hasOutput('NameServers', {
      Description: `Other name servers do not know app.${zone} until a parent zone delegates ${zone} to these`,
    });
  });

  describe('with a health check on each endpoint', () => {
    const one = 'Test/Failover/Primary/Check/HealthCheck';
    const two = 'Test/Failover/Secondary/Check/HealthCheck';
    const { dns, template } = synthesize(() => ({
      secondary: { target: ['198.51.100.2'], healthCheck: { endpoint: 'two.example.net' } },
    }));

    // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
    it.each<[string, string[], string]>([
      ['both are healthy', [], '198.51.100.1'],
      ['the secondary is down', [two], '198.51.100.1'],
      ['the primary is down', [one], '198.51.100.2'],
      ['both are down', [one, two], '198.51.100.1'],
    ])('when %s', (_, down, address) => {
      expect(dns).toAnswer({ name: 'app.example.org', down }, { values: [address], ttl: 60 });
    });

    it('has an alarm for each health check', () => {
      template.resourceCountIs('AWS::CloudWatch::Alarm', 2);
    });
  });

  it.each(['alias of the load balancer', 'alias of another name in the zone'])(
    'fails over when no target of the load balancer is healthy: %s',
    (how) => {
      const { dns } = synthesize((stack) => {
        const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0 });
        const alb = new ApplicationLoadBalancer(stack, 'Alb', { vpc, internetFacing: true });
        const balancer = new LoadBalancerTarget(alb, { evaluateTargetHealth: true });
        const zone = new PublicHostedZone(stack, 'MyZone', { zoneName: 'example.org' });
        new ARecord(stack, 'One', {
          zone,
          recordName: 'one',
          target: RecordTarget.fromAlias(balancer),
        });
        const target =
          how === 'alias of the load balancer' ? balancer : new RecordNameTarget('one.example.org');
        return { zone, primary: { target, healthCheck: { endpoint: 'one.example.net' } } };
      });
      expect(dns).toAnswer({ name: 'app.example.org' }, { aliasTarget: 'Test/Alb' });
      expect(dns).toAnswer({ name: 'app.example.org', down: ['Test/Alb'] }, { values: ['198.51.100.2'] });
    },
  );

  it('answers A and AAAA queries with the same endpoint when it is dual-stack', () => {
    const { dns } = synthesize(() => ({
      ipAddressType: 'dual-stack',
      primary: {
        target: ['198.51.100.1', '2001:db8::1'],
        healthCheck: { endpoint: 'one.example.net' },
      },
      secondary: { target: ['2001:db8::2', '198.51.100.2', '198.51.100.3'] },
    }));
    const answers = (query: Partial<DnsQuery>, A: string[], AAAA: string[]) => {
      expect(dns).toAnswer({ name: 'app.example.org', type: 'A', ...query }, { values: A });
      expect(dns).toAnswer({ name: 'app.example.org', type: 'AAAA', ...query }, { values: AAAA });
    };
    answers({}, ['198.51.100.1'], ['2001:db8::1']);
    answers({ down: ['Primary'] }, ['198.51.100.2', '198.51.100.3'], ['2001:db8::2']);
  });

  it('accepts the zone apex as its name', () => {
    const { dns } = synthesize(() => ({ recordName: 'example.org' }));
    expect(dns).toAnswer({ name: 'example.org', down: ['Primary'] }, { values: ['198.51.100.2'] });
  });

  it('accepts a protocol, port, path, search string, interval and threshold', () => {
    const { template } = synthesize((stack) => ({
      primary: {
        target: [new ec2.CfnEIP(stack, 'Address').attrPublicIp],
        healthCheck: {
          endpoint: 'one.example.net',
          protocol: 'http',
          port: 8080,
          path: '/ready',
          searchString: 'OK',
          interval: 'fast',
          failureThreshold: 1,
        },
      },
      alarmTopic: new Topic(stack, 'Mine'),
    }));
    template.hasResourceProperties('AWS::Route53::HealthCheck', {
      HealthCheckConfig: {
        Type: 'HTTP_STR_MATCH',
        FullyQualifiedDomainName: 'one.example.net',
        Port: 8080,
        ResourcePath: '/ready',
        SearchString: 'OK',
        RequestInterval: 10,
        FailureThreshold: 1,
      },
      HealthCheckTags: [{ Key: 'Name', Value: 'Test/Failover/Primary/Check' }],
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [{ Ref: Match.stringLikeRegexp('^Mine') }],
    });
  });

  it('accepts a search string with HTTPS', () => {
    synthesize(() => ({
      primary: {
        target: ['198.51.100.1'],
        healthCheck: { endpoint: 'one.example.net', searchString: 'OK' },
      },
    })).template.hasResourceProperties('AWS::Route53::HealthCheck', {
      HealthCheckConfig: { Type: 'HTTPS_STR_MATCH', Port: 443, EnableSNI: true, SearchString: 'OK' },
    });
  });

  it('accepts a health check of an IP address with the name that fails over', () => {
    const { template } = synthesize(() => ({
      primary: {
        target: ['18.0.0.1'],
        healthCheck: { endpoint: '18.0.0.1', hostName: 'app.example.org' },
      },
    }));
    template.hasResourceProperties('AWS::Route53::HealthCheck', {
      HealthCheckConfig: {
        IPAddress: '18.0.0.1',
        FullyQualifiedDomainName: 'app.example.org',
        EnableSNI: true,
      },
    });
  });

  it('requires us-east-1, in the template and for a known region', () => {
    const rules = Object.values((plain.template.toJSON() as { Rules: Record<string, unknown> }).Rules);
    expect(rules).toContainEqual({
      Assertions: [
        {
          Assert: { 'Fn::Contains': [['us-east-1'], { Ref: 'AWS::Region' }] },
          AssertDescription: 'Deploy this stack to us-east-1. Metrics of health checks exist only there.',
        },
      ],
    });
    expect(() => synthesize(undefined, 'us-east-1')).not.toThrow();
    expect(() => synthesize(undefined, 'eu-west-1')).toThrow(
      'region: got "eu-west-1", expected us-east-1: Metrics of health checks exist only there',
    );
    const named = (stack: Stack) => ({
      certificate: new DomainCertificate(stack, 'DomainCertificate', {
        domainName: 'app.example.org',
        zone: new PublicHostedZone(stack, 'Zone', { zoneName: 'example.org' }),
      }),
    });
    expect(() => synthesizePage(named)).not.toThrow();
    expect(() => synthesizePage(named, 'eu-west-1')).toThrow(
      'region: got "eu-west-1", expected us-east-1: Certificates for CloudFront exist only there',
    );
    expect(() => synthesizePage(undefined, 'eu-west-1')).not.toThrow();
  });

  it('retains the page by default, and accepts a removal policy and HTML', () => {
    const kept = synthesizePage();
    kept.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
    kept.resourceCountIs('Custom::S3AutoDeleteObjects', 0);
    const gone = synthesizePage(() => ({
      removalPolicy: RemovalPolicy.DESTROY,
      html: '<h1>Back at noon</h1>',
    }));
    gone.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
    gone.resourceCountIs('Custom::S3AutoDeleteObjects', 1);
    gone.hasResourceProperties('Custom::PageUpload', {
      Create: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('Back at noon')])] },
    });
  });

  it('fits into one stack twice', () => {
    const stack = new Stack(newApp(), 'Test');
    const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'example.org' });
    for (const name of ['One', 'Two']) {
      new StatusPage(stack, `${name}Page`);
      new DnsFailover(stack, name, {
        zone,
        recordName: `${name.toLowerCase()}.example.org`,
        primary: { target: ['198.51.100.1'], healthCheck: { endpoint: 'one.example.net' } },
        secondary: { target: ['198.51.100.2'] },
      });
    }
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Route53::RecordSet', 4);
    template.resourceCountIs('AWS::CloudFront::Distribution', 2);
  });

  const checked = (options: object) => ({
    primary: {
      target: ['198.51.100.1'],
      healthCheck: { endpoint: 'one.example.net', ...options },
    },
  });
  it('refuses an alias of a record name without a zone', () => {
    const record = {} as IRecordSet;
    expect(() => new RecordNameTarget('a.example.org').bind(record)).toThrow(
      'zone: got undefined, expected the hosted zone of the record',
    );
  });

  it.each<[Partial<DnsFailoverProps>, string]>([
    [
      { recordName: 'app.example.com' },
      'recordName: got "app.example.com", expected a name in the zone example.org',
    ],
    [{ recordName: 'badexample.org' }, 'recordName: got "badexample.org", expected a name in the zone'],
    [
      checked({ endpoint: 'App.example.org' }),
      'primary.healthCheck.endpoint: got "App.example.org", expected an IP address or a name of this endpoint only, not the name that fails over',
    ],
    [
      { secondary: { target: ['198.51.100.2'], healthCheck: { endpoint: 'app.example.org' } } },
      'secondary.healthCheck.endpoint: got "app.example.org", expected an IP address or a name of this endpoint only',
    ],
    [
      checked({ endpoint: '10.0.0.1', hostName: 'app.example.org' }),
      'endpoint: got "10.0.0.1", expected a public IP address',
    ],
    [checked({ port: 0 }), 'port: got 0, expected a whole number from 1 to 65535'],
    [checked({ port: 65_536 }), 'port: got 65536, expected'],
    [checked({ failureThreshold: 0 }), 'failureThreshold: got 0, expected a whole number from 1 to 10'],
    [checked({ failureThreshold: 11 }), 'failureThreshold: got 11, expected'],
    [checked({ failureThreshold: 2.5 }), 'failureThreshold: got 2.5, expected'],
    [checked({ path: 'health' }), 'path: got "health", expected a path such as /health'],
    [checked({ path: `/${'x'.repeat(255)}` }), 'expected a path such as /health, up to 255 characters'],
    [checked({ searchString: '' }), 'searchString: got "", expected 1 to 255 characters'],
    [checked({ searchString: 'x'.repeat(256) }), 'expected 1 to 255 characters'],
    [
      { secondary: { target: [] } },
      'secondary.target: got [], expected IPv4 addresses, as ipAddressType is ipv4',
    ],
    [
      { secondary: { target: ['2001:db8::2'] } },
      'secondary.target: got ["2001:db8::2"], expected IPv4 addresses',
    ],
    [
      { secondary: { target: ['198.51.100.2', '2001:db8::2'] } },
      'secondary.target: got ["198.51.100.2","2001:db8::2"], expected IPv4 addresses, as',
    ],
    [
      { secondary: { target: ['web.example.net'] } },
      'secondary.target: got "web.example.net", expected an IPv4 or IPv6 address',
    ],
    [
      { ipAddressType: 'dual-stack' },
      'primary.target: got ["198.51.100.1"], expected IPv4 and IPv6 addresses, as ipAddressType is dual-stack',
    ],
    [
      { secondary: { target: ['198.51.100.256'] } },
      'secondary.target: got "198.51.100.256", expected an IPv4 or IPv6 address',
    ],
  ])('refuses %j with one line', (props, message) => {
    expect(() => synthesize(() => props)).toThrow(message);
  });

  describe('between two regions', () => {
    const app = new App({ analyticsReporting: false });
    const { failover } = new TwoRegionFailover(app, 'Shop', {
      account: '111111111111',
      zone: { hostedZoneId: 'Z0123456789ABCDEFGHIJ', zoneName: 'example.org' },
      recordName: 'app.example.org',
      primaryRegion: 'eu-west-1',
      secondaryRegion: 'us-west-2',
      addEndpoint: (stack, { name, zone }) => {
        const address = new ec2.CfnEIP(stack, 'Address');
        const target = RecordTarget.fromIpAddresses(address.attrPublicIp);
        new ARecord(stack, 'Record', { zone, recordName: name, target });
      },
      alarmEmail: 'ops@example.org',
    });
    const templates = Templates.fromApp(app);
    const dns = Dns.of(templates);
    const primary = { address: 'Shop/Primary/Address', resource: 'Shop/Primary/Record' };
    const secondary = { address: 'Shop/Secondary/Address', resource: 'Shop/Secondary/Record' };

    it.each([
      ['both are healthy', [], primary],
      ['the primary region is down', [primary], secondary],
      ['the secondary region is down', [secondary], primary],
      ['both are down', [primary, secondary], primary],
    ])('when %s', (_, down, answer) => {
      expect(dns).toAnswer(
        { name: 'app.example.org', down: down.map(({ address }) => address) },
        { resource: answer.resource },
      );
    });

    it('deploys a stack in each region, then the failover in us-east-1', () => {
      const stacks = app.synth().stacksRecursively;
      expect(
        stacks.map(({ stackName, environment, dependencies }) => [
          stackName,
          environment.region,
          dependencies.map(({ id }) => id).filter((id) => !id.endsWith('.assets')),
        ]),
      ).toEqual([
        ['Shop-Primary', 'eu-west-1', []],
        ['Shop-Secondary', 'us-west-2', []],
        ['Shop-Dns', 'us-east-1', ['ShopPrimary7CDB49D5', 'ShopSecondary6F39D0C5']],
      ]);
      expect(Stack.of(failover).region).toBe('us-east-1');
    });

    it('uses no output of another region', () => {
      expect(JSON.stringify(templates.resources.map(({ properties }) => properties))).not.toMatch(
        /Import|GetStackOutput/,
      );
    });

    it('refuses one region twice with one line', () => {
      expect(
        () =>
          new TwoRegionFailover(new App(), 'Shop', {
            account: '111111111111',
            zone: { hostedZoneId: 'Z0123456789ABCDEFGHIJ', zoneName: 'example.org' },
            recordName: 'app.example.org',
            primaryRegion: 'eu-west-1',
            secondaryRegion: 'eu-west-1',
            addEndpoint: () => undefined,
          }),
      ).toThrow('secondaryRegion: got "eu-west-1", expected another region than eu-west-1');
    });
  });
});
