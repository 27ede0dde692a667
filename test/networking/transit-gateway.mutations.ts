import { mutationsBelow, type Mutation } from '../support/mutation';

const HUB = 'TransitGateway/Hub';
const EGRESS = `${HUB}/Egress/Vpc`;

const { removed, changed } = mutationsBelow(HUB);

export const mutations: readonly Mutation[] = [
  removed(
    'A reaches B by the NAT gateway: no blackhole for B, and none for the replies',
    'IsolatedRouteTable/Blackhole1',
    'IsolatedRouteTable/Blackhole4',
  ),
  removed('10.0.0.0/8 has no blackhole: A sends to B by the NAT gateway', 'IsolatedRouteTable/Blackhole1'),
  removed('172.16.0.0/12 has no blackhole', 'IsolatedRouteTable/Blackhole2'),
  removed('192.168.0.0/16 has no blackhole', 'IsolatedRouteTable/Blackhole3'),
  removed('100.64.0.0/10 has no blackhole: spokes reach the egress VPC', 'IsolatedRouteTable/Blackhole4'),
  changed('the blackhole covers half of the private range', 'IsolatedRouteTable/Blackhole1', {
    DestinationCidrBlock: '10.128.0.0/9',
  }),
  {
    name: 'B propagates into the table of the isolated spokes',
    apply: (template) => {
      template.add('TransitGateway', 'Leak', 'AWS::EC2::TransitGatewayRouteTablePropagation', {
        TransitGatewayRouteTableId: template.ref(`${HUB}/IsolatedRouteTable/RouteTable`),
        TransitGatewayAttachmentId: template.ref(`${HUB}/BAttachment/Attachment`),
      });
      template.add('TransitGateway', 'LeakBack', 'AWS::EC2::TransitGatewayRouteTablePropagation', {
        TransitGatewayRouteTableId: template.ref(`${HUB}/IsolatedRouteTable/RouteTable`),
        TransitGatewayAttachmentId: template.ref(`${HUB}/AAttachment/Attachment`),
      });
    },
  },
  {
    name: 'the spokes use the table of the egress VPC, which leads to all of them',
    apply: (template) => {
      for (const name of ['FromA', 'FromB']) {
        const association = template.properties(`${HUB}/IsolatedRouteTable/${name}`);
        association.TransitGatewayRouteTableId = template.ref(`${HUB}/EgressRouteTable/RouteTable`);
      }
    },
  },
  changed('everything falls into the default route table', 'TransitGateway', {
    DefaultRouteTableAssociation: 'enable',
    DefaultRouteTablePropagation: 'enable',
  }),
  changed('attachments of other accounts are accepted unasked', 'TransitGateway', {
    AutoAcceptSharedAttachments: 'enable',
  }),
  removed('the spokes have no route to the egress VPC', 'IsolatedRouteTable/DefaultRoute'),
  {
    name: 'the default route leads back to a spoke',
    apply: (template) => {
      const route = template.properties(`${HUB}/IsolatedRouteTable/DefaultRoute`);
      route.TransitGatewayAttachmentId = template.ref(`${HUB}/BAttachment/Attachment`);
    },
  },
  removed('A is in no route table', 'IsolatedRouteTable/FromA'),
  removed('the egress VPC is in no route table, so that replies are lost', 'EgressRouteTable/FromEgress'),
  removed('the egress VPC has no way back to B', 'EgressRouteTable/ToB'),
  removed('a workload subnet has no default route', 'AAttachment/DefaultRoutes/WorkloadSubnet2'),
  removed('a public subnet has no way back to A', 'EgressAttachment/RoutesToA/PublicSubnet1'),
  changed('a public subnet has a way back to half of B', 'EgressAttachment/RoutesToB/PublicSubnet2', {
    DestinationCidrBlock: '10.6.0.0/17',
  }),
  {
    name: 'a spoke is attached in one AZ only',
    apply: (template) => {
      const attachment = template.properties(`${HUB}/AAttachment/Attachment`);
      attachment.SubnetIds = (attachment.SubnetIds as unknown[]).slice(0, 1);
    },
  },
  {
    name: 'the egress VPC is attached in one AZ only',
    apply: (template) => {
      const attachment = template.properties(`${HUB}/EgressAttachment/Attachment`);
      attachment.SubnetIds = (attachment.SubnetIds as unknown[]).slice(0, 1);
    },
  },
  {
    name: 'the egress VPC is attached in its public subnets',
    apply: (template) => {
      template.properties(`${HUB}/EgressAttachment/Attachment`).SubnetIds = [1, 2].map((index) =>
        template.ref(`${EGRESS}/PublicSubnet${index}/Subnet`),
      );
    },
  },
  {
    name: 'a spoke is attached in its workload subnets',
    apply: (template) => {
      template.properties(`${HUB}/BAttachment/Attachment`).SubnetIds = [1, 2].map((index) =>
        template.ref(`TransitGateway/B/Vpc/WorkloadSubnet${index}/Subnet`),
      );
    },
  },
  {
    name: 'the second AZ uses the NAT gateway of the first',
    apply: (template) => {
      const route = template.properties(`${EGRESS}/AttachmentSubnet2/DefaultRoute`);
      route.NatGatewayId = template.ref(`${EGRESS}/PublicSubnet1/NATGateway`);
    },
  },
  {
    name: 'both NAT gateways stand in the first AZ',
    apply: (template) => {
      const gateway = template.properties(`${EGRESS}/PublicSubnet2/NATGateway`);
      gateway.SubnetId = template.ref(`${EGRESS}/PublicSubnet1/Subnet`);
    },
  },
  {
    name: 'appliance mode is on',
    apply: (template) => {
      const attachment = template.properties(`${HUB}/EgressAttachment/Attachment`);
      attachment.Options = { ApplianceModeSupport: 'enable' };
    },
  },
  {
    name: 'a spoke has an internet gateway, and a subnet that routes to it',
    apply: (template) => {
      template.add('TransitGateway', 'Gateway', 'AWS::EC2::InternetGateway', {});
      template.add('TransitGateway', 'GatewayAttachment', 'AWS::EC2::VPCGatewayAttachment', {
        VpcId: template.ref('TransitGateway/A/Vpc'),
        InternetGatewayId: { Ref: 'Gateway' },
      });
      template.add('TransitGateway', 'WayIn', 'AWS::EC2::Route', {
        RouteTableId: template.ref('TransitGateway/A/Vpc/AttachmentSubnet1/RouteTable'),
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: { Ref: 'Gateway' },
      });
    },
  },
  {
    name: 'a network ACL stands before an attachment',
    apply: (template) => {
      template.add('TransitGateway', 'Acl', 'AWS::EC2::NetworkAcl', {
        VpcId: template.ref('TransitGateway/A/Vpc'),
      });
    },
  },
];
