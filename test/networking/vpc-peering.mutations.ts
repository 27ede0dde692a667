import type { Mutation } from '../support/mutation';

const PEERING = 'VpcPeering/Peering';
const routeTable = (vpc: string, subnet: string) => `VpcPeering/${vpc}/Vpc/${subnet}/RouteTable`;

export const mutations: readonly Mutation[] = [
  {
    name: 'there is no route from A to B',
    apply: (template) => {
      template.remove(`${PEERING}/AWithB/FromA/PeeredSubnet1`);
    },
  },
  {
    name: 'there is no route back from C to B',
    apply: (template) => {
      template.remove(`${PEERING}/BWithC/FromC/PeeredSubnet2`);
    },
  },
  {
    name: 'a route leads over the connection of another pair',
    apply: (template) => {
      const route = template.properties(`${PEERING}/BWithC/FromB/PeeredSubnet1`);
      route.VpcPeeringConnectionId = template.ref(`${PEERING}/AWithB/Connection`);
    },
  },
  {
    name: 'a route covers half of the other VPC',
    apply: (template) => {
      template.properties(`${PEERING}/AWithB/FromA/PeeredSubnet2`).DestinationCidrBlock = '10.2.0.0/18';
    },
  },
  {
    name: 'B with C is really A with C',
    apply: (template) => {
      template.properties(`${PEERING}/BWithC/Connection`).VpcId = template.ref('VpcPeering/A/Vpc');
    },
  },
  {
    name: 'A and C are peered',
    apply: (template) => {
      template.add('VpcPeering', 'Shortcut', 'AWS::EC2::VPCPeeringConnection', {
        VpcId: template.ref('VpcPeering/A/Vpc'),
        PeerVpcId: template.ref('VpcPeering/C/Vpc'),
      });
      for (const [from, to] of [
        ['A', '10.3.0.0/16'],
        ['C', '10.1.0.0/16'],
      ] as const) {
        template.add('VpcPeering', `Shortcut${from}`, 'AWS::EC2::Route', {
          RouteTableId: template.ref(routeTable(from, 'PeeredSubnet1')),
          DestinationCidrBlock: to,
          VpcPeeringConnectionId: { Ref: 'Shortcut' },
        });
      }
    },
  },
  {
    name: 'a local subnet of A routes to B',
    apply: (template) => {
      template.add('VpcPeering', 'Leak', 'AWS::EC2::Route', {
        RouteTableId: template.ref(routeTable('A', 'LocalSubnet2')),
        DestinationCidrBlock: '10.2.0.0/16',
        VpcPeeringConnectionId: template.ref(`${PEERING}/AWithB/Connection`),
      });
    },
  },
  {
    name: 'a local subnet of C uses the route table of a peered one',
    apply: (template) => {
      const association = template.properties('VpcPeering/C/Vpc/LocalSubnet1/RouteTableAssociation');
      association.RouteTableId = template.ref(routeTable('C', 'PeeredSubnet1'));
    },
  },
  {
    name: 'B accepts SSH from all of A',
    apply: (template) => {
      const rule = template.properties(`${PEERING}/AWithB/Ssh/Ingress`);
      delete rule.SourceSecurityGroupId;
      rule.CidrIp = '10.1.0.0/16';
    },
  },
  {
    name: 'C accepts everything from B, which may open everything',
    apply: (template) => {
      for (const side of ['Ingress', 'Egress']) {
        const rule = template.properties(`${PEERING}/BWithC/Ssh/${side}`);
        Object.assign(rule, { IpProtocol: '-1', FromPort: undefined, ToPort: undefined });
      }
    },
  },
  {
    name: 'B accepts nothing from A',
    apply: (template) => {
      template.remove(`${PEERING}/AWithB/Ssh/Ingress`);
    },
  },
  {
    name: 'A may not open connections to B',
    apply: (template) => {
      template.remove(`${PEERING}/AWithB/Ssh/Egress`);
    },
  },
  {
    name: 'the names of B do not resolve in C',
    apply: (template) => {
      const zone = template.properties(`${PEERING}/BZone`);
      zone.VPCs = (zone.VPCs as unknown[]).slice(0, 2);
    },
  },
  {
    name: 'the names of A resolve in C',
    apply: (template) => {
      const zone = template.properties(`${PEERING}/AZone`);
      const region = { Ref: 'AWS::Region' };
      (zone.VPCs as unknown[]).push({ VPCId: template.ref('VpcPeering/C/Vpc'), VPCRegion: region });
    },
  },
  {
    name: 'a name leads to the instance of another VPC',
    apply: (template) => {
      const [a, b] = ['A', 'B'].map((name) => template.properties(`${PEERING}/${name}Zone/server`));
      if (a && b) a.ResourceRecords = b.ResourceRecords;
    },
  },
  {
    name: 'a VPC has DNS hostnames off, so that its private zones do not resolve',
    apply: (template) => {
      template.properties('VpcPeering/C/Vpc').EnableDnsHostnames = false;
    },
  },
  {
    name: 'B has a way to the internet',
    apply: (template) => {
      template.add('VpcPeering', 'Gateway', 'AWS::EC2::InternetGateway', {});
      template.add('VpcPeering', 'Attachment', 'AWS::EC2::VPCGatewayAttachment', {
        VpcId: template.ref('VpcPeering/B/Vpc'),
        InternetGatewayId: { Ref: 'Gateway' },
      });
      template.add('VpcPeering', 'WayOut', 'AWS::EC2::Route', {
        RouteTableId: template.ref(routeTable('B', 'LocalSubnet1')),
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: { Ref: 'Gateway' },
      });
    },
  },
  {
    name: 'the endpoint for administrators may open any connection, and the instance accepts any from it',
    apply: (template) => {
      const group = template.properties('VpcPeering/A/InstanceConnect/SecurityGroup');
      group.SecurityGroupEgress = [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }];
      const server = template.properties('VpcPeering/AServer/SecurityGroup');
      server.SecurityGroupIngress = [{ IpProtocol: '-1', CidrIp: '10.1.0.0/16' }];
    },
  },
];
