import { parseArgs } from 'node:util';
import type { Answer, Dns } from '../lib/assertions/dns';
import { placeOf } from './dns/client';
import { loadDns } from './dns/zones';
import { EXIT_CODES, run } from './load/exit-codes';
import { LOAD_OPTIONS, LOAD_USAGE } from './load/load-templates';

const USAGE = `Usage: npm run dns -- <name> [options]
       npm run dns -- --list [options]

Prints every answer that Route 53 can give for a name, and why. Latency between Regions is estimated by distance.
Without --app, --template and cdk.out, the app in this folder is synthesized first.

  --type <type>          default: A
  --from FR | US-CA      country or state of the client
  --address, --region    address and Region of the client
  --vpc <path>           the VPC that the query comes from; default: the internet
  --down <path>          what fails, by construct path; may be repeated
  --list                 the zones, with the names and types of their records
  --json                 the answers as JSON
${LOAD_USAGE.replace(/\n {2}--region, .*$/, '')}

Exit code: 0 a record, 1 no record (NXDOMAIN, NODATA, SERVFAIL), 2 unknown or a record in some answers, 3 bad input.`;

function main(): number {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2),
    allowPositionals: true,
    options: {
      app: LOAD_OPTIONS.app,
      template: LOAD_OPTIONS.template,
      parameter: LOAD_OPTIONS.parameter,
      type: { type: 'string', default: 'A' },
      from: { type: 'string' },
      address: { type: 'string' },
      region: { type: 'string' },
      vpc: { type: 'string' },
      down: { type: 'string', multiple: true, default: [] },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return EXIT_CODES.holds;
  }
  const [name, ...rest] = positionals;
  const { region, ...load } = values;
  if (values.list) {
    if (name !== undefined) throw new Error(`--list takes no name, got ${name}`);
    return list(loadDns(load), values.json);
  }
  if (name === undefined || rest.length > 0) throw new Error(`expected one name, got ${positionals.length}`);
  const answers = loadDns(load).answers({
    name,
    type: values.type.toUpperCase(),
    from: { ...placeOf(values.from), address: values.address, region },
    vpc: values.vpc,
    down: values.down,
  });
  console.log(values.json ? JSON.stringify(answers, undefined, 2) : answers.join('\n\n'));
  return codeOf(answers);
}

function codeOf(answers: readonly Answer[]): number {
  if (answers.every(({ status }) => status === 'NOERROR')) return EXIT_CODES.holds;
  const isNegative = ({ status }: Answer) => status !== 'NOERROR' && status !== 'unknown';
  return answers.every(isNegative) ? EXIT_CODES.fails : EXIT_CODES.unknown;
}

function list({ zones }: Dns, json: boolean): number {
  const entries = zones.map(({ id, name, vpcs, external, records }) => ({
    zone: id,
    name: name ?? 'name not known',
    visibility: vpcs === undefined ? 'public' : 'private',
    inTemplates: !external,
    records: records.map((record) => ({
      name: record.name ?? 'name known once deployed',
      type: record.type,
      policy: record.policy.kind,
      ...(record.setIdentifier !== undefined && { setIdentifier: record.setIdentifier }),
      resource: record.path,
    })),
  }));
  if (json) console.log(JSON.stringify(entries, undefined, 2));
  else {
    for (const { zone, name, visibility, inTemplates, records } of entries) {
      console.log(`${name} (${visibility}, ${zone}${inTemplates ? '' : ', not in the templates'})`);
      for (const { name: of, type, policy, setIdentifier, resource } of records) {
        const routing = policy === 'simple' ? '' : ` ${policy} [${setIdentifier ?? ''}]`;
        console.log(`  ${of} ${type}${routing}  ${resource}`);
      }
    }
  }
  return EXIT_CODES.holds;
}

run('dns', main);
