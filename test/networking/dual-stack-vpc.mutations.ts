import type { Mutation } from '../support/mutation';

const VPC = 'DualStackVpc/Network/Vpc';

export const mutations: readonly Mutation[] = [
  {
    name: 'a private subnet routes IPv6 to the internet gateway, as the notes once say',
    apply: (template) => {
      const route = template.properties(`${VPC}/PrivateSubnet2/DefaultRoute6`);
      delete route.EgressOnlyInternetGatewayId;
      route.GatewayId = template.ref(`${VPC}/IGW`);
    },
  },
  {
    name: 'a private subnet has lost its IPv6 route',
    apply: (template) => {
      template.remove(`${VPC}/PrivateSubnet1/DefaultRoute6`);
    },
  },
  {
    name: 'a private subnet has lost its IPv4 route',
    apply: (template) => {
      template.remove(`${VPC}/PrivateSubnet3/DefaultRoute`);
    },
  },
  {
    name: 'an isolated subnet goes out by IPv6',
    apply: (template) => {
      template.add('DualStackVpc', 'Escape', 'AWS::EC2::Route', {
        RouteTableId: template.ref(`${VPC}/IsolatedSubnet1/RouteTable`),
        DestinationIpv6CidrBlock: '::/0',
        EgressOnlyInternetGatewayId: template.ref(`${VPC}/EIGW6`),
      });
    },
  },
  {
    name: 'a public subnet routes IPv6 to the egress-only gateway, so that nothing comes in',
    apply: (template) => {
      const route = template.properties(`${VPC}/PublicSubnet1/DefaultRoute6`);
      delete route.GatewayId;
      route.EgressOnlyInternetGatewayId = template.ref(`${VPC}/EIGW6`);
    },
  },
  {
    name: 'a private subnet gives out no IPv6 addresses',
    apply: (template) => {
      template.properties(`${VPC}/PrivateSubnet1/Subnet`).AssignIpv6AddressOnCreation = false;
    },
  },
  {
    name: 'an isolated subnet has no IPv6 network',
    apply: (template) => {
      delete template.properties(`${VPC}/IsolatedSubnet3/Subnet`).Ipv6CidrBlock;
    },
  },
  {
    name: 'public subnets give out public IPv4 addresses',
    apply: (template) => {
      template.properties(`${VPC}/PublicSubnet1/Subnet`).MapPublicIpOnLaunch = true;
    },
  },
  {
    name: 'the internet gateway is not attached',
    apply: (template) => {
      template.remove(`${VPC}/VPCGW`);
    },
  },
];
