/** The part of API Gateway's proxy event that these handlers use. */
export interface ApiRequest {
  readonly pathParameters: Readonly<Record<string, string | undefined>> | null;
  readonly queryStringParameters: Readonly<Record<string, string | undefined>> | null;
  readonly body: string | null;
  readonly requestContext: {
    readonly authorizer?: { readonly claims?: Readonly<Record<string, string | undefined>> };
  };
}

export interface ApiResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Ends a request with a status and a message for the caller. */
export class HttpError extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Throws 403 for a user outside the group. The Cognito authorizer of API Gateway checks the token, and no groups. The claim
 * has the names of the groups with commas between them.
 */
export function requireGroup({ requestContext }: ApiRequest, group: string): void {
  const groups = requestContext.authorizer?.claims?.['cognito:groups']?.split(',') ?? [];
  if (!groups.includes(group)) throw new HttpError(403, `expected a user of the group ${group}`);
}

/**
 * Runs one method of the API and writes its result as JSON. Other errors than `HttpError` fail the invocation: API Gateway
 * answers 502, and the metrics of function and API count it.
 */
export async function respond(
  allowedOrigin: string | undefined,
  work: () => Promise<unknown>,
): Promise<ApiResponse> {
  const [statusCode, result] = await work().then(
    (value): [number, unknown] => [200, value],
    (error: unknown): [number, unknown] => {
      if (!(error instanceof HttpError)) throw error;
      return [error.statusCode, { message: error.message }];
    },
  );
  return {
    statusCode,
    headers: {
      'Content-Type': 'application/json',
      // API Gateway adds no headers to the response of a proxy integration.
      ...(allowedOrigin !== undefined && { 'Access-Control-Allow-Origin': allowedOrigin }),
    },
    body: JSON.stringify(result),
  };
}
