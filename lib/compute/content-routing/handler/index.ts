/**
 * A request as an Application Load Balancer passes it to a function. The target group decides whether headers and query
 * have multiple values. Their names and values are as the client sent them: query strings are not decoded.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#receive-event-from-load-balancer
 */
export interface AlbEvent {
  readonly httpMethod: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

export interface AlbResponse {
  readonly statusCode: number;
  readonly statusDescription: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** Answers what arrived, in JSON. Replace it with your code. Lambda only reads the promise, so it is one. */
export const handler = (event: AlbEvent): Promise<AlbResponse> => {
  const headers = valuesOf(event.headers, event.multiValueHeaders);
  const query = valuesOf(event.queryStringParameters, event.multiValueQueryStringParameters);
  const body = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
  if (!['GET', 'HEAD', 'POST'].includes(event.httpMethod)) {
    return Promise.resolve(respond(event, 405, 'Method Not Allowed', { error: 'GET, HEAD or POST only' }));
  }
  const answer = {
    application: 'Mobile',
    method: event.httpMethod,
    path: event.path,
    query: Object.fromEntries(query.map(([name, values]) => [decode(name), values.map(decode)])),
    bytes: body.length,
    ...Object.fromEntries(headers.filter(([name]) => name.startsWith('x-forwarded-'))),
  };
  return Promise.resolve(respond(event, 200, 'OK', answer));
};

type Values = readonly string[];

const valuesOf = (
  single: Readonly<Record<string, string>> | undefined,
  multiple: Readonly<Record<string, Values>> | undefined,
): readonly (readonly [string, Values])[] =>
  multiple
    ? Object.entries(multiple)
    : Object.entries(single ?? {}).map(([name, value]) => [name, [value]] as const);

/** A query string that is not URL-encoded correctly stays as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** "If multi-value headers are enabled, the response must use them": the load balancer ignores the other kind. */
function respond(event: AlbEvent, statusCode: number, reason: string, answer: object): AlbResponse {
  const type = 'application/json; charset=utf-8';
  return {
    statusCode,
    statusDescription: `${statusCode} ${reason}`,
    ...(event.multiValueHeaders
      ? { multiValueHeaders: { 'content-type': [type] } }
      : { headers: { 'content-type': type } }),
    body: event.httpMethod === 'HEAD' ? '' : `${JSON.stringify(answer)}\n`,
    isBase64Encoded: false,
  };
}
