import { Network } from '../lib/assertions/network';
import { Templates } from '../lib/assertions/templates';

/** Time and memory for the matrix of one size. */
export interface MatrixCost {
  readonly interfaces: number;
  readonly rules: number;
  readonly routes: number;
  /** Rows: pairs of groups that behave alike. */
  readonly rows: number;
  readonly model: number;
  readonly matrix: number;
  /** Of the templates, the model and the matrix, in MB. */
  readonly heap: number;
}

/**
 * Three tiers in two zones, with an interface, a security group and a listener each. `size` is the number of
 * interfaces; a fifth of it is the number of rules of the largest security group and of routes of each route table.
 */
export const matrixCosts = (sizes: readonly number[] = [100, 1000, 5000]): readonly MatrixCost[] => {
  measure(sizes[0] ?? 100); // warms up
  return sizes.map(measure);
};

function measure(interfaces: number): MatrixCost {
  const many = interfaces / 5;
  const before = heap();
  const started = performance.now();
  const network = Network.of(Templates.fromTemplates({ Bench: tiers(interfaces, many) }));
  const model = performance.now() - started;
  const rows = [...network.matrix().rows].length;
  const matrix = performance.now() - started - model;
  return { interfaces, rules: many, routes: many, rows, model, matrix, heap: (heap() - before) / 2 ** 20 };
}

/** Without `--expose-gc`, what is not collected yet counts too. */
function heap(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed;
}

function tiers(interfaces: number, many: number): object {
  const ref = (id: string) => ({ Ref: id });
  const Resources: Record<string, object> = {};
  const add = (id: string, type: string, Properties: object) => {
    Resources[id] = { Type: `AWS::${type}`, Properties };
  };
  const tcp = (port: number, peer: object) => ({ IpProtocol: 'tcp', FromPort: port, ToPort: port, ...peer });
  add('Vpc', 'EC2::VPC', { CidrBlock: '10.0.0.0/8' });
  add('Gateway', 'EC2::InternetGateway', {});
  add('Attachment', 'EC2::VPCGatewayAttachment', { VpcId: ref('Vpc'), InternetGatewayId: ref('Gateway') });
  ['Web', 'App', 'Data'].forEach((tier, t) => {
    ['a', 'b'].forEach((zone, z) => {
      const subnet = `${tier}${zone}`;
      add(subnet, 'EC2::Subnet', {
        VpcId: ref('Vpc'),
        CidrBlock: `10.${t}.${z * 128}.0/17`,
        AvailabilityZone: `az-${zone}`,
        MapPublicIpOnLaunch: true,
      });
      add(`${subnet}Table`, 'EC2::RouteTable', { VpcId: ref('Vpc') });
      add(`${subnet}In`, 'EC2::SubnetRouteTableAssociation', {
        SubnetId: ref(subnet),
        RouteTableId: ref(`${subnet}Table`),
      });
      for (let r = 0; r < many; r++) {
        add(`${subnet}Route${r}`, 'EC2::Route', {
          RouteTableId: ref(`${subnet}Table`),
          DestinationCidrBlock: `${20 + Math.floor(r / 256)}.${r % 256}.0.0/16`,
          GatewayId: ref('Gateway'),
        });
      }
    });
  });
  add('Shared', 'EC2::SecurityGroup', {
    VpcId: ref('Vpc'),
    SecurityGroupIngress: Array.from({ length: many }, (_, r) =>
      tcp(1000 + r, { CidrIp: `10.${r % 3}.${r % 256}.0/24` }),
    ),
  });
  for (let i = 0; i < interfaces; i++) {
    const tier = ['Web', 'App', 'Data'][i % 3] ?? 'Web';
    add(`Group${i}`, 'EC2::SecurityGroup', {
      VpcId: ref('Vpc'),
      SecurityGroupIngress: [tcp(443, { CidrIp: '0.0.0.0/0' }), tcp(22, { CidrIp: '10.0.0.0/8' })],
    });
    add(`Interface${i}`, 'EC2::NetworkInterface', {
      SubnetId: ref(`${tier}${i % 2 === 0 ? 'a' : 'b'}`),
      GroupSet: [ref(`Group${i}`), ref('Shared')],
    });
    add(`Server${i}`, 'EC2::Instance', { SubnetId: ref(`${tier}a`), SecurityGroupIds: [ref(`Group${i}`)] });
    add(`Attach${i}`, 'EC2::NetworkInterfaceAttachment', {
      InstanceId: ref(`Server${i}`),
      NetworkInterfaceId: ref(`Interface${i}`),
      DeviceIndex: '1',
    });
  }
  return { Resources };
}
