import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startAppliance } from '../../lib/networking/gateway-load-balancer/user-data';
import { boot } from '../support/user-data';

// Processes start when a busy machine lets them.
jest.setTimeout(30_000);

const program = join(__dirname, '../../lib/networking/gateway-load-balancer/appliance/appliance.py');
const python = spawnSync('python3', ['--version']).status === 0;
/** Linux has all of 127.0.0.0/8 to itself, so that both sides can use port 6081. */
const runnable = python && process.platform === 'linux';

/** The header of a gateway load balancer: three options of class 0x0108, the flow cookie last. RFC 8926. */
const header = (cookie: number) =>
  Buffer.from(
    `08000800 00000000 01080102 1111111111111111 01080202 2222222222222222 01080301 ${cookie.toString(16).padStart(8, '0')}`.replaceAll(
      ' ',
      '',
    ),
    'hex',
  );
const packet = (cookie: number, content = 'an IP packet') =>
  Buffer.concat([header(cookie), Buffer.from(content)]);

/** A gateway load balancer as an appliance sees it: one port that it listens on, and many that it sends from. */
class Balancer {
  readonly received: { readonly packet: Buffer; readonly from: RemoteInfo }[] = [];

  private constructor(
    private readonly geneve: Socket,
    private readonly senders: readonly Socket[],
    private readonly appliance: string,
  ) {
    geneve.on('message', (message, from) => this.received.push({ packet: message, from }));
  }

  static async at(address: string, appliance: string, ports: number): Promise<Balancer> {
    const [geneve, ...senders] = await Promise.all(
      [6081, ...Array.from({ length: ports }, () => 0)].map(async (port) => {
        const socket = createSocket('udp4').bind(port, address);
        await once(socket, 'listening');
        return socket;
      }),
    );
    if (!geneve) throw new Error('no socket');
    return new Balancer(geneve, senders, appliance);
  }

  /** Sends from one of its ports and says which. */
  send(message: Buffer, sender = 0): number {
    const socket = this.senders[sender] ?? this.geneve;
    socket.send(message, 6081, this.appliance);
    return socket.address().port;
  }

  async gets(count: number): Promise<void> {
    for (let tries = 0; this.received.length < count && tries < 500; tries++) await wait(10);
  }

  close(): void {
    for (const socket of [this.geneve, ...this.senders]) socket.close();
  }
}

const answers = (address: string) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(8080, address)
      .on('connect', () => {
        socket.destroy();
        resolve(true);
      })
      .on('error', () => {
        resolve(false);
      });
  });

(runnable ? describe : describe.skip)('the appliance of gateway-load-balancer, run by Python', () => {
  // Addresses that no other test uses at the same time.
  const net = `127.${64 + (process.pid % 128)}.${Math.floor(Math.random() * 256)}`;
  const [mine, its] = [`${net}.1`, `${net}.2`];
  let appliance: ChildProcess;
  let balancer: Balancer;

  beforeAll(async () => {
    appliance = spawn('python3', ['-B', program, its], { stdio: 'inherit' });
    balancer = await Balancer.at(mine, its, 40);
    for (let tries = 0; !(await answers(its)) && tries < 500; tries++) await wait(20);
  });
  afterAll(() => {
    balancer.close();
    appliance.kill('SIGKILL');
  });
  beforeEach(() => {
    balancer.received.length = 0;
  });

  it('returns the packet with the same header and ports, and swaps the addresses', async () => {
    const port = balancer.send(packet(0xc0ffee));
    await balancer.gets(1);
    const [reply] = balancer.received;
    expect(reply?.packet).toEqual(packet(0xc0ffee));
    expect(reply?.from).toMatchObject({ address: its, port });
  });

  it('keeps the port of each flow, and of one that comes from port 6081 itself', async () => {
    const sent = Array.from({ length: 41 }, (_, i) => `${i} from ${balancer.send(packet(i), i)}`);
    await balancer.gets(sent.length);
    const back = balancer.received.map(
      ({ packet: reply, from }) => `${reply.readUInt32BE(36)} from ${from.port}`,
    );
    expect(back.sort()).toEqual(sent.sort());
  });

  it('returns the largest packet that a Gateway Load Balancer takes, and an empty one', async () => {
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/gateway-load-balancers.html#mtu
    const [large, empty] = [packet(1, 'x'.repeat(8500)), packet(2, '')];
    balancer.send(large);
    balancer.send(empty);
    await balancer.gets(2);
    expect(balancer.received.map((reply) => reply.packet.length).sort((a, b) => a - b)).toEqual([
      empty.length,
      large.length,
    ]);
  });

  it('drops what is no GENEVE, and goes on', async () => {
    const otherVersion = packet(1);
    otherVersion[0] = 0x48;
    for (const message of [
      Buffer.alloc(0),
      Buffer.from('08000800', 'hex'),
      header(1).subarray(0, 20),
      otherVersion,
    ]) {
      balancer.send(message);
    }
    balancer.send(packet(7));
    await balancer.gets(1);
    await wait(50);
    expect(balancer.received.map((reply) => reply.packet)).toEqual([packet(7)]);
  });

  it('answers no health check unless it takes packets', async () => {
    expect(await answers(its)).toBe(true);
    const second = spawnSync('python3', ['-B', program, its], { encoding: 'utf8' });
    expect(second.status).toBe(1);
    expect(second.stderr).toContain('Address already in use');
  });
});

describe('the user data of its instances', () => {
  const script = startAppliance().join('\n');

  it('writes the program and its service, and starts it', () => {
    const { status, stderr, file, systemctl } = boot(script);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(file('/opt/appliance/appliance.py')).toBe(readFileSync(program, 'utf8'));
    const service = file('/etc/systemd/system/appliance.service');
    expect(service).toContain('ExecStart=/usr/bin/python3 /opt/appliance/appliance.py\n');
    expect(service).toContain('DynamicUser=yes\n');
    expect(systemctl).toEqual(['enable --now appliance']);
  });

  it('stops at the first command that fails', () => {
    const { status, systemctl } = boot(script, { failing: ['cat'] });
    expect({ status, systemctl }).toEqual({ status: 1, systemctl: [] });
  });

  it('downloads nothing, and fits into 16 KB', () => {
    expect(script).not.toMatch(/^\s*(dnf|yum|curl|wget|aws|pip)\b/m);
    expect(Buffer.byteLength(script)).toBeLessThan(16 * 1024 - 64);
  });
});
