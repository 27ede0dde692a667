import { Buffer } from 'node:buffer';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { parseArgs } from 'node:util';
import { readProxyHeader, show } from './proxy-protocol.mjs';

/*
 * Returns what clients send, after a line with their address: by TCP and UDP, by TCP after a PROXY protocol header, and by
 * TLS with its own certificate.
 */
const { values } = parseArgs({
  options: Object.fromEntries(
    ['echo', 'proxied', 'tls', 'health', 'key', 'cert'].map((name) => [name, { type: 'string' }]),
  ),
});

const greeting = (client) => `You are ${show(client)}\n`;
const clientOf = ({ remoteAddress, remotePort }) => ({
  address: remoteAddress.replace(/^::ffff:/, ''),
  port: remotePort,
});
const report = (service, server) => () =>
  console.log(JSON.stringify({ service, listening: server.address().port }));

/** Ends a connection that fails, and one that is idle for longer than the load balancer's idle timeout of 350 s. */
function guard(socket) {
  socket.on('error', () => socket.destroy());
  socket.setTimeout(360_000, () => socket.destroy());
}

function echo(socket) {
  guard(socket);
  socket.write(greeting(clientOf(socket)));
  socket.pipe(socket);
}

/** The address of the client is in the header. Without a header, it is a mistake in the setup: say nothing. */
function echoProxied(socket) {
  guard(socket);
  let received = Buffer.alloc(0);
  const read = (chunk) => {
    received = Buffer.concat([received, chunk]);
    try {
      const header = readProxyHeader(received);
      if (!header) return;
      socket.off('data', read);
      if (header.source) socket.write(greeting(header.source));
      socket.write(received.subarray(header.length));
      socket.pipe(socket);
    } catch (error) {
      console.error(`${show(clientOf(socket))}: ${error.message}`);
      socket.destroy();
    }
  };
  socket.on('data', read);
  // Also if the client ends within the header.
  socket.on('end', () => socket.end());
}

function listen(service, server, port) {
  server.listen(Number(port), report(service, server));
}

const datagrams = createSocket('udp4');
datagrams.on('message', (message, client) => {
  datagrams.send(Buffer.concat([Buffer.from(greeting(client)), message]), client.port, client.address);
});

listen(
  'health',
  createServer((socket) => {
    guard(socket);
    socket.end();
  }),
  values.health,
);
listen('proxied', createServer({ allowHalfOpen: true }, echoProxied), values.proxied);
const tls = { key: readFileSync(values.key), cert: readFileSync(values.cert) };
listen('tls', createTlsServer(tls, echo), values.tls);
const connections = createServer({ allowHalfOpen: true }, echo);
connections.listen(Number(values.echo), () => {
  report('echo', connections)();
  // The same port for both protocols.
  datagrams.bind(connections.address().port, report('datagrams', datagrams));
});
