import { mutationsBelow, type Mutation } from '../support/mutation';

const { removed, changed, edited } = mutationsBelow('ContentRouting');

const HTTP = 'Public/LoadBalancer/Alb/Http';
const rule = (priority: number) => `Public/Rules/Priority${priority}`;
const ANYWHERE = [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }];
const forwardTo = (targetGroup: string) => (template: { ref: (path: string) => object }) => ({
  Actions: [{ Type: 'forward', TargetGroupArn: template.ref(`ContentRouting/WebServers/${targetGroup}`) }],
});

export const mutations: readonly Mutation[] = [
  removed('no rule for images', rule(40)),
  changed('images go to the blog', rule(40), forwardTo('Blog')),
  changed('images match before hosts', rule(40), { Priority: 15 }),
  changed('the rule for read-only comes last', rule(10), { Priority: 500 }),
  changed('all of the shop goes to the next version', rule(80), forwardTo('NextShop')),
  changed('everybody sees the status', rule(110), {
    Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/status'] } }],
  }),
  changed('a cookie matches as a part of another', rule(140), {
    Conditions: [
      {
        Field: 'http-header',
        HttpHeaderConfig: { HttpHeaderName: 'Cookie', Values: ['*user=premium*'] },
      },
    ],
  }),
  changed('the redirect loses the query', rule(70), {
    Actions: [{ Type: 'redirect', RedirectConfig: { Path: '/blog/', Query: '', StatusCode: 'HTTP_301' } }],
  }),
  changed('other requests go to the blog', HTTP, (template) => ({
    DefaultActions: forwardTo('Blog')(template).Actions,
  })),
  removed('the function has no permission', 'MobileTargets/MobileTargetsInvoke'),
  changed('every target group can invoke the function', 'MobileTargets/MobileTargetsInvoke', {
    SourceArn: undefined,
  }),
  changed('every account can invoke the function', 'MobileTargets/MobileTargetsInvoke', {
    SourceAccount: undefined,
  }),
  changed('the function gets single headers', 'MobileTargets/TargetGroup', { TargetGroupAttributes: [] }),
  changed('App2 is on the port of App1', 'WebServers/App2', { Port: 3000 }),
  edited('the servers register with no target group', 'WebServers/Group/ASG', (group) => {
    delete group.TargetGroupARNs;
  }),
  changed('the web tier is open', 'WebServers/SecurityGroup', { SecurityGroupIngress: ANYWHERE }),
  changed('the internal load balancer is open to the VPC', 'Internal/LoadBalancer/SecurityGroup', {
    SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, CidrIp: '10.0.0.0/8' }],
  }),
  changed('the internal load balancer is public', 'Internal/LoadBalancer/Alb', {
    Scheme: 'internet-facing',
  }),
  changed('the order servers are open', 'OrderServers/SecurityGroup', { SecurityGroupIngress: ANYWHERE }),
  edited('all web servers are in one AZ', 'WebServers/Group/ASG', (group) => {
    group.VPCZoneIdentifier = (group.VPCZoneIdentifier as unknown[]).slice(0, 1);
  }),
  changed('unhealthy servers stay', 'WebServers/Group/ASG', { HealthCheckType: 'EC2' }),
  changed('health checks ask for another path', 'OrderServers/Orders', { HealthCheckPath: '/' }),
  removed('no alarm for the internal load balancer', 'Internal/LoadBalancerErrors'),
];
