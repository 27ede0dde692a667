import { RemovalPolicy } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { checkInteger } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';
import { AwsServiceEndpoints } from './aws-service-endpoints';
import { Entrance, type Domain } from './entrance';
import { RoutedService, type RoutedServiceOptions } from './routed-service';
import { scaleTasks, validateScaling } from './task-scaling';

export interface PathRoutedServicesProps<Name extends string = string> {
  /** With public and private subnets. */
  readonly vpc: ec2.IVpc;
  /** The services, by names in PascalCase. Add new ones at the end: the order decides priorities of rules. */
  readonly services: Readonly<Record<Name, RoutedServiceOptions>>;
  /**
   * A name of your own, and HTTPS with it.
   * @default - none: the name that AWS gives to the load balancer, and HTTP only
   */
  readonly domain?: Domain;
  /**
   * How tasks reach ECR, CloudWatch Logs, Secrets Manager and Parameter Store.
   * - `nat`: as the route tables of the private subnets say.
   * - `endpoints`: by interface endpoints, made here, one of each for the whole VPC. For private subnets without a
   *   default route; they must have the gateway endpoint for S3.
   * @default nat
   */
  readonly awsServices?: 'nat' | 'endpoints';
  /**
   * Share of Fargate Spot among the tasks above the minimum, 0 to 100 percent. Spot costs about 70 % less, and AWS
   * may take it back with two minutes' notice.
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
   * @default 50
   */
  readonly spotPercent?: number;
  /**
   * What becomes of logs when the stack is deleted. Unless it is DESTROY, the load balancer is protected from
   * deletion as well.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Several services on Fargate behind one load balancer, told apart by the first part of the path.
 *
 * Throws `InvalidValue` for no service, two services of one path or two without, a path that no rule can match, a
 * share out of range, and limits of scaling that contradict each other.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb.html
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
 */
export class PathRoutedServices<Name extends string = string> extends Construct {
  readonly cluster: ecs.Cluster;
  readonly entrance: Entrance;
  /** The services, by name. */
  readonly services: Readonly<Record<Name, RoutedService>>;

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

    const fallback = services.find(({ options }) => options.path === undefined)?.routed;
    this.entrance = new Entrance(this, 'Entrance', {
      vpc,
      domain: props.domain,
      removalPolicy,
      defaultAction: fallback
        ? elbv2.ListenerAction.forward([fallback.targetGroup])
        : elbv2.ListenerAction.fixedResponse(404, {
            contentType: 'text/plain',
            messageBody: 'No service has this path.\n',
          }),
    });
    services.forEach(({ name, options: { path }, routed }, index) => {
      if (path === undefined) return;
      this.entrance.listener.addAction(name, {
        priority: priority(path, index),
        // `/users/*` alone would match neither `/users` nor `/users?sort=name`: patterns see no query.
        conditions: [elbv2.ListenerCondition.pathPatterns([path, `${path}/*`])],
        action: elbv2.ListenerAction.forward([routed.targetGroup]),
      });
    });
    // Last, since to count requests by target takes a target group that has a load balancer.
    for (const { options, routed } of services) {
      scaleTasks(routed.service, routed.targetGroup, options.scaling ?? {});
    }

    if (props.awsServices === 'endpoints') {
      const endpoints = new AwsServiceEndpoints(this, 'AwsServices', { vpc });
      // A task that starts before them cannot pull its image.
      for (const { routed } of services) routed.service.node.addDependency(endpoints);
    }
  }

  private createCluster(vpc: ec2.IVpc): ecs.Cluster {
    const cluster = new ecs.Cluster(this, 'Cluster', {
      vpc,
      containerInsightsV2: ecs.ContainerInsights.ENHANCED,
    });
    // Not by `enableFargateCapacityProviders`, which makes a resource of it that services do not depend on: the stack
    // could not be destroyed, since capacity providers in use cannot be removed.
    // https://github.com/pahud/cdk-fargate-patterns/issues/71
    (cluster.node.defaultChild as ecs.CfnCluster).capacityProviders = ['FARGATE', 'FARGATE_SPOT'];
    return cluster;
  }
}

/** A priority that puts deeper paths first, and that no later service changes: rules cannot swap theirs. */
function priority(path: string, index: number): number {
  return 1000 * (10 - depth(path)) + index + 1;
}

const depth = (path: string) => path.split('/').length - 1;

/** Up to nine parts of letters, digits and what RFC 3986 leaves unreserved; no wildcards, no slash at the end. */
const PATH = /^(\/[\w.~-]+){1,9}$/;

function validate(services: Readonly<Record<string, RoutedServiceOptions>>, spotPercent: number): void {
  const names = Object.keys(services);
  // 100 rules for each load balancer, and each service has one.
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
  if (names.length < 1 || names.length > 100) {
    throw new InvalidValue('services', names.length, 'from 1 to 100 services');
  }
  const takenBy = new Map<string | undefined, string>();
  for (const [name, { path, scaling }] of Object.entries(services)) {
    if (!/^[A-Z][A-Za-z0-9]*$/.test(name)) {
      throw new InvalidValue('services', name, 'names in PascalCase, such as Users');
    }
    // 128 characters are the limit, and the pattern for what is below takes two more.
    if (path !== undefined && (!PATH.test(path) || path.length > 126)) {
      throw new InvalidValue(`services.${name}.path`, path, 'a path such as /users or /v1/users');
    }
    const other = takenBy.get(path);
    if (other !== undefined) {
      const expected =
        path === undefined ? `a path, since ${other} has none` : `a path that ${other} does not have`;
      throw new InvalidValue(`services.${name}.path`, path, expected);
    }
    takenBy.set(path, name);
    if (scaling) validateScaling(`services.${name}.scaling`, scaling);
  }
  checkInteger('spotPercent', spotPercent, 0, 100);
}
