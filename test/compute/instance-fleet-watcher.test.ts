import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Templates } from '../../lib/assertions/templates';
import { sandbox } from '../support/sandbox';

// Each question starts two processes, which takes its time on a busy machine.
jest.setTimeout(60_000);

const templates = Templates.fromApp(sandbox({}, 'multi-az-vpc', 'instance-fleet'));
const { LaunchTemplateData } = templates.at('InstanceFleet/Fleet/LaunchTemplate').properties;
const { UserData: userData } = LaunchTemplateData as { UserData: string };
const NOTICE = '{"action": "terminate", "time": "2026-11-25T14:02:00Z"}';

/** The metadata service with IMDSv2: each token is good for one question. Answers 404 until there is a notice. */
async function metadataService(noticeAfter: number) {
  const asked: string[] = [];
  const tokens = new Set<string>();
  let questions = 0;
  const server = createServer(({ method = '', url = '', headers }, response) => {
    asked.push(`${method} ${url}`);
    if (method === 'PUT' && url === '/latest/api/token') {
      const token = `token-${asked.length}`;
      tokens.add(token);
      const hasTtl = headers['x-aws-ec2-metadata-token-ttl-seconds'] !== undefined;
      response.writeHead(hasTtl ? 200 : 400).end(token);
    } else if (!tokens.delete(String(headers['x-aws-ec2-metadata-token']))) {
      response.writeHead(401).end();
    } else {
      questions++;
      const found = url === '/latest/meta-data/spot/instance-action' && questions > noticeAfter;
      response.writeHead(found ? 200 : 404).end(found ? NOTICE : '');
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, asked, url: `http://127.0.0.1:${port}/latest` };
}

describe('the interruption watcher of instance-fleet', () => {
  const root = mkdtempSync(join(tmpdir(), 'fleet-'));
  const program = join(root, 'opt/fleet/watch-interruption');
  const commands = join(root, 'commands');
  const stub = join(root, 'systemctl');
  const environment = { ...process.env, PATH: `${root}:${process.env.PATH ?? ''}` };

  beforeAll(() => {
    writeFileSync(stub, `#!/usr/bin/env bash\necho "systemctl $*" >> ${commands}\n`);
    chmodSync(stub, 0o755);
    spawnSync('mkdir', ['-p', join(root, 'etc/systemd/system')]);
    const script = userData.replace(/(?<![\w.])\/(?=(opt|etc)\/)/g, `${root}/`);
    const { status, stderr } = spawnSync('bash', ['-e', '-c', script], {
      env: environment,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
  });
  beforeEach(() => {
    rmSync(commands, { force: true });
  });
  afterAll(() => {
    rmSync(root, { recursive: true });
  });

  const watch = async (noticeAfter: number, patience = 30_000) => {
    const { server, asked, url } = await metadataService(noticeAfter);
    const child = spawn(program, {
      env: { ...environment, METADATA: url, INTERVAL: '0.02' },
      timeout: patience,
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [status] = (await once(child, 'close')) as [number | null];
    server.close();
    const ran = existsSync(commands) ? readFileSync(commands, 'utf8').trim().split('\n') : [];
    return { status, output, asked, ran };
  };

  it('is written and started by the user data', () => {
    expect(statSync(program).mode & 0o777).toBe(0o755);
    const unit = readFileSync(join(root, 'etc/systemd/system/fleet-interruption.service'), 'utf8');
    expect(unit).toContain(`ExecStart=${program}`);
    expect(unit).toContain('Restart=on-failure');
    expect(userData).toMatch(/\nsystemctl enable --now fleet-interruption$/);
    expect(spawnSync('bash', ['-n', program]).status).toBe(0);
  });

  it('asks with a token until there is a notice, then stops the service once', async () => {
    const { status, output, asked, ran } = await watch(3);
    expect(status).toBe(0);
    expect(ran).toEqual(['systemctl stop fleet.service']);
    expect(output).toBe(`EC2 interrupts this instance: ${NOTICE}\n`);
    expect(asked).toEqual(
      Array.from({ length: 8 }, (_, index) =>
        index % 2 === 0 ? 'PUT /latest/api/token' : 'GET /latest/meta-data/spot/instance-action',
      ),
    );
  });

  it('stops nothing while there is no notice, as on an On-Demand Instance', async () => {
    const { status, ran, asked } = await watch(Infinity, 1500);
    expect(status).toBeNull();
    expect(ran).toEqual([]);
    expect(asked.length).toBeGreaterThan(2);
  });
});
