import { Duration, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { ARecord, MxRecord, PublicHostedZone, RecordTarget, RecordType } from 'aws-cdk-lib/aws-route53';
import { Dns } from '../../lib/assertions/dns';
import '../../lib/assertions/dns/matchers';
import { Templates } from '../../lib/assertions/templates';
import { SplitViewDns, type SplitViewDnsProps } from '../../lib/dns/split-view-dns/split-view-dns';
import { SplitViewRecord } from '../../lib/dns/split-view-dns/split-view-record';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const VPC = 'MultiAzVpc/Network/Vpc';
const DOMAIN = 'split.sandbox.test';
const at = (address: string) => RecordTarget.fromIpAddresses(address);

function scene(props: Partial<SplitViewDnsProps> = {}) {
  const app = newApp();
  const stack = new Stack(app, 'Test');
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0 });
  const dns = new SplitViewDns(stack, 'Dns', { zoneName: 'corp.example.org', vpcs: [vpc], ...props });
  return { app, stack, vpc, dns, ask: () => Dns.of(Templates.fromApp(app)) };
}

describe('split-view-dns', () => {
  const app = sandbox({}, 'multi-az-vpc', 'split-view-dns');
  const templates = Templates.fromApp(app);
  const dns = Dns.of(templates);
  const name = (label: string) => ({ name: `${label}.${DOMAIN}` });
  const inside = (label: string) => ({ ...name(label), vpc: VPC });

  it('answers the VPC with the private address, and the internet with the public one', () => {
    expect(dns).toAnswer(inside('app'), { values: ['10.0.0.10'], ttl: 300 });
    expect(dns).toAnswer(name('app'), { values: ['203.0.113.10'], ttl: 300 });
  });

  it.each(['NameServers', 'TeamNameServers'])('has the output %s, separated by spaces', (output) => {
    Template.fromStack(stackOf(app, 'SplitViewDns')).hasOutput(output, {
      Value: { 'Fn::Join': [' ', { 'Fn::GetAtt': [Match.stringLikeRegexp('PublicZone'), 'NameServers'] }] },
    });
  });

  it('answers other VPCs with the public address', () => {
    expect(dns).toAnswer({ ...name('app'), vpc: 'vpc-0123456789abcdef0' }, { values: ['203.0.113.10'] });
  });

  it('answers the VPC NXDOMAIN for a name that only the public zone has', () => {
    expect(dns).toAnswer(name('shop'), { values: ['203.0.113.30'] });
    expect(dns).toAnswer(inside('shop'), { status: 'NXDOMAIN' });
  });

  it('answers the VPC with a record that stands in both zones', () => {
    expect(dns).toAnswer(name('www'), { values: ['203.0.113.20'] });
    expect(dns).toAnswer(inside('www'), { values: ['203.0.113.20'] });
  });

  it('answers the internet NXDOMAIN for a name that only the private zone has', () => {
    expect(dns).toAnswer(inside('db'), { values: ['10.0.0.30'] });
    expect(dns).toAnswer(name('db'), { status: 'NXDOMAIN' });
  });

  describe('a subdomain with its own hosted zones', () => {
    it('has a delegation in the public zone', () => {
      expect(dns).toAnswer(name('api.team'), { values: ['203.0.113.40'] });
      const [reason] = dns.query(name('api.team')).reasons.filter((text) => text.includes('is delegated to'));
      expect(reason).toContain('SplitViewDns/Team/Public/Zone');
      // Short, since the next deployment of a sandbox has other name servers.
      expect(dns).toAnswer({ ...name('team'), type: 'NS' }, { resource: 'Team/Public/Delegation', ttl: 300 });
    });

    it('is answered in the VPC by its own, more specific private zone', () => {
      expect(dns).toAnswer(inside('api.team'), { values: ['10.0.0.40'], resource: 'Api/Inside' });
    });

    it('is NXDOMAIN in the VPC without a private zone', () => {
      const { stack, vpc, dns: above, ask } = scene();
      const zone = new PublicHostedZone(stack, 'Dev', { zoneName: 'dev.corp.example.org' });
      above.publicZone.addDelegation(zone);
      new ARecord(stack, 'Api', { zone, recordName: 'api', target: at('203.0.113.1') });
      const api = { name: 'api.dev.corp.example.org' };
      expect(ask()).toAnswer(api, { values: ['203.0.113.1'] });
      expect(ask()).toAnswer({ ...api, vpc }, { status: 'NXDOMAIN' });
    });
  });

  it('adds its delegation to the zone of the parameter hostedZoneId', () => {
    const parameters = { domainName: 'sandbox.example.org', hostedZoneId: 'Z0123456789ABCDEFGHIJ' };
    const delegated = sandbox(parameters, 'multi-az-vpc', 'split-view-dns');
    Template.fromStack(stackOf(delegated, 'SplitViewDns')).hasResourceProperties('AWS::Route53::RecordSet', {
      HostedZoneId: 'Z0123456789ABCDEFGHIJ',
      Name: 'split.sandbox.example.org.',
      Type: 'NS',
      TTL: '300',
      ResourceRecords: { 'Fn::GetAtt': [Match.stringLikeRegexp('^DnsPublicZone'), 'NameServers'] },
    });
    const query = { name: 'app.split.sandbox.example.org' };
    expect(Dns.of(Templates.fromApp(delegated))).toAnswer(query, { values: ['203.0.113.10'] });
  });

  it('retains the public zone, and delegates for two days, by default', () => {
    const { stack } = scene();
    const parentZone = new PublicHostedZone(stack, 'Above', { zoneName: 'example.org' });
    const zoneName = 'lab.example.org';
    const vpcs = [ec2.Vpc.fromVpcAttributes(stack, 'Other', { vpcId: 'vpc-1', availabilityZones: ['a'] })];
    new SplitViewDns(stack, 'Lab', {
      zoneName,
      vpcs,
      parentZone,
      delegationTtl: Duration.minutes(15),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new SplitViewDns(stack, 'Two', { zoneName: 'two.example.org', vpcs, parentZone });
    const template = Template.fromStack(stack);
    const policyOf = (Name: string, VPCs: unknown) =>
      Object.values(template.findResources('AWS::Route53::HostedZone', { Properties: { Name, VPCs } })).map(
        ({ DeletionPolicy }) => DeletionPolicy as unknown,
      );
    expect(policyOf('corp.example.org.', Match.absent())).toEqual(['Retain']);
    expect(policyOf('corp.example.org.', Match.anyValue())).toEqual([undefined]);
    expect(policyOf('lab.example.org.', Match.absent())).toEqual(['Delete']);
    const delegation = (Name: string, TTL: string) => ({ Name, Type: 'NS', TTL });
    template.hasResourceProperties('AWS::Route53::RecordSet', delegation('lab.example.org.', '900'));
    template.hasResourceProperties('AWS::Route53::RecordSet', delegation('two.example.org.', '172800'));
  });

  it('answers in each VPC of the private zone', () => {
    const { stack, vpc, dns: split, ask } = scene();
    const second = new ec2.Vpc(stack, 'Second', { natGateways: 0 });
    split.privateZone.addVpc(second);
    const third = new ec2.Vpc(stack, 'Third', { natGateways: 0 });
    const both = new SplitViewDns(stack, 'Both', { zoneName: 'both.example.org', vpcs: [vpc, third] });
    new SplitViewRecord(stack, 'Apex', { dns: both, answer: { insideOnly: at('10.1.0.1') } });
    for (const from of [vpc, third]) {
      expect(ask()).toAnswer({ name: 'both.example.org', vpc: from }, { values: ['10.1.0.1'] });
    }
    expect(ask()).toAnswer({ name: 'both.example.org', vpc: second }, { status: 'NODATA' });
  });

  it('answers the VPC NODATA for a type that only the public zone has', () => {
    const { stack, vpc, dns: split, ask } = scene();
    new SplitViewRecord(stack, 'Apex', {
      dns: split,
      answer: { everywhere: at('203.0.113.1') },
    });
    const values = [{ priority: 10, hostName: 'mail.example.net.' }];
    new MxRecord(stack, 'Mx', { zone: split.publicZone, values });
    const mail = { name: 'corp.example.org', type: 'MX' };
    expect(ask()).toAnswer(mail, { values: ['10 mail.example.net.'] });
    expect(ask()).toAnswer({ ...mail, vpc }, { status: 'NODATA' });
  });

  it('accepts a record type and a TTL', () => {
    const { stack, vpc, dns: split, ask } = scene();
    new SplitViewRecord(stack, 'Docs', {
      dns: split,
      recordName: 'docs',
      type: RecordType.CNAME,
      ttl: Duration.hours(1),
      answer: {
        inside: RecordTarget.fromValues('docs.intranet.example.'),
        outside: RecordTarget.fromValues('docs.example.net.'),
      },
    });
    const docs = { name: 'docs.corp.example.org', type: 'CNAME' };
    expect(ask()).toAnswer(docs, { values: ['docs.example.net.'], ttl: 3600 });
    expect(ask()).toAnswer({ ...docs, vpc }, { values: ['docs.intranet.example.'], ttl: 3600 });
  });

  it('fits into one stack twice', () => {
    const { stack, vpc } = scene();
    new SplitViewDns(stack, 'Again', { zoneName: 'other.example.org', vpcs: [vpc] });
    Template.fromStack(stack).resourceCountIs('AWS::Route53::HostedZone', 4);
  });

  it.each<[Partial<SplitViewDnsProps>, string]>([
    [{ vpcs: [] }, 'vpcs: got [], expected at least one VPC to associate with the private zone'],
    [{ zoneName: 'test' }, 'zoneName: got "test", expected a domain such as dev.example.org, in lower case'],
    [{ zoneName: 'Corp.example.org' }, 'zoneName: got "Corp.example.org", expected a domain such as'],
    [{ zoneName: 'corp.example.org.' }, 'zoneName: got "corp.example.org.", expected a domain such as'],
    [{ zoneName: '-a.example.org' }, 'zoneName: got "-a.example.org", expected a domain such as'],
  ])('refuses %j with one line', (props, message) => {
    expect(() => scene(props)).toThrow(message);
  });

  it('refuses a domain that is not below the parent zone', () => {
    const { stack, vpc, dns: above } = scene();
    const props = { zoneName: 'dev.example.org', vpcs: [vpc], parentZone: above.publicZone };
    expect(() => new SplitViewDns(stack, 'Dev', props)).toThrow(
      'zoneName: got "dev.example.org", expected a domain below parentZone, corp.example.org',
    );
    expect(() => new SplitViewDns(stack, 'Same', { ...props, zoneName: 'corp.example.org' })).toThrow(
      'expected a domain below',
    );
  });

  it.each(['enableDnsSupport', 'enableDnsHostnames'] as const)('refuses a VPC without %s', (setting) => {
    const stack = new Stack(newApp(), 'Test');
    const vpc = new ec2.Vpc(stack, 'Vpc', {
      enableDnsSupport: true,
      enableDnsHostnames: false,
      [setting]: false,
    });
    if (setting === 'enableDnsSupport') (vpc.node.defaultChild as ec2.CfnVPC).enableDnsHostnames = true;
    expect(() => new SplitViewDns(stack, 'Dns', { zoneName: 'corp.example.org', vpcs: [vpc] })).toThrow(
      `vpcs: got "Test/Vpc", expected VPCs with ${setting}, which private hosted zones require`,
    );
  });

  it('checks no name that is a token', () => {
    const { stack, vpc, dns: above } = scene();
    const token = Lazy.string({ produce: () => 'known at deployment' });
    const parentZone = PublicHostedZone.fromHostedZoneAttributes(stack, 'Imported', {
      hostedZoneId: 'Z1',
      zoneName: token,
    });
    const vpcs = [vpc];
    expect(() => {
      new SplitViewDns(stack, 'Name', { zoneName: token, vpcs, parentZone: above.publicZone });
      new SplitViewDns(stack, 'Parent', { zoneName: 'a.example.net', vpcs, parentZone });
    }).not.toThrow();
  });

  it.each([
    ['inside and outside', { inside: at('10.0.0.1'), outside: at('203.0.113.1') }, true, true],
    ['everywhere', { everywhere: at('203.0.113.1') }, true, true],
    ['inside only', { insideOnly: at('10.0.0.1') }, true, false],
    ['outside only', { outsideOnly: at('203.0.113.1') }, false, true],
  ] as const)('exposes the records of an answer %s', (_, answer, hasInside, hasOutside) => {
    const { stack, dns: split } = scene();
    const record = new SplitViewRecord(stack, 'App', { dns: split, recordName: 'app', answer });
    expect([record.inside !== undefined, record.outside !== undefined]).toEqual([hasInside, hasOutside]);
  });
});
