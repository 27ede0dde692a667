import { parseArgs } from 'node:util';
import { placeOf } from './dns/client';
import { loadDns } from './dns/zones';

const USAGE = `Usage: npm run dns -- <name> [--type A] [--from FR | US-CA] [--address 203.0.113.7] [--region eu-west-3]
         [--vpc <construct path>] [--down <construct path> ...] [--app cdk.out]

Prints every answer that Route 53 can give for a name in the synthesized app, and why. Without --app and
cdk.out, the app in this folder is synthesized first.
Latency between Regions is estimated by distance.`;

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      type: { type: 'string', default: 'A' },
      from: { type: 'string' },
      address: { type: 'string' },
      region: { type: 'string' },
      vpc: { type: 'string' },
      down: { type: 'string', multiple: true, default: [] },
      app: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const [name, ...rest] = positionals;
  if (name === undefined || rest.length > 0) throw new Error(`expected one name, got ${positionals.length}`);
  const dns = loadDns(values.app);
  const answers = dns.answers({
    name,
    type: values.type.toUpperCase(),
    from: { ...placeOf(values.from), address: values.address, region: values.region },
    vpc: values.vpc,
    down: values.down,
  });
  console.log(answers.join('\n\n'));
}

try {
  main();
} catch (error) {
  console.error(`dns: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
