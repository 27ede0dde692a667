import { Lazy, Validations } from 'aws-cdk-lib';
import type { CfnStage, Stage } from 'aws-cdk-lib/aws-apigateway';
import type { CognitoRestApiProps } from './rest-api';

/** A method, such as `GET` and `/products/{id}`. */
export interface ApiMethod {
  readonly httpMethod: string;
  readonly path: string;
}

/** Sets throttling, cache and canary of a stage. `cachedMethods` may grow until synthesis. */
export function configureStage(
  stage: Stage,
  { requestsPerSecond = 100, cacheTtl, canary, webAclArn }: CognitoRestApiProps,
  cachedMethods: readonly ApiMethod[],
): void {
  const cfnStage = stage.node.defaultChild as CfnStage;
  const ttl = cacheTtl?.toSeconds();
  const throttling = { throttlingRateLimit: requestsPerSecond, throttlingBurstLimit: 2 * requestsPerSecond };
  cfnStage.methodSettings = Lazy.any({
    produce: () => [
      { httpMethod: '*', resourcePath: '/*', cachingEnabled: false, ...throttling },
      ...(ttl === undefined ? [] : cachedMethods).map(({ httpMethod, path }) => ({
        httpMethod,
        // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-stage-methodsetting.html
        resourcePath: `/${path.replaceAll('/', '~1')}`,
        cachingEnabled: true,
        cacheTtlInSeconds: ttl,
        cacheDataEncrypted: true,
        ...throttling,
      })),
    ],
  });
  if (ttl !== undefined) {
    cfnStage.cacheClusterEnabled = true;
    cfnStage.cacheClusterSize = '0.5';
  }
  if (canary) {
    cfnStage.canarySetting = {
      deploymentId: cfnStage.deploymentId,
      percentTraffic: canary.percent,
      useStageCache: false,
    };
    cfnStage.deploymentId = canary.stableDeploymentId;
  }
  Validations.of(stage).acknowledge({
    id: 'AwsSolutions-APIG6',
    reason: 'The access log has the error of each request. An execution log would stay after the stack.',
  });
  if (webAclArn !== undefined) return;
  Validations.of(stage).acknowledge({
    id: 'AwsSolutions-APIG3',
    reason: 'Every method needs a token. The prop webAclArn adds a web ACL where one is wanted.',
  });
}
