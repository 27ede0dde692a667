import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as ts from 'typescript';
import { Requests } from '../../lib/assertions/requests';
import { Templates } from '../../lib/assertions/templates';
import { sandbox } from '../support/sandbox';
import { startService, type ServiceProcess } from '../support/service-process';

const app = join(__dirname, '../../lib/containers/path-routed-services/app');
const server = join(app, 'server.ts');
const dockerfile = readFileSync(join(app, 'Dockerfile'), 'utf8');

interface Answer {
  readonly status: number;
  readonly keepAlive: unknown;
  readonly body: string;
}

/** A request whose body takes its time: one half, a pause, the other half. */
function send(
  port: number,
  path: string,
  agent: Agent,
  body: readonly string[] = [],
  pause = 0,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const method = body.length > 0 ? 'POST' : 'GET';
    const outgoing = request({ host: '127.0.0.1', port, path, agent, method, timeout: 5000 }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (part: string) => (text += part));
      incoming.on('error', reject).on('end', () => {
        const { statusCode = 0, headers } = incoming;
        resolve({ status: statusCode, keepAlive: headers['keep-alive'], body: text });
      });
    });
    outgoing.on('error', reject).on('timeout', () => outgoing.destroy(new Error('no answer in 5 s')));
    void (async () => {
      for (const part of body) {
        outgoing.write(part);
        await wait(pause);
      }
      outgoing.end();
    })();
  });
}

// Processes take their time to start on a machine that is busy with other tests.
jest.setTimeout(30_000);

describe('the container of path-routed-services', () => {
  const templates = Templates.fromApp(sandbox({}, 'multi-az-vpc', 'path-routed-services'));
  const running: ServiceProcess[] = [];
  const start = async (environment: Readonly<Record<string, string>>) => {
    const service = await startService(server, environment);
    running.push(service);
    return service;
  };
  afterEach(() => {
    for (const { child } of running.splice(0)) child.kill('SIGKILL');
  });

  it('uses only syntax that Node.js can strip', () => {
    const program = ts.createProgram([server], {
      erasableSyntaxOnly: true,
      target: ts.ScriptTarget.ESNext,
      noLib: true,
      noResolve: true,
      types: [],
    });
    const notErasable = 1294;
    const faults = program.getSemanticDiagnostics(program.getSourceFile(server));
    // Not the diagnostics themselves: each holds the whole program, which Jest would print.
    const positions = faults.filter(({ code }) => code === notErasable).map(({ start }) => start);
    expect(positions).toEqual([]);
    expect(dockerfile).toMatch(/^FROM gcr\.io\/distroless\/nodejs24-/m);
  });

  it('runs as nonroot, and its image build runs no command', () => {
    expect(dockerfile).toMatch(/^FROM \S+:nonroot$/m);
    expect(dockerfile).not.toMatch(/^(RUN|USER)/m);
  });

  it('answers each path from the service that the listener rules choose', async () => {
    const stack = 'PathRoutedServices';
    const requests = Requests.of(templates);
    const services = new Map<string, ServiceProcess>();
    await Promise.all(
      ['Users', 'Search', 'Site'].map(async (name) => {
        const { properties } = templates.at(`${stack}/Services/${name}/Task/Definition`);
        const [container] = properties.ContainerDefinitions as {
          Environment: { Name: string; Value: string }[];
          Secrets: { Name: string }[];
        }[];
        const plain = container?.Environment.map(({ Name, Value }) => [Name, Value]) ?? [];
        const injected = container?.Secrets.map(({ Name }) => [Name, `${Name} of ${name}`]) ?? [];
        const environment = Object.fromEntries([...plain, ...injected]) as Record<string, string>;
        services.set(`${stack}/Services/${name}/TargetGroup`, await start(environment));
      }),
    );
    const agent = new Agent({ keepAlive: false });
    const get = async (path: string) => {
      const { targetGroups } = requests.route({ to: stack, url: `http://any.example.org${path}` });
      const port = services.get(targetGroups.map((group) => group.path).join())?.port ?? 0;
      const { status, body } = await send(port, path, agent);
      return { status, ...(JSON.parse(body) as Record<string, string>) };
    };
    expect(await get('/users/1')).toMatchObject({ status: 200, service: 'users', path: '/users/1' });
    expect(await get('/search?q=x')).toMatchObject({ service: 'search', message: 'MESSAGE of Search' });
    expect(await get('/anything')).toMatchObject({ service: 'site' });
    // The key makes the signature: the same path, another service.
    const signatures = await Promise.all(
      [...services.values()].map(({ port }) => send(port, '/same', agent)),
    );
    expect(new Set(signatures.map(({ body }) => (JSON.parse(body) as Answered).signature)).size).toBe(3);
  });

  it('does not start without its key', async () => {
    await expect(start({ SERVICE_NAME: 'users' })).rejects.toThrow(/SIGNING_KEY: got none/);
  });

  it('refuses a body that is too large, and keeps running', async () => {
    const { port } = await start({ SIGNING_KEY: 'key' });
    const agent = new Agent({ keepAlive: false });
    await send(port, '/', agent, ['x'.repeat(65_537)]).then(
      ({ status }) => {
        expect(status).toBe(413);
      },
      // It may close the connection before all of the body is sent.
      (error: unknown) => {
        expect(String(error)).toMatch(/ECONNRESET|EPIPE/);
      },
    );
    expect((await send(port, '/', agent, ['x'.repeat(65_536)])).status).toBe(200);
  });

  it('is healthy while it runs and unhealthy while it stops', async () => {
    const service = await start({ SIGNING_KEY: 'key', DRAIN_SECONDS: '1' });
    const command = JSON.parse(/^HEALTHCHECK.* CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]') as string[];
    expect(command[0]).toBe('/nodejs/bin/node');
    const check = () =>
      spawnSync(process.execPath, command.slice(1), { env: { PORT: String(service.port) } }).status;
    expect(check()).toBe(0);
    service.child.kill('SIGTERM');
    expect(check()).toBe(1);
    await service.ended;
    expect(check()).toBe(1);
  });

  it('keeps idle connections open longer than the load balancer', async () => {
    const { port } = await start({ SIGNING_KEY: 'key' });
    const { keepAlive } = await send(port, '/', new Agent({ keepAlive: true }));
    expect(Number(/timeout=(\d+)/.exec(String(keepAlive))?.[1])).toBeGreaterThan(60);
  });

  it('loses no request when it gets SIGTERM under load', async () => {
    // As in the stack, but faster: two failed checks fit into the drain time.
    const interval = 300;
    const [leaving, staying] = await Promise.all(
      ['leaving', 'staying'].map((name) =>
        start({ SERVICE_NAME: name, SIGNING_KEY: 'key', DRAIN_SECONDS: '2' }),
      ),
    );
    if (!leaving || !staying) throw new Error('they did not start');
    const targets = [leaving, staying].map(({ port }) => ({ port, failures: 0 }));
    const healthy = () => targets.filter(({ failures }) => failures < 2);
    let loading = true;
    const checks = targets.map(async (target) => {
      const agent = new Agent({ keepAlive: false });
      while (loading) {
        const status = await send(target.port, '/health', agent).then(
          (answer) => answer.status,
          () => 0,
        );
        target.failures = status === 200 ? 0 : target.failures + 1;
        await wait(interval);
      }
    });

    const results: { readonly port: number; readonly at: number; readonly outcome: string }[] = [];
    let stoppedAt = Infinity;
    const agent = new Agent({ keepAlive: true });
    const client = async (number: number) => {
      for (let turn = 0; loading && turn < 2000; turn++) {
        const candidates = healthy();
        const target = candidates[(number + turn) % candidates.length];
        if (!target) throw new Error('no target is healthy');
        const at = performance.now();
        // Each third client sends slowly, so that there is always a request in flight.
        const slow = number % 3 === 0;
        const outcome = await send(target.port, '/work', agent, slow ? ['a', 'b'] : [], slow ? 100 : 0).then(
          ({ status, body }) =>
            status === 200 && body.includes('signature') ? 'answered' : `status ${status}`,
          (error: unknown) => `lost: ${String(error)}`,
        );
        results.push({ port: target.port, at, outcome });
        await wait(5);
      }
    };
    const clients = Array.from({ length: 9 }, (_, number) => client(number));

    await wait(400);
    // One that takes longer than the drain time: it is answered all the same.
    const long = send(leaving.port, '/long', agent, ['first', 'second'], 1300);
    await wait(50);
    stoppedAt = performance.now();
    leaving.child.kill('SIGTERM');
    const [exitCode, lastAnswer] = await Promise.all([leaving.ended, long]);
    const tookSeconds = (performance.now() - stoppedAt) / 1000;
    await wait(200);
    loading = false;
    await Promise.all([...clients, ...checks]);
    agent.destroy();

    expect(results.filter(({ outcome }) => outcome !== 'answered')).toEqual([]);
    expect(lastAnswer.status).toBe(200);
    expect(exitCode).toBe(0);
    expect(leaving.log.at(-1)).toMatchObject({ stopped: true });
    expect(tookSeconds).toBeGreaterThan(2);
    // It was told to stop, and the load balancer did not know it yet.
    const late = results.filter(({ port, at }) => port === leaving.port && at > stoppedAt);
    expect(late.length).toBeGreaterThan(20);
    expect(results.filter(({ port }) => port === staying.port).length).toBeGreaterThan(100);
  });
});

interface Answered {
  readonly signature: string;
}
