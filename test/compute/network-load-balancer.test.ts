import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { AlbListenerTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { Network } from '../../lib/assertions/network';
import '../../lib/assertions/network/matchers';
import { Requests } from '../../lib/assertions/requests';
import '../../lib/assertions/requests/matchers';
import { Templates } from '../../lib/assertions/templates';
import type { NetworkListenerOptions } from '../../lib/compute/network-load-balancer/listeners';
import {
  StaticIpLoadBalancer,
  type StaticIpLoadBalancerProps,
} from '../../lib/compute/network-load-balancer/network-load-balancer';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const BALANCER = 'NetworkLoadBalancer/Balancer';
const NLB = `${BALANCER}/Nlb`;
const SERVERS = 'NetworkLoadBalancer/Servers/Group';
const VPC = 'NetworkLoadBalancer/Network/Vpc';

const listener = (
  protocol: NetworkListenerOptions['protocol'],
  more: Partial<NetworkListenerOptions> = {},
) => ({
  protocol,
  port: 443,
  ...more,
});
const certificate = (stack: Stack, id = 'Imported') =>
  Certificate.fromCertificateArn(stack, id, `arn:aws:acm:eu-west-1:111111111111:certificate/${id}`);

type Props = Partial<StaticIpLoadBalancerProps>;
function synthesize(props: (stack: Stack, vpc: ec2.Vpc) => Props = () => ({})) {
  const app = newApp();
  const stack = new Stack(app, 'Test');
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    availabilityZones: ['a', 'b'],
    natGateways: 0,
    subnetConfiguration: [
      { name: 'Public', subnetType: ec2.SubnetType.PUBLIC },
      { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
    ],
  });
  const target = new AutoScalingGroup(stack, 'Fleet', {
    vpc,
    allowAllOutbound: false,
    instanceType: new ec2.InstanceType('t4g.nano'),
    machineImage: ec2.MachineImage.latestAmazonLinux2023({ cpuType: ec2.AmazonLinuxCpuType.ARM_64 }),
  });
  new StaticIpLoadBalancer(stack, 'Balancer', {
    vpc,
    target,
    listeners: [listener('TCP')],
    healthCheck: { port: 8080 },
    ...props(stack, vpc),
  });
  return { app, template: Template.fromStack(stack) };
}

describe('network-load-balancer', () => {
  const app = sandbox({}, 'network-load-balancer');
  const templates = Templates.fromApp(app);
  const template = Template.fromStack(stackOf(app, 'NetworkLoadBalancer'));
  const requests = Requests.of(templates);
  const network = Network.of(templates);
  const request = (url: string) => ({ from: 'internet', to: NLB, url });

  describe('addresses', () => {
    const mappingsOf = ({ properties }: { properties: Readonly<Record<string, unknown>> }) =>
      properties.SubnetMappings as { SubnetId: string; AllocationId: string }[];

    it('every AZ has one Elastic IP address, and no AZ has another', () => {
      const mappings = mappingsOf(templates.at(NLB));
      const resourceOf = (symbol: string) => templates.reference(symbol)?.resource;
      const zones = mappings.map(({ SubnetId }) => resourceOf(SubnetId)?.properties.AvailabilityZone);
      expect(zones).toEqual(network.availabilityZones);
      expect(mappings.map(({ AllocationId }) => resourceOf(AllocationId)?.path)).toEqual([
        `${BALANCER}/Addresses/Az1`,
        `${BALANCER}/Addresses/Az2`,
      ]);
      template.resourceCountIs('AWS::EC2::EIP', 2);
      expect(templates.at(NLB).properties).toMatchObject({ Type: 'network', Scheme: 'internet-facing' });
    });

    it('one node and one address are in an AZ with two public subnets', () => {
      const { template: two } = synthesize((stack) => {
        const vpc = new ec2.Vpc(stack, 'Wide', {
          availabilityZones: ['a', 'b'],
          subnetConfiguration: ['One', 'Two'].map((name) => ({ name, subnetType: ec2.SubnetType.PUBLIC })),
        });
        return { vpc };
      });
      two.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        SubnetMappings: [Match.anyValue(), Match.anyValue()],
      });
      two.resourceCountIs('AWS::EC2::EIP', 2);
    });

    it.each<[string, Props]>([
      ['listeners', { listeners: [listener('UDP', { port: 53 })] }],
      ['health checks', { healthCheck: { port: 9000, path: '/health' } }],
      ['clients', { clients: ['203.0.113.0/24'] }],
    ])('stay when the %s change', (_, change) => {
      const addressesOf = (props: Props) => synthesize(() => props).template.findResources('AWS::EC2::EIP');
      expect(addressesOf(change)).toEqual(addressesOf({}));
    });

    it('stay when the stack is deleted, unless the removal policy is DESTROY', () => {
      synthesize().template.allResources('AWS::EC2::EIP', { DeletionPolicy: 'Retain' });
      const destroyed = synthesize(() => ({ removalPolicy: RemovalPolicy.DESTROY })).template;
      destroyed.allResources('AWS::EC2::EIP', { DeletionPolicy: 'Delete' });
      const protection = (Value: string) => ({
        LoadBalancerAttributes: Match.arrayWith([{ Key: 'deletion_protection.enabled', Value }]),
      });
      const type = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
      synthesize().template.hasResourceProperties(type, protection('true'));
      destroyed.hasResourceProperties(type, protection('false'));
    });
  });

  describe('traffic', () => {
    it.each([
      ['tls://192.0.2.1:443', 443, 8443],
      ['tcp://192.0.2.1:7000', 7000, 7000],
      ['udp://192.0.2.1:7000', 7000, 7000],
      ['tcp://192.0.2.1:7001', 7001, 7001],
      ['udp://192.0.2.1:7002', 7002, 7000],
    ])('%s gets an answer from the servers, through every node', (url, port, targetPort) => {
      expect(requests).toServe(
        { ...request(url), every: false },
        { targetGroup: `${BALANCER}/Port${port}/TargetGroup`, target: SERVERS },
      );
      const { targets } = requests.route(request(url)).targetGroups[0] ?? {};
      expect(targets).toEqual([{ path: `${SERVERS}/ASG`, port: targetPort }]);
      for (const az of [1, 2]) {
        const node = { interfaceOf: NLB, subnet: `${VPC}/PublicSubnet${az}` };
        const protocol = url.startsWith('udp') ? 'udp' : 'tcp';
        expect(network).toReach({ source: 'internet', destination: node, port, protocol });
      }
    });

    it.each(['tcp://192.0.2.1:7002', 'udp://192.0.2.1:443', 'udp://192.0.2.1:7001', 'tcp://192.0.2.1:22'])(
      '%s is refused',
      (url) => {
        expect(requests).not.toServe(request(url));
      },
    );

    it('reaches the load balancer on the ports of its listeners only', () => {
      const rules = templates.at(`${BALANCER}/SecurityGroup`).properties.SecurityGroupIngress;
      expect(
        (rules as Readonly<Record<string, unknown>>[]).map((rule) =>
          [rule.IpProtocol, rule.FromPort, rule.ToPort, rule.CidrIp, rule.Description].join(' '),
        ),
      ).toEqual([
        'tcp 443 443 0.0.0.0/0 Clients by TCP',
        'tcp 7000 7000 0.0.0.0/0 Clients by TCP_UDP',
        'udp 7000 7000 0.0.0.0/0 Clients by TCP_UDP',
        'tcp 7001 7001 0.0.0.0/0 Clients by TCP',
        'udp 7002 7002 0.0.0.0/0 Clients by UDP',
      ]);
    });

    it('reaches the servers through the load balancer only', () => {
      for (const source of ['internet', SERVERS, { subnet: VPC }]) {
        expect(network).not.toReach({ source, destination: SERVERS, protocol: 'all' });
      }
      for (const port of [8443, 7000, 7001, 8080]) {
        expect(network).toReach({ source: NLB, destination: SERVERS, port });
      }
      for (const port of [22, 443, 7002]) {
        expect(network).not.toReach({ source: NLB, destination: SERVERS, port });
      }
      expect(network).not.toReach({ source: NLB, destination: SERVERS, port: 7001, protocol: 'udp' });
    });

    it('leaves the load balancer to its targets only', () => {
      template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
        FromPort: 8443,
        Description: 'TCP listener 443',
      });
      expect(network).not.toReach({ source: NLB, destination: 'internet', protocol: 'all' });
      expect(network).not.toReach({ source: SERVERS, destination: 'internet', protocol: 'all' });
      expect(network).toReach({ source: SERVERS, destination: { service: 's3' }, port: 443 });
    });

    it('by UDP keeps the address of the client', () => {
      const { path } = requests.send(request('udp://192.0.2.1:7002'));
      expect(path).toContainEqual({ component: NLB, allowedBy: 'keeps the address of the client' });
    });

    it('with PROXY protocol has a header with the address of the client', () => {
      const attributes = (port: number) =>
        templates.at(`${BALANCER}/Port${port}/TargetGroup`).properties.TargetGroupAttributes;
      expect(attributes(7001)).toEqual([{ Key: 'proxy_protocol_v2.enabled', Value: 'true' }]);
      expect([443, 7000, 7002].map(attributes)).toEqual([undefined, undefined, undefined]);
    });
  });

  describe('TLS', () => {
    it('passes through: no certificate and no key is in the template', () => {
      const route = requests.route(request('tls://192.0.2.1:443'));
      expect([route.outcome, route.certificate]).toEqual(['forward', undefined]);
      template.resourceCountIs('AWS::CertificateManager::Certificate', 0);
      template.allResourcesProperties('AWS::ElasticLoadBalancingV2::Listener', {
        Certificates: Match.absent(),
        SslPolicy: Match.absent(),
      });
      expect(JSON.stringify(template.toJSON())).not.toMatch(/BEGIN (CERTIFICATE|[A-Z ]*PRIVATE KEY)/);
    });

    it('ends at a TLS listener, which chooses its certificate by SNI', () => {
      const { app: ended, template: synthesized } = synthesize((stack) => ({
        listeners: [
          listener('TLS', {
            targetPort: 8080,
            certificates: [certificate(stack, 'First'), certificate(stack, 'Second')],
          }),
        ],
      }));
      synthesized.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
        Protocol: 'TLS',
        SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
        Certificates: [{ CertificateArn: Match.stringLikeRegexp('First') }],
      });
      synthesized.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerCertificate', {
        Certificates: [{ CertificateArn: Match.stringLikeRegexp('Second') }],
      });
      synthesized.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', { Protocol: 'TCP' });
      const asked = { from: 'internet', to: 'Test/Balancer/Nlb' };
      const of = Requests.fromApp(ended);
      expect(of).toServe({ ...asked, url: 'tls://a.example.org:443' }, { target: 'Test/Fleet' });
      expect(of).not.toServe({ ...asked, url: 'tcp://a.example.org:443' });
    });
  });

  describe('when an AZ fails', () => {
    const urls = ['tls://192.0.2.1:443', 'tcp://192.0.2.1:7000', 'udp://192.0.2.1:7002'];

    it.each(urls)('the address of the other AZ serves %s', (url) => {
      expect(requests).toServeWithoutAnyAz(request(url));
      template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        LoadBalancerAttributes: Match.arrayWith([
          { Key: 'load_balancing.cross_zone.enabled', Value: 'false' },
        ]),
      });
    });

    it('each node serves with the server of its own AZ', () => {
      expect(templates.at(`${SERVERS}/ASG`).properties.VPCZoneIdentifier).toHaveLength(2);
      template.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', {
        MinSize: '2',
        MaxSize: '3',
        HealthCheckType: 'ELB',
        HealthCheckGracePeriod: 180,
      });
      template.hasResource('AWS::AutoScaling::AutoScalingGroup', {
        UpdatePolicy: {
          AutoScalingRollingUpdate: { MinInstancesInService: 2, MaxBatchSize: 1, PauseTime: 'PT3M' },
        },
      });
    });

    it('with targets in one AZ, the node of the other needs cross-zone load balancing', () => {
      const inOneAz = (crossZone: boolean) =>
        Requests.fromApp(
          synthesize((stack, vpc) => ({
            crossZone,
            target: new AutoScalingGroup(stack, 'Lonely', {
              vpc,
              vpcSubnets: { availabilityZones: ['a'], subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
              instanceType: new ec2.InstanceType('t4g.nano'),
              machineImage: ec2.MachineImage.latestAmazonLinux2023({
                cpuType: ec2.AmazonLinuxCpuType.ARM_64,
              }),
            }),
          })).app,
        );
      const every = { from: 'internet', to: 'Test/Balancer/Nlb', url: 'tcp://192.0.2.1:443', every: true };
      expect(inOneAz(true)).toServe(every);
      expect(inOneAz(false)).not.toServe(every);
    });
  });

  describe('health checks', () => {
    const check = { HealthCheckIntervalSeconds: 10, HealthyThresholdCount: 2, UnhealthyThresholdCount: 2 };

    it('are by TCP on a port of their own, also for UDP', () => {
      template.allResourcesProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
        HealthCheckProtocol: 'TCP',
        HealthCheckPort: '8080',
        HealthCheckPath: Match.absent(),
        ...check,
      });
    });

    it('are by HTTP with a path', () => {
      const props = { healthCheck: { port: 8081, path: '/health' } };
      synthesize(() => props).template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
        HealthCheckProtocol: 'HTTP',
        HealthCheckPort: '8081',
        HealthCheckPath: '/health',
        ...check,
      });
    });
  });

  it('has two alarms for each listener, which notify the sandbox', () => {
    template.resourceCountIs('AWS::CloudWatch::Alarm', 8);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: 'Listener TCP_UDP 7000 has no healthy target.',
      Namespace: 'AWS/NetworkELB',
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: 'A target of listener UDP 7002 is unhealthy.',
    });
    template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: Match.absent() });
    const notified = sandbox({ alarmEmail: 'ops@example.org' }, 'network-load-balancer');
    Template.fromStack(stackOf(notified, 'NetworkLoadBalancer')).allResourcesProperties(
      'AWS::CloudWatch::Alarm',
      { AlarmActions: [{ Ref: Match.stringLikeRegexp('^AlarmsTopic') }] },
    );
  });

  it('has outputs for the steps of the README', () => {
    template.hasOutput('Addresses', {
      Value: { 'Fn::Join': [' ', [Match.anyValue(), Match.anyValue()]] },
    });
    template.hasOutput('HostName', { Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('Nlb'), 'DNSName'] } });
  });

  describe('the construct', () => {
    it('lets in the clients that it names only', () => {
      const limited = Requests.fromApp(synthesize(() => ({ clients: ['203.0.113.0/24'] })).app);
      const asked = { to: 'Test/Balancer/Nlb', url: 'tcp://192.0.2.1:443' };
      expect(limited).toServe({ ...asked, from: '203.0.113.7' });
      expect(limited).not.toServe({ ...asked, from: '198.51.100.7' });
    });

    it('forwards to an Application Load Balancer', () => {
      const { app: chained } = synthesize((stack, vpc) => {
        const alb = new elb.ApplicationLoadBalancer(stack, 'Alb', { vpc });
        const http = alb.addListener('Http', {
          port: 80,
          open: false,
          defaultAction: elb.ListenerAction.fixedResponse(200),
        });
        const target = Object.assign(new AlbListenerTarget(http), { connections: http.connections });
        return { target, listeners: [listener('TCP', { port: 80 })], healthCheck: { port: 80, path: '/' } };
      });
      const asked = { from: 'internet', to: 'Test/Balancer/Nlb', url: 'http://192.0.2.1/' };
      expect(Requests.fromApp(chained)).toServe(asked, { target: 'Test/Alb' });
      expect(Network.fromApp(chained)).not.toReach({
        source: 'internet',
        destination: 'Test/Alb',
        protocol: 'all',
      });
    });

    it('fits twice into one stack', () => {
      const { template: two } = synthesize((stack, vpc) => {
        const target = new AutoScalingGroup(stack, 'Second', {
          vpc,
          instanceType: new ec2.InstanceType('t4g.nano'),
          machineImage: ec2.MachineImage.latestAmazonLinux2023(),
        });
        new StaticIpLoadBalancer(stack, 'Other', {
          vpc,
          target,
          listeners: [listener('TCP')],
          healthCheck: { port: 80 },
        });
        return {};
      });
      two.resourceCountIs('AWS::EC2::EIP', 4);
    });

    it.each<[string, (stack: Stack) => Props]>([
      ['listeners: got [], expected at least one listener', () => ({ listeners: [] })],
      [
        'listeners.port: got 53, expected each port once; TCP_UDP is for both protocols',
        () => ({ listeners: [listener('TCP', { port: 53 }), listener('UDP', { port: 53 })] }),
      ],
      ['listeners.port: got 0, expected a whole', () => ({ listeners: [listener('TCP', { port: 0 })] })],
      [
        'listeners.targetPort: got 65536, expected a whole number from 1 to 65535',
        () => ({ listeners: [listener('TCP', { targetPort: 65_536 })] }),
      ],
      [
        'listeners.certificates: got 0, expected at least one for the protocol TLS',
        () => ({ listeners: [listener('TLS')] }),
      ],
      [
        'listeners.certificates: got 1, expected none for the protocol TCP',
        (stack) => ({ listeners: [listener('TCP', { certificates: [certificate(stack)] })] }),
      ],
      [
        'listeners.proxyProtocol: got true, expected false for UDP, which keeps the address itself',
        () => ({ listeners: [listener('TCP_UDP', { proxyProtocol: true })] }),
      ],
      ['healthCheck.port: got 0, expected a whole number', () => ({ healthCheck: { port: 0 } })],
      ['clients: got [], expected at least one network', () => ({ clients: [] })],
      ['clients: got "::/0", expected an IPv4 network', () => ({ clients: ['::/0'] })],
    ])('refuses in one line: %s', (message, props) => {
      expect(() => synthesize(props)).toThrow(message);
    });
  });
});
