import { mutationsBelow, type Mutation } from '../support/mutation';

const { removed, changed, edited } = mutationsBelow('NetworkLoadBalancer');

const NLB = 'Balancer/Nlb';
const GROUP = 'Servers/Group/ASG';
const ANYWHERE = [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }];
const targetGroup = (port: number) => `Balancer/Port${port}/TargetGroup`;
const fromBalancer = (port: string) =>
  `Servers/SecurityGroup/from NetworkLoadBalancerSecurityGroupDCD635C3:${port}`;

export const mutations: readonly Mutation[] = [
  edited('an AZ has an address that AWS chooses', NLB, (nlb) => {
    const [first] = nlb.SubnetMappings as { AllocationId?: unknown }[];
    delete first?.AllocationId;
  }),
  edited('one AZ has no address', NLB, (nlb) => {
    nlb.SubnetMappings = (nlb.SubnetMappings as unknown[]).slice(0, 1);
  }),
  edited('both AZs have the same address', NLB, (nlb) => {
    const [first, second] = nlb.SubnetMappings as { AllocationId?: unknown }[];
    Object.assign(second ?? {}, { AllocationId: first?.AllocationId });
  }),
  changed('the load balancer is internal', NLB, { Scheme: 'internal' }),
  changed('the load balancer has no security group', NLB, { SecurityGroups: undefined }),
  changed('the load balancer takes every port', 'Balancer/SecurityGroup', { SecurityGroupIngress: ANYWHERE }),
  changed('the load balancer takes nothing', 'Balancer/SecurityGroup', { SecurityGroupIngress: [] }),
  changed('the load balancer may connect to anything', 'Balancer/SecurityGroup', {
    SecurityGroupEgress: ANYWHERE,
  }),
  changed('the servers accept traffic from anywhere', 'Servers/SecurityGroup', {
    SecurityGroupIngress: ANYWHERE,
  }),
  removed('the servers refuse TLS', fromBalancer('8443')),
  removed('the servers refuse datagrams', fromBalancer('UDP 7000')),
  removed('the servers refuse health checks', fromBalancer('8080')),
  removed('nothing listens on 7001', 'Balancer/Nlb/Port7001'),
  changed('TLS ends at the load balancer', 'Balancer/Nlb/Port443', {
    Protocol: 'TLS',
    Certificates: [{ CertificateArn: 'arn:aws:acm:eu-west-1:111111111111:certificate/a' }],
  }),
  changed('TLS goes to the wrong port', targetGroup(443), { Port: 7000 }),
  changed('the listener for both protocols is for TCP', 'Balancer/Nlb/Port7000', { Protocol: 'TCP' }),
  changed('there is no PROXY protocol header', targetGroup(7001), { TargetGroupAttributes: [] }),
  changed('health checks are on a port that nobody opens', targetGroup(7000), { HealthCheckPort: '9000' }),
  edited('the servers register with no target group', GROUP, (group) => {
    delete group.TargetGroupARNs;
  }),
  edited('all servers are in one AZ', GROUP, (group) => {
    group.VPCZoneIdentifier = (group.VPCZoneIdentifier as unknown[]).slice(0, 1);
  }),
  changed('unhealthy servers stay', GROUP, { HealthCheckType: 'EC2' }),
  removed('no alarm when no target is healthy', 'Balancer/Port7000/Alarms/NoneHealthy'),
];
