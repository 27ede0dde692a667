import { parseArgs } from 'node:util';
import { Network, rowText, type Matrix, type OpenTraffic, type Question } from '../lib/assertions/network';
import { EXIT_CODES, run } from './load/exit-codes';
import { LOAD_OPTIONS, LOAD_USAGE, loadTemplates } from './load/load-templates';

const USAGE = `Usage: npm run reach -- --source <place> --destination <place> [options]
       npm run reach -- --list | --matrix [options]

Says whether the source can open a connection to the destination, with the path or what blocks it. Without --port it
says what is open: "tcp 22, 443; udp none". A place is "internet", an address or CIDR block, a construct path,
Stack/LogicalId, or service:<name>.

  --port <number>        default: every port
  --protocol <name>      tcp, udp, icmp, all or a number; default: tcp with --port, otherwise all
  --without-az <name>    as if this Availability Zone were lost; may be repeated
  --every                every interface of the source must reach every one of the destination
  --list                 the places that have network interfaces, and the Availability Zones
  --matrix               what is open between every pair of them
  --json                 the answer as JSON
${LOAD_USAGE}

Exit code: 0 reachable, 1 not reachable, 2 unknown, 3 bad input. Without --port, 0 says that some port is open.`;

const CODES = {
  reachable: EXIT_CODES.holds,
  'not reachable': EXIT_CODES.fails,
  unknown: EXIT_CODES.unknown,
} as const;

function main(): number {
  const { values } = parseArgs({
    args: process.argv.slice(2),
    options: {
      ...LOAD_OPTIONS,
      source: { type: 'string' },
      destination: { type: 'string' },
      port: { type: 'string' },
      protocol: { type: 'string' },
      'without-az': { type: 'string', multiple: true, default: [] },
      every: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      matrix: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return EXIT_CODES.holds;
  }
  const { source, destination, list, matrix, json } = values;
  const network = values['without-az'].reduce(
    (left, zone) => left.withoutAz(zone),
    Network.of(loadTemplates(values)),
  );
  const traffic = {
    port: values.port === undefined ? undefined : wholeNumber('--port', values.port),
    protocol: protocol(values.protocol),
  };
  if (list || matrix) {
    if (source !== undefined || destination !== undefined || (list && matrix)) {
      throw new Error('--list and --matrix stand alone, without --source and --destination');
    }
    if (list) printPlaces(network, json);
    else printMatrix(network.matrix(traffic), json);
    return EXIT_CODES.holds;
  }
  if (source === undefined || destination === undefined) {
    throw new Error('expected --source and --destination, --list or --matrix; --help says what they can be');
  }
  const question = { source, destination: place(destination), ...traffic, every: values.every };
  return traffic.port === undefined
    ? printOpenTraffic(network.whatIsOpen(question), json)
    : printFlow(network, question, json);
}

/** One port: with the path, and which interfaces cannot open or accept the connection where others can. */
function printFlow(network: Network, question: Question, json: boolean): number {
  const flow = network.canReach(question);
  const { answer, path, explanation } = flow;
  const { sources, destinations, counts, shares } = network.whatIsOpen(question);
  const { source, destination } = question;
  const [first = '', ...lines] = String(flow).split('\n');
  print(
    json
      ? { source, destination, answer, path, explanation, sources, destinations }
      : [`${first}${counts}`, ...lines, ...shares].join('\n'),
  );
  return CODES[answer];
}

function printOpenTraffic(found: OpenTraffic, json: boolean): number {
  const { question, answer, open, traffic, explanation, sources, destinations } = found;
  const { source, destination } = question;
  const fields = { source, destination, answer, open, traffic, explanation, sources, destinations };
  print(json ? fields : String(found));
  return CODES[found.answer];
}

function printPlaces(network: Network, json: boolean): void {
  const places = network.matrix().groups.flat().sort();
  const zones = network.availabilityZones;
  print(
    json
      ? { places, availabilityZones: zones }
      : [...places, `Availability Zones: ${zones.join(', ')}`].join('\n'),
  );
}

/** Row by row, since the matrix of a large network is long. */
function printMatrix({ rows }: Matrix, json: boolean): void {
  if (!json) {
    for (const row of rows) print(rowText(row));
    return;
  }
  let separator = '[';
  for (const row of rows) {
    process.stdout.write(`${separator}\n${JSON.stringify(row)}`);
    separator = ',';
  }
  process.stdout.write(separator === '[' ? '[]\n' : '\n]\n');
}

function print(found: string | object): void {
  console.log(typeof found === 'string' ? found : JSON.stringify(found, undefined, 2));
}

const place = (text: string): Question['destination'] =>
  text.startsWith('service:') ? { service: text.slice('service:'.length) } : text;

function protocol(text: string | undefined): Question['protocol'] {
  if (text === undefined || text === 'tcp' || text === 'udp' || text === 'icmp' || text === 'all')
    return text;
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`--protocol ${text}: expected tcp, udp, icmp, all or a number`);
}

function wholeNumber(option: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`${option} ${text}: expected a whole number`);
}

run('reach', main);
