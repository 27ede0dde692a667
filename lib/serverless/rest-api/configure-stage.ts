import { type Duration, Lazy, Token, Validations } from 'aws-cdk-lib';
import type { CfnStage, Stage } from 'aws-cdk-lib/aws-apigateway';
import { checkInteger } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';

/** A method, such as `GET` and `/products/{id}`. */
export interface ApiMethod {
  readonly httpMethod: string;
  readonly path: string;
}

/** Two deployments that share the requests of the stage. */
export interface Canary {
  /** Id of the deployment that gets the other requests: the one that the stage has before this change. */
  readonly stableDeploymentId: string;
  /** Share of the requests that the deployment of this template gets, 0 to 100 percent. */
  readonly percent: number;
}

export interface StageSettings {
  readonly requestsPerSecond: number;
  readonly cacheTtl?: Duration;
  /** It may grow until synthesis. */
  readonly cachedMethods: readonly ApiMethod[];
  readonly canary?: Canary;
}

/** Sets throttling, cache and canary of a stage. Throws `InvalidValue` for a value out of its range. */
export function configureStage(stage: Stage, settings: StageSettings): void {
  checkSettings(settings);
  const { requestsPerSecond, cacheTtl, cachedMethods, canary } = settings;
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
}

function checkSettings({ requestsPerSecond, cacheTtl, canary }: StageSettings): void {
  // The quota of an account in a Region is 10,000.
  checkInteger('requestsPerSecond', requestsPerSecond, 1, 10_000);
  if (cacheTtl !== undefined && !cacheTtl.isUnresolved()) {
    const seconds = cacheTtl.toSeconds({ integral: false });
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > 3600) {
      throw new InvalidValue('cacheTtl', cacheTtl.toHumanString(), '1 to 3600 seconds');
    }
  }
  if (canary && !Token.isUnresolved(canary.percent) && !(canary.percent >= 0 && canary.percent <= 100)) {
    throw new InvalidValue('canary.percent', canary.percent, 'a number from 0 to 100');
  }
}
