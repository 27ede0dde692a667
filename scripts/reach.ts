import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { Network, type Question } from '../lib/assertions/network';
import { Templates } from '../lib/assertions/templates';

const USAGE = `Usage: npm run reach -- --source <place> --destination <place> [options]

Says whether the source can open a connection to the destination, with the path or what blocks it.
A place is "internet", an address or CIDR block, a construct path, Stack/LogicalId, or service:<name>.

  --port <number>       default: all ports
  --protocol <name>     tcp, udp, icmp, all or a number; default: tcp
  --app <folder>        a synthesized cloud assembly; default: cdk.out
  --template <file>     a CloudFormation template in JSON, instead of --app; may be repeated
  --without-az <name>   as if this Availability Zone were lost; may be repeated
  --every               every interface of the source must reach every one of the destination

Exit code: 0 reachable, 1 not reachable, 2 unknown or bad input.`;

const EXIT_CODES = { reachable: 0, 'not reachable': 1, unknown: 2 } as const;

function main(): number {
  const { values } = parseArgs({
    options: {
      source: { type: 'string' },
      destination: { type: 'string' },
      port: { type: 'string' },
      protocol: { type: 'string' },
      app: { type: 'string', default: 'cdk.out' },
      template: { type: 'string', multiple: true },
      'without-az': { type: 'string', multiple: true, default: [] },
      every: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const { source, destination } = values;
  if (source === undefined || destination === undefined) {
    throw new Error('expected --source and --destination; --help says what they can be');
  }
  const templates = values.template ? fromFiles(values.template) : Templates.fromDirectory(values.app);
  const network = values['without-az'].reduce((left, zone) => left.withoutAz(zone), Network.of(templates));
  const flow = network.canReach({
    source,
    destination: place(destination),
    port: values.port === undefined ? undefined : wholeNumber('--port', values.port),
    protocol: protocol(values.protocol),
    every: values.every,
  });
  console.log(String(flow));
  return EXIT_CODES[flow.answer];
}

const place = (text: string): Question['destination'] =>
  text.startsWith('service:') ? { service: text.slice('service:'.length) } : text;

function protocol(text = 'tcp'): Question['protocol'] {
  if (text === 'tcp' || text === 'udp' || text === 'icmp' || text === 'all') return text;
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`--protocol ${text}: expected tcp, udp, icmp, all or a number`);
}

function wholeNumber(option: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`${option} ${text}: expected a whole number`);
}

function fromFiles(files: readonly string[]): Templates {
  return Templates.fromTemplates(
    Object.fromEntries(
      files.map((file) => [basename(file).replace(/(\.template)?\.json$/, ''), readJson(file)]),
    ),
  );
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`--template ${file}: expected a CloudFormation template in JSON: ${reason}`, {
      cause: error,
    });
  }
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(`reach: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
