import { createServer } from 'node:http';
import { hostname } from 'node:os';

const server = createServer((request, response) => {
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(request.url === '/health' ? 'ok\n' : `Hello from ${hostname()}\n`);
});

// The load balancer keeps idle connections for 60 s. Were the server the first to close one, a request that is on its
// way would be answered with 502. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
server.keepAliveTimeout = 65_000;
server.listen(Number(process.env.PORT));

// Requests that have begun are finished.
process.once('SIGTERM', () => server.close());
