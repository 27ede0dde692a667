import { parseArgs } from 'node:util';
import { Requests } from '../lib/assertions/requests';
import { EXIT_CODES, run } from './load/exit-codes';
import { LOAD_OPTIONS, LOAD_USAGE, loadTemplates } from './load/load-templates';

const USAGE = `Usage: npm run request -- <url> [--from <place>] [--to <load balancer>] [options]
       npm run request -- --list [options]

Says what a load balancer does with a request: listener, rule, certificate, target groups, targets. With --from also
whether the request gets its answer: through the network to the load balancer, and from there to the targets.

  <url>                  https://shop.example.org/cart?step=2; for a Network Load Balancer also tcp://host:5000,
                         tls://host:443 or udp://host:7777
  --from <place>         "internet", an address or CIDR block, a construct path, or Stack/LogicalId
  --to <path>            the load balancer; default: the only one
  --method <method>      default: GET
  --header <name>:<value>     a header of the request; may be repeated
  --source <address>     address of the client as the load balancer sees it; default: that of --from
  --server-name <name>   server name of the TLS handshake (SNI), "" for none; default: the host of the URL
  --client-certificate   the client presents a certificate (mutual TLS)
  --every                every node of the load balancer and every target, not one of each
  --without-az <name>    as if this Availability Zone were lost; may be repeated
  --list                 the load balancers and the Availability Zones
  --json                 the answer as JSON
${LOAD_USAGE}

Exit code: 0 answered (without --from: it has a route), 1 not answered (refused), 2 unknown, 3 bad input.`;

const CODES = {
  answered: EXIT_CODES.holds,
  'not answered': EXIT_CODES.fails,
  unknown: EXIT_CODES.unknown,
} as const;

function main(): number {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2),
    allowPositionals: true,
    options: {
      ...LOAD_OPTIONS,
      from: { type: 'string' },
      to: { type: 'string' },
      method: { type: 'string' },
      header: { type: 'string', multiple: true, default: [] },
      source: { type: 'string' },
      'server-name': { type: 'string' },
      'client-certificate': { type: 'boolean', default: false },
      every: { type: 'boolean', default: false },
      'without-az': { type: 'string', multiple: true, default: [] },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return EXIT_CODES.holds;
  }
  const { from, json } = values;
  const [url, ...rest] = positionals;
  if (values.list) {
    if (url !== undefined) throw new Error(`--list takes no URL, got ${url}`);
    return list(Requests.of(loadTemplates(values)), json);
  }
  if (url === undefined || rest.length > 0) throw new Error(`expected one URL, got ${positionals.length}`);
  if (from === undefined && (values['without-az'].length > 0 || values.every)) {
    throw new Error('--without-az and --every go with --from');
  }
  const requests = values['without-az'].reduce(
    (left, zone) => left.withoutAz(zone),
    Requests.of(loadTemplates(values)),
  );
  const question = {
    url,
    to: values.to ?? onlyOne(requests),
    method: values.method,
    headers: headersOf(values.header),
    sourceAddress: values.source,
    serverName: values['server-name'],
    clientCertificate: values['client-certificate'],
  };
  if (from === undefined) {
    const route = requests.route(question);
    console.log(json ? JSON.stringify(route, undefined, 2) : String(route));
    return (
      { refused: EXIT_CODES.fails, unknown: EXIT_CODES.unknown }[route.outcome as string] ?? EXIT_CODES.holds
    );
  }
  const answer = requests.send({ ...question, from, every: values.every });
  console.log(json ? JSON.stringify(answer, undefined, 2) : `${String(answer.route)}\n${String(answer)}`);
  return CODES[answer.answer];
}

function onlyOne({ loadBalancers }: Requests): string {
  const [only, ...others] = loadBalancers;
  if (only !== undefined && others.length === 0) return only;
  throw new Error(`expected --to: the load balancers are ${loadBalancers.join(', ') || 'none'}`);
}

function headersOf(given: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const headers: Record<string, string[]> = {};
  for (const text of given) {
    const [, name = '', value = ''] = /^([^:\s]+):\s*(.*)$/.exec(text) ?? [];
    if (name === '') throw new Error(`--header ${text}: expected <name>:<value>`);
    (headers[name.toLowerCase()] ??= []).push(value);
  }
  return headers;
}

function list({ loadBalancers, availabilityZones }: Requests, json: boolean): number {
  console.log(
    json
      ? JSON.stringify({ loadBalancers, availabilityZones }, undefined, 2)
      : [...loadBalancers, `Availability Zones: ${availabilityZones.join(', ')}`].join('\n'),
  );
  return EXIT_CODES.holds;
}

run('request', main);
