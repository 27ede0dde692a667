import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';

/**
 * One JSON object for each request, without token and body.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 */
export const ACCESS_LOG_FORMAT = AccessLogFormat.custom(
  JSON.stringify({
    time: '$context.requestTime',
    requestId: '$context.requestId',
    ip: '$context.identity.sourceIp',
    method: '$context.httpMethod',
    path: '$context.resourcePath',
    status: '$context.status',
    latency: '$context.responseLatency',
    user: '$context.authorizer.claims.sub',
    canary: '$context.isCanaryRequest',
    error: '$context.error.message',
    functionError: '$context.integration.error',
  }),
);
