import { RemovalPolicy, Token, Validations } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { keepAccessLogs } from './access-logs';
import { checkNameInZone } from './checks';
import { parseCidr } from './cidr';
import { InvalidValue } from './invalid-value';

/** A domain name for a load balancer. */
export interface Domain {
  /** A name in the zone, `www.example.com` for example, with at most 64 characters: ACM allows no more. */
  readonly name: string;
  /** A public hosted zone. ACM validates the certificate with a record in it. */
  readonly zone: route53.IHostedZone;
}

/**
 * Who can connect to a load balancer.
 * - `internet`: every IPv4 address. The load balancer is internet-facing, in public subnets.
 * - `vpc`: the addresses of the VPC. The load balancer is internal, in private subnets with egress.
 * - a list of networks, such as `203.0.113.0/24`: these only. The load balancer is internet-facing. With an IPv6 network,
 *   `2001:db8::/32` for example, it is dual-stack; the public subnets must have IPv6 addresses then.
 *   `['0.0.0.0/0', '::/0']` is everybody, over IPv4 and IPv6.
 * - `none`: nobody, until you allow a client: `loadBalancer.listener.connections.allowDefaultPortFrom(servers)`. The load
 *   balancer is internal, in private subnets with egress.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html#load-balancer-scheme
 */
export type Clients = 'internet' | 'vpc' | 'none' | readonly string[];

export interface WebLoadBalancerProps {
  /** Has public subnets in at least two AZs; private subnets with egress for the clients `vpc` and `none`. */
  readonly vpc: ec2.IVpc;
  /** Action for requests that match no rule. */
  readonly defaultAction: elb.ListenerAction;
  /** @default - none: HTTP only, under the name that AWS gives to the load balancer */
  readonly domain?: Domain;
  /**
   * Further domain names, at most 25, each with its own certificate. The load balancer chooses the certificate by the
   * server name of the TLS handshake (SNI). Clients that send another name, or none, get the certificate of `domain`.
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html
   * @default - none
   */
  readonly furtherDomains?: readonly Domain[];
  /** @default internet */
  readonly clients?: Clients;
  /**
   * What happens to the access logs when the stack is deleted. Unless it is DESTROY, the load balancer has deletion
   * protection.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * An Application Load Balancer with access logs. With a domain it has a certificate, an HTTPS listener, a redirect from
 * HTTP, and alias records.
 *
 * Throws `InvalidValue` for a VPC with subnets in fewer than two AZs or smaller than /27, for a domain name that is not in
 * its zone or too long, for further domains without a first one, and for clients that are no networks.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html
 */
export class WebLoadBalancer extends Construct {
  readonly alb: elb.ApplicationLoadBalancer;
  readonly securityGroup: ec2.SecurityGroup;
  /** The listener that serves requests: HTTPS with a domain, HTTP without. */
  readonly listener: elb.ApplicationListener;
  /** The HTTPS listener. Set with a domain. */
  readonly httpsListener?: elb.ApplicationListener;
  /** The domain's name, or the name that AWS gives to the load balancer. */
  readonly hostName: string;
  readonly url: string;

  constructor(scope: Construct, id: string, props: WebLoadBalancerProps) {
    super(scope, id);
    const { vpc, defaultAction, domain, furtherDomains = [], clients = 'internet' } = props;
    const { removalPolicy = RemovalPolicy.RETAIN } = props;
    if (domain) checkDomain('domain', domain);
    checkFurtherDomains(domain, furtherDomains);
    checkSubnets(vpc, clients);
    checkClients(vpc, clients);

    this.securityGroup = this.createSecurityGroup(vpc, clients, domain ? [443, 80] : [80]);
    this.alb = new elb.ApplicationLoadBalancer(this, 'Alb', {
      vpc,
      // Elastic Load Balancing refuses two subnets in one AZ.
      vpcSubnets: {
        subnetType: isInternal(clients) ? ec2.SubnetType.PRIVATE_WITH_EGRESS : ec2.SubnetType.PUBLIC,
        onePerAz: true,
      },
      internetFacing: !isInternal(clients),
      ipAddressType: isDualStack(clients) ? elb.IpAddressType.DUAL_STACK : elb.IpAddressType.IPV4,
      securityGroup: this.securityGroup,
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      // Against request smuggling.
      dropInvalidHeaderFields: true,
    });
    keepAccessLogs(this, 'AccessLogs', this.alb, removalPolicy);

    if (domain) {
      this.httpsListener = this.addHttps(domain, defaultAction, isDualStack(clients));
      for (const [index, further] of furtherDomains.entries()) {
        // By name, so that a domain keeps its records when another one is removed.
        const id = Token.isUnresolved(further.name) ? `Domain${index}` : further.name;
        const certificate = this.createNames(new Construct(this, id), further, isDualStack(clients));
        this.httpsListener.addCertificates(id, [certificate]);
      }
      this.alb.addListener('Http', {
        port: 80,
        open: false,
        defaultAction: elb.ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true }),
      });
    }
    this.listener =
      this.httpsListener ?? this.alb.addListener('Http', { port: 80, open: false, defaultAction });
    this.hostName = domain ? domain.name : this.alb.loadBalancerDnsName;
    this.url = `${domain ? 'https' : 'http'}://${this.hostName}`;
  }

  private createSecurityGroup(vpc: ec2.IVpc, clients: Clients, ports: readonly number[]): ec2.SecurityGroup {
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Load balancer',
      allowAllOutbound: false,
    });
    for (const port of ports) {
      for (const peer of peersOf(vpc, clients)) {
        securityGroup.addIngressRule(peer, ec2.Port.tcp(port), `Clients on port ${port}`);
      }
    }
    Validations.of(securityGroup).acknowledge({
      id: 'AwsSolutions-EC23',
      reason:
        clients === 'vpc'
          ? "The source is the VPC's own network, which cdk-nag cannot read before the deployment."
          : 'Only the ports of the listeners are open, and only to the clients that the prop names.',
    });
    return securityGroup;
  }

  private addHttps(
    domain: Domain,
    defaultAction: elb.ListenerAction,
    dualStack: boolean,
  ): elb.ApplicationListener {
    return this.alb.addListener('Https', {
      port: 443,
      open: false,
      certificates: [this.createNames(this, domain, dualStack)],
      // TLS 1.2 and 1.3, forward secrecy, post-quantum key exchange.
      // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
      sslPolicy: elb.SslPolicy.TLS13_12_RES_PQ,
      defaultAction,
    });
  }

  /** Creates the alias records of a domain and its certificate. */
  private createNames(scope: Construct, { name, zone }: Domain, dualStack: boolean): acm.Certificate {
    const record = {
      zone,
      // The dot makes the name complete. CDK would otherwise append the zone's name if that is a token.
      recordName: `${name}.`,
      target: route53.RecordTarget.fromAlias(new LoadBalancerTarget(this.alb)),
    };
    new route53.ARecord(scope, 'A', record);
    if (dualStack) new route53.AaaaRecord(scope, 'Aaaa', record);
    return new acm.Certificate(scope, 'Certificate', {
      domainName: name,
      validation: acm.CertificateValidation.fromDns(zone),
    });
  }
}

const isInternal = (clients: Clients) => clients === 'vpc' || clients === 'none';

const isIpv6 = (network: string) => network.includes(':');

const isDualStack = (clients: Clients) => typeof clients !== 'string' && clients.some(isIpv6);

function peersOf(vpc: ec2.IVpc, clients: Clients): ec2.IPeer[] {
  if (clients === 'none') return [];
  if (clients === 'internet') return [ec2.Peer.anyIpv4()];
  if (clients === 'vpc') return [ec2.Peer.ipv4(vpc.vpcCidrBlock)];
  return clients.map((network) => (isIpv6(network) ? ec2.Peer.ipv6(network) : ec2.Peer.ipv4(network)));
}

function checkDomain(prop: string, { name, zone }: Domain): void {
  checkNameInZone(`${prop}.name`, name, zone);
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-certificatemanager-certificate.html
  if (!Token.isUnresolved(name) && name.length > 64) {
    throw new InvalidValue(`${prop}.name`, name, '64 characters at most');
  }
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
function checkFurtherDomains(domain: Domain | undefined, further: readonly Domain[]): void {
  for (const one of further) checkDomain('furtherDomains', one);
  const names = further.map(({ name }) => name);
  if (!domain && names.length > 0) throw new InvalidValue('furtherDomains', names, 'none without domain');
  if (names.length > 25) throw new InvalidValue('furtherDomains', names.length, '25 at most');
  const all = domain ? [domain.name, ...names] : names;
  const twice = all.find((name, index) => all.indexOf(name) !== index);
  if (twice !== undefined) throw new InvalidValue('furtherDomains', twice, 'each domain once');
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer */
function checkSubnets(vpc: ec2.IVpc, clients: Clients): void {
  const [kind, subnets] = isInternal(clients)
    ? ['private', vpc.privateSubnets]
    : ['public', vpc.publicSubnets];
  const zones = new Set(subnets.map(({ availabilityZone }) => availabilityZone)).size;
  if (zones < 2) {
    throw new InvalidValue('vpc', `${kind} subnets in ${zones} AZ`, `${kind} subnets in at least two AZs`);
  }
  for (const subnet of subnets) {
    // The network of an imported subnet is not known.
    if (!(subnet instanceof ec2.Subnet) || Token.isUnresolved(subnet.ipv4CidrBlock)) continue;
    const { ipv4CidrBlock } = subnet;
    if (parseCidr('vpc', ipv4CidrBlock).prefix > 27) {
      throw new InvalidValue('vpc', `subnet ${ipv4CidrBlock}`, `${kind} subnets of /27 or larger`);
    }
  }
}

function checkClients(vpc: ec2.IVpc, clients: Clients): void {
  if (typeof clients === 'string') return;
  if (clients.length === 0) throw new InvalidValue('clients', clients, 'at least one network');
  for (const network of clients) {
    if (Token.isUnresolved(network)) continue;
    if (!isIpv6(network)) parseCidr('clients', network);
    else if (!isIpv6Network(network)) {
      throw new InvalidValue('clients', network, 'an IPv6 network such as 2001:db8::/32');
    } else if (vpc.publicSubnets.some(lacksIpv6)) {
      throw new InvalidValue('clients', network, 'IPv4 networks: the public subnets have no IPv6 addresses');
    }
  }
}

function isIpv6Network(network: string): boolean {
  const [, address, prefix] = /^([0-9a-f:.]+)\/(\d{1,3})$/i.exec(network) ?? [];
  return address !== undefined && URL.canParse(`http://[${address}]`) && Number(prefix) <= 128;
}

/** Whether a subnet of this app has no IPv6 network. Of an imported one it is not known. */
function lacksIpv6({ node }: ec2.ISubnet): boolean {
  const subnet = node.defaultChild;
  return subnet instanceof ec2.CfnSubnet && subnet.ipv6CidrBlock === undefined;
}
