import { Duration } from 'aws-cdk-lib';

/**
 * Times of a stopping task, so that it loses no request. When Fargate interrupts a Spot task, the load balancer may not be
 * told, and sends requests until two health checks have failed: up to 25 seconds. The task answers requests for longer
 * than that (`drain`), then finishes those in flight. Fargate kills it after 120 seconds.
 * https://repost.aws/knowledge-center/fargate-spot-termination-notice
 */
export const DRAINING = {
  healthCheckInterval: Duration.seconds(10),
  healthCheckTimeout: Duration.seconds(5),
  unhealthyThreshold: 2,
  drain: Duration.seconds(40),
  deregistrationDelay: Duration.seconds(60),
  stopTimeout: Duration.seconds(120),
};
