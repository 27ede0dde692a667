import { parseArgs } from 'node:util';
import { Network, type Question } from '../lib/assertions/network';
import { EXIT_CODES, run } from './load/exit-codes';
import { LOAD_OPTIONS, LOAD_USAGE, loadTemplates } from './load/load-templates';

const USAGE = `Usage: npm run reach -- --source <place> --destination <place> [options]
       npm run reach -- --list | --matrix [options]

Says whether the source can open a connection to the destination, with the path or what blocks it.
A place is "internet", an address or CIDR block, a construct path, Stack/LogicalId, or service:<name>.

  --port <number>        default: all ports
  --protocol <name>      tcp, udp, icmp, all or a number; default: tcp
  --without-az <name>    as if this Availability Zone were lost; may be repeated
  --every                every interface of the source must reach every one of the destination
  --list                 the places that have network interfaces, and the Availability Zones
  --matrix               every pair of them, on the ports that the destinations allow
  --json                 the answer as JSON
${LOAD_USAGE}

Exit code: 0 reachable, 1 not reachable, 2 unknown, 3 bad input.`;

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
  if (list || matrix) {
    if (source !== undefined || destination !== undefined || (list && matrix)) {
      throw new Error('--list and --matrix stand alone, without --source and --destination');
    }
    console.log(list ? placesOf(network, json) : matrixOf(network, json));
    return EXIT_CODES.holds;
  }
  if (source === undefined || destination === undefined) {
    throw new Error('expected --source and --destination, --list or --matrix; --help says what they can be');
  }
  const flow = network.canReach({
    source,
    destination: place(destination),
    port: values.port === undefined ? undefined : wholeNumber('--port', values.port),
    protocol: protocol(values.protocol),
    every: values.every,
  });
  const { answer, path, explanation } = flow;
  console.log(
    json ? JSON.stringify({ source, destination, answer, path, explanation }, undefined, 2) : String(flow),
  );
  return CODES[answer];
}

/** One port is enough to see which places there are. */
function placesOf(network: Network, json: boolean): string {
  const { cells } = network.matrix({ ports: [443] });
  const places = [...new Set(cells.map(({ destination }) => destination))].sort();
  const zones = network.availabilityZones;
  if (json) return JSON.stringify({ places, availabilityZones: zones }, undefined, 2);
  return [...places, `Availability Zones: ${zones.join(', ')}`].join('\n');
}

function matrixOf(network: Network, json: boolean): string {
  const matrix = network.matrix();
  return json ? JSON.stringify(matrix.cells, undefined, 2) : String(matrix);
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

run('reach', main);
