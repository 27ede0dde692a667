import { readFileSync } from 'node:fs';
import { createServer, request as sendRequest } from 'node:http';
import { hostname } from 'node:os';

/*
 * One server process for several applications, each on its own port. The file that its argument names has their names,
 * ports and upstreams: { "App1": { "port": 3000 }, "Api": { "port": 8001, "upstream": "http://orders.internal" } }
 */
const applications = JSON.parse(readFileSync(process.argv[2], 'utf8'));

/** What the load balancer says about the client, in headers. */
const FORWARDED = ['x-forwarded-for', 'x-forwarded-port', 'x-forwarded-proto', 'x-amzn-trace-id'];

const answer = (application, { method, url, headers }) => ({
  application,
  server: hostname(),
  method,
  url,
  host: headers.host,
  ...Object.fromEntries(FORWARDED.map((name) => [name, headers[name]])),
});

function respond(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(`${JSON.stringify(body)}\n`);
}

/** Passes a request on with its headers, except those that are for one connection only. */
function pass(upstream, request, response) {
  const headers = { ...request.headers };
  delete headers.connection;
  delete headers.host;
  const options = { path: request.url, method: request.method, headers, timeout: 10_000 };
  const passed = sendRequest(upstream, options, (answered) => {
    response.writeHead(answered.statusCode, answered.headers);
    answered.pipe(response);
  });
  passed.on('timeout', () => passed.destroy(new Error('timeout')));
  passed.on('error', (error) => {
    console.error(`${upstream}: ${error.message}`);
    if (response.headersSent) response.destroy();
    else respond(response, 502, { error: 'The next tier does not answer.' });
  });
  request.pipe(passed);
}

const servers = Object.entries(applications).map(([application, { port, upstream }]) => {
  const server = createServer((request, response) => {
    if (request.url === '/health') respond(response, 200, { application });
    else if (upstream) pass(upstream, request, response);
    else respond(response, 200, answer(application, request));
  });
  // Longer than the load balancer's idle timeout of 60 s. Otherwise the server could close a connection that the load
  // balancer is about to use, and the client would get a 502.
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
  server.keepAliveTimeout = 65_000;
  server.listen(port, () => console.log(JSON.stringify({ application, listening: server.address().port })));
  return server;
});

// Requests that have begun are finished.
process.once('SIGTERM', () => servers.forEach((server) => server.close()));
