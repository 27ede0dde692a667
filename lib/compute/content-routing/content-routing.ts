import type { RemovalPolicy } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { ApplicationListenerRule, ListenerAction } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { loadBalancerErrorsAlarm } from '../../shared/load-balancer-alarms';
import { notify } from '../../shared/notify';
import { WebLoadBalancer, type Clients, type Domain } from '../../shared/web-load-balancer';
import { checkRules, type RoutingRule } from './rules';

export interface ContentRoutingProps {
  /** Has public subnets in at least two Availability Zones; private subnets with egress for an internal load balancer. */
  readonly vpc: ec2.IVpc;
  /** Rules of the listener, in any order: their priorities decide. Requests that match none get a 404. */
  readonly rules: readonly RoutingRule[];
  /**
   * Domain name of the load balancer, for HTTPS. Its certificate is the default one.
   * @default - none: HTTP only, under the name that AWS gives to the load balancer
   */
  readonly domain?: Domain;
  /**
   * Further domain names, at most 25, each with its own certificate, which the load balancer chooses by SNI.
   * @default - none
   */
  readonly furtherDomains?: readonly Domain[];
  /**
   * Who can connect to the load balancer: `internet`, `vpc`, a list of IPv4 and IPv6 networks, or `none` until you allow a
   * client with `loadBalancer.listener.connections.allowDefaultPortFrom`. With `vpc` and `none` it is internal.
   * @default internet
   */
  readonly clients?: Clients;
  /**
   * Topic for alarms. Its policy must allow CloudWatch to publish.
   * @default - none: alarms change their state and notify nobody
   */
  readonly alarmTopic?: ITopic;
  /**
   * What happens to the access logs when the stack is deleted. Unless it is DESTROY, the load balancer has deletion
   * protection.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * An Application Load Balancer that chooses the target group by the content of the request: path, host, header, query
 * string, method or source address.
 *
 * Throws `InvalidValue` for a priority that is out of range or taken, for a rule without conditions or with more than 5
 * values, for a rule that can never match, and as `WebLoadBalancer` does for VPC, domains and clients.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
 */
export class ContentRouting extends Construct {
  readonly loadBalancer: WebLoadBalancer;
  /** The load balancer responds with 5xx itself: no target is healthy, or a function failed. */
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string, props: ContentRoutingProps) {
    super(scope, id);
    checkRules(props.rules);
    this.loadBalancer = new WebLoadBalancer(this, 'LoadBalancer', {
      vpc: props.vpc,
      domain: props.domain,
      furtherDomains: props.furtherDomains,
      clients: props.clients,
      removalPolicy: props.removalPolicy,
      defaultAction: ListenerAction.fixedResponse(404, {
        contentType: 'text/plain',
        messageBody: 'No rule matches this request.\n',
      }),
    });
    const rules = new Construct(this, 'Rules');
    for (const { priority, conditions, action } of props.rules) {
      // The priority is the id, so CloudFormation never changes a priority in place. Elastic Load Balancing refuses a
      // priority that another rule still has: two rules could not swap theirs.
      new ApplicationListenerRule(rules, `Priority${priority}`, {
        listener: this.loadBalancer.listener,
        priority,
        conditions: [...conditions],
        action,
      });
    }
    this.alarm = loadBalancerErrorsAlarm(this, 'LoadBalancerErrors', this.loadBalancer.alb);
    notify(props.alarmTopic, this.alarm);
  }
}
