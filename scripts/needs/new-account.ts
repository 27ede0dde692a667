import { ofType, type DeployedStack } from './stacks';

/** What a new account lacks for a resource type, and what to do about it. */
const LACKS: readonly { readonly type: string; readonly advice: string }[] = [
  {
    type: 'AWS::CloudFront::Distribution',
    advice:
      'CloudFront refuses distributions ("Your account must be verified") until AWS Support has verified the account: open a case.',
  },
  {
    type: 'AWS::ECS::Cluster',
    advice:
      'ECS needs its service-linked role. If the cluster fails with "Unable to assume the service linked role", run `aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com` and deploy again.',
  },
  {
    type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    advice:
      'Elastic Load Balancing creates its service-linked role with the first load balancer. Whoever deploys needs iam:CreateServiceLinkedRole.',
  },
  {
    type: 'AWS::AutoScaling::AutoScalingGroup',
    advice:
      'Auto Scaling creates its service-linked role with the first group. Whoever deploys needs iam:CreateServiceLinkedRole.',
  },
  {
    type: 'AWS::EC2::TransitGateway',
    advice:
      'Transit Gateway creates its service-linked role with the first attachment. Whoever deploys needs iam:CreateServiceLinkedRole.',
  },
  {
    type: 'AWS::Lambda::Function',
    advice:
      'A new account may run only 10 Lambda functions at a time (quota L-B99A9384) instead of 1,000. That is enough here, but none can be reserved.',
  },
];

/**
 * Advice for a new account, for the resource types of these stacks.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const newAccountAdvice = (stacks: readonly DeployedStack[]): string[] =>
  LACKS.filter(({ type }) => ofType(stacks, type).length > 0).map(({ advice }) => advice);
