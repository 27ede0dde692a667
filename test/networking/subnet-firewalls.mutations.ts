import { mutationsBelow, type Mutation } from '../support/mutation';

const FIREWALLS = 'SubnetFirewalls/Firewalls';
const VPC = 'SubnetFirewalls/Network/Vpc';

const { removed, changed } = mutationsBelow(FIREWALLS);
const ports = (From: number, To: number) => ({ PortRange: { From, To } });
const EVERYTHING = { Protocol: -1, PortRange: undefined, CidrBlock: '0.0.0.0/0' };

export const mutations: readonly Mutation[] = [
  ...['Public', 'Private', 'Isolated'].flatMap((acl) => [
    removed(`${acl}: the denied network may come in`, `${acl}/NetworkAcl/Inbound100`),
    removed(`${acl}: the denied network may be sent to`, `${acl}/NetworkAcl/Outbound100`),
  ]),
  changed('the deny list comes last', 'Public/NetworkAcl/Inbound100', { RuleNumber: 9900 }),
  changed('half of the denied network is let in', 'Public/NetworkAcl/Inbound100', {
    CidrBlock: '192.0.2.0/25',
  }),
  removed('clients cannot use HTTPS', 'Public/NetworkAcl/Inbound2000'),
  removed('clients cannot use HTTP', 'Public/NetworkAcl/Inbound3000'),
  removed('no reply gets back to load balancers and NAT gateways', 'Public/NetworkAcl/Inbound4000'),
  changed(
    'replies get back to those ports only that Linux takes',
    'Public/NetworkAcl/Inbound4000',
    ports(32768, 60999),
  ),
  removed('no reply gets out to clients', 'Public/NetworkAcl/Outbound4000'),
  changed(
    'replies get out to those clients only that run Linux',
    'Public/NetworkAcl/Outbound4000',
    ports(32768, 60999),
  ),
  removed('NAT gateways cannot use HTTPS', 'Public/NetworkAcl/Outbound3000'),
  changed('public subnets take everything', 'Public/NetworkAcl/Inbound2000', EVERYTHING),
  removed('the application is not reached in the second AZ', 'Private/NetworkAcl/Inbound2100'),
  changed('the application is reached on any port', 'Private/NetworkAcl/Inbound2000', ports(1, 32767)),
  changed('private instances take replies on any port', 'Private/NetworkAcl/Inbound4000', ports(1024, 65535)),
  removed('private instances get no reply', 'Private/NetworkAcl/Inbound4000'),
  changed('private instances get replies from inside only', 'Private/NetworkAcl/Inbound4000', {
    CidrBlock: '10.3.0.0/22',
  }),
  removed('the database is not reached in the second AZ', 'Private/NetworkAcl/Outbound2100'),
  removed('no reply gets out to load balancers of the second AZ', 'Private/NetworkAcl/Outbound4100'),
  changed('private instances reach everything', 'Private/NetworkAcl/Outbound3000', EVERYTHING),
  changed('the database takes everything from an application subnet', 'Isolated/NetworkAcl/Inbound2000', {
    Protocol: -1,
    PortRange: undefined,
  }),
  {
    // Without the second, the replies would not get out, and nobody could connect.
    name: 'the database takes connections from public subnets, and answers',
    apply: (template) => {
      template.properties(`${FIREWALLS}/Isolated/NetworkAcl/Inbound2000`).CidrBlock = '10.3.0.0/22';
      template.properties(`${FIREWALLS}/Isolated/NetworkAcl/Outbound4000`).CidrBlock = '10.3.0.0/22';
    },
  },
  removed('no reply of the database gets out', 'Isolated/NetworkAcl/Outbound4000'),
  removed('routers cannot ask for smaller packets', 'Private/NetworkAcl/Inbound9000'),
  {
    name: 'an isolated subnet has the default network ACL',
    apply: (template) => {
      template.remove(`${FIREWALLS}/Isolated/Association2`);
    },
  },
  {
    name: 'a private subnet has the network ACL of the public ones',
    apply: (template) => {
      const association = template.properties(`${FIREWALLS}/Private/Association1`);
      association.NetworkAclId = template.ref(`${FIREWALLS}/Public/NetworkAcl`);
    },
  },
  {
    name: 'an isolated subnet has a route to the internet gateway, and rules for it',
    apply: (template) => {
      template.add('SubnetFirewalls', 'Escape', 'AWS::EC2::Route', {
        RouteTableId: template.ref(`${VPC}/IsolatedSubnet1/RouteTable`),
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: template.ref(`${VPC}/IGW`),
      });
      for (const name of ['Inbound2000', 'Outbound4000']) {
        Object.assign(template.properties(`${FIREWALLS}/Isolated/NetworkAcl/${name}`), EVERYTHING);
      }
    },
  },
  {
    name: 'the application accepts its port from the VPC',
    apply: (template) => {
      template.properties(`${FIREWALLS}/Application`).SecurityGroupIngress = [
        { IpProtocol: 'tcp', FromPort: 8080, ToPort: 8080, CidrIp: '10.3.0.0/22' },
      ];
    },
  },
  {
    name: 'the database accepts its port from the private subnets',
    apply: (template) => {
      template.properties(`${FIREWALLS}/Database`).SecurityGroupIngress = [
        { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, CidrIp: '10.3.1.0/24' },
      ];
    },
  },
];
