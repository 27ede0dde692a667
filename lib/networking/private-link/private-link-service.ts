import { Duration, Token, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { checkPort } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';
import { TargetHealthAlarms } from '../../shared/target-health-alarms';

/** A target with security groups, such as an Auto Scaling group or an ECS service. It gets a rule for the load balancer. */
export type PrivateLinkTarget = elb.INetworkLoadBalancerTarget & ec2.IConnectable;

export interface PrivateLinkServiceProps {
  readonly vpc: ec2.IVpc;
  /**
   * Subnets of the load balancer, one in each AZ. Consumers can create endpoints in these AZs only.
   * @default - one private subnet in each AZ; if the VPC has none, isolated ones, or else public ones
   */
  readonly subnets?: ec2.SubnetSelection;
  /** Target of the load balancer. */
  readonly target: PrivateLinkTarget;
  /** TCP port on which the target listens, 1 to 65,535. */
  readonly targetPort: number;
  /**
   * TCP port of the service, 1 to 65,535.
   * @default 80
   */
  readonly port?: number;
  /** Ids of the accounts whose principals may connect. Twelve digits each, at least one. */
  readonly consumerAccounts: readonly string[];
  /**
   * Whether the provider must accept each connection before it carries traffic.
   * @see https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#accept-reject-connection-requests
   * @default true
   */
  readonly acceptanceRequired?: boolean;
  /**
   * Whether the load balancer has deletion protection.
   * @default true
   */
  readonly deletionProtection?: boolean;
  /**
   * Receives the alarms for unhealthy targets.
   * @default - none: alarms change state in the console only
   */
  readonly alarmTopic?: ITopic;
}

/**
 * The provider's side: an internal Network Load Balancer in front of your service, and an endpoint service. Only the given
 * accounts can connect. Two alarms report unhealthy targets.
 *
 * Throws `InvalidValue` for a port out of range, a malformed account id, and an empty list of accounts.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
 */
export class PrivateLinkService extends Construct {
  readonly loadBalancer: elb.NetworkLoadBalancer;
  readonly targetGroup: elb.NetworkTargetGroup;
  readonly endpointService: ec2.VpcEndpointService;
  readonly alarms: TargetHealthAlarms;

  constructor(scope: Construct, id: string, props: PrivateLinkServiceProps) {
    super(scope, id);
    const { vpc, target, targetPort, port = 80, consumerAccounts } = props;
    checkPort('port', port);
    checkPort('targetPort', targetPort);
    checkAccounts(consumerAccounts);

    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Network Load Balancer of an endpoint service',
      allowAllOutbound: false,
    });
    this.loadBalancer = new elb.NetworkLoadBalancer(this, 'Nlb', {
      vpc,
      vpcSubnets: { onePerAz: true, ...props.subnets },
      // A Network Load Balancer that is created without security groups can never get one.
      securityGroups: [securityGroup],
      // Inbound rules would see the clients' addresses in the consumer's VPC. Those may overlap with ours. The endpoint
      // service already checks the consumer's account. Without inbound rules, our own VPC cannot reach the load balancer.
      // https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
      enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: false,
      // An endpoint sends to the load balancer node in its own AZ. That node can then use the targets of all AZs.
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
    this.alarms = new TargetHealthAlarms(this, 'Alarms', {
      namespace: 'AWS/NetworkELB',
      loadBalancerFullName: this.loadBalancer.loadBalancerFullName,
      targetGroupFullName: this.targetGroup.targetGroupFullName,
      unhealthyDescription: 'A target of the endpoint service is unhealthy.',
      noneHealthyDescription: 'The endpoint service has no healthy target. Its consumers cannot use it.',
      alarmTopic: props.alarmTopic,
    });
  }
}

function checkAccounts(accounts: readonly string[]): void {
  // This also refuses `*`. Together with `acceptanceRequired: false` it would make the service public.
  const wrong = accounts.find((account) => !Token.isUnresolved(account) && !/^\d{12}$/.test(account));
  if (wrong !== undefined || accounts.length === 0) {
    throw new InvalidValue('consumerAccounts', wrong ?? [], 'at least one account id, twelve digits each');
  }
}
