import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { DEFAULT_DOMAIN, importedZone } from '../../shared/imported-zone';
import { ApplicationServers } from './application-servers';
import { ContentRouting } from './content-routing';
import { FunctionTargets } from './function-targets';
import { MobileFunction } from './mobile-function';

export interface ContentRoutingStackProps extends StackProps {
  readonly vpc: IVpc;
  /** Name of a public hosted zone in the account. The names are `shop`, `api` and `admin` in that zone. */
  readonly domainName?: string;
  /**
   * Id of that zone.
   * @default - none: HTTP only, under the name that AWS gives to the load balancer
   */
  readonly hostedZoneId?: string;
  /** @default - alarms notify nobody */
  readonly alarmEmail?: string;
}

const Action = elb.ListenerAction;
const Condition = elb.ListenerCondition;
const path = (...patterns: string[]) => Condition.pathPatterns(patterns);
const header = (name: string, ...values: string[]) => Condition.httpHeader(name, values);

/** Matches one cookie, also among others. There is no condition for cookies, so this is one on their header. */
const cookie = (text: string) => header('Cookie', text, `${text}; *`, `*; ${text}`, `*; ${text}; *`);

/** A rule of one or more conditions. */
const rule = (priority: number, action: elb.ListenerAction, ...conditions: elb.ListenerCondition[]) => ({
  priority,
  conditions,
  action,
});
const forward = (group: elb.ApplicationTargetGroup) => Action.forward([group]);

/** A web tier that gets requests by their content, and an application tier that only the web tier can reach. */
export class ContentRoutingStack extends Stack {
  constructor(scope: Construct, id: string, props: ContentRoutingStackProps) {
    super(scope, id, props);
    const { vpc, domainName = DEFAULT_DOMAIN } = props;
    const alarmTopic = alarmTopicFor(this, props.alarmEmail);
    // The sandbox deletes everything. In production, leave this out.
    const removalPolicy = RemovalPolicy.DESTROY;

    const orders = new ApplicationServers(this, 'OrderServers', {
      vpc,
      applications: { Orders: { port: 8080 } },
    });
    const internal = new ContentRouting(this, 'Internal', {
      vpc,
      rules: [rule(10, forward(orders.targetGroups.Orders), path('/api/orders', '/api/orders/*'))],
      clients: 'none',
      alarmTopic,
      removalPolicy,
    }).loadBalancer;

    const web = new ApplicationServers(this, 'WebServers', {
      vpc,
      applications: {
        App1: { port: 3000 },
        App2: { port: 4000 },
        Api: { port: 8001, upstream: internal.url },
        Admin: { port: 8002 },
        Images: { port: 8003 },
        Blog: { port: 8004 },
        Shop: { port: 8005 },
        NextShop: { port: 8006 },
        Toys: { port: 8007 },
        Europe: { port: 8008 },
        Premium: { port: 8009 },
      },
    });
    internal.listener.connections.allowDefaultPortFrom(web, 'Web tier');
    const mobile = new FunctionTargets(this, 'MobileTargets', {
      function: new MobileFunction(this, 'Mobile', { removalPolicy }).function,
    });

    const groups = web.targetGroups;
    const zone = importedZone(this, props);
    const domain = (name: string) => zone && { name: `${name}.${zone.zoneName}`, zone };
    const readOnly = Action.fixedResponse(405, { contentType: 'text/plain', messageBody: 'Read-only.\n' });
    // A new version gets a tenth of the requests.
    const shop = Action.weightedForward([
      { targetGroup: groups.Shop, weight: 90 },
      { targetGroup: groups.NextShop, weight: 10 },
    ]);
    const { loadBalancer } = new ContentRouting(this, 'Public', {
      vpc,
      domain: domain('shop'),
      furtherDomains: [domain('api'), domain('admin')].filter((one) => one !== undefined),
      rules: [
        rule(10, readOnly, Condition.httpRequestMethods(['PUT', 'DELETE'])),
        rule(20, forward(groups.Admin), Condition.hostHeaders([`admin.${domainName}`])),
        rule(30, forward(groups.Api), Condition.hostHeaders([`api.${domainName}`])),
        rule(40, forward(groups.Images), path('/images/*')),
        rule(50, forward(groups.Api), path('/api/*')),
        rule(60, forward(groups.Blog), path('/blog/*')),
        rule(70, Action.redirect({ path: '/blog/', permanent: true }), path('/news/*')),
        rule(80, shop, path('/shop/*')),
        rule(90, forward(groups.App1), path('/app1', '/app1/*')),
        rule(100, forward(groups.App2), path('/app2', '/app2/*')),
        // One office. Everybody else gets the 404.
        rule(110, forward(groups.Admin), path('/status'), Condition.sourceIps(['203.0.113.0/24'])),
        rule(120, forward(groups.Toys), Condition.queryStrings([{ key: 'category', value: 'toys' }])),
        rule(130, forward(groups.Europe), header('X-Region', 'EU')),
        rule(140, forward(groups.Premium), cookie('user=premium')),
        rule(150, forward(mobile.targetGroup), header('User-Agent', '*Mobile*')),
      ],
      alarmTopic,
      removalPolicy,
    });
    for (const servers of [web, orders]) servers.addAlarms(alarmTopic);

    new CfnOutput(this, 'Url', {
      value: loadBalancer.url,
      description: zone ? undefined : 'Unencrypted: HTTPS needs domainName and hostedZoneId',
    });
  }
}
