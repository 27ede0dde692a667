/** A service that answers every path with its name, its message, and a signature that only its key can make. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

// Node.js runs this file as it is, so it holds to syntax that goes away with the types: no enum, no namespace.
const { PORT = '8080', DRAIN_SECONDS = '40', SERVICE_NAME, MESSAGE, SIGNING_KEY } = process.env;
const LARGEST_BODY = 64 * 1024;
// A task that cannot do its work should not start: the deployment then rolls back.
if (!SIGNING_KEY) throw new Error('SIGNING_KEY: got none, expected a key');
const key = SIGNING_KEY;

let stopping = false;

const server = createServer((request, response) => {
  const started = performance.now();
  response.on('finish', () => {
    if (request.url === '/health') return;
    log({
      method: request.method,
      path: request.url?.split('?')[0],
      status: response.statusCode,
      milliseconds: Math.round(performance.now() - started),
      client: request.headers['x-forwarded-for'],
      trace: request.headers['x-amzn-trace-id'],
    });
  });
  answer(request, response).catch((error: unknown) => {
    // The client has gone away, or its request broke off.
    log({ error: String(error) });
    response.destroy();
  });
});
// A load balancer that reuses a connection just as the server closes it answers 502. The server has to be the more
// patient one; the load balancer waits for 60 seconds.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html#http-502-issues
server.keepAliveTimeout = 75_000;
server.listen(Number(PORT), () => {
  const address = server.address();
  log({ listening: typeof address === 'object' ? address?.port : address });
});

process.once('SIGTERM', () => void stop());

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  // While stopping, no client should come back on this connection.
  if (stopping) response.setHeader('connection', 'close');
  if (request.url === '/health') {
    response.writeHead(stopping ? 503 : 200).end();
    return;
  }
  const hmac = createHmac('sha256', key).update(`${request.url}\n`);
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) {
      response.writeHead(413, { connection: 'close' }).end();
      return;
    }
    hmac.update(chunk);
  }
  if (stopping) response.setHeader('connection', 'close');
  response.writeHead(200, { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' });
  response.end(
    `${JSON.stringify({ service: SERVICE_NAME, path: request.url, message: MESSAGE, signature: hmac.digest('hex') })}\n`,
  );
}

/**
 * Stops without losing a request. ECS takes a task out of its target group before it says SIGTERM, except when it is
 * a Spot interruption: then the load balancer finds out by the health check, and sends requests until it has.
 * https://repost.aws/knowledge-center/fargate-spot-termination-notice
 */
async function stop(): Promise<void> {
  stopping = true;
  log({ stopping: `in ${DRAIN_SECONDS} seconds` });
  await wait(Number(DRAIN_SECONDS) * 1000);
  // Requests in flight are answered; then nothing is left that keeps the process alive.
  server.close(() => {
    log({ stopped: true });
  });
}

function log(entry: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), service: SERVICE_NAME, ...entry }));
}
