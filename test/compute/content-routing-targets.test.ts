import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startApplications } from '../../lib/compute/content-routing/user-data';
import { handler, type AlbEvent } from '../../lib/compute/content-routing/handler';
import { freePort } from '../support/instance';
import { startService, type ServiceProcess } from '../support/service-process';
import { boot } from '../support/user-data';

// Processes start when a busy machine lets them.
jest.setTimeout(30_000);

describe('the servers of content-routing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'applications-'));
  const { file, status, systemctl } = boot(startApplications('{"App1":{"port":3000}}').join('\n'));
  const server = join(folder, 'server.mjs');
  writeFileSync(server, file('/opt/applications/server.mjs'));

  const services: ServiceProcess[] = [];
  /** Starts the program that the user data wrote, and returns the port of each application. */
  async function start(applications: Readonly<Record<string, object>>): Promise<ReadonlyMap<string, number>> {
    const configuration = join(folder, `${services.length}.json`);
    writeFileSync(configuration, JSON.stringify(applications));
    const service = await startService(server, {}, [configuration]);
    services.push(service);
    while (service.log.length < Object.keys(applications).length) await wait(5);
    return new Map(service.log.map((entry) => [String(entry.application), Number(entry.listening)]));
  }
  let web: ReadonlyMap<string, number>;
  let orders: ReadonlyMap<string, number>;
  const ask = async (port: number | undefined, path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  beforeAll(async () => {
    orders = await start({ Orders: { port: 0 } });
    web = await start({
      App1: { port: 0 },
      App2: { port: 0 },
      Api: { port: 0, upstream: `http://127.0.0.1:${orders.get('Orders')}` },
      Cut: { port: 0, upstream: `http://127.0.0.1:${await freePort()}` },
    });
  });
  afterAll(async () => {
    for (const { child, ended } of services) {
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(folder, { recursive: true });
  });

  it('install Node.js, then start the applications as a service', () => {
    expect([status, systemctl]).toEqual([0, ['enable --now applications']]);
    expect(file('/opt/applications/applications.json')).toBe('{"App1":{"port":3000}}\n');
    expect(file('/etc/systemd/system/applications.service')).toContain(
      'ExecStart=/usr/bin/node-24 /opt/applications/server.mjs /opt/applications/applications.json\n',
    );
    const failed = boot(startApplications('{}').join('\n'), { failing: ['dnf'] });
    expect([failed.status, failed.systemctl]).toEqual([1, []]);
  });

  it.each(['App1', 'App2'])('answer as %s on its own port, with what the client sent', async (name) => {
    const forwarded = {
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    };
    const { status: code, body } = await ask(web.get(name), '/any?x=1', forwarded);
    expect(code).toBe(200);
    expect(body).toMatchObject({ application: name, method: 'GET', url: '/any?x=1', ...forwarded });
  });

  it('answer health checks on every port', async () => {
    expect((await ask(web.get('App2'), '/health')).body).toEqual({ application: 'App2' });
    // Also while the next tier is gone: replacing this server would not help.
    expect((await ask(web.get('Cut'), '/health')).status).toBe(200);
  });

  it('pass requests on to the next tier, with their headers', async () => {
    const { body } = await ask(web.get('Api'), '/api/orders/1?x=1', { 'x-forwarded-for': '203.0.113.7' });
    expect(body).toMatchObject({
      application: 'Orders',
      url: '/api/orders/1?x=1',
      host: `127.0.0.1:${orders.get('Orders')}`,
      'x-forwarded-for': '203.0.113.7',
    });
  });

  it('answer 502 when the next tier does not answer', async () => {
    const { status: code, body } = await ask(web.get('Cut'), '/api/orders/1');
    expect([code, body]).toEqual([502, { error: 'The next tier does not answer.' }]);
  });

  it('end by themselves after SIGTERM', async () => {
    await start({ Last: { port: 0 } });
    const last = services.at(-1);
    last?.child.kill('SIGTERM');
    expect(await last?.ended).toBe(0);
  });
});

describe('the function of content-routing', () => {
  // https://docs.aws.amazon.com/lambda/latest/dg/services-alb.html
  const single: AlbEvent = {
    httpMethod: 'GET',
    path: '/lambda',
    queryStringParameters: { query: '1234ABCD', 'a+name': 'caf%C3%A9' },
    headers: {
      accept: 'text/html,application/xhtml+xml',
      'x-forwarded-for': '72.12.164.125',
      'x-forwarded-port': '80',
      'x-forwarded-proto': 'http',
    },
    body: '',
    isBase64Encoded: false,
  };
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#multi-value-headers
  const multiple: AlbEvent = {
    httpMethod: 'GET',
    path: '/',
    multiValueHeaders: {
      cookie: ['name1=value1', 'name2=value2'],
      'x-forwarded-for': ['203.0.113.7, 10.0.0.9'],
    },
    multiValueQueryStringParameters: { myKey: ['val1', '100%'] },
    body: '',
    isBase64Encoded: false,
  };
  const answerTo = async (event: AlbEvent) => {
    const response = await handler(event);
    return { response, answer: (response.body ? JSON.parse(response.body) : {}) as Record<string, unknown> };
  };

  it('answers multi-value headers with multi-value headers', async () => {
    const { response, answer } = await answerTo(multiple);
    expect(response).toMatchObject({
      statusCode: 200,
      statusDescription: '200 OK',
      multiValueHeaders: { 'content-type': ['application/json; charset=utf-8'] },
      isBase64Encoded: false,
    });
    expect(response.headers).toBeUndefined();
    expect(answer).toEqual({
      application: 'Mobile',
      method: 'GET',
      path: '/',
      query: { myKey: ['val1', '100%'] },
      bytes: 0,
      'x-forwarded-for': ['203.0.113.7, 10.0.0.9'],
    });
  });

  it('answers single headers with single headers, and decodes the query', async () => {
    const { response, answer } = await answerTo(single);
    expect(response.headers).toEqual({ 'content-type': 'application/json; charset=utf-8' });
    expect(response.multiValueHeaders).toBeUndefined();
    expect(answer.query).toEqual({ query: ['1234ABCD'], 'a name': ['café'] });
    expect(answer['x-forwarded-for']).toEqual(['72.12.164.125']);
  });

  it.each([
    ['text', 'é', false, 2],
    ['Base64', Buffer.from([0, 255, 7]).toString('base64'), true, 3],
  ])('counts the bytes of a body in %s', async (_, body, isBase64Encoded, bytes) => {
    const event = { ...multiple, httpMethod: 'POST', body, isBase64Encoded };
    expect((await answerTo(event)).answer.bytes).toBe(bytes);
  });

  it('answers HEAD without a body', async () => {
    const { response } = await answerTo({ ...multiple, httpMethod: 'HEAD' });
    expect([response.statusCode, response.body]).toEqual([200, '']);
  });

  it('answers 405 to other methods', async () => {
    const { response } = await answerTo({ ...multiple, httpMethod: 'PATCH' });
    expect([response.statusCode, response.statusDescription]).toEqual([405, '405 Method Not Allowed']);
  });
});
