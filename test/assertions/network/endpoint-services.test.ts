import { Network } from '../../../lib/assertions/network';
import '../../../lib/assertions/network/matchers';
import { Templates } from '../../../lib/assertions/templates';
import { at, ec2, everything, instance, network, ref, subnet, tcp, vpc, without } from './templates';

const elb = (type: string, Properties: object) => ({
  Type: `AWS::ElasticLoadBalancingV2::${type}`,
  Properties,
});
const zone = (name: string) => ({ AvailabilityZone: name });
const balancer = (properties: object = {}) =>
  elb('LoadBalancer', {
    Type: 'network',
    Scheme: 'internal',
    Subnets: [ref('FrontA'), ref('FrontB')],
    SecurityGroups: [ref('NlbGroup')],
    ...properties,
  });
const crossZone = (Value: string) => [{ Key: 'load_balancing.cross_zone.enabled', Value }];
const targets = (properties: object = {}) =>
  elb('TargetGroup', { Port: 8080, Protocol: 'TCP', Targets: [{ Id: ref('Server') }], ...properties });
const endpoint = (...subnets: string[]) =>
  ec2('VPCEndpoint', {
    VpcEndpointType: 'Interface',
    VpcId: ref('Consumer'),
    ServiceName: { 'Fn::Sub': 'com.amazonaws.vpce.${AWS::Region}.${Service}' },
    SubnetIds: subnets.map(ref),
    SecurityGroupIds: [ref('EndpointGroup')],
  });

/** Two VPCs of one network: a server behind a load balancer in two zones, a client, an endpoint in both zones. */
const link = {
  ...vpc('Provider', '10.0.0.0/16'),
  ...subnet('FrontA', 'Provider', '10.0.1.0/24', [], zone('az-a')),
  ...subnet('FrontB', 'Provider', '10.0.2.0/24', [], zone('az-b')),
  ...instance('Server', 'FrontA', {
    inbound: [tcp(8080, { SourceSecurityGroupId: ref('NlbGroup') })],
    outbound: [],
  }),
  NlbGroup: ec2('SecurityGroup', { SecurityGroupIngress: [tcp(80, '10.0.0.0/16')] }),
  Nlb: balancer({ LoadBalancerAttributes: crossZone('true') }),
  Listener: elb('Listener', {
    LoadBalancerArn: ref('Nlb'),
    Port: 80,
    Protocol: 'TCP',
    DefaultActions: [{ Type: 'forward', TargetGroupArn: ref('Targets') }],
  }),
  Targets: targets(),
  Service: ec2('VPCEndpointService', { NetworkLoadBalancerArns: [ref('Nlb')], AcceptanceRequired: false }),

  ...vpc('Consumer', '10.0.0.0/16'),
  ...subnet('UserA', 'Consumer', '10.0.1.0/24', [], zone('az-a')),
  ...subnet('UserB', 'Consumer', '10.0.2.0/24', [], zone('az-b')),
  ...instance('Client', 'UserA'),
  Endpoint: endpoint('UserA', 'UserB'),
  EndpointGroup: ec2('SecurityGroup', {
    SecurityGroupIngress: [tcp(80, { SourceSecurityGroupId: ref('ClientGroup') })],
  }),
};
const service = { service: at('Service') } as const;
const http = { source: at('Client'), destination: service, port: 80 } as const;
/** By every interface of the endpoint. */
const everywhere = { ...http, every: true } as const;

// https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
describe('an endpoint service', () => {
  it('is reached through endpoint, load balancer and target; CIDRs may overlap', () => {
    expect(network(link)).toReach(everywhere);
    for (const component of ['Endpoint', 'Service', 'Nlb', 'Server']) {
      expect(network(link)).toPassThrough({ ...http, component: at(component) });
    }
    expect(network(link)).toPassThrough({ ...http, destination: { service: 'T' }, component: at('Nlb') });
  });

  it('connects to nothing else, and not in the other direction', () => {
    for (const destination of [at('Server'), at('Nlb'), at('FrontB')]) {
      expect(network(link)).not.toReach({ source: at('Client'), destination, protocol: 'all' });
    }
    for (const source of [at('Server'), at('Nlb')]) {
      for (const destination of [at('Client'), at('Endpoint')]) {
        expect(network(link)).not.toReach({ source, destination, protocol: 'all' });
      }
    }
    for (const port of [22, 8080]) expect(network(link)).not.toReach({ ...http, port });
    expect(network(link)).not.toReach({ ...http, protocol: 'udp' });
  });

  it.each([
    ['there is no endpoint', without(link, 'Endpoint'), 'T/Service: no endpoint of T/Consumer is left'],
    [
      "the endpoint's group does not allow it",
      { ...link, EndpointGroup: ec2('SecurityGroup', { SecurityGroupIngress: [] }) },
      'security group T/EndpointGroup: no inbound rule allows tcp 80',
    ],
    ['there is no listener', without(link, 'Listener'), 'T/Nlb: has no listener for tcp 80'],
    ['there is no target', { ...link, Targets: targets({ Targets: [] }) }, 'T/Listener: has no target'],
    [
      'the target does not trust the load balancer',
      { ...link, ...instance('Server', 'FrontA', { inbound: [tcp(80, '10.0.0.0/16')] }) },
      'security group T/ServerGroup: no inbound rule allows tcp 8080 from T/Nlb',
    ],
    [
      'the load balancer may not open connections to the target',
      {
        ...link,
        NlbGroup: ec2('SecurityGroup', {
          SecurityGroupIngress: [everything],
          SecurityGroupEgress: [tcp(80, '10.0.0.0/16')],
        }),
      },
      'security group T/NlbGroup: no outbound rule allows tcp 8080 to T/Server',
    ],
  ])('is not reached when %s', (_, resources, blame) => {
    expect(network(resources)).not.toReach(http);
    expect(String(network(resources).canReach(http))).toContain(blame);
  });

  it('is not reached from a VPC without an endpoint', () => {
    const third = {
      ...link,
      ...vpc('Third', '10.0.0.0/16'),
      ...subnet('Elsewhere', 'Third', '10.0.1.0/24', [], zone('az-a')),
    };
    const flow = network(third).canReach({ ...http, source: at('Elsewhere') });
    expect(flow.answer).toBe('not reachable');
    expect(String(flow)).toContain('T/Service: no endpoint of T/Third is left');
  });

  it.each(['tcp', 'all'] as const)('is asked about each port when no port is given: %s', (protocol) => {
    const open = {
      ...link,
      EndpointGroup: ec2('SecurityGroup', { SecurityGroupIngress: [everything] }),
      NlbGroup: ec2('SecurityGroup', { SecurityGroupIngress: [everything] }),
    };
    const flow = network(open).canReach({ ...http, port: undefined, protocol });
    expect(flow.answer).toBe('unknown');
    expect(String(flow)).toContain('reachable on tcp 80, but not on all');
  });

  it('sends from each listener to the targets of that listener', () => {
    const dns = (Protocol: string, group: string) =>
      elb('Listener', {
        LoadBalancerArn: ref('Nlb'),
        Port: 53,
        Protocol,
        DefaultActions: [
          { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: ref(group) }] } },
        ],
      });
    const open = {
      ...link,
      EndpointGroup: ec2('SecurityGroup', { SecurityGroupIngress: [everything] }),
      NlbGroup: ec2('SecurityGroup', { SecurityGroupIngress: [everything] }),
      Udp: dns('UDP', 'Shut'),
      Tcp: dns('TCP', 'Targets'),
      Shut: targets({ Port: 9090 }),
    };
    expect(network(open)).toReach({ ...http, port: 53 });
    expect(network(open)).not.toReach({ ...http, port: 53, protocol: 'udp' });
  });

  it('sends to the port that the target is registered with', () => {
    const other = { ...link, Targets: targets({ Targets: [{ Id: ref('Server'), Port: 9090 }] }) };
    expect(network(other)).not.toReach(http);
    const inbound = [tcp(9090, { SourceSecurityGroupId: ref('NlbGroup') })];
    expect(network({ ...other, ...instance('Server', 'FrontA', { inbound }) })).toReach(http);
  });

  // https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
  describe('whose load balancer has a security group', () => {
    const group = (SecurityGroupIngress: readonly object[]) => ({
      ...link,
      NlbGroup: ec2('SecurityGroup', { SecurityGroupIngress }),
    });
    const unchecked = balancer({
      LoadBalancerAttributes: crossZone('true'),
      EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'off',
    });

    it("checks its inbound rules against the client's address", () => {
      expect(network(group([tcp(80, '10.0.1.0/24')]))).toReach(http);
      expect(network(group([tcp(80, '10.0.2.0/24')]))).not.toReach(http);
    });

    it('matches no security group of another VPC', () => {
      expect(network(group([tcp(80, { SourceSecurityGroupId: ref('ClientGroup') })]))).not.toReach(http);
      expect(network(group([tcp(80, { SourceSecurityGroupId: ref('EndpointGroup') })]))).not.toReach(http);
    });

    it('checks no inbound rules when that is switched off', () => {
      expect(network({ ...group([]), Nlb: unchecked })).toReach(http);
      const inside = { source: at('FrontA'), destination: at('Nlb'), port: 80 };
      expect(network({ ...group([]), Nlb: unchecked })).not.toReach(inside);
      expect(network(group([everything]))).toReach(inside);
    });
  });

  // https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html#considerations-endpoint-services
  describe('in several zones', () => {
    it('uses the load balancer in the zone of the endpoint', () => {
      const oneZone = {
        ...link,
        Nlb: balancer({ Subnets: [ref('FrontA')], LoadBalancerAttributes: crossZone('true') }),
      };
      expect(network(oneZone)).toReach(http);
      expect(network(oneZone)).not.toReach(everywhere);
      expect(String(network(oneZone).canReach(everywhere))).toContain('has no load balancer in az-b');
    });

    it('sends to other zones only with cross-zone load balancing', () => {
      expect(network({ ...link, Nlb: balancer() })).toReach(http);
      expect(network({ ...link, Nlb: balancer() })).not.toReach(everywhere);
      const group = (value: string) => targets({ TargetGroupAttributes: crossZone(value) });
      expect(network({ ...link, Nlb: balancer(), Targets: group('true') })).toReach(everywhere);
      expect(network({ ...link, Targets: group('false') })).not.toReach(everywhere);
      expect(network({ ...link, Targets: group('use_load_balancer_configuration') })).toReach(everywhere);
    });

    it('is lost with the zone of its only target', () => {
      expect(network(link).withoutAz('az-b')).toReach(http);
      const elsewhere = { ...http, source: { subnet: at('UserB'), like: at('Client') } };
      expect(network(link)).toReach(elsewhere);
      expect(network(link).withoutAz('az-a')).not.toReach(elsewhere);
      const both = {
        ...link,
        ...instance('Other', 'FrontB', {}, { SecurityGroupIds: [ref('ServerGroup')] }),
        Targets: targets({ Targets: [{ Id: ref('Server') }, { Id: ref('Other') }] }),
      };
      const source = ['UserA', 'UserB'].map((id) => ({ subnet: at(id), like: at('Client') }));
      const clients = { ...everywhere, source };
      expect(network(both)).toSurviveLossOfAnyAz(clients);
      expect(network({ ...both, Endpoint: endpoint('UserB') })).not.toSurviveLossOfAnyAz(clients);
    });
  });

  it('sends to Auto Scaling instances and ECS tasks', () => {
    const common = { ...link, Targets: targets({ Targets: undefined }) };
    const group = {
      Group: {
        Type: 'AWS::AutoScaling::AutoScalingGroup',
        Properties: {
          VPCZoneIdentifier: [ref('FrontA'), ref('FrontB')],
          TargetGroupARNs: [ref('Targets')],
          LaunchTemplate: { LaunchTemplateId: ref('Template') },
        },
      },
      Template: ec2('LaunchTemplate', { LaunchTemplateData: { SecurityGroupIds: [ref('ServerGroup')] } }),
    };
    const tasks = (ContainerPort: number) => ({
      Tasks: {
        Type: 'AWS::ECS::Service',
        Properties: {
          LoadBalancers: [{ TargetGroupArn: ref('Targets'), ContainerName: 'web', ContainerPort }],
          NetworkConfiguration: {
            AwsvpcConfiguration: { Subnets: [ref('FrontB')], SecurityGroups: [ref('ServerGroup')] },
          },
        },
      },
    });
    expect(network(common)).not.toReach(http);
    expect(network({ ...common, ...group })).toReach(everywhere);
    expect(network({ ...common, ...tasks(8080) })).toReach(everywhere);
    expect(network({ ...common, ...tasks(9090) })).not.toReach(http);
  });

  it.each([
    [
      'nobody knows whether the connection was accepted',
      { Service: ec2('VPCEndpointService', { NetworkLoadBalancerArns: [ref('Nlb')] }) },
    ],
    [
      'the load balancer is not in the templates',
      {
        Service: ec2('VPCEndpointService', {
          NetworkLoadBalancerArns: ['arn:elsewhere'],
          AcceptanceRequired: false,
        }),
      },
    ],
    ['a target is not in the templates', { Targets: targets({ Targets: [{ Id: '10.0.1.9' }] }) }],
    [
      'it is for endpoints that are routed to',
      { Service: ec2('VPCEndpointService', { GatewayLoadBalancerArns: ['arn'], AcceptanceRequired: false }) },
    ],
    [
      'a target group is not in the templates',
      {
        Listener: elb('Listener', {
          ...link.Listener.Properties,
          DefaultActions: [{ Type: 'forward', TargetGroupArn: 'arn:elsewhere' }],
        }),
      },
    ],
    [
      'only one of its load balancers leads anywhere',
      {
        Service: ec2('VPCEndpointService', {
          NetworkLoadBalancerArns: [ref('Nlb'), ref('Idle')],
          AcceptanceRequired: false,
        }),
        Idle: balancer(),
      },
    ],
    [
      'the zone of its endpoint is not known',
      {
        ...subnet('UserA', 'Consumer', '10.0.1.0/24', [], { AvailabilityZone: undefined }),
        Endpoint: endpoint('UserA'),
      },
    ],
    ['the port of a target is not known', { Targets: targets({ Port: undefined }) }],
  ])('is unknown when %s', (_, resources) => {
    expect(network({ ...link, ...resources }).canReach(http).answer).toBe('unknown');
  });

  it('is unknown while the service of an endpoint, or its VPC, is', () => {
    const open = { 'Fn::ImportValue': 'Open' };
    for (const property of [{ ServiceName: open }, { VpcId: open }, { VpcEndpointType: open }]) {
      const properties = { ...link.Endpoint.Properties, ...property };
      const flow = network({ ...link, Endpoint: ec2('VPCEndpoint', properties) }).canReach(http);
      expect(flow.answer).toBe('unknown');
      expect(String(flow)).toContain('T/Endpoint: it is not known whether it is an endpoint of the service');
    }
  });

  it('is gone without the service, its endpoint or its load balancer', () => {
    expect(String(network(link).without(at('Service')).canReach(http))).toContain('T/Service: is gone');
    for (const component of ['Service', 'Endpoint', 'Nlb'])
      expect(network(link).without(at(component))).not.toReach(http);
  });

  it.each(['Service', 'Listener'] as const)('is unknown when its %s exists only under a condition', (id) => {
    const templates = Templates.fromTemplates({
      T: {
        Parameters: { Stage: { Type: 'String' } },
        Conditions: { IsProd: { 'Fn::Equals': [ref('Stage'), 'prod'] } },
        Resources: { ...link, [id]: { ...link[id], Condition: 'IsProd' } },
      },
    });
    expect(Network.of(templates).canReach(http).answer).toBe('unknown');
  });
});

describe('an instance in a subnet, like another resource', () => {
  it('has its security groups', () => {
    const endpoint = { destination: at('Endpoint'), port: 80 };
    expect(network(link)).not.toReach({ ...endpoint, source: { subnet: at('UserB') } });
    expect(network(link)).toReach({ ...endpoint, source: { subnet: at('UserB'), like: at('Client') } });
  });

  it('throws when that resource has no groups, or different ones', () => {
    for (const like of [at('UserA'), 'T']) {
      const source = { subnet: at('UserB'), like };
      expect(() => network(link).canReach({ ...http, source })).toThrow(
        `${like}: expected interfaces that all have the same security groups`,
      );
    }
  });
});
