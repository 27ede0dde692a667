import { Duration } from 'aws-cdk-lib';

/**
 * How a task leaves. When Fargate takes a Spot task back, the load balancer may not be told; it then learns from two
 * failed health checks, up to 25 seconds, and the task has to keep answering for longer than that. Then it finishes
 * what is in flight, before the 120 seconds are over that Fargate grants.
 * https://repost.aws/knowledge-center/fargate-spot-termination-notice
 */
export const LEAVING = {
  healthCheckInterval: Duration.seconds(10),
  healthCheckTimeout: Duration.seconds(5),
  unhealthyThreshold: 2,
  drain: Duration.seconds(40),
  deregistrationDelay: Duration.seconds(60),
  stopTimeout: Duration.seconds(120),
};
