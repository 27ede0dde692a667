import { createSocket } from 'node:dgram';
import { createServer, isIPv6, type AddressInfo, type Socket } from 'node:net';

/** Answers one message; undefined sends nothing. It must not throw. */
export type Answering = (message: Buffer, transport: 'udp' | 'tcp', client: string) => Buffer | undefined;

export interface DnsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Milliseconds that a TCP connection may be silent. */
const IDLE = 10_000;

/** Listens on one address and port by UDP and by TCP. Port 0 is one that is free with both. */
export async function listen(answer: Answering, host: string, port: number): Promise<DnsServer> {
  for (let attempt = 1; ; attempt++) {
    const udp = await listenUdp(answer, host, port);
    try {
      const tcp = await listenTcp(answer, host, udp.port);
      return {
        port: udp.port,
        close: async () => {
          await Promise.all([udp.close(), tcp.close()]);
        },
      };
    } catch (error) {
      await udp.close();
      // What is free by UDP may be taken by TCP.
      if (port !== 0 || attempt === 5) throw error;
    }
  }
}

async function listenUdp(answer: Answering, host: string, port: number): Promise<DnsServer> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject).bind(port, host, resolve);
  });
  socket.removeAllListeners('error').on('error', () => undefined); // a client that is gone
  socket.on('message', (message, { address, port: from }) => {
    const response = answer(message, 'udp', address);
    if (response) socket.send(response, from, address, () => undefined);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      socket.close(resolve);
    });
  return { port: socket.address().port, close };
}

async function listenTcp(answer: Answering, host: string, port: number): Promise<DnsServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    socket.setTimeout(IDLE, () => socket.destroy());
    let pending = Buffer.alloc(0);
    const serve = () => {
      // Each message comes after its length, several on one connection. A client that does not read its answers gets
      // no more of them, and what it sends is not read either.
      while (
        !socket.writableNeedDrain &&
        pending.length >= 2 &&
        pending.length >= 2 + pending.readUInt16BE(0)
      ) {
        const end = 2 + pending.readUInt16BE(0);
        const response = answer(pending.subarray(2, end), 'tcp', socket.remoteAddress ?? '');
        pending = pending.subarray(end);
        if (response)
          socket.write(Buffer.concat([Buffer.of(response.length >> 8, response.length), response]));
      }
      if (socket.writableNeedDrain) socket.pause();
      else socket.resume();
    };
    socket.on('drain', serve).on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      serve();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      for (const socket of sockets) socket.destroy();
    });
  return { port: (server.address() as AddressInfo).port, close };
}
