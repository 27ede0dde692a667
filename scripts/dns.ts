import { parseArgs } from 'node:util';
import { Dns, latencyByDistance } from '../lib/assertions/dns';
import { Templates } from '../lib/assertions/templates';

const USAGE = `Usage: npm run dns -- <name> [--type A] [--from FR | US-CA] [--address 203.0.113.7] [--region eu-west-3]
         [--vpc <construct path>] [--down <construct path> ...] [--app cdk.out]

Prints every answer that Route 53 can give for a name in the synthesized app, and why.
Latency between Regions is estimated by distance.`;

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      type: { type: 'string', default: 'A' },
      from: { type: 'string' },
      address: { type: 'string' },
      region: { type: 'string' },
      vpc: { type: 'string' },
      down: { type: 'string', multiple: true, default: [] },
      app: { type: 'string', default: 'cdk.out' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
  } else {
    const [name, ...rest] = positionals;
    if (name === undefined || rest.length > 0)
      throw new Error(`expected one name, got ${positionals.length}`);
    const dns = Dns.of(Templates.fromDirectory(values.app), { latency: latencyByDistance() });
    const [country, state] = values.from?.toUpperCase().split('-') ?? [];
    const answers = dns.answers({
      name,
      type: values.type.toUpperCase(),
      from: {
        country,
        subdivision: state === undefined ? undefined : `${country}-${state}`,
        address: values.address,
        region: values.region,
      },
      vpc: values.vpc,
      down: values.down,
    });
    console.log(answers.join('\n\n'));
  }
} catch (error) {
  console.error(`dns: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
