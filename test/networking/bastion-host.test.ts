import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Network } from '../../lib/assertions/network';
import '../../lib/assertions/network/matchers';
import { Templates } from '../../lib/assertions/templates';
import { BastionHost, type BastionHostProps } from '../../lib/networking/bastion-host/bastion-host';
import { PrivateInstance } from '../../lib/networking/bastion-host/private-instance';
import { newApp, sandbox, stackOf } from '../support/sandbox';

function synthesize(props: Omit<BastionHostProps, 'vpc'> = {}): Template {
  const stack = new Stack(newApp(), 'Test');
  new BastionHost(stack, 'Bastion', { vpc: new ec2.Vpc(stack, 'Vpc'), ...props });
  return Template.fromStack(stack);
}

const BASTION = 'BastionHost/Bastion/Instance';
const PRIVATE = 'BastionHost/Private/Instance';
const VPC = 'MultiAzVpc/Network/Vpc';
/** Any instance in the VPC, with security groups that allow everything. */
const ANYWHERE_INSIDE = { subnet: VPC };

function synthesizeSandbox(parameters: Readonly<Record<string, unknown>> = {}) {
  const app = sandbox(parameters, 'multi-az-vpc', 'bastion-host');
  const templates = Templates.fromApp(app);
  return {
    template: Template.fromStack(stackOf(app, 'BastionHost')),
    templates,
    network: Network.of(templates),
  };
}

describe('bastion-host', () => {
  const { template, templates, network } = synthesizeSandbox();
  const { network: trusted } = synthesizeSandbox({ trustedCidrs: '203.0.113.0/24,198.51.100.7/32' });
  const everyone = [BASTION, PRIVATE];

  describe('with no trusted network', () => {
    it('accepts no connection, not even from inside the VPC', () => {
      for (const destination of everyone) {
        expect(network).not.toReach({ source: 'internet', destination, protocol: 'all' });
      }
      expect(network).not.toReach({ source: ANYWHERE_INSIDE, destination: BASTION, protocol: 'all' });
      template.hasResourceProperties('AWS::EC2::SecurityGroup', {
        GroupDescription: 'Bastion host',
        SecurityGroupIngress: Match.absent(),
      });
    });

    it('reaches Session Manager through the NAT gateway', () => {
      const component = `${VPC}/PublicSubnet1/NATGateway`;
      expect(network).toPassThrough({ source: BASTION, destination: 'internet', port: 443, component });
    });

    it('without NAT gateways: has a public address and accepts no connection', () => {
      const { network: withoutNat } = synthesizeSandbox({ natGateways: 'none' });
      expect(withoutNat).toReach({ source: BASTION, destination: 'internet', port: 443 });
      for (const destination of everyone) {
        expect(withoutNat).not.toReach({ source: 'internet', destination, protocol: 'all' });
      }
    });
  });

  describe('with trusted networks', () => {
    it('accepts only SSH, and only from them', () => {
      for (const source of ['203.0.113.0/24', '198.51.100.7']) {
        expect(trusted).toReach({ source, destination: BASTION, port: 22 });
        expect(trusted).not.toReach({ source, destination: BASTION, port: 443 });
      }
      const others = { internet: true, except: ['203.0.113.0/24', '198.51.100.7'] } as const;
      expect(trusted).not.toReach({ source: others, destination: BASTION, protocol: 'all' });
    });

    it('they cannot reach the private instance', () => {
      expect(trusted).not.toReach({ source: 'internet', destination: PRIVATE, protocol: 'all' });
    });
  });

  it.each([
    ['no trusted network', () => network],
    ['trusted networks', () => trusted],
  ])('with %s, the private instance accepts only SSH from the bastion host', (_, get) => {
    expect(get()).toReach({ source: BASTION, destination: PRIVATE, port: 22 });
    expect(get()).not.toReach({ source: BASTION, destination: PRIVATE, port: 80 });
    expect(get()).not.toReach({ source: ANYWHERE_INSIDE, destination: PRIVATE, protocol: 'all' });
    expect(get()).not.toReach({ source: PRIVATE, destination: 'internet', protocol: 'all' });
    expect(get()).not.toReach({ source: PRIVATE, destination: BASTION, protocol: 'all' });
  });

  it('opens connections only for Session Manager and to targets of allowSshTo', () => {
    expect(network).not.toReach({ source: BASTION, destination: 'internet', port: 22 });
    expect(network).not.toReach({ source: BASTION, destination: 'internet', port: 80 });
    expect(network).not.toReach({ source: BASTION, destination: ANYWHERE_INSIDE, port: 22 });
  });

  it.each([
    ['no output with its public address by default', {}, 0],
    ['an output with its public address with trusted networks', { trustedCidrs: '203.0.113.0/24' }, 1],
    ['an output with its public address without NAT gateways', { natGateways: 'none' }, 1],
  ])('has %s', (_, parameters, count) => {
    const outputs = synthesizeSandbox(parameters).template.findOutputs('BastionPublicAddress');
    expect(Object.keys(outputs)).toHaveLength(count);
  });

  it('a private instance is in an isolated subnet, also if the VPC has others', () => {
    const app = newApp();
    const stack = new Stack(app, 'Test');
    const subnetConfiguration = [
      { name: 'Public', subnetType: ec2.SubnetType.PUBLIC },
      { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      { name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    ];
    const vpc = new ec2.Vpc(stack, 'Vpc', { subnetConfiguration });
    const { connections } = new PrivateInstance(stack, 'Private', { vpc });
    connections.allowToAnyIpv4(ec2.Port.HTTPS);
    expect(Network.of(Templates.fromApp(app))).not.toReach({
      source: 'Test/Private/Instance',
      destination: 'internet',
      protocol: 'all',
    });
  });

  it('has only the permissions that Session Manager and its log need', () => {
    expect(Iam.of(templates)).toAllowOnly(BASTION, {
      'BastionHost/Bastion/SessionLogs/LogGroup:*': [
        'logs:CreateLogStream',
        'logs:DescribeLogStreams',
        'logs:PutLogEvents',
      ],
      '*': [
        'logs:DescribeLogGroups',
        'ssm:UpdateInstanceInformation',
        'ssmmessages:CreateControlChannel',
        'ssmmessages:CreateDataChannel',
        'ssmmessages:OpenControlChannel',
        'ssmmessages:OpenDataChannel',
      ],
    });
  });

  it('logs each shell of its session document while it runs, for a year', () => {
    template.hasResourceProperties('AWS::SSM::Document', {
      DocumentType: 'Session',
      Name: Match.absent(),
      Content: {
        schemaVersion: '1.0',
        sessionType: 'Standard_Stream',
        inputs: {
          cloudWatchLogGroupName: { Ref: Match.stringLikeRegexp('^BastionSessionLogsLogGroup') },
          cloudWatchStreamingEnabled: true,
          cloudWatchEncryptionEnabled: false,
          idleSessionTimeout: '20',
        },
      },
    });
    template.hasResource('AWS::Logs::LogGroup', {
      Properties: { RetentionInDays: 365 },
      DeletionPolicy: 'Delete',
    });
    template.hasOutput('SessionDocument', {
      Value: { Ref: Match.stringLikeRegexp('^BastionSessionLogsDocument') },
    });
    synthesize().hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Retain' });
  });

  describe('grantConnect', () => {
    const app = newApp();
    const stack = new Stack(app, 'Test');
    const vpc = new ec2.Vpc(stack, 'Vpc', {
      subnetConfiguration: [
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC },
        { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
        { name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      ],
    });
    const bastion = new BastionHost(stack, 'Bastion', { vpc });
    const target = new PrivateInstance(stack, 'Target', { vpc });
    new PrivateInstance(stack, 'Other', { vpc });
    const role = (id: string) => new Role(stack, id, { assumedBy: new AccountRootPrincipal() });
    bastion.grantConnect(role('Administrator'));
    bastion.grantConnect(role('Developer'), {
      osUser: 'dev',
      targets: [target.instance],
      portForwarding: true,
    });
    bastion.grantConnect(role('Robot'), { mfa: false });
    const arn = (name: string, account = '⟨AWS::AccountId⟩') =>
      `arn:aws:ssm:⟨AWS::Region⟩:${account}:${name}`;
    const logged = arn(`document/⟨Test.${stack.getLogicalId(bastion.sessionLogs.document)}⟩`);
    const forwarding = arn('document/AWS-StartPortForwardingSessionToRemoteHost', '');
    const [ofJane, ofJohn] = ['jane', 'john'].map((name) => arn(`session/AROA1:${name}-0a1b`));
    // Documents and sessions have no policies of their own.
    const resourcePolicies = Object.fromEntries(
      [logged, forwarding, ofJane, ofJohn].map((one) => [one ?? '', null]),
    );
    const asked = Iam.of(Templates.fromApp(app), { resourcePolicies });
    const MFA = { 'aws:MultiFactorAuthPresent': 'true' };
    const [host, other, behind] = ['Test/Bastion/Instance', 'Test/Other/Instance', 'Test/Target/Instance'];

    it.each([
      ['Administrator', host, MFA, true],
      ['Administrator', logged, MFA, true],
      ['Administrator', other, MFA, false],
      ['Administrator', host, { 'aws:MultiFactorAuthPresent': 'false' }, false],
      ['Administrator', host, { 'aws:MultiFactorAuthPresent': null }, false],
      ['Administrator', host, { ...MFA, 'ssm:SessionDocumentAccessCheck': 'false' }, false],
      ['Developer', forwarding, MFA, true],
      ['Developer', behind, MFA, false],
      ['Robot', host, { 'aws:MultiFactorAuthPresent': null }, true],
    ])('%s may start a session with %s, given %j: %s', (name, resource, context, allowed) => {
      const check = { 'ssm:SessionDocumentAccessCheck': 'true' };
      const answer = asked.can(`Test/${name}`, 'ssm:StartSession', resource, {
        context: { ...check, ...context },
      });
      expect(answer.answer).toBe(allowed ? 'allowed' : 'implicit deny');
    });

    it('names the logged document and no other, unless ports may be forwarded', () => {
      const documents = (name: string) =>
        JSON.stringify(
          Template.fromStack(stack).findResources('AWS::IAM::Policy', {
            Properties: { Roles: [{ Ref: Match.stringLikeRegexp(`^${name}`) }] },
          }),
        ).match(/:document\/[\w-]*/g);
      expect(documents('Administrator')).toEqual([':document/']);
      expect(documents('Developer')).toEqual([
        ':document/',
        ':document/AWS-StartPortForwardingSessionToRemoteHost',
      ]);
    });

    it.each([
      ['Administrator', host, 'ec2-user', MFA, true],
      ['Administrator', host, 'root', MFA, false],
      ['Administrator', behind, 'ec2-user', MFA, false],
      ['Administrator', host, 'ec2-user', { 'aws:MultiFactorAuthPresent': null }, false],
      ['Developer', behind, 'dev', MFA, true],
      ['Developer', host, 'dev', MFA, true],
      ['Developer', other, 'dev', MFA, false],
      ['Developer', behind, 'ec2-user', MFA, false],
    ])('%s may send a key to %s for %s, given %j: %s', (name, resource, user, context, allowed) => {
      const answer = asked.can(`Test/${name}`, 'ec2-instance-connect:SendSSHPublicKey', resource, {
        context: { 'ec2:osuser': user, ...context },
      });
      expect(answer.answer).toBe(allowed ? 'allowed' : 'implicit deny');
    });

    it.each(['ssm:TerminateSession', 'ssm:ResumeSession', 'ssmmessages:OpenDataChannel'])(
      'allows %s for sessions of the caller only',
      (action) => {
        const context = { 'aws:userid': 'AROA1:jane', 'aws:username': null };
        const answers = [ofJane, ofJohn].map(
          (session = '') => asked.can('Test/Administrator', action, session, { context }).answer,
        );
        expect(answers).toEqual(['allowed', 'implicit deny']);
      },
    );
  });

  describe('with a trusted IPv6 network', () => {
    const app = newApp();
    const stack = new Stack(app, 'Test', { env: { region: 'eu-west-1', account: '111111111111' } });
    const vpc = new ec2.Vpc(stack, 'Vpc', { ipProtocol: ec2.IpProtocol.DUAL_STACK });
    new BastionHost(stack, 'Bastion', { vpc, trustedCidrs: ['2001:db8:1::/48', '203.0.113.0/24'] });
    const dual = Network.fromApp(app);
    const destination = 'Test/Bastion/Instance';

    it('accepts SSH from it and from no other', () => {
      for (const source of ['2001:db8:1::1', '203.0.113.7']) {
        expect(dual).toReach({ source, destination, port: 22 });
        expect(dual).not.toReach({ source, destination, port: 443 });
      }
      expect(dual).not.toReach({ source: '2001:db8:2::1', destination, protocol: 'all' });
    });
  });

  it('the private instance has no permissions', () => {
    expect(Iam.of(templates)).toAllowOnly(PRIVATE, {});
  });

  it('requires IMDSv2, encrypts its volume and has metrics every minute', () => {
    template.resourceCountIs('AWS::EC2::Instance', 2);
    template.allResourcesProperties('AWS::EC2::Instance', {
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      BlockDeviceMappings: [
        { DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeType: 'gp3', VolumeSize: 8 } },
      ],
      Monitoring: true,
    });
  });

  it('runs the latest Amazon Linux 2023 on Graviton', () => {
    template.allResourcesProperties('AWS::EC2::Instance', { InstanceType: 't4g.nano' });
    template.hasParameter('*', {
      Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>',
      Default: Match.stringLikeRegexp('^/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-.*-arm64$'),
    });
  });

  it('EC2 recovers it after its hardware has failed for two minutes', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/EC2',
      MetricName: 'StatusCheckFailed_System',
      Dimensions: [{ Name: 'InstanceId', Value: { Ref: Match.stringLikeRegexp('^BastionInstance') } }],
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 2,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      AlarmActions: [{ 'Fn::Join': ['', Match.arrayWith([':ec2:recover'])] }],
    });
  });

  it('takes an instance type and a key pair', () => {
    const stack = new Stack(newApp(), 'Test');
    const vpc = new ec2.Vpc(stack, 'Vpc');
    new BastionHost(stack, 'Bastion', {
      vpc,
      instanceType: new ec2.InstanceType('t4g.small'),
      keyPair: ec2.KeyPair.fromKeyPairName(stack, 'KeyPair', 'mine'),
    });
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::Instance', {
      InstanceType: 't4g.small',
      KeyName: 'mine',
    });
  });

  it('can be created twice in one stack', () => {
    const stack = new Stack(newApp(), 'Test');
    const vpc = new ec2.Vpc(stack, 'Vpc');
    new BastionHost(stack, 'One', { vpc });
    new BastionHost(stack, 'Two', { vpc, trustedCidrs: ['203.0.113.0/24'] });
    Template.fromStack(stack).resourceCountIs('AWS::EC2::Instance', 2);
  });

  it.each<Omit<BastionHostProps, 'vpc'>>([
    { trustedCidrs: ['10.0.0.0/8'] },
    { trustedCidrs: ['203.0.113.7/32'], publicSubnet: true },
    { publicSubnet: false },
  ])('accepts %j', (props) => {
    expect(() => synthesize(props)).not.toThrow();
  });

  it.each<[Omit<BastionHostProps, 'vpc'>, string]>([
    [
      { trustedCidrs: ['0.0.0.0/0'] },
      'trustedCidrs: got "0.0.0.0/0", expected a network of your own, /8 or smaller',
    ],
    [{ trustedCidrs: ['128.0.0.0/1'] }, 'trustedCidrs: got "128.0.0.0/1", expected a network of your own'],
    [{ trustedCidrs: ['203.0.113.7'] }, 'trustedCidrs: got "203.0.113.7", expected an IPv4 network such as'],
    [{ trustedCidrs: ['203.0.113.0/24', 'office'] }, 'trustedCidrs: got "office", expected an IPv4 network'],
    [
      { trustedCidrs: ['203.0.113.7/24'] },
      'trustedCidrs: got "203.0.113.7/24", expected the start of the network, 203.0.113.0/24',
    ],
    [{ trustedCidrs: ['::/0'] }, 'trustedCidrs: got "::/0", expected a network of your own, /16 or smaller'],
    [{ trustedCidrs: ['2000::/15'] }, 'trustedCidrs: got "2000::/15", expected a network of your own'],
    [
      { trustedCidrs: ['2001:db8::1/32'] },
      'trustedCidrs: got "2001:db8::1/32", expected the start of the network',
    ],
    [
      { trustedCidrs: ['2001:db8::/32'] },
      'trustedCidrs: got "2001:db8::/32", expected IPv4 networks: the public subnets give no IPv6 addresses',
    ],
    [
      { trustedCidrs: ['203.0.113.0/24'], publicSubnet: false },
      'publicSubnet: got false, expected true with trustedCidrs',
    ],
  ])('refuses %j in one line', (props, message) => {
    expect(() => synthesize(props)).toThrow(message);
  });
});
