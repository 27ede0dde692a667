import { Network, type NetworkOptions } from '../../../lib/assertions/network';
import { Templates } from '../../../lib/assertions/templates';

/** Hand-written CloudFormation: what CDK did not make. */
export type Resources = Readonly<Record<string, object>>;

export const ref = (id: string) => ({ Ref: id });
export const att = (id: string, attribute: string) => ({ 'Fn::GetAtt': [id, attribute] });
export const ec2 = (type: string, Properties: object = {}) => ({ Type: `AWS::EC2::${type}`, Properties });

export const network = (resources: Resources, options?: NetworkOptions): Network =>
  Network.of(Templates.fromTemplates({ T: { Resources: resources } }), options);

/** Stack `T`'s resource as a place. */
export const at = (id: string): string => `T/${id}`;

export const vpc = (id: string, cidr: string): Resources => ({
  [id]: ec2('VPC', { CidrBlock: cidr }),
});

export const internetGateway = (vpcId: string, id = 'Igw'): Resources => ({
  [id]: ec2('InternetGateway'),
  [`${id}Attachment`]: ec2('VPCGatewayAttachment', { VpcId: ref(vpcId), InternetGatewayId: ref(id) }),
});

/** A subnet with a route table of its own, `<id>Table`, and its routes `<id>Route0...`. */
export function subnet(
  id: string,
  vpcId: string,
  cidr: string,
  routes: readonly object[] = [],
  properties: object = {},
): Resources {
  return {
    [id]: ec2('Subnet', { VpcId: ref(vpcId), CidrBlock: cidr, AvailabilityZone: 'az-a', ...properties }),
    [`${id}Table`]: ec2('RouteTable', { VpcId: ref(vpcId) }),
    [`${id}TableAssociation`]: ec2('SubnetRouteTableAssociation', {
      SubnetId: ref(id),
      RouteTableId: ref(`${id}Table`),
    }),
    ...Object.fromEntries(
      routes.map((route, i) => [
        `${id}Route${i}`,
        ec2('Route', { RouteTableId: ref(`${id}Table`), ...route }),
      ]),
    ),
  };
}

export const to = (DestinationCidrBlock: string, target: object) => ({ DestinationCidrBlock, ...target });
export const toInternet = to('0.0.0.0/0', { GatewayId: ref('Igw') });

/** An instance, and its group `<id>Group` with these rules. */
export function instance(
  id: string,
  subnetId: string,
  rules: { readonly inbound?: readonly object[]; readonly outbound?: readonly object[] } = {},
  properties: object = {},
): Resources {
  return {
    [id]: ec2('Instance', { SubnetId: ref(subnetId), SecurityGroupIds: [ref(`${id}Group`)], ...properties }),
    [`${id}Group`]: ec2('SecurityGroup', {
      GroupDescription: id,
      SecurityGroupIngress: rules.inbound ?? [],
      ...(rules.outbound && { SecurityGroupEgress: rules.outbound }),
    }),
  };
}

export const tcp = (port: number, peer: object | string) => ({
  IpProtocol: 'tcp',
  FromPort: port,
  ToPort: port,
  ...(typeof peer === 'string' ? { CidrIp: peer } : peer),
});
export const everything = { IpProtocol: '-1', CidrIp: '0.0.0.0/0' };

/** Numbered entries of a network ACL that is associated with a subnet. */
export function acl(id: string, vpcId: string, subnetId: string, entries: readonly object[]): Resources {
  return {
    [id]: ec2('NetworkAcl', { VpcId: ref(vpcId) }),
    [`${id}Association`]: ec2('SubnetNetworkAclAssociation', {
      SubnetId: ref(subnetId),
      NetworkAclId: ref(id),
    }),
    ...Object.fromEntries(
      entries.map((entry, i) => [
        `${id}Entry${i}`,
        ec2('NetworkAclEntry', { NetworkAclId: ref(id), ...entry }),
      ]),
    ),
  };
}

export const entry = (
  number: number,
  action: 'allow' | 'deny',
  direction: 'in' | 'out',
  cidr = '0.0.0.0/0',
  ports?: readonly [number, number],
) => ({
  RuleNumber: number,
  RuleAction: action,
  Egress: direction === 'out',
  CidrBlock: cidr,
  Protocol: ports ? 6 : -1,
  ...(ports && { PortRange: { From: ports[0], To: ports[1] } }),
});

/** One VPC, az-a: a public subnet with a NAT gateway and a server, a private one with a client. */
export const twoTiers: Resources = {
  ...vpc('Vpc', '10.0.0.0/16'),
  ...internetGateway('Vpc'),
  ...subnet('Public', 'Vpc', '10.0.0.0/24', [toInternet], { MapPublicIpOnLaunch: true }),
  ...subnet('Private', 'Vpc', '10.0.1.0/24', [to('0.0.0.0/0', { NatGatewayId: ref('Nat') })]),
  Eip: ec2('EIP', { Domain: 'vpc' }),
  Nat: ec2('NatGateway', { SubnetId: ref('Public'), AllocationId: att('Eip', 'AllocationId') }),
  ...instance('Server', 'Public', { inbound: [tcp(443, '0.0.0.0/0')] }),
  ...instance('Client', 'Private'),
};

export const without = (resources: Resources, ...ids: readonly string[]): Resources =>
  Object.fromEntries(Object.entries(resources).filter(([id]) => !ids.includes(id)));
