import { Aws, Stack, type Environment } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { InterfaceVpcEndpointAwsService, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Network } from '../../lib/assertions/network';
import '../../lib/assertions/network/matchers';
import { Templates, type Resource } from '../../lib/assertions/templates';
import { IsolatedInstance } from '../../lib/networking/private-endpoints/isolated-instance';
import {
  PrivateEndpoints,
  type PrivateEndpointsProps,
  type PrivateService,
} from '../../lib/networking/private-endpoints/private-endpoints';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const VPC = 'PrivateEndpoints/Network/Vpc';
const INSTANCE = 'PrivateEndpoints/Isolated/Instance';
const SUBNETS = [`${VPC}/IsolatedSubnet1`, `${VPC}/IsolatedSubnet2`];
/** Construct ids of the interface endpoints, by service. */
const INTERFACES = {
  ssm: 'SsmEndpoint',
  ssmmessages: 'SsmMessagesEndpoint',
  'ecr.api': 'EcrApiEndpoint',
  'ecr.dkr': 'EcrDockerEndpoint',
  logs: 'LogsEndpoint',
  sns: 'SnsEndpoint',
};
const GATEWAYS = { s3: 'Vpc/S3Endpoint', dynamodb: 'Vpc/DynamoDbEndpoint' };

function synthesize(props?: PrivateEndpointsProps, env?: Environment) {
  const app = newApp();
  const stack = new Stack(app, 'Test', { env });
  new PrivateEndpoints(stack, 'Network', props);
  return { template: Template.fromStack(stack), templates: Templates.fromApp(app) };
}

const endpointsOf = (templates: Templates) => templates.ofType('AWS::EC2::VPCEndpoint');
const isInterface = ({ properties }: Resource) => properties.VpcEndpointType === 'Interface';
const serviceOf = ({ properties }: Resource) =>
  (properties.ServiceName as string).replace(/^com\.amazonaws\.[^.]+\./, '');

/** The statements of an endpoint's policy, by their ids. */
function policyOf(endpoint: Resource | undefined): Record<string, unknown> {
  const { Statement } = endpoint?.properties.PolicyDocument as { Statement: { Sid: string }[] };
  return Object.fromEntries(Statement.map(({ Sid, ...rest }) => [Sid, rest]));
}

describe('private-endpoints', () => {
  const app = sandbox({}, 'private-endpoints');
  const templates = Templates.fromApp(app);
  const template = Template.fromStack(stackOf(app, 'PrivateEndpoints'));
  const network = Network.of(templates);
  const endpoints = endpointsOf(templates).filter(({ path }) => path.startsWith('PrivateEndpoints/'));
  const policy = (service: string) => policyOf(endpoints.find((endpoint) => serviceOf(endpoint) === service));

  it('neither reaches the internet nor is reached, even with a public address', () => {
    for (const subnet of SUBNETS) {
      const inside = { subnet, publicAddress: true };
      expect(network).not.toReach({ source: inside, destination: 'internet', protocol: 'all' });
      expect(network).not.toReach({ source: 'internet', destination: inside, protocol: 'all' });
    }
    expect(network).not.toReach({ source: INSTANCE, destination: 'internet', protocol: 'all' });
    expect(network).not.toReach({ source: 'internet', destination: INSTANCE, protocol: 'all' });
    for (const type of ['InternetGateway', 'EgressOnlyInternetGateway', 'NatGateway', 'EIP']) {
      template.resourceCountIs(`AWS::EC2::${type}`, 0);
    }
  });

  it('reaches S3 and DynamoDB only through their gateway endpoints', () => {
    for (const [service, name] of Object.entries(GATEWAYS)) {
      const component = `PrivateEndpoints/Network/${name}`;
      for (const source of [...SUBNETS, INSTANCE]) {
        expect(network).toPassThrough({ source, destination: { service }, component });
      }
    }
  });

  it.each(Object.entries(INTERFACES))('reaches %s only through its interface endpoint', (service, name) => {
    const component = `PrivateEndpoints/Network/${name}`;
    for (const source of [...SUBNETS, INSTANCE]) {
      expect(network).toPassThrough({ source, destination: { service }, component });
    }
  });

  it('reaches every service from the other AZs when any AZ is lost', () => {
    for (const service of [...Object.keys(GATEWAYS), ...Object.keys(INTERFACES)]) {
      expect(network).toSurviveLossOfAnyAz({ source: SUBNETS, destination: { service } });
    }
    expect(network.availabilityZones.length).toBeGreaterThanOrEqual(2);
  });

  it('resolves the ordinary names of the services to addresses in the VPC', () => {
    for (const { properties } of endpoints.filter(isInterface)) {
      expect(properties.PrivateDnsEnabled).toBe(true);
    }
    template.hasResourceProperties('AWS::EC2::VPC', { EnableDnsSupport: true, EnableDnsHostnames: true });
  });

  it('endpoints accept only HTTPS, only from the VPC, and open no connections', () => {
    for (const name of Object.values(INTERFACES)) {
      const destination = `PrivateEndpoints/Network/${name}`;
      const source = { subnet: VPC };
      expect(network).toReach({ source, destination, port: 443, every: true });
      for (const port of [22, 80, 442, 444, 8443]) expect(network).not.toReach({ source, destination, port });
      expect(network).not.toReach({ source, destination, protocol: 'udp' });
    }
    const groups = endpoints.filter(isInterface).map(({ properties }) => properties.SecurityGroupIds);
    expect(new Set(groups.map((ids) => JSON.stringify(ids))).size).toBe(1);
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Interface endpoints',
      SecurityGroupIngress: [
        {
          CidrIp: '10.1.0.0/24',
          IpProtocol: 'tcp',
          FromPort: 443,
          ToPort: 443,
          Description: 'HTTPS from the VPC',
        },
      ],
      SecurityGroupEgress: [Match.objectLike({ CidrIp: '255.255.255.255/32' })],
    });
    expect(network).not.toReach({
      source: 'PrivateEndpoints/Network/SsmEndpoint',
      destination: INSTANCE,
      protocol: 'all',
    });
  });

  describe('endpoint policies', () => {
    const thisAccount = ['⟨AWS::AccountId⟩'];
    const anyPrincipal = { Effect: 'Allow', Principal: { AWS: '*' } };

    it('S3 and DynamoDB: identities, buckets and tables of this account only', () => {
      const Condition = {
        StringEquals: { 'aws:PrincipalAccount': thisAccount, 'aws:ResourceAccount': thisAccount },
      };
      const statement = { ...anyPrincipal, Resource: '*', Condition };
      expect(policy('dynamodb')).toEqual({
        OurIdentitiesToOurTables: { ...statement, Action: 'dynamodb:*' },
      });
      expect(policy('s3')).toEqual({
        OurIdentitiesToOurBuckets: { ...statement, Action: 's3:*' },
        ReadableBuckets: expect.anything() as unknown,
        AnswersToCloudFormation: expect.anything() as unknown,
      });
    });

    it('S3: custom resources and wait conditions in the VPC can answer CloudFormation', () => {
      expect(policy('s3').AnswersToCloudFormation).toMatchObject({
        Action: 's3:PutObject',
        Resource: expect.arrayContaining([
          'arn:aws:s3:::cloudformation-waitcondition-⟨AWS::Region⟩/*',
        ]) as unknown,
      });
      const inOregon = endpointsOf(synthesize({}, { region: 'us-west-2' }).templates);
      expect(policyOf(inOregon.find((one) => serviceOf(one) === 's3')).AnswersToCloudFormation).toEqual({
        ...anyPrincipal,
        Action: 's3:PutObject',
        // In the first name, the Region has no dashes.
        Resource: [
          'arn:aws:s3:::cloudformation-custom-resource-response-uswest2/*',
          'arn:aws:s3:::cloudformation-waitcondition-us-west-2/*',
        ],
      });
    });

    it("S3: also reads ECR's layers and Amazon Linux's packages", () => {
      expect(policy('s3').ReadableBuckets).toEqual({
        ...anyPrincipal,
        Action: 's3:GetObject',
        Resource: [
          'arn:aws:s3:::al2023-repos-⟨AWS::Region⟩-de612dc2/*',
          'arn:aws:s3:::prod-⟨AWS::Region⟩-starport-layer-bucket/*',
        ],
      });
    });

    it.each(Object.keys(INTERFACES))('%s: identities of this account only', (service) => {
      const Condition = { StringEquals: { 'aws:PrincipalAccount': thisAccount } };
      expect(policy(service)).toEqual({
        OurIdentities: { ...anyPrincipal, Action: '*', Resource: '*', Condition },
      });
    });

    it('trustedAccounts and readableBuckets add accounts and buckets', () => {
      const { templates: wider } = synthesize({
        trustedAccounts: ['111122223333'],
        readableBuckets: ['shop-assets'],
      });
      const found = Object.fromEntries(
        endpointsOf(wider).map((one) => [serviceOf(one), JSON.stringify(policyOf(one))]),
      );
      const accounts = (key: string) => `"${key}":["${thisAccount.join()}","111122223333"]`;
      for (const text of Object.values(found)) expect(text).toContain(accounts('aws:PrincipalAccount'));
      for (const service of ['s3', 'dynamodb'])
        expect(found[service]).toContain(accounts('aws:ResourceAccount'));
      expect(found.s3).toContain('s3:::shop-assets/*');
    });
  });

  describe('the isolated instance', () => {
    it('reaches the endpoints of Session Manager and has its five permissions', () => {
      for (const service of ['ssm', 'ssmmessages']) {
        expect(network).toReach({ source: INSTANCE, destination: { service } });
      }
      expect(Iam.of(templates)).toAllowOnly(INSTANCE, {
        '*': [
          'ssm:UpdateInstanceInformation',
          'ssmmessages:CreateControlChannel',
          'ssmmessages:CreateDataChannel',
          'ssmmessages:OpenControlChannel',
          'ssmmessages:OpenDataChannel',
        ],
      });
    });

    it('starts after all endpoints exist', () => {
      const logicalIds = Object.keys(template.findResources('AWS::EC2::VPCEndpoint'));
      expect(logicalIds).toHaveLength(8);
      const [instance] = Object.values(template.findResources('AWS::EC2::Instance'));
      expect((instance as { DependsOn: string[] }).DependsOn).toEqual(expect.arrayContaining(logicalIds));
    });

    it('accepts no connection, opens only HTTPS, and requires IMDSv2', () => {
      expect(network).not.toReach({ source: { subnet: VPC }, destination: INSTANCE, protocol: 'all' });
      expect(network).not.toReach({ source: INSTANCE, destination: { subnet: VPC }, port: 80 });
      template.hasResourceProperties('AWS::EC2::Instance', {
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        BlockDeviceMappings: [Match.objectLike({ Ebs: Match.objectLike({ Encrypted: true }) })],
      });
    });
  });

  it('has flow logs of all traffic', () => {
    template.hasResourceProperties('AWS::EC2::FlowLog', { ResourceType: 'VPC', TrafficType: 'ALL' });
  });

  it('removes the rules of the default security group', () => {
    template.resourceCountIs('Custom::VpcRestrictDefaultSG', 1);
  });

  it.each<[PrivateService, string[]]>([
    ['session-manager', ['ssm', 'ssmmessages']],
    ['ecr', ['ecr.api', 'ecr.dkr']],
    ['logs', ['logs']],
    ['sns', ['sns']],
  ])('services: %s alone has just the endpoints that it needs', (service, expected) => {
    const found = endpointsOf(synthesize({ services: [service, service] }).templates);
    expect(found.filter(isInterface).map(serviceOf)).toEqual(expected);
    expect(found.filter((endpoint) => !isInterface(endpoint)).map(serviceOf)).toEqual(['s3', 'dynamodb']);
  });

  it('addService creates an endpoint like the others', () => {
    const other = newApp();
    const stack = new Stack(other, 'Test');
    const more = new PrivateEndpoints(stack, 'Network', { services: ['sns'] });
    more.addService('SqsEndpoint', InterfaceVpcEndpointAwsService.SQS);
    const [sns, sqs] = endpointsOf(Templates.fromApp(other)).filter(isInterface);
    const terms = ({ ServiceName, ...rest }: Resource['properties']) => ({
      ...rest,
      ServiceName: typeof ServiceName,
    });
    expect(sqs && serviceOf(sqs)).toBe('sqs');
    expect(sqs && terms(sqs.properties)).toEqual(sns && terms(sns.properties));
  });

  it('subnets keep their CIDRs when a third and a fourth AZ are added', () => {
    const cidrs = (azCount: number) =>
      synthesize({ azCount })
        .templates.ofType('AWS::EC2::Subnet')
        .map(({ properties }) => properties.CidrBlock);
    expect(cidrs(4)).toEqual(['10.1.0.0/26', '10.1.0.64/26', '10.1.0.128/26', '10.1.0.192/26']);
    expect(cidrs(2)).toEqual(cidrs(4).slice(0, 2));
    expect(cidrs(3)).toEqual(cidrs(4).slice(0, 3));
  });

  it('has interface endpoints in every AZ', () => {
    const { templates: six } = synthesize({ azCount: 6, vpcCidr: '10.9.0.0/25' });
    for (const { properties } of endpointsOf(six).filter(isInterface)) {
      expect(new Set(properties.SubnetIds as string[]).size).toBe(6);
    }
  });

  it('can be created twice in one stack', () => {
    const stack = new Stack(newApp(), 'Test');
    new PrivateEndpoints(stack, 'One');
    new PrivateEndpoints(stack, 'Two', { vpcCidr: '10.2.0.0/24' });
    Template.fromStack(stack).resourceCountIs('AWS::EC2::VPCEndpoint', 16);
  });

  it.each<[string, PrivateEndpointsProps]>([
    ['the largest network', { vpcCidr: '10.0.0.0/16' }],
    ['a /26 for 4 AZs', { vpcCidr: '10.0.0.0/26', azCount: 4 }],
    ['a /25 for 6 AZs', { vpcCidr: '10.0.0.0/25', azCount: 6 }],
    ['an account known only at deployment', { trustedAccounts: [Aws.ACCOUNT_ID] }],
  ])('accepts %s', (_, props) => {
    expect(() => synthesize(props)).not.toThrow();
  });

  it('the isolated instance stands in an isolated subnet, also if the VPC has others', () => {
    const app = newApp();
    const stack = new Stack(app, 'Test');
    const vpc = new Vpc(stack, 'Vpc', {
      subnetConfiguration: [
        { name: 'Public', subnetType: SubnetType.PUBLIC },
        { name: 'Private', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
        { name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED },
      ],
    });
    new IsolatedInstance(stack, 'Instance', { vpc });
    expect(Network.of(Templates.fromApp(app))).not.toReach({
      source: 'Test/Instance/Instance',
      destination: 'internet',
      protocol: 'all',
    });
  });

  it.each<[PrivateEndpointsProps, string]>([
    [{ azCount: 1 }, 'azCount: got 1, expected a whole number from 2 to 6'],
    [{ azCount: 7 }, 'azCount: got 7, expected a whole number from 2 to 6'],
    [{ azCount: 2.5 }, 'azCount: got 2.5, expected a whole number from 2 to 6'],
    [{ vpcCidr: '10.0.0.0/15' }, 'vpcCidr: got "10.0.0.0/15", expected a network of /16 to /26 for 2 AZs'],
    [{ vpcCidr: '10.0.0.0/27' }, 'vpcCidr: got "10.0.0.0/27", expected a network of /16 to /26 for 2 AZs'],
    [
      { vpcCidr: '10.0.0.0/26', azCount: 5 },
      'vpcCidr: got "10.0.0.0/26", expected a network of /16 to /25 for 5 AZs',
    ],
    [
      { vpcCidr: '10.0.0.1/24' },
      'vpcCidr: got "10.0.0.1/24", expected the start of the network, 10.0.0.0/24',
    ],
    [
      { services: ['sqs' as PrivateService] },
      'services: got "sqs", expected of session-manager, ecr, logs, sns',
    ],
    ...['1234', '1111222233334', '111122223333x', 'x111122223333'].map(
      (account): [PrivateEndpointsProps, string] => [
        { trustedAccounts: [account] },
        `trustedAccounts: got "${account}", expected account ids of twelve digits`,
      ],
    ),
  ])('refuses %j in one line', (props, message) => {
    expect(() => synthesize(props)).toThrow(message);
  });
});
