import type { Mutation } from '../support/mutation';

const VPC = 'MultiAzVpc/Network/Vpc';

export const mutations: readonly Mutation[] = [
  {
    name: 'a private subnet uses the NAT gateway of another AZ',
    apply: (template) => {
      const route = template.properties(`${VPC}/PrivateSubnet1/DefaultRoute`);
      route.NatGatewayId = template.ref(`${VPC}/PublicSubnet2/NATGateway`);
    },
  },
  {
    name: 'two private subnets use each other’s NAT gateway',
    apply: (template) => {
      const [one, two] = [1, 2].map((index) =>
        template.properties(`${VPC}/PrivateSubnet${index}/DefaultRoute`),
      );
      if (one && two) [one.NatGatewayId, two.NatGatewayId] = [two.NatGatewayId, one.NatGatewayId];
    },
  },
  {
    name: 'a private subnet has lost its default route',
    apply: (template) => {
      template.remove(`${VPC}/PrivateSubnet3/DefaultRoute`);
    },
  },
  {
    name: 'a NAT gateway stands in a private subnet',
    apply: (template) => {
      const gateway = template.properties(`${VPC}/PublicSubnet1/NATGateway`);
      gateway.SubnetId = template.ref(`${VPC}/PrivateSubnet1/Subnet`);
    },
  },
  {
    name: 'two NAT gateways stand in one AZ',
    apply: (template) => {
      const gateway = template.properties(`${VPC}/PublicSubnet2/NATGateway`);
      gateway.SubnetId = template.ref(`${VPC}/PublicSubnet1/Subnet`);
    },
  },
  {
    name: 'a private subnet routes to the internet gateway',
    apply: (template) => {
      const route = template.properties(`${VPC}/PrivateSubnet2/DefaultRoute`);
      delete route.NatGatewayId;
      route.GatewayId = template.ref(`${VPC}/IGW`);
    },
  },
  {
    name: 'an isolated subnet has a route to the internet gateway',
    apply: (template) => {
      template.add('MultiAzVpc', 'IsolatedEscape', 'AWS::EC2::Route', {
        RouteTableId: template.ref(`${VPC}/IsolatedSubnet1/RouteTable`),
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: template.ref(`${VPC}/IGW`),
      });
    },
  },
  {
    name: 'an isolated subnet has a route to a NAT gateway, for half of the internet',
    apply: (template) => {
      template.add('MultiAzVpc', 'IsolatedEscape', 'AWS::EC2::Route', {
        RouteTableId: template.ref(`${VPC}/IsolatedSubnet1/RouteTable`),
        DestinationCidrBlock: '128.0.0.0/1',
        NatGatewayId: template.ref(`${VPC}/PublicSubnet1/NATGateway`),
      });
    },
  },
  {
    name: 'an isolated subnet uses the route table of a private one',
    apply: (template) => {
      const association = template.properties(`${VPC}/IsolatedSubnet2/RouteTableAssociation`);
      association.RouteTableId = template.ref(`${VPC}/PrivateSubnet2/RouteTable`);
    },
  },
  {
    name: 'the internet gateway is not attached',
    apply: (template) => {
      template.remove(`${VPC}/VPCGW`);
    },
  },
  {
    name: 'public subnets give out public addresses',
    apply: (template) => {
      template.properties(`${VPC}/PublicSubnet1/Subnet`).MapPublicIpOnLaunch = true;
    },
  },
  {
    name: 'a network ACL drops what comes back from the internet',
    apply: (template) => {
      template.add('MultiAzVpc', 'Acl', 'AWS::EC2::NetworkAcl', { VpcId: template.ref(VPC) });
      template.add('MultiAzVpc', 'AclOut', 'AWS::EC2::NetworkAclEntry', {
        NetworkAclId: { Ref: 'Acl' },
        RuleNumber: 100,
        Protocol: -1,
        RuleAction: 'allow',
        Egress: true,
        CidrBlock: '0.0.0.0/0',
      });
      template.add('MultiAzVpc', 'AclAssociation', 'AWS::EC2::SubnetNetworkAclAssociation', {
        NetworkAclId: { Ref: 'Acl' },
        SubnetId: template.ref(`${VPC}/PrivateSubnet1/Subnet`),
      });
    },
  },
  {
    name: 'two subnets overlap',
    apply: (template) => {
      template.properties(`${VPC}/PrivateSubnet2/Subnet`).CidrBlock = '10.0.64.0/19';
    },
  },
  {
    name: 'the isolated tier has no S3 endpoint',
    apply: (template) => {
      const endpoint = template.properties(`${VPC}/S3Endpoint`);
      endpoint.RouteTableIds = (endpoint.RouteTableIds as unknown[]).slice(0, 3);
    },
  },
  {
    name: 'there are no flow logs',
    apply: (template) => {
      template.remove('MultiAzVpc/Network/FlowLogs/FlowLog/FlowLog');
    },
  },
];
