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

/** Matches one cookie, also among others. There is no condition for cookies, so this is one on their header. */
const cookie = (text: string) =>
  Condition.httpHeader('Cookie', [text, `${text}; *`, `*; ${text}`, `*; ${text}; *`]);

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
      rules: [
        {
          priority: 10,
          conditions: [Condition.pathPatterns(['/api/orders', '/api/orders/*'])],
          action: Action.forward([orders.targetGroups.Orders]),
        },
      ],
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

    const { App1, App2, Api, Admin, Images, Blog, Shop, NextShop, Toys, Europe, Premium } = web.targetGroups;
    const zone = importedZone(this, props);
    const domain = (name: string) => zone && { name: `${name}.${zone.zoneName}`, zone };
    const { loadBalancer } = new ContentRouting(this, 'Public', {
      vpc,
      domain: domain('shop'),
      furtherDomains: [domain('api'), domain('admin')].filter((one) => one !== undefined),
      rules: [
        {
          priority: 10,
          conditions: [Condition.httpRequestMethods(['PUT', 'DELETE'])],
          action: Action.fixedResponse(405, { contentType: 'text/plain', messageBody: 'Read-only.\n' }),
        },
        {
          priority: 20,
          conditions: [Condition.hostHeaders([`admin.${domainName}`])],
          action: Action.forward([Admin]),
        },
        {
          priority: 30,
          conditions: [Condition.hostHeaders([`api.${domainName}`])],
          action: Action.forward([Api]),
        },
        {
          priority: 40,
          conditions: [Condition.pathPatterns(['/images/*'])],
          action: Action.forward([Images]),
        },
        { priority: 50, conditions: [Condition.pathPatterns(['/api/*'])], action: Action.forward([Api]) },
        { priority: 60, conditions: [Condition.pathPatterns(['/blog/*'])], action: Action.forward([Blog]) },
        {
          priority: 70,
          conditions: [Condition.pathPatterns(['/news/*'])],
          action: Action.redirect({ path: '/blog/', permanent: true }),
        },
        {
          // A new version gets a tenth of the requests.
          priority: 80,
          conditions: [Condition.pathPatterns(['/shop/*'])],
          action: Action.weightedForward([
            { targetGroup: Shop, weight: 90 },
            { targetGroup: NextShop, weight: 10 },
          ]),
        },
        {
          priority: 90,
          conditions: [Condition.pathPatterns(['/app1', '/app1/*'])],
          action: Action.forward([App1]),
        },
        {
          priority: 100,
          conditions: [Condition.pathPatterns(['/app2', '/app2/*'])],
          action: Action.forward([App2]),
        },
        {
          // One office. Everybody else gets the 404.
          priority: 110,
          conditions: [Condition.pathPatterns(['/status']), Condition.sourceIps(['203.0.113.0/24'])],
          action: Action.forward([Admin]),
        },
        {
          priority: 120,
          conditions: [Condition.queryStrings([{ key: 'category', value: 'toys' }])],
          action: Action.forward([Toys]),
        },
        {
          priority: 130,
          conditions: [Condition.httpHeader('X-Region', ['EU'])],
          action: Action.forward([Europe]),
        },
        { priority: 140, conditions: [cookie('user=premium')], action: Action.forward([Premium]) },
        {
          priority: 150,
          conditions: [Condition.httpHeader('User-Agent', ['*Mobile*'])],
          action: Action.forward([mobile.targetGroup]),
        },
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
