import { Network } from '../lib/assertions/network';
import { Templates } from '../lib/assertions/templates';

/** Times in milliseconds for a generated network of one size. */
export interface NetworkTimes {
  readonly vpcs: number;
  readonly interfaces: number;
  readonly rules: number;
  /** Reading the templates and building the model. */
  readonly model: number;
  /** One question between two interfaces, mean. */
  readonly pair: number;
  /** One question from the internet to every interface of the network, mean. */
  readonly toAll: number;
}

const INTERFACES_PER_VPC = 20;
const RULES_PER_INTERFACE = 10;

/** Builds networks of 100, 1,000 and 5,000 interfaces, the largest with 250 VPCs and 50,000 rules, and measures them. */
export function benchNetwork(sizes: readonly number[] = [100, 1000, 5000]): readonly NetworkTimes[] {
  measure(sizes[0] ?? 100); // warms up
  return sizes.map(measure);
}

function measure(interfaces: number): NetworkTimes {
  const vpcs = Math.ceil(interfaces / INTERFACES_PER_VPC);
  const template = generate(vpcs, interfaces);
  const started = performance.now();
  const network = Network.of(Templates.fromTemplates({ Bench: template }));
  const model = performance.now() - started;
  const pairs = 200;
  const pair = time(pairs, (i) =>
    network.canReach({
      source: `Bench/Instance${i % interfaces}`,
      destination: `Bench/Instance${(i * 7 + 1) % interfaces}`,
      port: 1000 + (i % RULES_PER_INTERFACE),
    }),
  );
  const toAll = time(10, () =>
    network.canReach({ source: 'internet', destination: 'Bench', port: 22, every: true }),
  );
  return { vpcs, interfaces, rules: interfaces * RULES_PER_INTERFACE, model, pair, toAll };
}

function time(times: number, run: (index: number) => unknown): number {
  const started = performance.now();
  for (let i = 0; i < times; i++) run(i);
  return (performance.now() - started) / times;
}

/** VPCs of two subnets on one transit gateway; each instance with a group of ten rules. */
function generate(vpcs: number, interfaces: number): object {
  const ref = (id: string) => ({ Ref: id });
  const Resources: Record<string, object> = { Hub: { Type: 'AWS::EC2::TransitGateway', Properties: {} } };
  const add = (id: string, type: string, Properties: object) => {
    Resources[id] = { Type: `AWS::EC2::${type}`, Properties };
  };
  for (let v = 0; v < vpcs; v++) {
    add(`Vpc${v}`, 'VPC', { CidrBlock: `10.${v}.0.0/16` });
    add(`Igw${v}`, 'InternetGateway', {});
    add(`Attach${v}`, 'VPCGatewayAttachment', { VpcId: ref(`Vpc${v}`), InternetGatewayId: ref(`Igw${v}`) });
    const subnets = [0, 1].map((s) => `Subnet${v}x${s}`);
    subnets.forEach((subnet, s) => {
      const [table, zone] = [`Table${v}x${s}`, s === 0 ? 'az-a' : 'az-b'];
      add(subnet, 'Subnet', {
        VpcId: ref(`Vpc${v}`),
        CidrBlock: `10.${v}.${s}.0/24`,
        AvailabilityZone: zone,
        MapPublicIpOnLaunch: true,
      });
      add(table, 'RouteTable', { VpcId: ref(`Vpc${v}`) });
      add(`${table}In`, 'SubnetRouteTableAssociation', { SubnetId: ref(subnet), RouteTableId: ref(table) });
      const routes = {
        '0.0.0.0/0': { GatewayId: ref(`Igw${v}`) },
        '10.0.0.0/8': { TransitGatewayId: ref('Hub') },
      };
      Object.entries(routes).forEach(([DestinationCidrBlock, to], i) => {
        add(`${table}Route${i}`, 'Route', { RouteTableId: ref(table), DestinationCidrBlock, ...to });
      });
    });
    add(`Spoke${v}`, 'TransitGatewayVpcAttachment', {
      TransitGatewayId: ref('Hub'),
      VpcId: ref(`Vpc${v}`),
      SubnetIds: subnets.map(ref),
    });
  }
  for (let i = 0; i < interfaces; i++) {
    const vpc = i % vpcs;
    const rules = Array.from({ length: RULES_PER_INTERFACE - 1 }, (_, r) => ({
      IpProtocol: 'tcp',
      FromPort: 1000 + r,
      ToPort: 1000 + r,
      CidrIp: `10.${r % vpcs}.0.0/16`,
    }));
    const ssh = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '0.0.0.0/0' };
    add(`Group${i}`, 'SecurityGroup', { VpcId: ref(`Vpc${vpc}`), SecurityGroupIngress: [ssh, ...rules] });
    add(`Instance${i}`, 'Instance', {
      SubnetId: ref(`Subnet${vpc}x${i % 2}`),
      SecurityGroupIds: [ref(`Group${i}`)],
    });
  }
  return { Resources };
}
