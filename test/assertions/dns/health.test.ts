import '../../../lib/assertions/dns/matchers';
import type { DnsQuery } from '../../../lib/assertions/dns';
import { alias, dnsOf, healthCheck, loadBalancer, member, record, zone } from './template';

const app = { name: 'app.example.org' };

/** Failover from a primary with a health check of this config: `secondary` is answered when that is unhealthy. */
const guarded = (
  config: Readonly<Record<string, unknown>>,
  others: Readonly<Record<string, unknown>> = {},
) => {
  const dns = dnsOf({
    Primary: member('primary', { Failover: 'PRIMARY' }, 'Check'),
    Secondary: member('secondary', { Failover: 'SECONDARY' }),
    Check: healthCheck(config),
    ...others,
  });
  const status = (query: Partial<DnsQuery> = {}) => {
    const answer = dns.query({ ...app, ...query });
    if (answer.status === 'unknown') return 'unknown';
    return answer.records[0]?.setIdentifier === 'primary' ? 'healthy' : 'unhealthy';
  };
  return { dns, status };
};

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
describe('dns: endpoint health checks', () => {
  it('fail when the query calls them down, by path or part of it', () => {
    const { status } = guarded({});
    expect(status()).toBe('healthy');
    expect(status({ down: ['App/Check'] })).toBe('unhealthy');
    expect(status({ down: ['Check'] })).toBe('unhealthy');
  });

  it('fail when their record is down', () => {
    expect(guarded({}).status({ down: ['Primary'] })).toBe('unhealthy');
    expect(guarded({}).status({ down: ['Secondary'] })).toBe('healthy');
  });

  it('fail when the resource that they connect to is down', () => {
    const Lb = loadBalancer;
    const byName = guarded(
      { IPAddress: undefined, FullyQualifiedDomainName: { 'Fn::GetAtt': ['Lb', 'DNSName'] } },
      { Lb },
    );
    expect(byName.status({ down: ['Lb'] })).toBe('unhealthy');
    const Eip = { Type: 'AWS::EC2::EIP' };
    const byAddress = guarded({ IPAddress: { Ref: 'Eip' } }, { Eip, Lb });
    expect(byAddress.status({ down: ['Eip'] })).toBe('unhealthy');
    expect(byAddress.status({ down: ['Lb'] })).toBe('healthy');
  });

  it('of a name known only once deployed are unknown when a resource is down', () => {
    const url = { 'Fn::GetAtt': ['Url', 'FunctionUrl'] };
    const { status, dns } = guarded(
      { IPAddress: undefined, FullyQualifiedDomainName: { 'Fn::Select': [2, { 'Fn::Split': ['/', url] }] } },
      { Url: { Type: 'AWS::Lambda::Url' }, Lb: loadBalancer },
    );
    expect(status()).toBe('healthy');
    expect(status({ down: ['Url'] })).toBe('unknown');
    expect(status({ down: ['Lb'] })).toBe('unknown');
    expect(String(dns.query({ ...app, down: ['Url'] }))).toContain('known only once deployed');
    // Not even Route 53 connects to these.
    expect(status({ down: ['Check'] })).toBe('unhealthy');
    expect(status({ down: ['Secondary'] })).toBe('healthy');
  });

  it('fail when their domain name resolves to a resource that is down', () => {
    const config = { IPAddress: undefined, FullyQualifiedDomainName: 'Origin.example.org' };
    const others = {
      Origin: record({ Name: 'origin.example.org', Type: 'CNAME', ResourceRecords: ['lb.example.org'] }),
      Alias: record({ Name: 'lb.example.org', ...alias({ lb: 'Lb' }) }),
      Lb: loadBalancer,
      Other: loadBalancer,
    };
    const { status } = guarded(config, others);
    expect(status({ down: ['Lb'] })).toBe('unhealthy');
    expect(status({ down: ['Other'] })).toBe('healthy');
    const outside = guarded({ ...config, FullyQualifiedDomainName: 'example.com' }, others);
    expect(outside.status({ down: ['Lb'] })).toBe('healthy');
  });

  it.each([
    ['the domain name of an alias', 'origin.example.org'],
    ['the DNS name of the load balancer', { 'Fn::GetAtt': ['Lb', 'DNSName'] }],
  ])('fail when all target groups are down, and are unknown with one down: %s', (_, name) => {
    const forward = (id: string) => ({ Type: 'forward', TargetGroupArn: { Ref: id } });
    const others = {
      Lb: loadBalancer,
      Listener: {
        Type: 'AWS::ElasticLoadBalancingV2::Listener',
        Properties: { LoadBalancerArn: { Ref: 'Lb' }, DefaultActions: [forward('Web')] },
      },
      Rule: {
        Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
        Properties: { ListenerArn: { Ref: 'Listener' }, Actions: [forward('Api')] },
      },
      Moved: {
        Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
        Properties: {
          ListenerArn: { Ref: 'Listener' },
          Actions: [{ Type: 'redirect', RedirectConfig: { Host: { 'Fn::Sub': '${AWS::Region}.org' } } }],
        },
      },
      Web: { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup' },
      Api: { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup' },
      Origin: record({ Name: 'origin.example.org', ...alias({ lb: 'Lb' }) }),
    };
    const { status } = guarded({ IPAddress: undefined, FullyQualifiedDomainName: name }, others);
    expect(status()).toBe('healthy');
    expect(status({ down: ['Web', 'Api'] })).toBe('unhealthy');
    expect(status({ down: ['Web'] })).toBe('unknown');
  });

  // Health checkers are on the internet: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-private-hosted-zones.html
  it('resolve their domain name as the internet does, also for a private zone', () => {
    const HostedZoneId = { Ref: 'Inside' };
    const dns = dnsOf({
      Vpc: { Type: 'AWS::EC2::VPC', Properties: { EnableDnsHostnames: true } },
      Inside: zone('example.org', { VPCs: [{ VPCId: { Ref: 'Vpc' }, VPCRegion: 'eu-west-3' }] }),
      Primary: member('primary', { HostedZoneId, Failover: 'PRIMARY' }, 'Check'),
      Secondary: member('secondary', { HostedZoneId, Failover: 'SECONDARY' }),
      Check: healthCheck({ IPAddress: undefined, FullyQualifiedDomainName: 'origin.example.org' }),
      Origin: record({ Name: 'origin.example.org', ...alias({ lb: 'Lb' }) }),
      Lb: loadBalancer,
    });
    expect(dns).toAnswer({ ...app, vpc: 'App/Vpc', down: ['Lb'] }, { setIdentifier: 'secondary' });
  });

  it.each([
    'Type',
    'Inverted',
    'Disabled',
    'HealthThreshold',
    'ChildHealthChecks',
    'InsufficientDataHealthStatus',
  ])('are unknown while %s is known only once deployed', (property) => {
    const Imported = { 'Fn::ImportValue': 'Value' };
    expect(guarded({ [property]: Imported }).status()).toBe('unknown');
    expect(guarded({ SearchString: Imported }).status()).toBe('healthy');
  });

  it('name the endpoint that is up, whether the zones have it or not', () => {
    const Origin = record({ Name: 'origin.example.org' });
    for (const [name, others] of [
      ['origin.example.org', { Origin }],
      ['origin.example.net', {}],
    ] as const) {
      const { dns } = guarded({ IPAddress: undefined, FullyQualifiedDomainName: name }, others);
      const answer = dns.query({ ...app, down: ['Secondary'] });
      expect(String(answer)).toContain(`health check App/Check: its endpoint ${name} is up`);
    }
  });

  // AWS: "if you create a health check for which the value of Domain name matches the name of the records and then
  // associate the health check with those records, health check results will be unpredictable".
  // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-failover.html
  it('are unknown when they connect to the name of their own record', () => {
    const { status, dns } = guarded({ IPAddress: undefined, FullyQualifiedDomainName: 'app.example.org' });
    expect(status({ down: ['Secondary'] })).toBe('unknown');
    expect(String(dns.query({ ...app, down: ['Secondary'] }))).toContain(
      'health check App/Check depends on itself',
    );
  });

  // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-invert.html
  it('are inverted by Inverted', () => {
    const { status } = guarded({ Inverted: true });
    expect(status()).toBe('unhealthy');
    expect(status({ down: ['Check'] })).toBe('healthy');
    expect(guarded({ Inverted: 'true' }).status()).toBe('unhealthy');
  });

  // https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
  it('are healthy while they are disabled, and unhealthy when also inverted', () => {
    expect(guarded({ Disabled: true }).status({ down: ['Check'] })).toBe('healthy');
    expect(guarded({ Disabled: true, Inverted: true }).status()).toBe('unhealthy');
  });

  it('that are not in the templates, or only under a condition, are unknown', () => {
    const secondary = member('secondary', { Failover: 'SECONDARY' });
    const outside = dnsOf({
      Primary: member('primary', { Failover: 'PRIMARY', HealthCheckId: 'abc-1' }),
      Secondary: secondary,
    });
    expect(String(outside.query(app))).toContain('health check abc-1 is not in the templates');
    const Parameters = { Stage: { Type: 'String' } };
    const Conditions = { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } };
    const conditional = dnsOf(
      {
        Primary: member('primary', { Failover: 'PRIMARY' }, 'Check'),
        Secondary: secondary,
        Check: { ...healthCheck(), Condition: 'IsProd' },
      },
      {},
      { Parameters, Conditions },
    );
    expect(String(conditional.query(app))).toContain('health check App/Check exists only if IsProd is true');
  });

  it('that are unknown do not matter if both outcomes give the same answer', () => {
    const dns = dnsOf({
      Primary: member('primary', { Failover: 'PRIMARY' }),
      Secondary: member('secondary', { Failover: 'SECONDARY', HealthCheckId: 'abc-1' }),
    });
    expect(dns).toAnswer(app, { setIdentifier: 'primary' });
    const both = dnsOf({
      Primary: member('primary', { Failover: 'PRIMARY', HealthCheckId: 'abc-1' }),
      Secondary: member('secondary', { Failover: 'SECONDARY' }, 'Check'),
      Check: healthCheck(),
    });
    expect(both.query(app).status).toBe('unknown');
    expect(both).toAnswer({ ...app, down: ['Check'] }, { setIdentifier: 'primary' });
  });

  it('that are unknown on two records make the answer unknown', () => {
    const dns = dnsOf({
      Primary: member('primary', { Failover: 'PRIMARY', HealthCheckId: 'abc-1' }),
      Secondary: member('secondary', { Failover: 'SECONDARY', HealthCheckId: 'abc-2' }),
    });
    expect(dns.query(app).status).toBe('unknown');
  });
});

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html (HealthThreshold)
describe('dns: calculated health checks', () => {
  const calculated = (HealthThreshold: unknown, children: readonly string[] = ['C1', 'C2', 'C3']) =>
    guarded(
      { Type: 'CALCULATED', HealthThreshold, ChildHealthChecks: children.map((id) => ({ Ref: id })) },
      { C1: healthCheck(), C2: healthCheck(), C3: healthCheck({ Inverted: true }), C4: healthCheck() },
    );

  it('count an inverted child by its inverted status', () => {
    expect(calculated(3).status()).toBe('unhealthy');
    expect(calculated(3).status({ down: ['C3'] })).toBe('healthy');
  });

  it('are always healthy with a threshold of 0', () => {
    expect(calculated(0).status({ down: ['C1', 'C2'] })).toBe('healthy');
  });

  it('are always unhealthy with a threshold above the number of children', () => {
    expect(calculated(2, ['C1']).status()).toBe('unhealthy');
  });

  it('count a disabled child as healthy', () => {
    const Off = healthCheck({ Disabled: true });
    const config = { Type: 'CALCULATED', HealthThreshold: 1, ChildHealthChecks: [{ Ref: 'Off' }] };
    expect(guarded(config, { Off }).status({ down: ['Off'] })).toBe('healthy');
  });

  it('are unknown only if an unknown child decides', () => {
    const config = (HealthThreshold: number) => ({
      Type: 'CALCULATED',
      HealthThreshold,
      ChildHealthChecks: [{ Ref: 'C1' }, 'abc-1'],
    });
    expect(guarded(config(1), { C1: healthCheck() }).status()).toBe('healthy');
    expect(guarded(config(2), { C1: healthCheck() }).status()).toBe('unknown');
    expect(guarded(config(2), { C1: healthCheck() }).status({ down: ['C1'] })).toBe('unhealthy');
  });

  it('are unknown without a threshold, and when they are their own child', () => {
    expect(calculated(undefined).status()).toBe('unknown');
    expect(calculated(1, ['Check']).status()).toBe('unknown');
  });
});

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
describe('dns: health checks of CloudWatch alarms', () => {
  const alarm = (Name: unknown) =>
    guarded(
      {
        ...{ Type: 'CLOUDWATCH_METRIC', IPAddress: undefined },
        AlarmIdentifier: { Name, Region: 'eu-west-3' },
      },
      { Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmName: 'errors' } } },
    );

  it('find the alarm by its Ref or its name', () => {
    const down = ['App/Alarm'];
    expect(alarm({ Ref: 'Alarm' }).status({ down })).toBe('unhealthy');
    expect(alarm('errors').status({ down })).toBe('unhealthy');
    expect(alarm('others').status({ down })).toBe('healthy');
  });
});

describe('dns: health checks of routing controls', () => {
  // https://docs.aws.amazon.com/r53recovery/latest/dg/routing-control.html
  it('are unhealthy while the routing control is off', () => {
    const { status } = guarded(
      { Type: 'RECOVERY_CONTROL', IPAddress: undefined, RoutingControlArn: { Ref: 'Control' } },
      { Control: { Type: 'AWS::Route53RecoveryControl::RoutingControl' } },
    );
    expect(status()).toBe('healthy');
    expect(status({ down: ['Control'] })).toBe('unhealthy');
  });
});

describe('dns: what is down', () => {
  it('may be an alias: its target is down', () => {
    const dns = dnsOf({
      Primary: member('primary', { Failover: 'PRIMARY', ...alias({ lb: 'Lb' }, true) }),
      Secondary: member('secondary', { Failover: 'SECONDARY' }),
      Lb: loadBalancer,
    });
    expect(dns).toAnswer({ ...app, down: ['Primary'] }, { setIdentifier: 'secondary' });
  });

  it('may be one record of a record set group', () => {
    const of = (Failover: string, HealthCheckId?: unknown) => ({
      ...{ Name: 'app.example.org', Type: 'A', TTL: '60', ResourceRecords: ['192.0.2.1'] },
      ...{ SetIdentifier: Failover, Failover, HealthCheckId },
    });
    const RecordSets = [of('PRIMARY', { Ref: 'Check' }), of('SECONDARY')];
    const dns = dnsOf({
      Group: {
        Type: 'AWS::Route53::RecordSetGroup',
        Properties: { HostedZoneId: { Ref: 'Zone' }, RecordSets },
      },
      Check: healthCheck(),
    });
    expect(dns).toAnswer({ ...app, down: ['App/Group[0]'] }, { setIdentifier: 'SECONDARY' });
    expect(dns).toAnswer({ ...app, down: ['App/Group[1]'] }, { setIdentifier: 'PRIMARY' });
    expect(() => dns.query({ ...app, down: ['App/Troup[0]'] })).toThrow('App/Troup: no such resource');
  });

  it('is refused when several constructs have this last part', () => {
    const named = (path: string) => ({ ...healthCheck(), Metadata: { 'aws:cdk:path': path } });
    const dns = dnsOf({
      Record: record({}),
      A: named('App/One/Check/Resource'),
      B: named('App/Two/Check/Resource'),
    });
    expect(() => dns.query({ ...app, down: ['Check'] })).toThrow(
      'Check: several have this name: App/One/Check, App/Two/Check',
    );
    expect(dns.query({ ...app, down: ['One/Check'] }).status).toBe('NOERROR');
  });

  it('does not matter to a record without a health check', () => {
    const dns = dnsOf({ Record: record({}), Child: zone('x.org') });
    expect(dns).toAnswer({ ...app, down: ['Record'] }, { values: ['192.0.2.1'] });
  });
});
