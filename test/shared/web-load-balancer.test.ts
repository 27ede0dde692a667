import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { ListenerAction } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Network } from '../../lib/assertions/network';
import '../../lib/assertions/network/matchers';
import { Requests } from '../../lib/assertions/requests';
import { Templates } from '../../lib/assertions/templates';
import { WebLoadBalancer, type WebLoadBalancerProps } from '../../lib/shared/web-load-balancer';
import { newApp } from '../support/sandbox';

const ALB = 'Test/LoadBalancer/Alb';

function synthesize(
  props: (stack: Stack) => Partial<WebLoadBalancerProps> = () => ({}),
  network: Partial<ec2.VpcProps> = {},
) {
  const app = newApp();
  const stack = new Stack(app, 'Test');
  const vpc = new ec2.Vpc(stack, 'Vpc', { availabilityZones: ['a', 'b'], ...network });
  const construct = new WebLoadBalancer(stack, 'LoadBalancer', {
    vpc,
    defaultAction: ListenerAction.fixedResponse(404),
    ...props(stack),
  });
  return { construct, template: Template.fromStack(stack), templates: Templates.fromApp(app) };
}

const dualStack = { ipProtocol: ec2.IpProtocol.DUAL_STACK };
const domain = (name: string) => (stack: Stack) => ({
  domain: {
    name,
    zone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
      hostedZoneId: 'Z0123456789',
      zoneName: 'example.org',
    }),
  },
});
const attribute = (Key: string, Value: unknown) => ({
  LoadBalancerAttributes: Match.arrayWith([{ Key, Value }]),
});

describe('the load balancer of a web site', () => {
  it('has one subnet in each AZ, also in a VPC with two groups of public subnets', () => {
    const { templates } = synthesize(undefined, {
      subnetConfiguration: [
        { name: 'One', subnetType: ec2.SubnetType.PUBLIC },
        { name: 'Two', subnetType: ec2.SubnetType.PUBLIC },
      ],
    });
    expect(templates.at(ALB).properties.Subnets).toHaveLength(2);
  });

  describe('with the default clients', () => {
    const { template, templates, construct } = synthesize();
    const network = Network.of(templates);

    it('is reached by everybody on port 80 and on no other port', () => {
      expect(network).toReach({ source: 'internet', destination: ALB, port: 80 });
      expect(network).not.toReach({ source: 'internet', destination: ALB, port: 443 });
      template.hasResourceProperties('AWS::EC2::SecurityGroup', {
        SecurityGroupIngress: [{ CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 80, ToPort: 80 }].map(
          (rule) => Match.objectLike(rule),
        ),
      });
    });

    it('is internet-facing with IPv4 only, and drops invalid header fields', () => {
      template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        Scheme: 'internet-facing',
        IpAddressType: 'ipv4',
        ...attribute('routing.http.drop_invalid_header_fields.enabled', 'true'),
      });
    });

    it('serves HTTP under its own name without a domain', () => {
      template.resourceCountIs('AWS::ElasticLoadBalancingV2::Listener', 1);
      expect(construct.httpsListener).toBeUndefined();
      expect(construct.hostName).toBe(construct.alb.loadBalancerDnsName);
      expect(construct.url).toBe(`http://${construct.alb.loadBalancerDnsName}`);
      template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
        Port: 80,
        Protocol: 'HTTP',
        DefaultActions: [Match.objectLike({ Type: 'fixed-response' })],
      });
    });
  });

  describe('with a list of networks as clients', () => {
    const { templates } = synthesize(() => ({ clients: ['203.0.113.0/24', '198.51.100.7/32'] }));
    const network = Network.of(templates);

    it.each(['203.0.113.0', '203.0.113.255', '198.51.100.7'])('is reached by %s', (address) => {
      expect(network).toReach({ source: address, destination: ALB, port: 80 });
    });

    it.each(['203.0.112.255', '203.0.114.0', '198.51.100.8', '8.8.8.8'])(
      'is not reached by %s',
      (address) => {
        expect(network).not.toReach({ source: address, destination: ALB, port: 80 });
      },
    );
  });

  it('is reached by nobody else with a list of networks as clients', () => {
    const except = ['203.0.113.0/24'];
    const { templates } = synthesize(() => ({ clients: except }));
    expect(Network.of(templates)).not.toReach({
      source: { internet: true, except },
      destination: ALB,
      protocol: 'all',
    });
  });

  describe('with IPv6 networks as clients', () => {
    const { template } = synthesize(
      (stack) => ({ ...domain('www.example.org')(stack), clients: ['203.0.113.0/24', '2600:1f00::/24'] }),
      dualStack,
    );

    it('is dual-stack and open to these networks only', () => {
      template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        IpAddressType: 'dualstack',
      });
      template.hasResourceProperties('AWS::EC2::SecurityGroup', {
        SecurityGroupIngress: [
          { CidrIp: '203.0.113.0/24', FromPort: 443 },
          { CidrIpv6: '2600:1f00::/24', FromPort: 443 },
          { CidrIp: '203.0.113.0/24', FromPort: 80 },
          { CidrIpv6: '2600:1f00::/24', FromPort: 80 },
        ].map((rule) => Match.objectLike(rule)),
      });
    });

    it.each(['A', 'AAAA'])('has an alias record of type %s', (Type) => {
      template.hasResourceProperties('AWS::Route53::RecordSet', { Type, Name: 'www.example.org.' });
    });
  });

  describe('with the VPC as clients', () => {
    const { template, templates } = synthesize(() => ({ clients: 'vpc' }));
    const network = Network.of(templates);

    it('is internal, in private subnets', () => {
      const { properties } = templates.at(ALB);
      expect(properties.Scheme).toBe('internal');
      expect(JSON.stringify(properties.Subnets)).toMatch(/PrivateSubnet1.*PrivateSubnet2/);
    });

    it('is reached from the VPC and not from the internet', () => {
      expect(network).toReach({ source: { subnet: 'Test/Vpc' }, destination: ALB, port: 80 });
      expect(network).not.toReach({ source: 'internet', destination: ALB, protocol: 'all' });
      template.resourceCountIs('AWS::ElasticLoadBalancingV2::Listener', 1);
    });
  });

  describe('with the clients `none`', () => {
    const { templates, construct } = synthesize(() => ({ clients: 'none' }));

    it('is internal and reached by nobody', () => {
      expect(templates.at(ALB).properties.Scheme).toBe('internal');
      for (const source of ['internet', { subnet: 'Test/Vpc' }]) {
        expect(Network.of(templates)).not.toReach({ source, destination: ALB, protocol: 'all' });
      }
    });

    it('lets the clients in that are allowed later, on the port of its listener', () => {
      const { connections } = construct.listener;
      expect(connections.securityGroups).toEqual([construct.securityGroup]);
      expect(connections.defaultPort?.toString()).toBe('80');
    });
  });

  describe('with further domains', () => {
    const names = (stack: Stack, ...further: string[]) => {
      const { domain: first } = domain('www.example.org')(stack);
      return {
        domain: first,
        furtherDomains: further.map((name) => ({ name: `${name}.example.org`, zone: first.zone })),
      };
    };
    const { template, templates } = synthesize((stack) => names(stack, 'api', 'shop'));

    it('presents the certificate of the server name, and the first one otherwise', () => {
      const certificateFor = (name: string) =>
        Requests.of(templates).route({ to: ALB, url: `https://${name}/` }).certificate?.certificate;
      expect(certificateFor('api.example.org')).toBe('Test/LoadBalancer/api.example.org/Certificate');
      expect(certificateFor('www.example.org')).toBe('Test/LoadBalancer/Certificate');
      expect(certificateFor('another.example.org')).toBe('Test/LoadBalancer/Certificate');
    });

    it('may be tokens', () => {
      const open = synthesize((stack) => names(stack, Aws.REGION, 'api')).template;
      open.hasResourceProperties('AWS::CertificateManager::Certificate', {
        DomainName: { 'Fn::Join': ['', [{ Ref: 'AWS::Region' }, '.example.org']] },
      });
      open.resourceCountIs('AWS::Route53::RecordSet', 3);
    });

    it('has an alias record for each', () => {
      template.resourceCountIs('AWS::Route53::RecordSet', 3);
      template.hasResourceProperties('AWS::Route53::RecordSet', { Type: 'A', Name: 'api.example.org.' });
    });

    it('keeps the records of a domain when another one is removed', () => {
      const idsOf = (...further: string[]) =>
        Object.keys(
          synthesize((stack) => names(stack, ...further)).template.findResources('AWS::Route53::RecordSet'),
        );
      expect(idsOf('api', 'shop')).toEqual(expect.arrayContaining(idsOf('shop')));
    });

    it.each<[string, (stack: Stack) => Partial<WebLoadBalancerProps>]>([
      [
        'furtherDomains: got ["api.example.org"], expected none without domain',
        (stack) => ({ furtherDomains: names(stack, 'api').furtherDomains }),
      ],
      [
        'furtherDomains: got "www.example.org", expected each domain once',
        (stack) => names(stack, 'api', 'www'),
      ],
      [
        'furtherDomains: got 26, expected 25 at most',
        (stack) => names(stack, ...Array.from({ length: 26 }, (_, index) => `n${index}`)),
      ],
      [
        'furtherDomains.name: got "api.example.com", expected a name in the zone example.org',
        (stack) => {
          const { domain: first } = domain('www.example.org')(stack);
          return { domain: first, furtherDomains: [{ name: 'api.example.com', zone: first.zone }] };
        },
      ],
    ])('refuses in one line: %s', (message, props) => {
      expect(() => synthesize(props)).toThrow(message);
    });

    it('accepts 25', () => {
      const many = Array.from({ length: 25 }, (_, index) => `n${index}`);
      expect(() => synthesize((stack) => names(stack, ...many))).not.toThrow();
    });
  });

  describe('with a domain', () => {
    const { template, templates, construct } = synthesize(domain('www.example.org'));

    it('serves HTTPS with TLS 1.2 or newer and a certificate that DNS validates', () => {
      template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
        Port: 443,
        Protocol: 'HTTPS',
        SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
        Certificates: [{ CertificateArn: { Ref: Match.stringLikeRegexp('Certificate') } }],
        DefaultActions: [Match.objectLike({ Type: 'fixed-response' })],
      });
      template.hasResourceProperties('AWS::CertificateManager::Certificate', {
        DomainName: 'www.example.org',
        ValidationMethod: 'DNS',
        DomainValidationOptions: [{ DomainName: 'www.example.org', HostedZoneId: 'Z0123456789' }],
      });
    });

    it('redirects HTTP to HTTPS', () => {
      template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
        Port: 80,
        Protocol: 'HTTP',
        DefaultActions: [
          { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
        ],
      });
    });

    it('has one alias record, of type A', () => {
      template.resourceCountIs('AWS::Route53::RecordSet', 1);
      template.hasResourceProperties('AWS::Route53::RecordSet', {
        Type: 'A',
        Name: 'www.example.org.',
        HostedZoneId: 'Z0123456789',
        AliasTarget: {
          HostedZoneId: { 'Fn::GetAtt': [Match.stringLikeRegexp('Alb'), 'CanonicalHostedZoneID'] },
        },
      });
    });

    it.each([80, 443])('is reached by everybody on port %i', (port) => {
      expect(Network.of(templates)).toReach({ source: 'internet', destination: ALB, port });
    });

    it('has the name and the URL of the domain', () => {
      expect(construct.hostName).toBe('www.example.org');
      expect(construct.url).toBe('https://www.example.org');
      expect(construct.listener).toBe(construct.httpsListener);
    });
  });

  describe('access logs', () => {
    const { template, templates } = synthesize();
    const destroyed = synthesize(() => ({ removalPolicy: RemovalPolicy.DESTROY })).template;

    it('go to a private, encrypted bucket for 90 days', () => {
      template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        ...attribute('access_logs.s3.enabled', 'true'),
      });
      template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        ...attribute('access_logs.s3.bucket', { Ref: Match.stringLikeRegexp('AccessLogs') }),
      });
      template.hasResourceProperties('AWS::S3::Bucket', {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        LifecycleConfiguration: { Rules: [{ ExpirationInDays: 90, Status: 'Enabled' }] },
      });
    });

    it('are written by the log delivery of this account only, over TLS', () => {
      const iam = Iam.of(templates);
      const delivery = 'logdelivery.elasticloadbalancing.amazonaws.com';
      const tls = { context: { 'aws:SecureTransport': 'true' } };
      const bucket = iam.arn('Test/LoadBalancer/AccessLogs');
      const own = `${bucket}/AWSLogs/⟨AWS::AccountId⟩/elasticloadbalancing/log.gz`;
      expect(iam).toAllow(delivery, 's3:PutObject', own, tls);
      expect(iam).not.toAllow(delivery, 's3:PutObject', own, { context: { 'aws:SecureTransport': 'false' } });
      expect(iam).not.toAllow(delivery, 's3:PutObject', `${bucket}/elsewhere`, tls);
      expect(iam).not.toAllow('delivery.logs.amazonaws.com', 's3:PutObject', own, tls);
    });

    it('are allowed before the load balancer exists, and deleted after it', () => {
      destroyed.hasResource('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        DependsOn: Match.arrayWith([
          Match.stringLikeRegexp('AccessLogsAutoDelete'),
          Match.stringLikeRegexp('AccessLogsPolicy'),
        ]),
      });
    });

    it('stay by default, and the load balancer has deletion protection', () => {
      template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
      template.resourceCountIs('Custom::S3AutoDeleteObjects', 0);
      template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        ...attribute('deletion_protection.enabled', 'true'),
      });
    });

    it('are deleted with DESTROY, and the load balancer has no deletion protection', () => {
      destroyed.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
      destroyed.resourceCountIs('Custom::S3AutoDeleteObjects', 1);
      destroyed.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        ...attribute('deletion_protection.enabled', 'false'),
      });
    });
  });

  it.each(['0.0.0.0/0', '::/0', '2001:db8::/128'])('accepts the client network %s', (network) => {
    expect(() => synthesize(() => ({ clients: [network] }), dualStack)).not.toThrow();
  });

  it(`accepts a domain name of 64 characters`, () => {
    expect(() => synthesize(domain(`${'w'.repeat(52)}.example.org`))).not.toThrow();
  });

  const clients = (...networks: string[]) => ({ clients: networks });
  it.each<[string, (stack: Stack) => Partial<WebLoadBalancerProps>]>([
    ['clients: got [], expected at least one network', () => clients()],
    ['clients: got "anybody", expected an IPv4 network', () => clients('anybody')],
    ['clients: got "10.0.0.1/8", expected the start of the network', () => clients('10.0.0.1/8')],
    ['clients: got "2001:db8::/129", expected an IPv6 network', () => clients('2001:db8::/129')],
    ['clients: got "2001:db8::", expected an IPv6 network', () => clients('2001:db8::')],
    ['clients: got "1:2:3/64", expected an IPv6 network', () => clients('1:2:3/64')],
    [
      'domain.name: got "www.example.com", expected a name in the zone example.org',
      domain('www.example.com'),
    ],
    ['expected 64 characters at most', domain(`${'w'.repeat(53)}.example.org`)],
  ])('refuses in one line: %s', (message, props) => {
    expect(() => synthesize(props, dualStack)).toThrow(message);
  });

  it.each([
    ['accepts public subnets of /27', 27, {}, undefined],
    [
      'refuses public subnets of /28',
      28,
      {},
      'vpc: got "subnet 10.0.0.0/28", expected public subnets of /27',
    ],
    ['accepts small public subnets for an internal one', 28, { clients: 'vpc' as const }, undefined],
    ['accepts small public subnets for the clients `none`', 28, { clients: 'none' as const }, undefined],
  ])('%s', (_, cidrMask, props, message) => {
    const create = () =>
      synthesize(() => props, {
        subnetConfiguration: [
          { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask },
          { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 24 },
        ],
      });
    if (message === undefined) expect(create).not.toThrow();
    else expect(create).toThrow(message);
  });

  it('refuses IPv6 networks where the public subnets have no IPv6 addresses', () => {
    expect(() => synthesize(() => clients('::/0'))).toThrow(
      'clients: got "::/0", expected IPv4 networks: the public subnets have no IPv6 addresses',
    );
  });

  it.each([
    ['public', 'internet'],
    ['private', 'vpc'],
  ] as const)('refuses a VPC with %s subnets in one AZ only', (kind, who) => {
    expect(() => synthesize(() => ({ clients: who }), { availabilityZones: ['a'] })).toThrow(
      `vpc: got "${kind} subnets in 1 AZ", expected ${kind} subnets in at least two AZs`,
    );
  });
});
