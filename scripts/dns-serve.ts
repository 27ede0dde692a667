import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { respond } from './dns/responder';
import { listen } from './dns/server';
import { COMMANDS, Session } from './dns/session';
import { loadDns } from './dns/zones';

const USAGE = `Usage: npm run dns:serve -- [--host 127.0.0.1] [--port 5353] [--app cdk.out] [<command> ...]

Answers as Route 53 would for the hosted zones of a synthesized app, by UDP and TCP, and prints the reasoning:
  dig @127.0.0.1 -p 5353 app.sandbox.example.org
Commands are taken as arguments (npm run dns:serve -- 'down Primary' 'from FR') and from the standard input:
${COMMANDS}
Without --app and cdk.out, the app in this folder is synthesized first.`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '5353' },
      app: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port ${values.port}: expected a number from 0 to 65535`);
  const dns = loadDns({ app: values.app });
  const names = dns.zones.map(({ id, name, vpcs }) => `${name ?? id}${vpcs ? ' (private)' : ''}`);
  if (names.length === 0) throw new Error('the app has no hosted zones');
  const session = new Session(dns);
  for (const command of positionals) console.log(session.command(command));

  const server = await listen(
    (message, transport, client) => {
      const response = respond(message, transport, session);
      for (const line of response?.log ?? []) console.log(line);
      if (response)
        console.log(`  -> ${response.message.length} bytes to ${client} by ${transport.toUpperCase()}\n`);
      return response?.message;
    },
    values.host,
    port,
  );
  console.log(
    `Serving ${names.join(', ')}. Ask: dig @${values.host} -p ${server.port} <name>; help lists commands.`,
  );
  const input = createInterface({ input: process.stdin });
  input.on('line', (line) => {
    if (line.trim() === 'quit') {
      input.close();
      process.stdin.destroy(); // a pipe that stays open would keep the process
      void server.close();
      return;
    }
    try {
      console.log(session.command(line));
    } catch (error) {
      console.log(error instanceof Error ? error.message : String(error));
    }
  });
}

main().catch((error: unknown) => {
  console.error(`dns:serve: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
});
