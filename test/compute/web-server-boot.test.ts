import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Templates } from '../../lib/assertions/templates';
import { AutoScalingWeb } from '../../lib/compute/auto-scaling-web/auto-scaling-web';
import { freePort, Instance, type Boot, type InstanceOptions } from '../support/instance';
import { newApp } from '../support/sandbox';

// A boot starts a dozen processes, which takes its time on a busy machine.
jest.setTimeout(60_000);

const application = join(__dirname, '../../lib/compute/auto-scaling-web/app/server.mjs');
const app = newApp();
const stack = new Stack(app, 'Site');
new AutoScalingWeb(stack, 'Web', { vpc: new ec2.Vpc(stack, 'Vpc') });
const templates = Templates.fromApp(app);
const [launchTemplate] = templates.ofType('AWS::EC2::LaunchTemplate');
const { UserData: userData } = launchTemplate?.properties.LaunchTemplateData as { UserData: string };
const [group] = templates.ofType('AWS::AutoScaling::AutoScalingGroup');

describe('the web servers of auto-scaling-web', () => {
  let port: number;
  let instance: Instance;
  const boot = async (options: Partial<InstanceOptions> = {}) => {
    port = await freePort();
    instance = new Instance({ application, ...options });
    return instance.boot(userData.replace(/\b8080\b/g, String(port)));
  };
  const request = (path: string) =>
    new Promise<{ response: IncomingMessage; body: string }>((resolve, reject) => {
      get({ port, path }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (part: string) => (body += part));
        response.on('end', () => {
          resolve({ response, body });
        });
      }).on('error', reject);
    });

  it('have user data that is valid Bash of at most 16 KB', () => {
    expect(spawnSync('bash', ['-n'], { input: userData, encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(Buffer.byteLength(userData)).toBeLessThan(16 * 1024);
  });

  describe('when all goes well', () => {
    let result: Boot;
    beforeAll(async () => {
      result = await boot();
    });
    afterAll(() => {
      instance.terminate();
    });

    it('install Node.js and the CloudWatch agent from the repositories of Amazon Linux', () => {
      expect(result.status).toBe(0);
      expect(result.commands[0]).toBe('dnf install --assumeyes nodejs24 amazon-cloudwatch-agent');
    });

    it('serve the application and answer /health', async () => {
      const { response, body } = await request('/health');
      expect([response.statusCode, body]).toEqual([200, 'ok\n']);
      expect((await request('/')).body).toMatch(/^Hello from ./);
    });

    it('signal success to CloudFormation once, after the application has answered', () => {
      const order = result.commands.map((command) => command.split(' ')[0]);
      expect(order.indexOf('systemctl')).toBeGreaterThan(-1);
      expect(order.indexOf('systemctl')).toBeLessThan(order.indexOf('curl'));
      expect(order.slice(order.lastIndexOf('curl'))).toEqual(['curl', 'cfn-signal']);
      expect(result.commands.filter((command) => command.startsWith('cfn-signal'))).toEqual([
        `cfn-signal --stack Site --resource ${group?.logicalId} --region ⟨AWS::Region⟩ -e 0`,
      ]);
    });

    it('publish memory and disk, and send the boot and application logs', () => {
      const configuration = JSON.parse(instance.read('opt/aws/amazon-cloudwatch-agent/etc/web.json')) as {
        metrics: { namespace: string; metrics_collected: object };
        logs: {
          logs_collected: { files: { collect_list: { file_path: string; log_group_name: string }[] } };
        };
      };
      expect(configuration.metrics.namespace).toBe('CWAgent');
      expect(Object.keys(configuration.metrics.metrics_collected)).toEqual(['mem', 'disk']);
      const files = configuration.logs.logs_collected.files.collect_list;
      expect(files.map(({ file_path }) => file_path.replace(instance.root, ''))).toEqual([
        '/var/log/cloud-init-output.log',
        '/var/log/web.log',
      ]);
      for (const { log_group_name } of files) {
        expect(templates.reference(log_group_name)?.resource.type).toBe('AWS::Logs::LogGroup');
      }
    });

    it('keep connections open longer than the load balancer, and stop on SIGTERM', async () => {
      const { response } = await request('/');
      const [, timeout] = /timeout=(\d+)/.exec(String(response.headers['keep-alive'])) ?? [];
      expect(Number(timeout)).toBeGreaterThan(60);
      const { pid } = instance;
      if (pid === undefined) throw new Error('the service does not run');
      process.kill(pid, 'SIGTERM');
      for (let tries = 0; instance.pid !== undefined && tries < 200; tries++) await wait(100);
      expect(instance.pid).toBeUndefined();
    });
  });

  describe('when something fails', () => {
    afterEach(() => {
      instance.terminate();
    });

    it.each([
      ['packages cannot be installed', { broken: ['dnf'] }, 1],
      ['the application cannot be downloaded', { broken: ['aws'] }, 1],
      ['the application ends at once', { application: '/dev/null', patience: 1500 }, 124],
    ])('signal failure when %s', async (_, options, exitCode) => {
      const { status, commands } = await boot(options);
      expect(status).toBe(exitCode);
      expect(commands.at(-1)).toMatch(new RegExp(`^cfn-signal .* -e ${exitCode}$`));
    });

    it('signal failure when the application answers with errors', async () => {
      const faulty = join(mkdtempSync(join(tmpdir(), 'application-')), 'server.mjs');
      writeFileSync(
        faulty,
        `import { createServer } from 'node:http';
         createServer((_, response) => response.writeHead(500).end()).listen(Number(process.env.PORT));`,
      );
      const { commands } = await boot({ application: faulty, patience: 5000 });
      rmSync(dirname(faulty), { recursive: true });
      expect(commands.at(-1)).toMatch(/ -e 124$/);
      expect((await request('/health')).response.statusCode).toBe(500);
    });

    it('serve requests if the CloudWatch agent does not start', async () => {
      expect(await boot({ broken: ['amazon-cloudwatch-agent-ctl'] })).toMatchObject({ status: 0 });
      expect((await request('/health')).body).toBe('ok\n');
    });
  });
});
