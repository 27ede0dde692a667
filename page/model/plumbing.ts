import type { Resource, Templates } from '../../lib/assertions/templates';
import { referencedBy } from './references';

/** Types that carry a setting of another resource, or that another part of the drawing shows. */
const PLUMBING = [
  /^AWS::(CDK|CloudFormation|IAM|Logs|CertificateManager|ApplicationAutoScaling|SSM|KMS)::/,
  /^AWS::EC2::/,
  /^AWS::Route53::/,
  /^AWS::AutoScaling::(?!AutoScalingGroup)/,
  /^AWS::ElasticLoadBalancingV2::(?!LoadBalancer)/,
  /^AWS::ECS::(?!Service)/,
  /^AWS::EFS::(?!FileSystem)/,
  /^AWS::ElastiCache::(SubnetGroup|ParameterGroup|User|UserGroup)$/,
  /^AWS::RDS::(DBSubnetGroup|DBParameterGroup|DBClusterParameterGroup|OptionGroup|DBProxyTargetGroup)$/,
  /^AWS::Lambda::(?!Function$|Url$)/,
  /^AWS::S3::BucketPolicy$/,
  /^AWS::SNS::(Subscription|TopicPolicy)$/,
  /^AWS::SQS::(QueuePolicy|QueueInlinePolicy)$/,
  /^AWS::SecretsManager::(?!Secret$)/,
  /^AWS::Events::(EventBusPolicy|ApiDestination|Connection)$/,
  /^AWS::ApiGateway::(?!RestApi$)/,
  /^AWS::ApiGatewayV2::(?!Api$)/,
  /^AWS::AppSync::(?!GraphQLApi$)/,
  /^AWS::CloudFront::(?!Distribution$|Function$)/,
  /^AWS::Cognito::(?!UserPool$|IdentityPool$)/,
  /^AWS::WAFv2::(?!WebACL$)/,
  /^AWS::CloudWatch::(Dashboard|CompositeAlarm|InsightRule)$/,
  /^AWS::Scheduler::ScheduleGroup$/,
  /Policy$|Association$|Attachment$|Permission$/,
];

/** Custom resources act while a stack is deployed, and not after. */
export const isPlumbing = ({ type }: Resource): boolean =>
  !type.startsWith('AWS::') || PLUMBING.some((pattern) => pattern.test(type));

/** The functions behind custom resources, and the functions that those call. */
export function providers(templates: Templates): ReadonlySet<Resource> {
  const found = new Set<Resource>();
  const visit = (resource: Resource) => {
    if (resource.type !== 'AWS::Lambda::Function' || found.has(resource)) return;
    found.add(resource);
    for (const next of referencedBy(templates, resource.properties.Environment)) visit(next);
  };
  for (const { type, properties } of templates.resources) {
    if (!type.startsWith('AWS::') || type === 'AWS::CloudFormation::CustomResource')
      for (const resource of referencedBy(templates, properties.ServiceToken)) visit(resource);
  }
  return found;
}
