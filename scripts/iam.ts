import { parseArgs } from 'node:util';
import {
  Iam,
  type Answer,
  type PrincipalInput,
  type RequestContext,
  type ResourceInput,
} from '../lib/assertions/iam';
import type { Templates } from '../lib/assertions/templates';
import { EXIT_CODES, run } from './load/exit-codes';
import { LOAD_OPTIONS, LOAD_USAGE, loadTemplates } from './load/load-templates';

const USAGE = `Usage: npm run iam -- --principal <who> --action <service:Action> --resource <resource> [options]
       npm run iam -- --list [--principal <who>] [options]

Says whether a principal may do an action on a resource, with the statements that decide it.

  --principal <who>      construct path of a role, user, function, ..., a service such as lambda.amazonaws.com,
                         an account, an ARN, or *; task:<path> and execution:<path> for a task definition
  --resource <resource>  construct path, ARN, or * for an action on no resource; <path>#<key> for what is in it
  --context <key>=<value>   a condition key of the request; <key>= for a key that it does not have; may be repeated
  --list                 what each role and user may do by its policies, or the given principal
  --json                 the answer as JSON
${LOAD_USAGE}

Exit code: 0 allowed, 1 denied, 2 unknown or conditional, 3 bad input.`;

const CODES: Readonly<Record<Answer, number>> = {
  allowed: EXIT_CODES.holds,
  'explicit deny': EXIT_CODES.fails,
  'implicit deny': EXIT_CODES.fails,
  conditional: EXIT_CODES.unknown,
  unknown: EXIT_CODES.unknown,
};

function main(): number {
  const { values } = parseArgs({
    args: process.argv.slice(2),
    options: {
      ...LOAD_OPTIONS,
      principal: { type: 'string' },
      action: { type: 'string' },
      resource: { type: 'string' },
      context: { type: 'string', multiple: true, default: [] },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return EXIT_CODES.holds;
  }
  const { principal, action, resource } = values;
  if (values.list) {
    if (action !== undefined || resource !== undefined)
      throw new Error('--list takes no --action and no --resource');
    const templates = loadTemplates(values);
    return list(templates, Iam.of(templates), principal, values.json);
  }
  if (principal === undefined || action === undefined || resource === undefined) {
    throw new Error('expected --principal, --action and --resource, or --list; --help says what they can be');
  }
  const context = contextOf(values.context);
  const decision = Iam.of(loadTemplates(values)).can(who(principal), action, on(resource), { context });
  console.log(values.json ? JSON.stringify(decision, undefined, 2) : String(decision));
  return CODES[decision.answer];
}

function who(text: string): PrincipalInput {
  const [, role, taskDefinition] = /^(task|execution):(.+)$/.exec(text) ?? [];
  if (taskDefinition === undefined) return text;
  return { taskDefinition, role: role === 'task' ? 'task' : 'execution' };
}

function on(text: string): ResourceInput {
  const hash = text.indexOf('#');
  return hash < 0 ? text : { resource: text.slice(0, hash), path: text.slice(hash + 1) };
}

function contextOf(given: readonly string[]): RequestContext {
  return Object.fromEntries(
    given.map((text) => {
      const equals = text.indexOf('=');
      if (equals < 1) throw new Error(`--context ${text}: expected <key>=<value>`);
      const value = text.slice(equals + 1);
      return [text.slice(0, equals), value === '' ? null : value];
    }),
  );
}

/** Unknown where the permissions of one of the principals are. */
function list(templates: Templates, iam: Iam, only: string | undefined, json: boolean): number {
  const paths = ['AWS::IAM::Role', 'AWS::IAM::User'].flatMap((type) =>
    templates.ofType(type).map(({ path }) => path),
  );
  const entries = (only === undefined ? paths : [only]).map((principal) => {
    // Somebody asks about this one principal: what is wrong with it is bad input.
    if (only !== undefined) iam.can(who(only), 'sts:GetCallerIdentity', '*');
    try {
      return { principal, permissions: iam.permissions(who(principal)) };
    } catch (error) {
      return { principal, unknown: (error as Error).message };
    }
  });
  if (json) console.log(JSON.stringify(entries, undefined, 2));
  else {
    for (const { principal, permissions, unknown } of entries) {
      console.log(principal);
      if (unknown !== undefined) console.log(`  ${unknown}`);
      for (const { action, resource, condition } of permissions ?? []) {
        console.log(
          `  ${action} on ${resource}${condition === undefined ? '' : ` if ${JSON.stringify(condition)}`}`,
        );
      }
    }
  }
  return entries.some(({ unknown }) => unknown !== undefined) ? EXIT_CODES.unknown : EXIT_CODES.holds;
}

run('iam', main);
