import Ajv, { type ValidateFunction } from 'ajv-draft-04';
import type { Json, Resource, Templates } from '../../lib/assertions/templates';

type Properties = Readonly<Record<string, Json>>;

/** A request as the stage sees it. */
export interface StageRequest {
  readonly method: string;
  /** Below the stage, such as `/products/1`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Id of the interface endpoint that it comes through. @default - it comes from the internet */
  readonly vpcEndpoint?: string;
}

export interface Integration {
  readonly type: 'AWS_PROXY' | 'MOCK';
  /** Path of the function of `AWS_PROXY`. */
  readonly functionPath: string;
  readonly cacheKeys: readonly string[];
  /** Answer of `MOCK`. */
  readonly mock: { readonly status: number; readonly headers: Readonly<Record<string, string>> };
}

export interface Route {
  readonly httpMethod: string;
  /** Path of the resource, such as `/products/{id}`. */
  readonly resourcePath: string;
  /** Paths of the user pools whose tokens the method accepts. Undefined for a method without authorization. */
  readonly userPools: readonly string[] | undefined;
  readonly integration: Integration;
  /** Parameters that must be there, as `method.request.path.id`. */
  readonly required: readonly string[];
  /** Validates a body of this content type. Undefined where no model is for it. */
  readonly validatorOf: (contentType: string) => ValidateFunction | undefined;
}

export interface Match {
  readonly route: Route;
  readonly pathParameters: Readonly<Record<string, string>>;
}

const record = (value: Json | undefined): Properties => (value ?? {}) as Properties;
/** A property that is a text. Anything else is written as JSON. */
export const text = (value: Json | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? null);
const unquoted = (value: Json): string => text(value).replace(/^'(.*)'$/, '$1');

/** The methods of a REST API as the templates have them: what a deployment of them is a snapshot of. */
export class ApiDeployment {
  readonly routes: readonly Route[];
  private readonly ajv = new Ajv({ strict: false });

  constructor(
    private readonly templates: Templates,
    private readonly api: Resource,
  ) {
    for (const property of ['Body', 'BodyS3Location']) {
      if (property in api.properties) throw new Error(`${api.path}: ${property} is not modelled`);
    }
    this.routes = this.ofApi('AWS::ApiGateway::Method').map((method) => this.route(method));
  }

  /** Resources of a type that belong to the API. */
  ofApi(type: string): readonly Resource[] {
    return this.templates
      .ofType(type)
      .filter(({ properties }) => this.templates.reference(properties.RestApiId)?.resource === this.api);
  }

  /** The method for a request. Literal parts of a path win over parameters. */
  match({ method, path }: StageRequest): Match | undefined {
    const parts = path.split('/');
    const matches = this.routes
      .filter(({ httpMethod }) => httpMethod === method || httpMethod === 'ANY')
      .flatMap((route) => {
        const pathParameters = parametersOf(route.resourcePath.split('/'), parts);
        return pathParameters ? [{ route, pathParameters }] : [];
      });
    const parameters = ({ pathParameters }: Match) => Object.keys(pathParameters).length;
    return matches.sort((a, b) => parameters(a) - parameters(b))[0];
  }

  private route({ path, properties }: Resource): Route {
    const { AuthorizationType, AuthorizerId, HttpMethod, ApiKeyRequired, AuthorizationScopes } = properties;
    if (ApiKeyRequired === true) throw new Error(`${path}: API keys are not modelled`);
    if (AuthorizationScopes !== undefined) throw new Error(`${path}: scopes are not modelled`);
    const validator = this.templates.reference(properties.RequestValidatorId)?.resource.properties;
    return {
      httpMethod: text(HttpMethod),
      resourcePath: this.resourcePath(properties.ResourceId) || '/',
      userPools: this.userPools(path, AuthorizationType, AuthorizerId),
      integration: this.integration(path, record(properties.Integration)),
      required:
        validator?.ValidateRequestParameters === true
          ? Object.entries(record(properties.RequestParameters)).flatMap(([name, needed]) =>
              needed === true ? [name] : [],
            )
          : [],
      validatorOf: this.validators(
        validator?.ValidateRequestBody === true ? record(properties.RequestModels) : {},
      ),
    };
  }

  private resourcePath(id: Json | undefined): string {
    const reference = this.templates.reference(id);
    if (!reference) throw new Error(`${this.api.path}: no resource ${JSON.stringify(id)}`);
    const { resource } = reference;
    if (resource === this.api) return '';
    const part = text(resource.properties.PathPart);
    if (part.endsWith('+}')) throw new Error(`${resource.path}: a greedy path parameter is not modelled`);
    return `${this.resourcePath(resource.properties.ParentId)}/${part}`;
  }

  private userPools(path: string, type: Json | undefined, authorizerId: Json | undefined) {
    if (type === 'NONE') return undefined;
    const authorizer = this.templates.reference(authorizerId)?.resource.properties;
    const { Type, IdentitySource, ProviderARNs } = authorizer ?? {};
    if (type !== 'COGNITO_USER_POOLS' || Type !== type) {
      throw new Error(`${path}: authorization by ${text(type)} is not modelled`);
    }
    if (IdentitySource !== 'method.request.header.Authorization') {
      throw new Error(`${path}: a token in ${text(IdentitySource)} is not modelled`);
    }
    return (ProviderARNs as Json[]).map((arn) => {
      const pool = this.templates.reference(arn)?.resource;
      if (!pool) throw new Error(`${path}: user pool ${text(arn)} is not in the templates`);
      return pool.path;
    });
  }

  private integration(path: string, integration: Properties): Integration {
    const { Type, Uri, CacheKeyParameters, RequestTemplates, IntegrationResponses } = integration;
    const cacheKeys = (CacheKeyParameters ?? []) as string[];
    if (Type === 'AWS_PROXY') {
      const arn = /functions\/(⟨[^⟩]+⟩)\/invocations$/.exec(text(Uri))?.[1];
      const target = this.templates.reference(arn)?.resource;
      if (target?.type !== 'AWS::Lambda::Function') throw new Error(`${path}: no function at ${text(Uri)}`);
      return { type: Type, functionPath: target.path, cacheKeys, mock: { status: 500, headers: {} } };
    }
    if (Type !== 'MOCK') throw new Error(`${path}: an integration of type ${text(Type)} is not modelled`);
    if (!text(record(RequestTemplates)['application/json']).includes('statusCode')) {
      throw new Error(`${path}: a mock integration without a status`);
    }
    // The first response has no pattern, so it is the default for every status.
    const [response] = IntegrationResponses as Properties[];
    return {
      type: Type,
      functionPath: '',
      cacheKeys,
      mock: {
        status: Number(response?.StatusCode),
        headers: headersOf(record(response?.ResponseParameters), 'method.response.header.'),
      },
    };
  }

  private validators(models: Properties): Route['validatorOf'] {
    const compiled = new Map<string, ValidateFunction>(
      Object.entries(models).map(([contentType, model]) => {
        const schema = this.templates.reference(model)?.resource.properties.Schema;
        return [contentType, this.ajv.compile(record(schema))];
      }),
    );
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
    return (contentType) => compiled.get(contentType) ?? compiled.get('$default');
  }
}

/** Static headers of a response, which a template writes in single quotes. */
export function headersOf(parameters: Properties, prefix: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(parameters)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), unquoted(value)]),
  );
}

function parametersOf(pattern: readonly string[], parts: readonly string[]) {
  if (pattern.length !== parts.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const part = parts[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(expected)?.[1];
    if (name === undefined && part !== expected) return undefined;
    if (name !== undefined && part === '') return undefined;
    if (name !== undefined) parameters[name] = decodeURIComponent(part);
  }
  return parameters;
}
