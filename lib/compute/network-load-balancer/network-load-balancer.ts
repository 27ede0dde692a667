import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { checkPort } from '../../shared/checks';
import { TargetHealthAlarms } from '../../shared/target-health-alarms';
import { checkClients, checkListeners, type NetworkListenerOptions } from './listeners';

/** A target with security groups, such as an Auto Scaling group or an ECS service. It gets rules for the load balancer. */
export type NetworkTarget = elb.INetworkLoadBalancerTarget & ec2.IConnectable;

export interface NetworkHealthCheck {
  /** TCP port, 1 to 65,535. */
  readonly port: number;
  /**
   * Path of an HTTP request that a healthy target answers with 200. An Application Load Balancer as target needs it.
   * @default - none: a target is healthy when it accepts connections
   */
  readonly path?: string;
}

export interface StaticIpLoadBalancerProps {
  /** Has public subnets. The load balancer has a node in each of their Availability Zones. */
  readonly vpc: ec2.IVpc;
  /** At least one. Their ports differ. */
  readonly listeners: readonly NetworkListenerOptions[];
  /** Target of all listeners. */
  readonly target: NetworkTarget;
  /** Health checks of the target for all listeners. UDP has no health checks of its own. */
  readonly healthCheck: NetworkHealthCheck;
  /**
   * IPv4 networks that can connect.
   * @default - everybody
   */
  readonly clients?: readonly string[];
  /**
   * Whether a node sends to targets in other AZs too. AWS charges for traffic between AZs then.
   * @default false
   */
  readonly crossZone?: boolean;
  /**
   * Topic for alarms. Its policy must allow CloudWatch to publish.
   * @default - none: alarms change their state and notify nobody
   */
  readonly alarmTopic?: ITopic;
  /**
   * What happens to the addresses when the stack is deleted. Unless it is DESTROY, the load balancer has deletion
   * protection.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * An internet-facing Network Load Balancer with one Elastic IP address in each Availability Zone. The addresses stay the same
 * when listeners, targets or the load balancer change. Targets accept traffic from its security group only.
 *
 * Throws `InvalidValue` for ports out of range or taken, for a certificate where none belongs or none where one must be, for
 * PROXY protocol with UDP, and for clients that are no IPv4 networks.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/introduction.html
 */
export class StaticIpLoadBalancer extends Construct {
  /** One for each AZ. */
  readonly addresses: readonly ec2.CfnEIP[];
  readonly loadBalancer: elb.NetworkLoadBalancer;
  readonly securityGroup: ec2.SecurityGroup;
  readonly targetGroups: readonly elb.NetworkTargetGroup[];

  constructor(scope: Construct, id: string, props: StaticIpLoadBalancerProps) {
    super(scope, id);
    const { vpc, listeners, clients = ['0.0.0.0/0'], removalPolicy = RemovalPolicy.RETAIN } = props;
    checkListeners(listeners);
    checkPort('healthCheck.port', props.healthCheck.port);
    checkClients(clients);

    // Elastic Load Balancing refuses two subnets in one AZ.
    const { subnets } = vpc.selectSubnets({ subnetType: ec2.SubnetType.PUBLIC, onePerAz: true });
    // In a scope of their own, so that nothing about listeners changes their logical ids.
    const addresses = new Construct(this, 'Addresses');
    this.addresses = subnets.map((_, index) => {
      const address = new ec2.CfnEIP(addresses, `Az${index + 1}`);
      address.applyRemovalPolicy(removalPolicy);
      return address;
    });
    this.securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Network Load Balancer',
      allowAllOutbound: false,
    });
    this.loadBalancer = new elb.NetworkLoadBalancer(this, 'Nlb', {
      vpc,
      internetFacing: true,
      subnetMappings: subnets.map((subnet, index) => ({
        subnet,
        allocationId: this.addresses[index]?.attrAllocationId,
      })),
      // A Network Load Balancer that is created without security groups can never get one.
      // https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
      securityGroups: [this.securityGroup],
      crossZoneEnabled: props.crossZone ?? false,
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
    });
    Validations.of(this.loadBalancer).acknowledge({
      id: 'AwsSolutions-ELB2',
      reason:
        'A Network Load Balancer logs the requests of TLS listeners only; flow logs record connections.',
    });
    Validations.of(this.securityGroup).acknowledge({
      id: 'AwsSolutions-EC23',
      reason: 'Only the ports of the listeners are open, and only to the clients that the prop names.',
    });

    this.targetGroups = listeners.map((listener) => this.addListener(listener, clients, props));
    // Health checks obey the outbound rules of the load balancer.
    this.securityGroup.connections.allowTo(
      props.target,
      ec2.Port.tcp(props.healthCheck.port),
      'Health checks',
    );
  }

  private addListener(
    { protocol, port, targetPort = port, certificates, proxyProtocol }: NetworkListenerOptions,
    clients: readonly string[],
    { vpc, target, healthCheck, alarmTopic }: StaticIpLoadBalancerProps,
  ): elb.NetworkTargetGroup {
    // By port: a listener whose protocol changes is changed in place, because a second one could not have its port.
    const id = `Port${port}`;
    const scope = new Construct(this, id);
    const targetGroup = new elb.NetworkTargetGroup(scope, 'TargetGroup', {
      vpc,
      port: targetPort,
      // TLS ends at the load balancer.
      protocol: protocol === 'TLS' ? elb.Protocol.TCP : elb.Protocol[protocol],
      targets: [target],
      proxyProtocolV2: proxyProtocol,
      healthCheck: {
        protocol: healthCheck.path === undefined ? elb.Protocol.TCP : elb.Protocol.HTTP,
        path: healthCheck.path,
        port: String(healthCheck.port),
        interval: Duration.seconds(10),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 2,
      },
    });
    this.loadBalancer.addListener(id, {
      port,
      protocol: elb.Protocol[protocol],
      certificates: certificates && [...certificates],
      // TLS 1.2 and 1.3, forward secrecy, post-quantum key exchange.
      // https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html
      sslPolicy: protocol === 'TLS' ? elb.SslPolicy.TLS13_12_RES_PQ : undefined,
      defaultTargetGroups: [targetGroup],
    });
    for (const transport of transportsOf(protocol)) {
      for (const client of clients) {
        this.securityGroup.addIngressRule(ec2.Peer.ipv4(client), transport(port), `Clients by ${protocol}`);
      }
      this.securityGroup.connections.allowTo(target, transport(targetPort), `${protocol} listener ${port}`);
    }
    new TargetHealthAlarms(scope, 'Alarms', {
      namespace: 'AWS/NetworkELB',
      loadBalancerFullName: this.loadBalancer.loadBalancerFullName,
      targetGroupFullName: targetGroup.targetGroupFullName,
      unhealthyDescription: `A target of listener ${protocol} ${port} is unhealthy.`,
      noneHealthyDescription: `Listener ${protocol} ${port} has no healthy target.`,
      alarmTopic,
    });
    return targetGroup;
  }
}

function transportsOf(protocol: NetworkListenerOptions['protocol']): ((port: number) => ec2.Port)[] {
  const [tcp, udp] = [(port: number) => ec2.Port.tcp(port), (port: number) => ec2.Port.udp(port)];
  if (protocol === 'UDP') return [udp];
  return protocol === 'TCP_UDP' ? [tcp, udp] : [tcp];
}
