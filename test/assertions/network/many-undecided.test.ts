import { Network } from '../../../lib/assertions/network';
import { Templates } from '../../../lib/assertions/templates';
import { at, ec2, instance, internetGateway, ref, subnet, tcp, to, vpc } from './templates';

const toInternet = to('0.0.0.0/0', { GatewayId: ref('Igw') });
const base = {
  ...vpc('Vpc', '10.0.0.0/16'),
  ...internetGateway('Vpc'),
  ...subnet('A', 'Vpc', '10.0.1.0/24', [toInternet], { MapPublicIpOnLaunch: true }),
  ...instance('Server', 'A', { inbound: [tcp(22, '10.0.0.0/16')] }),
};
const many = (make: (i: number) => object) =>
  Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`Many${i}`, make(i)]));
const network = (resources: object) =>
  Network.of(
    Templates.fromTemplates({
      T: { Parameters: { Open: { Type: 'String' } }, Resources: { ...base, ...resources } },
    }),
  );

describe('many resources that may belong to any owner', () => {
  it('make it unknown which rules a security group has', () => {
    const rules = many((i) =>
      ec2('SecurityGroupIngress', { GroupId: ref('Open'), ...tcp(1000 + i, '0.0.0.0/0') }),
    );
    const asked = { source: 'internet', destination: at('Server'), port: 443 };
    expect(network({}).canReach(asked).answer).toBe('not reachable');
    expect(network(rules).canReach(asked).answer).toBe('unknown');
  });

  it('make it unknown which interfaces an instance has', () => {
    const nics = many(() =>
      ec2('NetworkInterfaceAttachment', { InstanceId: ref('Open'), NetworkInterfaceId: 'eni-1' }),
    );
    const asked = { source: 'internet', destination: at('Server'), port: 443 };
    expect(network(nics).canReach(asked).answer).toBe('unknown');
    expect(network(nics).canReach({ ...asked, source: at('A'), port: 22 }).answer).toBe('reachable');
  });

  it('make it unknown on which ports a load balancer listens', () => {
    const balancer = {
      Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      Properties: { Type: 'network', Subnets: [ref('A')], Scheme: 'internet-facing' },
    };
    const listeners = many((i) => ({
      Type: 'AWS::ElasticLoadBalancingV2::Listener',
      Properties: { LoadBalancerArn: ref('Open'), Port: 1000 + i, Protocol: 'TCP' },
    }));
    const asked = { source: 'internet', destination: at('Balancer'), port: 443 };
    expect(network({ Balancer: balancer }).canReach(asked).answer).toBe('not reachable');
    expect(network({ Balancer: balancer, ...listeners }).canReach(asked).answer).toBe('unknown');
  });
});
