/**
 * The handlers of rest-api, called directly and through the local server that runs the synthesized API, on a local DynamoDB.
 * The difference is what token, throttling, validation, routing and HTTP cost here.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { App, Stack } from 'aws-cdk-lib';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { Templates } from '../lib/assertions/templates';
import { Products } from '../lib/serverless/rest-api/products';
import { CognitoRestApi } from '../lib/serverless/rest-api/rest-api';
import { startLocalProducts } from '../test/support/local-products';

const ROUNDS = 5;
const REQUESTS = 2000;
const AT_ONCE = 8;

interface Run {
  readonly perSecond: number;
  readonly milliseconds: readonly number[];
}

/** Makes all requests, some at once. */
async function measure(once: () => Promise<void>): Promise<Run> {
  const milliseconds: number[] = [];
  let left = REQUESTS;
  const started = performance.now();
  const client = async () => {
    while (left-- > 0) {
      const before = performance.now();
      await once();
      milliseconds.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  return { perSecond: REQUESTS / ((performance.now() - started) / 1000), milliseconds };
}

const quantile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? Number.NaN;

/** Without a cache, and with the largest rate. */
function templates(): Templates {
  process.env.CDK_VALIDATION = 'false';
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] }, analyticsReporting: false });
  const stack = new Stack(app, 'Bench');
  const userPool = new UserPool(stack, 'UserPool');
  const api = new CognitoRestApi(stack, 'Api', { userPool, requestsPerSecond: 10_000 });
  new Products(stack, 'Products', { api, editors: 'editors' });
  return Templates.fromApp(app);
}

/** The seconds from the start of a process to the first answer of a bundled handler, and the size of the bundle. */
function coldStart(environment: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const outfile = join(folder, 'index.js');
    const entryPoints = [join(__dirname, '../lib/serverless/rest-api/handler/index.ts')];
    buildSync({ entryPoints, outfile, bundle: true, platform: 'node', external: ['@aws-sdk/*'] });
    const event = { pathParameters: { id: 'tea' }, requestContext: {} };
    const program = `require(${JSON.stringify(outfile)}).read(${JSON.stringify(event)}).then(({ statusCode }) => {
      if (statusCode !== 200) process.exit(1);
    })`;
    const seconds = Array.from({ length: ROUNDS }, () => {
      const started = performance.now();
      const { status, stderr } = spawnSync(process.execPath, ['-e', program], {
        encoding: 'utf8',
        env: { ...environment, NODE_PATH: join(__dirname, '../node_modules') },
      });
      if (status !== 0) throw new Error(stderr);
      return (performance.now() - started) / 1000;
    });
    return { seconds: quantile(seconds, 0.5), bytes: statSync(outfile).size };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function main(): Promise<void> {
  const all = templates();
  const local = await startLocalProducts(all, 'Bench/Products/Table');
  const server = await local.apiOf(all, 'Bench/Api/Api', { userPool: 'Bench/UserPool' }).listen();
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  try {
    await local.put('tea', 'Tea', 350);
    const token = await local.sign({ groups: ['editors'] });
    const body = JSON.stringify({ name: 'Tea', price: 350 });

    const claims = { 'cognito:groups': 'editors' };
    const event = { pathParameters: { id: 'tea' }, body, requestContext: { authorizer: { claims } } };
    const direct = (name: string) => async () => {
      const { statusCode } = await local.functionsOf(all)(`Bench/Products/${name}/Function`, event);
      if (statusCode !== 200) throw new Error(`${name}: ${statusCode}`);
    };
    const served = (method: string) => () =>
      new Promise<void>((resolve, reject) => {
        const headers = { authorization: token, 'content-type': 'application/json' };
        const call = request(`${server.url}/products/tea`, { method, headers, agent }, (response) => {
          response.resume().on('end', () => {
            if (response.statusCode === 200) resolve();
            else reject(new Error(`${method}: ${response.statusCode}`));
          });
        }).on('error', reject);
        call.end(method === 'PUT' ? body : undefined);
      });
    const ways = {
      'GET, handler called directly': direct('Read'),
      'GET, through the API': served('GET'),
      'PUT, handler called directly': direct('Replace'),
      'PUT, through the API': served('PUT'),
    };

    const runs = new Map<string, Run[]>(Object.keys(ways).map((name) => [name, []]));
    // The first round warms up.
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [name, once] of Object.entries(ways)) {
        const run = await measure(once);
        if (round > 0) runs.get(name)?.push(run);
      }
    }
    console.log(
      `Median of ${ROUNDS} runs of ${REQUESTS} requests, ${AT_ONCE} at once, Node ${process.version}.\n`,
    );
    console.log('| request | requests a second | median, ms | 99 % below, ms |');
    console.log('| --- | ---: | ---: | ---: |');
    for (const [name, some] of runs) {
      const rate = quantile(
        some.map(({ perSecond }) => perSecond),
        0.5,
      );
      const times = some.flatMap(({ milliseconds }) => milliseconds);
      console.log(
        `| ${name} | ${rate.toFixed(0)} | ${quantile(times, 0.5).toFixed(1)} | ${quantile(times, 0.99).toFixed(1)} |`,
      );
    }
    const { seconds, bytes } = coldStart({
      ...local.aws.environment,
      TABLE_NAME: local.tableName,
      EDITORS: 'editors',
    });
    console.log(`\nProcess start to first answer, bundled: ${seconds.toFixed(2)} s.`);
    console.log(`Bundle: ${(bytes / 1000).toFixed(1)} kB.`);
  } finally {
    agent.destroy();
    await server.close();
    await local.stop();
  }
}

void main();
