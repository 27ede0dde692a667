import { Duration, Token, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { checkPort } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';

/** What may serve: an Auto Scaling group or an ECS service, say. Its security group is told whom to trust. */
export type PrivateLinkTarget = elb.INetworkLoadBalancerTarget & ec2.IConnectable;

export interface PrivateLinkServiceProps {
  readonly vpc: ec2.IVpc;
  /**
   * Where the load balancer stands, and with it the AZs in which the service can be used.
   * @default - as `vpc.selectSubnets()`: the private subnets; without those, the isolated ones; one in each AZ
   */
  readonly subnets?: ec2.SubnetSelection;
  /** Who serves. */
  readonly target: PrivateLinkTarget;
  /** TCP port on which the target listens, 1 to 65,535. */
  readonly targetPort: number;
  /**
   * TCP port of the service, 1 to 65,535.
   * @default 80
   */
  readonly port?: number;
  /** Accounts, twelve digits each, whose principals may ask to connect. */
  readonly consumerAccounts: readonly string[];
  /**
   * Whether somebody has to accept each connection before it carries traffic.
   * @see https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#accept-reject-connection-requests
   * @default true
   */
  readonly acceptanceRequired?: boolean;
  /**
   * Whether the load balancer refuses to be deleted.
   * @default true
   */
  readonly deletionProtection?: boolean;
}

/**
 * The provider's end: an internal Network Load Balancer before a service of yours, and an endpoint service that offers
 * it to the accounts that you name, and to nobody else.
 *
 * Throws `InvalidValue` for ports out of range, and for accounts that are none.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
 */
export class PrivateLinkService extends Construct {
  readonly loadBalancer: elb.NetworkLoadBalancer;
  readonly targetGroup: elb.NetworkTargetGroup;
  readonly endpointService: ec2.VpcEndpointService;

  constructor(scope: Construct, id: string, props: PrivateLinkServiceProps) {
    super(scope, id);
    const { vpc, target, targetPort, port = 80, consumerAccounts } = props;
    checkPort('port', port);
    checkPort('targetPort', targetPort);
    checkAccounts(consumerAccounts);

    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Load balancer of an endpoint service',
      allowAllOutbound: false,
    });
    this.loadBalancer = new elb.NetworkLoadBalancer(this, 'Nlb', {
      vpc,
      vpcSubnets: { onePerAz: true, ...props.subnets },
      // Never without one: a group cannot be added later.
      securityGroups: [securityGroup],
      // A rule would see addresses that consumers chose for their own VPCs, which may be ours as well. Who comes through
      // an endpoint has been let in by account; who comes from our VPC finds a group without rules.
      // https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
      enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: false,
      // An endpoint uses the load balancer of its own AZ only, which then still has the targets of the others.
      crossZoneEnabled: true,
      deletionProtection: props.deletionProtection ?? true,
    });
    Validations.of(this.loadBalancer).acknowledge({
      id: 'AwsSolutions-ELB2',
      reason:
        'A Network Load Balancer logs the requests of TLS listeners only; flow logs record connections.',
    });

    this.targetGroup = new elb.NetworkTargetGroup(this, 'TargetGroup', {
      vpc,
      port: targetPort,
      protocol: elb.Protocol.TCP,
      targets: [target],
      healthCheck: {
        protocol: elb.Protocol.TCP,
        interval: Duration.seconds(10),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 2,
      },
    });
    this.loadBalancer.addListener('Listener', {
      port,
      protocol: elb.Protocol.TCP,
      defaultTargetGroups: [this.targetGroup],
    });
    securityGroup.connections.allowTo(target, ec2.Port.tcp(targetPort), 'Service and health checks');

    this.endpointService = new ec2.VpcEndpointService(this, 'EndpointService', {
      vpcEndpointServiceLoadBalancers: [this.loadBalancer],
      acceptanceRequired: props.acceptanceRequired ?? true,
      allowedPrincipals: consumerAccounts.map((account) => new iam.AccountPrincipal(account)),
    });
  }
}

function checkAccounts(accounts: readonly string[]): void {
  // Also keeps out `*`, which without acceptance makes the service public.
  const wrong = accounts.find((account) => !Token.isUnresolved(account) && !/^\d{12}$/.test(account));
  if (wrong !== undefined || accounts.length === 0) {
    throw new InvalidValue('consumerAccounts', wrong ?? [], 'account ids of twelve digits, one at least');
  }
}
