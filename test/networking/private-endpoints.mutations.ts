import type { Mutation } from '../support/mutation';

const NETWORK = 'PrivateEndpoints/Network';
const VPC = `${NETWORK}/Vpc`;
const INSTANCE = 'PrivateEndpoints/Isolated';

type Statement = Record<string, unknown>;
const statements = (policy: unknown) => (policy as { Statement: Statement[] }).Statement;
const https = (source: Statement) => ({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, ...source });

export const mutations: readonly Mutation[] = [
  {
    name: 'there is an internet gateway, and a route to it',
    apply: (template) => {
      template.add('PrivateEndpoints', 'Igw', 'AWS::EC2::InternetGateway', {});
      template.add('PrivateEndpoints', 'IgwAttachment', 'AWS::EC2::VPCGatewayAttachment', {
        VpcId: template.ref(VPC),
        InternetGatewayId: { Ref: 'Igw' },
      });
      template.add('PrivateEndpoints', 'DefaultRoute', 'AWS::EC2::Route', {
        RouteTableId: template.ref(`${VPC}/IsolatedSubnet1/RouteTable`),
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: { Ref: 'Igw' },
      });
    },
  },
  ...['S3Endpoint', 'DynamoDbEndpoint'].map((name) => ({
    name: `the ${name} is not in the route table of the second AZ`,
    apply: (template: Parameters<Mutation['apply']>[0]) => {
      const endpoint = template.properties(`${VPC}/${name}`);
      endpoint.RouteTableIds = (endpoint.RouteTableIds as unknown[]).slice(0, 1);
    },
  })),
  {
    name: 'wait conditions in the VPC cannot answer CloudFormation',
    apply: (template) => {
      const endpoint = template.properties(`${VPC}/S3Endpoint`);
      const answers = statements(endpoint.PolicyDocument).find(
        ({ Sid }) => Sid === 'AnswersToCloudFormation',
      );
      if (answers) answers.Resource = (answers.Resource as unknown[]).slice(0, 1);
    },
  },
  {
    name: 'there is no endpoint for ssmmessages',
    apply: (template) => {
      template.remove(`${NETWORK}/SsmMessagesEndpoint`);
    },
  },
  {
    name: 'the endpoint for ssm is that of ec2messages',
    apply: (template) => {
      template.properties(`${NETWORK}/SsmEndpoint`).ServiceName = 'com.amazonaws.eu-west-1.ec2messages';
    },
  },
  {
    name: 'an interface endpoint stands in one AZ only',
    apply: (template) => {
      const endpoint = template.properties(`${NETWORK}/SnsEndpoint`);
      endpoint.SubnetIds = (endpoint.SubnetIds as unknown[]).slice(0, 1);
    },
  },
  {
    name: 'an interface endpoint has no private DNS',
    apply: (template) => {
      template.properties(`${NETWORK}/LogsEndpoint`).PrivateDnsEnabled = false;
    },
  },
  {
    name: 'the VPC resolves no names',
    apply: (template) => {
      template.properties(VPC).EnableDnsHostnames = false;
    },
  },
  {
    name: 'the endpoints take HTTPS from half of the VPC',
    apply: (template) => {
      const group = template.properties(`${NETWORK}/SecurityGroup`);
      group.SecurityGroupIngress = [https({ CidrIp: '10.1.0.0/26' })];
    },
  },
  {
    name: 'the endpoints take everything from the VPC',
    apply: (template) => {
      const group = template.properties(`${NETWORK}/SecurityGroup`);
      group.SecurityGroupIngress = [{ IpProtocol: '-1', CidrIp: '10.1.0.0/24' }];
    },
  },
  {
    name: 'one endpoint has the default security group',
    apply: (template) => {
      delete template.properties(`${NETWORK}/EcrApiEndpoint`).SecurityGroupIds;
    },
  },
  {
    name: 'identities of any account reach buckets of this account',
    apply: (template) => {
      const [first] = statements(template.properties(`${VPC}/S3Endpoint`).PolicyDocument);
      const { StringEquals } = first?.Condition as { StringEquals: Statement };
      delete StringEquals['aws:PrincipalAccount'];
    },
  },
  {
    name: 'identities of this account reach tables of any account',
    apply: (template) => {
      const [first] = statements(template.properties(`${VPC}/DynamoDbEndpoint`).PolicyDocument);
      const { StringEquals } = first?.Condition as { StringEquals: Statement };
      delete StringEquals['aws:ResourceAccount'];
    },
  },
  {
    name: "objects may be written to other people's buckets",
    apply: (template) => {
      const [, second] = statements(template.properties(`${VPC}/S3Endpoint`).PolicyDocument);
      if (second) second.Action = ['s3:GetObject', 's3:PutObject'];
    },
  },
  {
    name: 'an interface endpoint has the default policy',
    apply: (template) => {
      const policy = template.properties(`${NETWORK}/SnsEndpoint`).PolicyDocument;
      for (const statement of statements(policy)) delete statement.Condition;
    },
  },
  {
    name: 'the instance may not open HTTPS connections',
    apply: (template) => {
      template.properties(`${INSTANCE}/SecurityGroup`).SecurityGroupEgress = [
        https({ CidrIp: '10.2.0.0/24' }),
      ];
    },
  },
  {
    name: 'the instance accepts SSH from the VPC',
    apply: (template) => {
      template.properties(`${INSTANCE}/SecurityGroup`).SecurityGroupIngress = [
        { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '10.1.0.0/24' },
      ];
    },
  },
  {
    name: 'the instance may read every parameter',
    apply: (template) => {
      const policy = template.properties(`${INSTANCE}/SessionManagerPolicy`).PolicyDocument;
      statements(policy).push({ Effect: 'Allow', Action: 'ssm:GetParameter*', Resource: '*' });
    },
  },
  {
    name: 'the instance may not open its data channel',
    apply: (template) => {
      const policy = template.properties(`${INSTANCE}/SessionManagerPolicy`).PolicyDocument;
      for (const statement of statements(policy)) {
        statement.Action = (statement.Action as string[]).filter((action) => !action.endsWith('DataChannel'));
      }
    },
  },
  {
    name: 'there are no flow logs',
    apply: (template) => {
      template.remove('PrivateEndpoints/FlowLogs/FlowLog/FlowLog');
    },
  },
];
