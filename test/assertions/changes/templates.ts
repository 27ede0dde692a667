import { behaviourDiff, type Change } from '../../../lib/assertions/changes';
import { Templates } from '../../../lib/assertions/templates';

export type Resources = Readonly<Record<string, object>>;

export const ref = (id: string) => ({ Ref: id });
export const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
export const resource = (Type: string, Properties: object, more: object = {}) => ({
  Type,
  Properties,
  ...more,
});

export const templatesOf = (Resources: Resources, more: object = {}) =>
  Templates.fromTemplates({ Shop: { Resources, ...more } });

export const compare = (before: Resources, after: Resources, more: object = {}) =>
  behaviourDiff(templatesOf(before, more), templatesOf(after, more));

/** What the changes say, without their reasons. */
export const brief = ({ changes }: { readonly changes: readonly Change[] }) =>
  changes.map(({ effect, subjects, what, objects, when }) =>
    [
      effect,
      subjects.join(', '),
      what.join(', '),
      objects.join(', '),
      ...(when === undefined ? [] : [when]),
    ].join(' | '),
  );

export const rule = (port: number, source: object) => ({
  IpProtocol: 'tcp',
  FromPort: port,
  ToPort: port,
  ...source,
});

export const group = (ingress: readonly object[], egress?: readonly object[]) =>
  resource('AWS::EC2::SecurityGroup', {
    VpcId: ref('Vpc'),
    GroupDescription: 'test',
    SecurityGroupIngress: ingress,
    ...(egress && { SecurityGroupEgress: egress }),
  });

export const instance = (subnet: string, ...groups: readonly string[]) =>
  resource('AWS::EC2::Instance', { SubnetId: ref(subnet), SecurityGroupIds: groups.map(ref) });

const subnet = (cidr: string, zone: string, isPublic: boolean) =>
  resource('AWS::EC2::Subnet', {
    VpcId: ref('Vpc'),
    CidrBlock: cidr,
    AvailabilityZone: zone,
    MapPublicIpOnLaunch: isPublic,
  });

const table = (name: string, target: object): Resources => ({
  [`${name}Table`]: resource('AWS::EC2::RouteTable', { VpcId: ref('Vpc') }),
  [`${name}Route`]: resource('AWS::EC2::Route', {
    RouteTableId: ref(`${name}Table`),
    DestinationCidrBlock: '0.0.0.0/0',
    ...target,
  }),
  [`${name}Association`]: resource('AWS::EC2::SubnetRouteTableAssociation', {
    SubnetId: ref(name),
    RouteTableId: ref(`${name}Table`),
  }),
});

/** A VPC with a public and a private subnet in each of two AZs, and a NAT gateway in each. */
export const network: Resources = {
  Vpc: resource('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' }),
  Gateway: resource('AWS::EC2::InternetGateway', {}),
  Attachment: resource('AWS::EC2::VPCGatewayAttachment', {
    VpcId: ref('Vpc'),
    InternetGatewayId: ref('Gateway'),
  }),
  PublicA: subnet('10.0.0.0/24', 'eu-west-1a', true),
  PublicB: subnet('10.0.1.0/24', 'eu-west-1b', true),
  PrivateA: subnet('10.0.2.0/24', 'eu-west-1a', false),
  PrivateB: subnet('10.0.3.0/24', 'eu-west-1b', false),
  NatA: resource('AWS::EC2::NatGateway', { SubnetId: ref('PublicA'), AllocationId: 'eipalloc-1' }),
  NatB: resource('AWS::EC2::NatGateway', { SubnetId: ref('PublicB'), AllocationId: 'eipalloc-2' }),
  ...table('PublicA', { GatewayId: ref('Gateway') }),
  ...table('PublicB', { GatewayId: ref('Gateway') }),
  ...table('PrivateA', { NatGatewayId: ref('NatA') }),
  ...table('PrivateB', { NatGatewayId: ref('NatB') }),
};

export const allow = (Action: string | readonly string[], Resource: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
export const deny = (Action: string, Resource: unknown, more: object = {}) => ({
  Effect: 'Deny',
  Action,
  Resource,
  ...more,
});
export const policy = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });

export const role = (statements: readonly object[], more: object = {}) =>
  resource('AWS::IAM::Role', {
    AssumeRolePolicyDocument: policy({
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
    }),
    Policies: statements.length > 0 ? [{ PolicyName: 'Inline', PolicyDocument: policy(...statements) }] : [],
    ...more,
  });

export const bucket = resource('AWS::S3::Bucket', {});
export const objects = (id: string, path = '*') => ({ 'Fn::Join': ['', [arnOf(id), `/${path}`]] });
