import { mutationsBelow, type Mutation } from '../support/mutation';

const VPN = 'SiteToSiteVpn/Vpn';
const VPC = 'MultiAzVpc/Network/Vpc';

type Tunnel = Record<string, unknown>;

const { removed, changed, edited } = mutationsBelow(VPN);
/** The second tunnel of B, which is the one that nobody looks at. */
const tunnel = (name: string, change: (tunnel: Tunnel) => void): Mutation =>
  edited(name, 'B/Connection', ({ VpnTunnelOptionsSpecifications }) => {
    const [, last] = VpnTunnelOptionsSpecifications as Tunnel[];
    if (last) change(last);
  });
const also = (property: string, ...values: unknown[]) =>
  tunnel(`a tunnel takes ${values.join(' and ')} as well (${property})`, (options) => {
    (options[property] as unknown[]).push(...values.map((Value) => ({ Value })));
  });

export const mutations: readonly Mutation[] = [
  removed('routes are propagated nowhere', 'Gateway/Propagation'),
  removed('the gateway is not attached to the VPC', 'Gateway/Attachment'),
  {
    name: 'routes are propagated into the private subnets only',
    apply: (template) => {
      const propagation = template.properties(`${VPN}/Gateway/Propagation`);
      propagation.RouteTableIds = (propagation.RouteTableIds as unknown[]).slice(0, 3);
    },
  },
  {
    name: 'a public subnet learns the routes, since it has the route table of a private one',
    apply: (template) => {
      const association = template.properties(`${VPC}/PublicSubnet2/RouteTableAssociation`);
      association.RouteTableId = template.ref(`${VPC}/PrivateSubnet2/RouteTable`);
    },
  },
  changed('the connection of A ends at no gateway', 'A/Connection', { VpnGatewayId: undefined }),
  changed('the connection of B ends at no gateway', 'B/Connection', { VpnGatewayId: undefined }),
  {
    name: 'both connections lead to router A',
    apply: (template) => {
      const connection = template.properties(`${VPN}/B/Connection`);
      connection.CustomerGatewayId = template.properties(`${VPN}/A/Connection`).CustomerGatewayId;
    },
  },
  changed('both routers have one address', 'B/CustomerGateway', { IpAddress: '192.0.2.10' }),
  changed('a connection takes static routes only, and has none', 'A/Connection', { StaticRoutesOnly: true }),
  changed('the keys are where whoever may describe the connection reads them', 'A/Connection', {
    PreSharedKeyStorage: 'Standard',
  }),
  tunnel('a key is in the template', (options) => {
    options.PreSharedKey = 'not_so_secret_1234';
  }),
  also('IKEVersions', 'ikev1'),
  also('Phase1EncryptionAlgorithms', 'AES128'),
  also('Phase2EncryptionAlgorithms', 'AES128'),
  also('Phase1IntegrityAlgorithms', 'SHA1'),
  also('Phase2IntegrityAlgorithms', 'SHA1'),
  also('Phase1DHGroupNumbers', 2),
  also('Phase2DHGroupNumbers', 2, 5),
  tunnel('a tunnel takes whatever AWS takes', (options) => {
    delete options.Phase2DHGroupNumbers;
  }),
  tunnel('a tunnel stays down until the other side has traffic', (options) => {
    options.DPDTimeoutAction = 'clear';
  }),
  tunnel('a tunnel is not logged', (options) => {
    delete options.LogOptions;
  }),
  tunnel('a BGP session is not logged', (options) => {
    const { CloudwatchLogOptions } = options.LogOptions as { CloudwatchLogOptions: Tunnel };
    CloudwatchLogOptions.BgpLogEnabled = false;
  }),
  {
    name: 'a connection has options for one tunnel only',
    apply: (template) => {
      const connection = template.properties(`${VPN}/A/Connection`);
      connection.VpnTunnelOptionsSpecifications = (
        connection.VpnTunnelOptionsSpecifications as unknown[]
      ).slice(0, 1);
    },
  },
  removed('nobody is told that A is cut off', 'A/Alarms/BothDown'),
  changed('the alarm for one tunnel waits for both', 'B/Alarms/OneDown', { Statistic: 'Maximum' }),
  changed('the alarm for both tunnels does not wait for the second', 'B/Alarms/BothDown', {
    Statistic: 'Minimum',
  }),
  changed('an alarm is quiet when there is nothing to measure', 'A/Alarms/OneDown', {
    TreatMissingData: 'missing',
  }),
  {
    name: 'an alarm is about the other connection',
    apply: (template) => {
      const alarm = template.properties(`${VPN}/B/Alarms/BothDown`);
      alarm.Dimensions = template.properties(`${VPN}/A/Alarms/BothDown`).Dimensions;
    },
  },
];
