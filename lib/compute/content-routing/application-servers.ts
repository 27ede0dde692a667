import { Duration, Stack } from 'aws-cdk-lib';
import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { checkPort } from '../../shared/checks';
import { unhealthyTargetsAlarm } from '../../shared/load-balancer-alarms';
import { notify } from '../../shared/notify';
import { createServerGroup } from '../../shared/server-group';
import { startApplications } from './user-data';

export interface Application {
  /** TCP port on which it listens, 1,024 to 65,535: a process needs no privileges for these. */
  readonly port: number;
  /**
   * URL of the next tier, such as `http://orders.internal`. The application passes requests on to it.
   * @default - none: the application answers by itself
   */
  readonly upstream?: string;
}

export interface ApplicationServersProps<Name extends string = string> {
  /** Its private subnets reach Amazon S3, for packages: by a NAT gateway or by the gateway endpoint. */
  readonly vpc: ec2.IVpc;
  /** The applications, by name. Every server runs all of them. */
  readonly applications: Readonly<Record<Name, Application>>;
}

/**
 * Example of targets: an Auto Scaling group of two servers that run several applications, each on its own port and with its
 * own target group. A server that fails a health check of any application is replaced. Replace it with your servers.
 *
 * Throws `InvalidValue` for a port out of range.
 */
export class ApplicationServers<Name extends string = string> extends Construct implements ec2.IConnectable {
  readonly group: AutoScalingGroup;
  readonly connections: ec2.Connections;
  /** One for each application, by its name. */
  readonly targetGroups: Readonly<Record<Name, elb.ApplicationTargetGroup>>;

  constructor(scope: Construct, id: string, props: ApplicationServersProps<Name>) {
    super(scope, id);
    const { vpc } = props;
    const applications = Object.entries<Application>(props.applications);
    const vpcSubnets = { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };
    const { group, securityGroup } = createServerGroup(this, {
      vpc,
      vpcSubnets,
      description: 'Servers of several applications',
      commands: startApplications(Stack.of(this).toJsonString(props.applications)),
      servers: 2,
      bootTime: Duration.minutes(3),
    });
    this.group = group;
    // The repositories of Amazon Linux are in S3, which has no fixed addresses.
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'Package repositories');
    // Servers download packages at boot, so the route to the NAT gateway must exist before.
    this.group.node.addDependency(vpc.selectSubnets(vpcSubnets).internetConnectivityEstablished);
    this.connections = this.group.connections;

    const targetGroups = applications.map(([name, { port }]) => {
      checkPort(`applications.${name}.port`, port);
      const targetGroup = new elb.ApplicationTargetGroup(this, name, {
        vpc,
        port,
        protocol: elb.ApplicationProtocol.HTTP,
        targets: [this.group],
        deregistrationDelay: Duration.seconds(30),
        healthCheck: {
          path: '/health',
          interval: Duration.seconds(15),
          healthyThresholdCount: 2,
          unhealthyThresholdCount: 3,
        },
      });
      return [name, targetGroup] as const;
    });
    this.targetGroups = Object.fromEntries(targetGroups) as Record<Name, elb.ApplicationTargetGroup>;
  }

  /**
   * Adds an alarm for unhealthy targets to each target group. Call it after a listener forwards to all of them: the metric
   * is that of a load balancer.
   */
  addAlarms(alarmTopic?: ITopic): void {
    for (const [name, group] of Object.entries<elb.ApplicationTargetGroup>(this.targetGroups)) {
      notify(alarmTopic, unhealthyTargetsAlarm(group, 'Unhealthy', group, `Targets of ${name}`));
    }
  }
}
