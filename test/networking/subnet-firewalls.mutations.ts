import type { Mutation } from '../support/mutation';

const FIREWALLS = 'SubnetFirewalls/Firewalls';
const VPC = 'SubnetFirewalls/Network/Vpc';

const entry = (acl: string, name: string) => `${FIREWALLS}/${acl}/NetworkAcl/${name}`;
const without = (name: string, acl: string, rule: string): Mutation => ({
  name,
  apply: (template) => {
    template.remove(entry(acl, rule));
  },
});
const changed = (name: string, acl: string, rule: string, properties: Record<string, unknown>): Mutation => ({
  name,
  apply: (template) => {
    Object.assign(template.properties(entry(acl, rule)), properties);
  },
});
const ports = (From: number, To: number) => ({ PortRange: { From, To } });
const EVERYTHING = { Protocol: -1, PortRange: undefined, CidrBlock: '0.0.0.0/0' };

export const mutations: readonly Mutation[] = [
  ...['Public', 'Private', 'Isolated'].flatMap((acl) => [
    without(`${acl}: the denied network may come in`, acl, 'Inbound100'),
    without(`${acl}: the denied network may be sent to`, acl, 'Outbound100'),
  ]),
  changed('the deny list comes last', 'Public', 'Inbound100', { RuleNumber: 9900 }),
  changed('half of the denied network is let in', 'Public', 'Inbound100', { CidrBlock: '192.0.2.0/25' }),
  without('clients cannot use HTTPS', 'Public', 'Inbound2000'),
  without('clients cannot use HTTP', 'Public', 'Inbound3000'),
  without('no reply gets back to load balancers and NAT gateways', 'Public', 'Inbound4000'),
  changed(
    'replies get back to those ports only that Linux takes',
    'Public',
    'Inbound4000',
    ports(32768, 60999),
  ),
  without('no reply gets out to clients', 'Public', 'Outbound4000'),
  changed(
    'replies get out to those clients only that run Linux',
    'Public',
    'Outbound4000',
    ports(32768, 60999),
  ),
  without('NAT gateways cannot use HTTPS', 'Public', 'Outbound3000'),
  changed('public subnets take everything', 'Public', 'Inbound2000', EVERYTHING),
  without('the application is not reached in the second AZ', 'Private', 'Inbound2100'),
  changed('the application is reached on any port', 'Private', 'Inbound2000', ports(1, 32767)),
  changed('private instances take replies on any port', 'Private', 'Inbound4000', ports(1024, 65535)),
  without('private instances get no reply', 'Private', 'Inbound4000'),
  changed('private instances get replies from inside only', 'Private', 'Inbound4000', {
    CidrBlock: '10.3.0.0/22',
  }),
  without('the database is not reached in the second AZ', 'Private', 'Outbound2100'),
  without('no reply gets out to load balancers of the second AZ', 'Private', 'Outbound4100'),
  changed('private instances reach everything', 'Private', 'Outbound3000', EVERYTHING),
  changed('the database takes everything from an application subnet', 'Isolated', 'Inbound2000', {
    Protocol: -1,
    PortRange: undefined,
  }),
  {
    // Without the second, the replies would not get out, and nobody could connect.
    name: 'the database takes connections from public subnets, and answers',
    apply: (template) => {
      template.properties(entry('Isolated', 'Inbound2000')).CidrBlock = '10.3.0.0/22';
      template.properties(entry('Isolated', 'Outbound4000')).CidrBlock = '10.3.0.0/22';
    },
  },
  without('no reply of the database gets out', 'Isolated', 'Outbound4000'),
  without('routers cannot ask for smaller packets', 'Private', 'Inbound9000'),
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
        Object.assign(template.properties(entry('Isolated', name)), EVERYTHING);
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
