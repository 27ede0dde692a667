import { App, Stack, aws_cloudwatch as cloudwatch, aws_ec2 as ec2 } from 'aws-cdk-lib';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import * as s3 from 'aws-cdk-lib/aws-s3';
import '../../../lib/assertions/dns/matchers';
import { Dns } from '../../../lib/assertions/dns';
import { Templates } from '../../../lib/assertions/templates';

/** Two stacks, so that the zone is imported by the records. */
function synthesize() {
  const app = new App();
  const env = { account: '111111111111', region: 'eu-west-3' };
  const zones = new Stack(app, 'Zones', { env });
  const stack = new Stack(app, 'Web', { env });
  const zone = new route53.PublicHostedZone(zones, 'Zone', { zoneName: 'example.org' });
  const child = new route53.PublicHostedZone(zones, 'Child', { zoneName: 'dev.example.org' });
  zone.addDelegation(child);
  new route53.ARecord(zones, 'Dev', {
    zone: child,
    target: route53.RecordTarget.fromIpAddresses('192.0.2.7'),
  });

  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0 });
  const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, internetFacing: true });
  const bucket = new s3.Bucket(stack, 'Status', {
    bucketName: 'app.example.org',
    websiteIndexDocument: 'index.html',
  });
  const origin = new route53.ARecord(stack, 'Origin', {
    zone,
    recordName: 'origin',
    target: route53.RecordTarget.fromAlias(new targets.LoadBalancerTarget(alb)),
  });
  const check = new route53.HealthCheck(stack, 'Check', {
    type: route53.HealthCheckType.HTTPS,
    fqdn: 'origin.example.org',
    resourcePath: '/health',
  });
  const alarm = new cloudwatch.Alarm(stack, 'Alarm', {
    metric: new cloudwatch.Metric({ namespace: 'App', metricName: 'Errors' }),
    threshold: 1,
    evaluationPeriods: 1,
  });
  const errors = new route53.HealthCheck(stack, 'Errors', {
    type: route53.HealthCheckType.CLOUDWATCH_METRIC,
    alarmIdentifier: { name: alarm.alarmName, region: 'eu-west-3' },
  });
  const both = new route53.HealthCheck(stack, 'Both', {
    type: route53.HealthCheckType.CALCULATED,
    childHealthChecks: [check, errors],
    healthThreshold: 2,
  });
  new route53.ARecord(stack, 'Primary', {
    zone,
    recordName: 'app',
    setIdentifier: 'primary',
    failover: route53.Failover.PRIMARY,
    healthCheck: both,
    target: route53.RecordTarget.fromAlias({
      // CDK's Route53RecordTarget cannot evaluate the target's health, which failover needs.
      bind: () => ({
        dnsName: origin.domainName,
        hostedZoneId: zone.hostedZoneId,
        evaluateTargetHealth: true,
      }),
    }),
  });
  new route53.ARecord(stack, 'Secondary', {
    zone,
    recordName: 'app',
    setIdentifier: 'secondary',
    failover: route53.Failover.SECONDARY,
    target: route53.RecordTarget.fromAlias(
      new targets.BucketWebsiteTarget(bucket, { evaluateTargetHealth: true }),
    ),
  });
  const inside = new route53.PrivateHostedZone(stack, 'Inside', { zoneName: 'example.org', vpc });
  new route53.ARecord(stack, 'Internal', {
    zone: inside,
    recordName: 'app',
    target: route53.RecordTarget.fromIpAddresses('10.0.0.5'),
  });
  const blocks = new route53.CfnCidrCollection(stack, 'Blocks', {
    name: 'blocks',
    locations: [{ locationName: 'office', cidrList: ['203.0.113.0/24'] }],
  });
  new route53.ARecord(stack, 'Office', {
    zone,
    recordName: 'ip',
    setIdentifier: 'office',
    cidrRoutingConfig: route53.CidrRoutingConfig.create({
      collectionId: blocks.attrId,
      locationName: 'office',
    }),
    target: route53.RecordTarget.fromIpAddresses('192.0.2.1'),
  });
  new route53.ARecord(stack, 'Paris', {
    zone,
    recordName: 'geo',
    setIdentifier: 'paris',
    geoLocation: route53.GeoLocation.country('FR'),
    target: route53.RecordTarget.fromIpAddresses('192.0.2.2'),
  });
  return { dns: Dns.of(Templates.fromApp(app)), alb, alarm, vpc };
}

describe('dns: an app of CDK constructs', () => {
  const { dns, alb, alarm, vpc } = synthesize();
  const app = { name: 'app.example.org' };

  it('fails over when the load balancer is down that the health check reaches by name', () => {
    expect(dns).toAnswer(app, { aliasTarget: 'Web/Alb', setIdentifier: 'primary' });
    expect(dns).toAnswer({ ...app, down: [alb] }, { aliasTarget: 'Web/Status' });
    expect(dns).toAnswer({ ...app, down: ['Alb'] }, { setIdentifier: 'secondary' });
  });

  it('fails over when the alarm is raised', () => {
    expect(dns).toAnswer({ ...app, down: [alarm] }, { setIdentifier: 'secondary' });
  });

  it('answers its VPC from the private zone', () => {
    expect(dns).toAnswer({ ...app, vpc }, { values: ['10.0.0.5'] });
    expect(dns).toAnswer({ name: 'geo.example.org', vpc, from: { country: 'FR' } }, { status: 'NXDOMAIN' });
  });

  it('follows the delegation', () => {
    expect(dns).toAnswer({ name: 'dev.example.org' }, { values: ['192.0.2.7'] });
  });

  it('routes by address and by place', () => {
    expect(dns).toAnswer(
      { name: 'ip.example.org', from: { address: '203.0.113.9' } },
      { setIdentifier: 'office' },
    );
    expect(dns).toAnswer({ name: 'geo.example.org', from: { country: 'FR' } }, { setIdentifier: 'paris' });
    expect(dns).toAnswer({ name: 'geo.example.org', from: { country: 'JP' } }, { status: 'NODATA' });
  });
});
