import { X509Certificate } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { startEcho } from '../../lib/compute/network-load-balancer/user-data';
import { selfSigned } from '../support/self-signed';
import { startService, type ServiceProcess } from '../support/service-process';
import { boot } from '../support/user-data';

// Processes start when a busy machine lets them.
jest.setTimeout(30_000);

const SIGNATURE = '0d0a0d0a000d0a515549540a';
/** A PROXY protocol header as the specification has it: version and command, family, addresses, ports, more fields. */
function proxyHeader(versionAndCommand: string, family: string, ...fields: readonly string[]): Buffer {
  const rest = Buffer.from(fields.join(''), 'hex');
  const size = rest.length.toString(16).padStart(4, '0');
  return Buffer.concat([Buffer.from(SIGNATURE + versionAndCommand + family + size, 'hex'), rest]);
}
const IPV4 = ['cb007107', '0a060001', 'c350', '1b59'];
const IPV6 = ['20010db8000000000000000000000001', '20010db8000000000000000000000002', 'c350', '1b59'];
// AWS adds the id of a VPC endpoint: type 0xEA, subtype 1.
const ENDPOINT_ID = `ea001601${Buffer.from('vpce-08d2bf15fac5001c9').toString('hex').slice(0, 42)}`;

describe('the echo servers of network-load-balancer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'echo-'));
  const booted = boot(startEcho().join('\n'));
  for (const name of ['echo.mjs', 'proxy-protocol.mjs']) {
    writeFileSync(join(folder, name), booted.file(`/opt/echo/${name}`));
  }
  const { key, cert } = selfSigned('echo');
  writeFileSync(join(folder, 'key.pem'), key);
  writeFileSync(join(folder, 'cert.pem'), cert);

  let service: ServiceProcess;
  const portOf = (name: string) =>
    Number(service.log.find((entry) => entry.service === name && entry.listening !== undefined)?.listening);
  /** Sends the chunks one by one, ends, and returns what comes back. */
  async function talk(port: number, ...chunks: readonly (string | Buffer)[]): Promise<string> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    for (const chunk of chunks) {
      socket.write(chunk);
      await wait(5);
    }
    return answerOf(socket.end());
  }
  async function answerOf(socket: Socket): Promise<string> {
    let answer = '';
    socket.on('error', () => undefined);
    for await (const part of socket) answer += String(part);
    return answer;
  }

  beforeAll(async () => {
    const files = ['--key', join(folder, 'key.pem'), '--cert', join(folder, 'cert.pem')];
    const ports = ['--echo', '0', '--proxied', '0', '--tls', '0', '--health', '0'];
    service = await startService(join(folder, 'echo.mjs'), {}, [...ports, ...files]);
    while (service.log.length < 5) await wait(5);
  });
  afterAll(async () => {
    service.child.kill('SIGKILL');
    await service.ended;
    rmSync(folder, { recursive: true });
  });

  it('start as a service that gets the key from systemd', () => {
    expect([booted.status, booted.systemctl]).toEqual([0, ['enable --now echo']]);
    const unit = booted.file('/etc/systemd/system/echo.service');
    expect(unit).toContain('LoadCredential=key.pem:/opt/echo/key.pem\n');
    expect(unit).toContain(
      'ExecStart=/usr/bin/node-24 /opt/echo/echo.mjs --echo 7000 --proxied 7001 --tls 8443 --health 8080 --key %d/key.pem --cert /opt/echo/cert.pem\n',
    );
    expect(boot(startEcho().join('\n'), { failing: ['openssl'] }).systemctl).toEqual([]);
  });

  it('return what a client sends by TCP, after its address', async () => {
    expect(await talk(portOf('echo'), 'one ', 'two')).toMatch(/^You are 127\.0\.0\.1:\d+\none two$/);
  });

  it('return a datagram by UDP on the same port, after its address', async () => {
    expect(portOf('datagrams')).toBe(portOf('echo'));
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    socket.send('ping', portOf('echo'), '127.0.0.1');
    const [answer] = (await once(socket, 'message')) as [Buffer];
    expect(answer.toString()).toBe(`You are 127.0.0.1:${socket.address().port}\nping`);
    socket.close();
  });

  it('accept health checks, which send nothing', async () => {
    expect(await talk(portOf('health'))).toBe('');
  });

  describe('with PROXY protocol', () => {
    it.each<[string, Buffer, string]>([
      ['IPv4', proxyHeader('21', '11', ...IPV4), 'You are 203.0.113.7:50000\n'],
      ['IPv6', proxyHeader('21', '21', ...IPV6), 'You are [2001:db8:0:0:0:0:0:1]:50000\n'],
      [
        'the id of a VPC endpoint',
        proxyHeader('21', '11', ...IPV4, ENDPOINT_ID),
        'You are 203.0.113.7:50000\n',
      ],
      ['a connection of the load balancer itself', proxyHeader('20', '00'), ''],
      ['no IP addresses', proxyHeader('21', '00'), ''],
    ])('read a header with %s', async (_, header, greeting) => {
      expect(await talk(portOf('proxied'), header, 'data')).toBe(`${greeting}data`);
      expect(await talk(portOf('proxied'), Buffer.concat([header, Buffer.from('data')]))).toBe(
        `${greeting}data`,
      );
    });

    it('read a header that arrives byte by byte', async () => {
      const bytes = [...proxyHeader('21', '11', ...IPV4)].map((byte) => Buffer.from([byte]));
      expect(await talk(portOf('proxied'), ...bytes, 'data')).toBe('You are 203.0.113.7:50000\ndata');
    });

    it('leave a second header to the application', async () => {
      const header = proxyHeader('21', '11', ...IPV4);
      const answer = await talk(portOf('proxied'), header, header);
      expect(answer).toBe(`You are 203.0.113.7:50000\n${header.toString()}`);
    });

    it.each<[string, string | Buffer]>([
      ['no header', 'GET / HTTP/1.1\r\n\r\n'],
      ['a header of version 1', 'PROXY TCP4 203.0.113.7 10.6.0.1 50000 7001\r\n'],
      ['version 3', proxyHeader('31', '11', ...IPV4)],
      ['command 2', proxyHeader('22', '11', ...IPV4)],
      ['too few bytes for its addresses', proxyHeader('21', '11', 'cb007107')],
      ['a part of a header', proxyHeader('21', '11', ...IPV4).subarray(0, 20)],
    ])('answer nothing to %s', async (_, data) => {
      expect(await talk(portOf('proxied'), data)).toBe('');
      // The server still serves others.
      expect(await talk(portOf('proxied'), proxyHeader('20', '00'), 'x')).toBe('x');
    });
  });

  describe('when TLS passes through', () => {
    /** Passes bytes on as a TCP listener does, and keeps what clients send. */
    async function listener() {
      const sent: Buffer[] = [];
      const server = createServer((client) => {
        const target = connect(portOf('tls'), '127.0.0.1');
        client.on('data', (bytes: Buffer) => sent.push(bytes)).pipe(target);
        target.pipe(client);
        for (const socket of [client, target]) socket.on('error', () => undefined);
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      return { server, sent, port: (server.address() as AddressInfo).port };
    }

    it("the client gets the server's certificate, and the listener only bytes", async () => {
      const { server, sent, port } = await listener();
      const client = connectTls({
        port,
        host: '127.0.0.1',
        servername: 'echo.example.org',
        ca: cert,
        checkServerIdentity: () => undefined,
      });
      await once(client, 'secureConnect');
      expect(client.authorized).toBe(true);
      expect(client.getPeerCertificate().fingerprint256).toBe(new X509Certificate(cert).fingerprint256);
      client.write('a secret');
      let answer = '';
      while (!answer.includes('secret')) answer += String((await once(client, 'data'))[0]);
      expect(answer).toMatch(/^You are 127\.0\.0\.1:\d+\na secret$/);
      client.destroy();

      // RFC 8446: a record of type handshake (22), in it a ClientHello (1) of the rest of the record's length.
      const first = Buffer.concat(sent);
      expect([first[0], first[1], first[5]]).toEqual([22, 3, 1]);
      expect(first.readUIntBE(6, 3)).toBe(first.readUInt16BE(3) - 4);
      // The server name is the one thing that a client says in plain text.
      expect(first.includes('echo.example.org')).toBe(true);
      expect(first.includes('a secret')).toBe(false);
      server.close();
    });

    it('a client without TLS gets no answer, and the next one does', async () => {
      const { server, port } = await listener();
      expect(await talk(port, 'plain text\n')).not.toContain('plain text');
      server.close();
      expect(await talk(portOf('echo'), 'x')).toMatch(/x$/);
    });
  });
});
