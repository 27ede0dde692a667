import { RemovalPolicy } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { checkInteger } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';
import { loadBalancerErrorsAlarm } from '../../shared/load-balancer-alarms';
import { notify } from '../../shared/notify';
import { WebLoadBalancer, type Clients, type Domain } from '../../shared/web-load-balancer';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { AwsServiceEndpoints } from './aws-service-endpoints';
import { RoutedService, type RoutedServiceOptions } from './routed-service';
import { serviceAlarms } from './service-alarms';
import { scaleTasks, validateScaling } from './task-scaling';

export interface PathRoutedServicesProps<Name extends string = string> {
  /** Has public subnets and private subnets with egress, each in at least two Availability Zones. */
  readonly vpc: ec2.IVpc;
  /** The services, by names in PascalCase. Add new ones at the end: the order decides the priorities of listener rules. */
  readonly services: Readonly<Record<Name, RoutedServiceOptions>>;
  /**
   * Domain name of the services, for HTTPS.
   * @default - none: HTTP only, under the name that AWS gives to the load balancer
   */
  readonly domain?: Domain;
  /**
   * Who can connect to the load balancer: `internet`, `vpc`, or a list of IPv4 and IPv6 networks. With `vpc` the load
   * balancer is internal.
   * @default internet
   */
  readonly clients?: Clients;
  /**
   * How tasks reach ECR, CloudWatch Logs, Secrets Manager and Parameter Store.
   * - `nat`: through the default route of the private subnets.
   * - `endpoints`: through interface endpoints that this construct creates, for private subnets without a default route.
   *   These subnets need the gateway endpoint for S3. A VPC can have each interface endpoint only once.
   * @default nat
   */
  readonly awsServices?: 'nat' | 'endpoints';
  /**
   * Share of Fargate Spot among the tasks above the minimum, 0 to 100 percent. Spot costs about 70 % less. AWS can
   * interrupt a Spot task with a warning of two minutes.
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
   * @default 50
   */
  readonly spotPercent?: number;
  /**
   * Topic for alarms. Its policy must allow CloudWatch to publish.
   * @default - none: alarms change their state and notify nobody
   */
  readonly alarmTopic?: ITopic;
  /**
   * What happens to the logs when the stack is deleted. Unless it is DESTROY, the load balancer has deletion protection.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Several services on Fargate behind one Application Load Balancer. Listener rules choose the service by path.
 *
 * Throws `InvalidValue` without a service, for two services with the same path or two without a path, for a path that no
 * rule can match, for a share out of range, for scaling limits that contradict each other, for a VPC with fewer than two
 * AZs, for a domain that is not in its hosted zone, and for clients that are no networks.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb.html
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
 */
export class PathRoutedServices<Name extends string = string> extends Construct {
  readonly cluster: ecs.Cluster;
  readonly loadBalancer: WebLoadBalancer;
  /** The services, by name. */
  readonly services: Readonly<Record<Name, RoutedService>>;
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: PathRoutedServicesProps<Name>) {
    super(scope, id);
    const { vpc, spotPercent = 50, removalPolicy = RemovalPolicy.RETAIN } = props;
    validate(props.services, spotPercent);

    this.cluster = this.createCluster(vpc);
    const services = Object.entries<RoutedServiceOptions>(props.services).map(([name, options]) => ({
      name,
      options,
      routed: new RoutedService(this, name, {
        ...options,
        cluster: this.cluster,
        spotPercent,
        removalPolicy,
      }),
    }));
    this.services = Object.fromEntries(services.map(({ name, routed }) => [name, routed])) as Record<
      Name,
      RoutedService
    >;

    const withoutPath = services.find(({ options }) => options.path === undefined)?.routed;
    this.loadBalancer = new WebLoadBalancer(this, 'LoadBalancer', {
      vpc,
      domain: props.domain,
      clients: props.clients,
      removalPolicy,
      defaultAction: withoutPath
        ? elbv2.ListenerAction.forward([withoutPath.targetGroup])
        : elbv2.ListenerAction.fixedResponse(404, {
            contentType: 'text/plain',
            messageBody: 'No service has this path.\n',
          }),
    });
    services.forEach(({ name, options: { path }, routed }, index) => {
      if (path === undefined) return;
      this.loadBalancer.listener.addAction(name, {
        priority: priority(path, index),
        // Both: `/users/*` alone matches neither `/users` nor `/users?sort=name`. Patterns do not see the query.
        conditions: [elbv2.ListenerCondition.pathPatterns([path, `${path}/*`])],
        action: elbv2.ListenerAction.forward([routed.targetGroup]),
      });
    });
    // After the listener: the metric of requests per target needs a target group with a load balancer.
    for (const { options, routed } of services) {
      scaleTasks(routed.service, routed.targetGroup, options.scaling ?? {});
    }

    this.alarms = [
      loadBalancerErrorsAlarm(this, 'LoadBalancerErrors', this.loadBalancer.alb),
      ...services.flatMap(({ name, routed, options }) => serviceAlarms(routed, name, options.scaling ?? {})),
    ];
    notify(props.alarmTopic, ...this.alarms);

    if (props.awsServices === 'endpoints') {
      const endpoints = new AwsServiceEndpoints(this, 'AwsServices', { vpc });
      // Tasks cannot pull their image before the endpoints exist.
      for (const { routed } of services) routed.service.node.addDependency(endpoints);
    }
  }

  private createCluster(vpc: ec2.IVpc): ecs.Cluster {
    const cluster = new ecs.Cluster(this, 'Cluster', {
      vpc,
      containerInsightsV2: ecs.ContainerInsights.ENHANCED,
    });
    // Not `enableFargateCapacityProviders`: it creates a resource that services do not depend on. CloudFormation would
    // delete it before the services, and ECS refuses to remove capacity providers that are in use.
    // https://github.com/pahud/cdk-fargate-patterns/issues/71
    (cluster.node.defaultChild as ecs.CfnCluster).capacityProviders = ['FARGATE', 'FARGATE_SPOT'];
    return cluster;
  }
}

/** Priority of a rule: deeper paths first. Services that are added at the end do not change it. */
function priority(path: string, index: number): number {
  return 1000 * (10 - depth(path)) + index + 1;
}

const depth = (path: string) => path.split('/').length - 1;

/** Up to nine segments of unreserved characters of RFC 3986. No wildcards, no slash at the end. */
const PATH = /^(\/[\w.~-]+){1,9}$/;

function validate(services: Readonly<Record<string, RoutedServiceOptions>>, spotPercent: number): void {
  const names = Object.keys(services);
  // A load balancer has at most 100 rules, and each service needs one.
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
  if (names.length < 1 || names.length > 100) {
    throw new InvalidValue('services', names.length, 'from 1 to 100 services');
  }
  const byPath = new Map<string | undefined, string>();
  for (const [name, { path, scaling }] of Object.entries(services)) {
    if (!/^[A-Z][A-Za-z0-9]*$/.test(name)) {
      throw new InvalidValue('services', name, 'names in PascalCase, such as Users');
    }
    // A pattern has at most 128 characters, and `/*` takes two of them.
    if (path !== undefined && (!PATH.test(path) || path.length > 126)) {
      throw new InvalidValue(`services.${name}.path`, path, 'a path such as /users or /v1/users');
    }
    const other = byPath.get(path);
    if (other !== undefined) {
      const expected =
        path === undefined ? `a path, since ${other} has none` : `a path that ${other} does not have`;
      throw new InvalidValue(`services.${name}.path`, path, expected);
    }
    byPath.set(path, name);
    if (scaling) validateScaling(`services.${name}.scaling`, scaling);
  }
  checkInteger('spotPercent', spotPercent, 0, 100);
}
