import { Duration, RemovalPolicy, Token, Validations } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import type { IVpcEndpoint } from 'aws-cdk-lib/aws-ec2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { alarmOnAny } from '../../shared/alarm-on-any';
import { InvalidValue } from '../../shared/invalid-value';
import { uniqueName } from '../../shared/unique-name';
import { ACCESS_LOG_FORMAT } from './access-log-format';
import { configureStage, type ApiMethod, type Canary } from './configure-stage';

const ORIGIN = /^https?:\/\/[a-z0-9.-]+(:\d+)?$/;

export interface CognitoRestApiProps {
  /** User pool whose ID tokens authorize requests. */
  readonly userPool: IUserPool;
  /**
   * Origin of the web page that calls the API, such as `https://www.example.com`. Throws `InvalidValue` for anything else.
   * @default - no CORS: web pages of other origins cannot call the API
   */
  readonly allowedOrigin?: string;
  /**
   * Requests a second of each method, 1 or more. A burst has at most twice as many. API Gateway answers 429 above that.
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
   * @default 100
   */
  readonly requestsPerSecond?: number;
  /**
   * How long the cache keeps responses of methods with `cached`, 1 to 3600 seconds. The cache costs $14.60 a month.
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
   * @default - no cache
   */
  readonly cacheTtl?: Duration;
  /**
   * Sends a share of the requests to the deployment of this template, the others to an earlier one.
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/canary-release.html
   * @default - the deployment of this template gets all requests
   */
  readonly canary?: Canary;
  /**
   * ARN of an AWS WAF web ACL of the Region.
   * @default - none
   */
  readonly webAclArn?: string;
  /**
   * Interface endpoint for the service `execute-api`. The API is private: it answers requests through this endpoint only.
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
   * @default - the API is Regional: it answers requests from the internet
   */
  readonly vpcEndpoint?: IVpcEndpoint;
  /**
   * Topic that the alarm notifies.
   * @default - none: the alarm only changes state
   */
  readonly alarmTopic?: ITopic;
  /**
   * Removal policy of logs and of earlier deployments. A canary needs an earlier deployment, so RETAIN.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

export interface ApiMethodOptions {
  /**
   * JSON schema of the request body. API Gateway answers 400 to a request with another body.
   * @default - the body is not validated
   */
  readonly body?: apigateway.JsonSchema;
  /**
   * Optional parameters of the query string. Each value of them has its own response in the cache.
   * @default - none
   */
  readonly queryStrings?: readonly string[];
  /**
   * Caches the response if the API has a cache. All callers get the same response.
   * @default false
   */
  readonly cached?: boolean;
}

/** A REST API whose methods need an ID token of a user pool. */
export class CognitoRestApi extends Construct {
  readonly api: apigateway.RestApi;
  readonly stage: apigateway.Stage;
  /** Goes to ALARM when the API answers a request with 5XX. */
  readonly alarm: cloudwatch.Alarm;
  readonly allowedOrigin?: string;
  private readonly authorizer: apigateway.IAuthorizer;
  private readonly validator: apigateway.IRequestValidator;
  private readonly cachedMethods: ApiMethod[] = [];

  constructor(scope: Construct, id: string, props: CognitoRestApiProps) {
    super(scope, id);
    const { allowedOrigin, webAclArn, vpcEndpoint, alarmTopic, removalPolicy = RemovalPolicy.RETAIN } = props;
    if (allowedOrigin !== undefined && !Token.isUnresolved(allowedOrigin) && !ORIGIN.test(allowedOrigin)) {
      throw new InvalidValue('allowedOrigin', allowedOrigin, 'an origin such as https://www.example.com');
    }
    this.allowedOrigin = allowedOrigin;

    this.api = new apigateway.RestApi(this, 'Api', {
      // The metrics of two APIs with one name are one metric.
      restApiName: uniqueName(this),
      endpointConfiguration:
        vpcEndpoint === undefined
          ? { types: [apigateway.EndpointType.REGIONAL] }
          : { types: [apigateway.EndpointType.PRIVATE], vpcEndpoints: [vpcEndpoint] },
      // It would set the role of the account: see ApiGatewayAccount.
      cloudWatchRole: false,
      retainDeployments: removalPolicy !== RemovalPolicy.DESTROY,
      deployOptions: {
        stageName: 'prod',
        tracingEnabled: true,
        accessLogDestination: new apigateway.LogGroupLogDestination(
          new logs.LogGroup(this, 'AccessLogs', {
            retention: logs.RetentionDays.THREE_MONTHS,
            removalPolicy,
          }),
        ),
        accessLogFormat: ACCESS_LOG_FORMAT,
      },
      ...(allowedOrigin !== undefined && {
        defaultCorsPreflightOptions: {
          allowOrigins: [allowedOrigin],
          allowHeaders: ['Authorization', 'Content-Type'],
          maxAge: Duration.hours(1),
        },
      }),
    });
    this.stage = this.api.deploymentStage;
    const { requestsPerSecond = 100, cacheTtl, canary } = props;
    configureStage(this.stage, { requestsPerSecond, cacheTtl, canary, cachedMethods: this.cachedMethods });
    // Requests that come by another way than this endpoint are denied, whatever their token.
    if (vpcEndpoint !== undefined) this.api.grantInvokeFromVpcEndpointsOnly([vpcEndpoint]);

    this.authorizer = new apigateway.CognitoUserPoolsAuthorizer(this, 'Authorizer', {
      cognitoUserPools: [props.userPool],
    });
    this.validator = this.api.addRequestValidator('Validator', {
      validateRequestBody: true,
      validateRequestParameters: true,
    });
    if (allowedOrigin !== undefined) this.addCorsToErrors(allowedOrigin);
    this.associateWebAcl(webAclArn);
    this.alarm = alarmOnAny(this, 'Alarm', {
      description: 'The API answers requests with 5XX',
      metric: this.stage.metricServerError({ period: Duration.minutes(1), statistic: 'Sum' }),
      topic: alarmTopic,
    });
  }

  /**
   * Adds a method that invokes a function.
   *
   * @param httpMethod such as `GET`
   * @param path such as `/products/{id}`
   */
  addMethod(httpMethod: string, path: string, handler: IFunction, options: ApiMethodOptions = {}): void {
    const { body, queryStrings = [], cached = false } = options;
    const resource = this.api.root.resourceForPath(path);
    const inPath = [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => `method.request.path.${name}`);
    const inQuery = queryStrings.map((name) => `method.request.querystring.${name}`);
    const integration = new apigateway.LambdaIntegration(handler, {
      allowTestInvoke: false,
      // Requests whose values differ only in other parameters get one response.
      cacheKeyParameters: cached ? [...inPath, ...inQuery] : undefined,
    });
    resource.addMethod(httpMethod, integration, {
      authorizer: this.authorizer,
      authorizationType: apigateway.AuthorizationType.COGNITO,
      requestValidator: this.validator,
      requestParameters: Object.fromEntries([
        ...inPath.map((name) => [name, true] as const),
        ...inQuery.map((name) => [name, false] as const),
      ]),
      // With application/json as the key, API Gateway passes on a body of any other content type without validation.
      // https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
      requestModels: body && {
        $default: this.api.addModel(`Body${httpMethod}${path.replaceAll(/\W/g, '')}`, { schema: body }),
      },
    });
    if (cached) this.cachedMethods.push({ httpMethod, path });
  }

  private associateWebAcl(webAclArn: string | undefined): void {
    if (webAclArn !== undefined) {
      new wafv2.CfnWebACLAssociation(this, 'WebAcl', { resourceArn: this.stage.stageArn, webAclArn });
      return;
    }
    Validations.of(this.stage).acknowledge({
      id: 'AwsSolutions-APIG3',
      reason: 'Every method needs a token. The prop webAclArn adds a web ACL where one is wanted.',
    });
  }

  /** Without the header, a web page sees no status of a response that comes from API Gateway, such as 401 and 429. */
  private addCorsToErrors(allowedOrigin: string): void {
    const { DEFAULT_4XX, DEFAULT_5XX } = apigateway.ResponseType;
    for (const [name, type] of Object.entries({ ClientErrors: DEFAULT_4XX, ServerErrors: DEFAULT_5XX })) {
      this.api.addGatewayResponse(name, {
        type,
        responseHeaders: { 'Access-Control-Allow-Origin': `'${allowedOrigin}'` },
      });
    }
  }
}
