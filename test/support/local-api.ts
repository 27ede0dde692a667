import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json, Resource, Templates } from '../../lib/assertions/templates';
import { ApiDeployment, headersOf, text, type Match, type Route, type StageRequest } from './api-deployment';
import { mayCall } from './api-policy';
import { isExpired, type UserPool } from './local-user-pool';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface LocalApiOptions {
  /** Invokes the function at a construct path. */
  readonly invoke: (functionPath: string, event: object) => Promise<unknown>;
  /** User pools by construct path. */
  readonly userPools: Readonly<Record<string, UserPool>>;
  /** Templates of deployments that are not in these templates, by deployment id. */
  readonly deployments?: Readonly<Record<string, Templates>>;
  /** Seconds since the epoch. @default - the time of this machine */
  readonly now?: () => number;
  /** 0 to 1, chooses between canary and production. @default Math.random */
  readonly random?: () => number;
}

type Claims = Readonly<Record<string, string>>;
type Values = Readonly<Record<string, Json>>;

/** Ends a request with a response of API Gateway. */
class GatewayError extends Error {
  constructor(
    readonly type: string,
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

interface Cached {
  readonly answer: ApiAnswer;
  readonly until: number;
}

/**
 * The stage of a REST API, as API Gateway runs it from the templates: canary, resource policy, routes, Cognito authorizer, throttling,
 * validation, cache, resource policies of the functions, proxy and mock integrations, gateway responses, access log. What
 * it does not know, such as API keys, is refused when it is created. AWS documents no order of throttling and authorization.
 */
export class LocalApi {
  /** Lines of the access log. */
  readonly log: string[] = [];
  private readonly stage: Resource;
  private readonly production: ApiDeployment;
  private readonly canary?: { readonly share: number; readonly deployment: ApiDeployment };
  private readonly buckets = new Map<string, { tokens: number; at: number }>();
  private readonly cache = new Map<string, Cached>();
  private readonly now: () => number;

  constructor(
    private readonly templates: Templates,
    private readonly path: string,
    private readonly options: LocalApiOptions,
  ) {
    this.now = options.now ?? (() => Date.now() / 1000);
    const current = new ApiDeployment(templates, templates.at(path));
    const [stage, another] = current.ofApi('AWS::ApiGateway::Stage');
    if (!stage || another) throw new Error(`${path}: expected one stage`);
    this.stage = stage;
    const deployment = (id: Json | undefined): ApiDeployment => {
      if (templates.reference(id)) return current;
      const before = options.deployments?.[text(id)];
      if (!before) throw new Error(`${path}: no deployment ${JSON.stringify(id)}`);
      return new ApiDeployment(before, before.at(path));
    };
    this.production = deployment(stage.properties.DeploymentId);
    const { DeploymentId, PercentTraffic } = (stage.properties.CanarySetting ?? {}) as Values;
    if (DeploymentId !== undefined) {
      this.canary = { share: Number(PercentTraffic) / 100, deployment: deployment(DeploymentId) };
    }
  }

  get stageName(): string {
    return text(this.stage.properties.StageName);
  }

  /** Methods of the production deployment. */
  get routes(): readonly Route[] {
    return this.production.routes;
  }

  /** Whether the function's policy allows the API to invoke it for a method. */
  mayInvoke(functionPath: string, { httpMethod, resourcePath }: Pick<Route, 'httpMethod' | 'resourcePath'>) {
    const {
      stack,
      logicalId,
      region = '⟨AWS::Region⟩',
      account = '⟨AWS::AccountId⟩',
    } = this.templates.at(this.path);
    const api = `⟨${stack}.${logicalId}⟩/⟨${stack}.${this.stage.logicalId}⟩`;
    const arn = `arn:aws:execute-api:${region}:${account}:${api}/${httpMethod}${resourcePath}`;
    return this.templates.ofType('AWS::Lambda::Permission').some(({ properties }) => {
      const { FunctionName, Principal, Action, SourceArn } = properties;
      return (
        this.templates.reference(FunctionName)?.resource.path === functionPath &&
        Principal === 'apigateway.amazonaws.com' &&
        Action === 'lambda:InvokeFunction' &&
        (SourceArn === undefined || globMatches(text(SourceArn), arn))
      );
    });
  }

  /** Answers a request. */
  async answer(request: StageRequest): Promise<ApiAnswer> {
    const { canary, production, options } = this;
    const isCanary = canary !== undefined && (options.random ?? Math.random)() < canary.share;
    const deployment = isCanary ? canary.deployment : production;
    const context: Record<string, string> = {
      requestTime: new Date(this.now() * 1000).toISOString(),
      requestId: `request-${this.log.length + 1}`,
      responseLatency: '1',
      'identity.sourceIp': '127.0.0.1',
      httpMethod: request.method,
      isCanaryRequest: String(isCanary),
    };
    let answer: ApiAnswer;
    try {
      answer = await this.run(deployment, isCanary, request, context);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      context['error.message'] = error.message;
      answer = this.gatewayResponse(deployment, error);
    }
    context.status = String(answer.status);
    const { Format } = (this.stage.properties.AccessLogSetting ?? {}) as Values;
    if (typeof Format === 'string')
      this.log.push(Format.replaceAll(/\$context\.([\w.]+)/g, (_, name: string) => context[name] ?? '-'));
    return answer;
  }

  /** Serves the API at `http://127.0.0.1:<port>/<stage>`. */
  async listen(): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
    const server = createServer((request, response) => {
      this.serve(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${this.stageName}`,
      close: () =>
        new Promise((resolve) => {
          server.close(() => {
            resolve();
          });
          server.closeAllConnections();
        }),
    };
  }

  private async run(
    deployment: ApiDeployment,
    isCanary: boolean,
    request: StageRequest,
    context: Record<string, string>,
  ): Promise<ApiAnswer> {
    if (!mayCall(this.templates.at(this.path), request.vpcEndpoint)) {
      throw new GatewayError('ACCESS_DENIED', 403, 'not authorized to perform: execute-api:Invoke');
    }
    const match = deployment.match(request);
    if (!match) throw new GatewayError('MISSING_AUTHENTICATION_TOKEN', 403, 'Missing Authentication Token');
    const { route } = match;
    context.resourcePath = route.resourcePath;
    const claims = await this.authorize(route, request);
    for (const [name, value] of Object.entries(claims ?? {})) context[`authorizer.claims.${name}`] = value;
    const settings = this.settings(route);
    this.throttle(route, settings);
    validate(match, request);
    if (route.integration.type === 'MOCK') return { ...route.integration.mock, body: '' };

    const isCached = settings.CachingEnabled === true && this.stage.properties.CacheClusterEnabled === true;
    const key = JSON.stringify([
      isCanary,
      route.httpMethod,
      route.resourcePath,
      route.integration.cacheKeys.map((name) => parameter(name, match, request)),
    ]);
    const cached = this.cache.get(key);
    if (isCached && cached && cached.until > this.now()) return cached.answer;
    const answer = await this.invoke(match, request, claims, context);
    if (isCached && answer.status === 200) {
      this.cache.set(key, { answer, until: this.now() + Number(settings.CacheTtlInSeconds ?? 300) });
    }
    return answer;
  }

  private async authorize({ userPools }: Route, { headers }: StageRequest): Promise<Claims | undefined> {
    if (!userPools) return undefined;
    const token = headers.authorization?.replace(/^Bearer /, '') ?? '';
    for (const path of userPools) {
      const pool = this.options.userPools[path];
      if (!pool) throw new Error(`no keys of the user pool ${path}`);
      try {
        const claims = await pool.verify(token, this.now());
        // Without scopes, an ID token is expected.
        // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-enable-cognito-user-pool.html
        if (claims.token_use !== 'id') break;
        return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, String(value)]));
      } catch (error) {
        if (isExpired(error)) throw new GatewayError('UNAUTHORIZED', 401, 'The incoming token has expired');
      }
    }
    throw new GatewayError('UNAUTHORIZED', 401, 'Unauthorized');
  }

  /** Settings of the method, or those of all methods: a method does not inherit single values. */
  private settings({ httpMethod, resourcePath }: Route): Values {
    const all = (this.stage.properties.MethodSettings ?? []) as Values[];
    const of = (method: string, path: string) =>
      all.find(({ HttpMethod, ResourcePath }) => HttpMethod === method && ResourcePath === path);
    return of(httpMethod, `/${resourcePath.replaceAll('/', '~1')}`) ?? of('*', '/*') ?? {};
  }

  /** A token bucket for each method. */
  private throttle({ httpMethod, resourcePath }: Route, settings: Values): void {
    if (settings.ThrottlingRateLimit === undefined) return;
    const burst = Number(settings.ThrottlingBurstLimit);
    const key = `${httpMethod} ${resourcePath}`;
    const now = this.now();
    const { tokens, at } = this.buckets.get(key) ?? { tokens: burst, at: now };
    const available = Math.min(burst, tokens + (now - at) * Number(settings.ThrottlingRateLimit));
    if (available < 1) throw new GatewayError('THROTTLED', 429, 'Too Many Requests');
    this.buckets.set(key, { tokens: available - 1, at: now });
  }

  private async invoke(
    { route, pathParameters }: Match,
    request: StageRequest,
    claims: Claims | undefined,
    context: Record<string, string>,
  ): Promise<ApiAnswer> {
    const { functionPath } = route.integration;
    if (!this.mayInvoke(functionPath, route)) {
      throw new GatewayError('API_CONFIGURATION_ERROR', 500, 'Internal server error');
    }
    const orNull = (values: Readonly<Record<string, string>>) =>
      Object.keys(values).length === 0 ? null : values;
    const event = {
      resource: route.resourcePath,
      path: request.path,
      httpMethod: request.method,
      headers: request.headers,
      queryStringParameters: orNull(request.query),
      pathParameters: orNull(pathParameters),
      body: request.body ?? null,
      isBase64Encoded: false,
      requestContext: { stage: this.stageName, ...(claims && { authorizer: { claims } }) },
    };
    let result: unknown;
    try {
      result = await this.options.invoke(functionPath, event);
    } catch (error) {
      context['integration.error'] = String(error);
    }
    const {
      statusCode,
      headers = {},
      body,
    } = (result ?? {}) as {
      statusCode?: unknown;
      headers?: Record<string, string>;
      body?: unknown;
    };
    if (!Number.isInteger(statusCode) || typeof body !== 'string') {
      throw new GatewayError('DEFAULT_5XX', 502, 'Internal server error');
    }
    return { status: Number(statusCode), headers, body };
  }

  private gatewayResponse(deployment: ApiDeployment, { type, status, message }: GatewayError): ApiAnswer {
    const responses = deployment.ofApi('AWS::ApiGateway::GatewayResponse');
    const of = (wanted: string) => responses.find(({ properties }) => properties.ResponseType === wanted);
    const found = (of(type) ?? of(status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX'))?.properties ?? {};
    if ('ResponseTemplates' in found || 'StatusCode' in found) {
      throw new Error(`${this.path}: a template or status of a gateway response is not modelled`);
    }
    return {
      status,
      headers: {
        'content-type': 'application/json',
        ...headersOf((found.ResponseParameters ?? {}) as Values, 'gatewayresponse.header.'),
      },
      body: JSON.stringify({ message }),
    };
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://localhost');
    const prefix = `/${this.stageName}`;
    let body = '';
    for await (const chunk of incoming.setEncoding('utf8')) body += String(chunk);
    const answer =
      pathname === prefix || pathname.startsWith(`${prefix}/`)
        ? await this.answer({
            method: incoming.method ?? '',
            path: pathname.slice(prefix.length) || '/',
            query: Object.fromEntries(searchParams),
            headers: Object.fromEntries(
              Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
            ),
            body: body === '' ? undefined : body,
          })
        : { status: 403, headers: {}, body: '{"message":"Forbidden"}' };
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }
}

/** `*` stands for any text, also for one with slashes. */
function globMatches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

function parameter(name: string, { pathParameters }: Match, request: StageRequest): string | undefined {
  const [, , place, key = ''] = name.split('.');
  if (place === 'path') return pathParameters[key];
  if (place === 'querystring') return request.query[key];
  return request.headers[key.toLowerCase()];
}

function validate(match: Match, request: StageRequest): void {
  const { required, validatorOf } = match.route;
  const missing = required.filter((name) => !parameter(name, match, request));
  if (missing.length > 0) {
    const names = missing.map((name) => name.split('.').at(-1)).join(', ');
    throw new GatewayError('BAD_REQUEST_PARAMETERS', 400, `Missing required request parameters: [${names}]`);
  }
  const [contentType = ''] = (request.headers['content-type'] ?? 'application/json').split(';');
  const isValid = validatorOf(contentType);
  if (isValid && !isValid(parsed(request.body)))
    throw new GatewayError('BAD_REQUEST_BODY', 400, 'Invalid request body');
}

/** The JSON of a body. Undefined, which no schema of an object takes, for anything else. */
function parsed(body: string | undefined): unknown {
  try {
    return JSON.parse(body ?? '');
  } catch {
    return undefined;
  }
}
