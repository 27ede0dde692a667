import { parseArgs } from 'node:util';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { newAccountAdvice } from './needs/new-account';
import { costsOf, monthly } from './needs/prices';
import { QUOTAS, type Quota } from './needs/quotas';
import { stacksToDeploy } from './needs/stacks';

const USAGE = `Usage: npm run needs -- [<stack> ...] [options]

Prints what the stacks, and those that they depend on, count against AWS's quotas, what a new account lacks, and what
they cost while they run. Without a stack: all of them. Needs no credentials, except with --account.

  --app <folder>   a synthesized cloud assembly; default: cdk.out
  --account        compares with the quotas of the account and region that the AWS SDK finds, by Service Quotas

Exit code: 0 within the quotas, 1 beyond one of them, 3 bad input.`;

const dollars = (amount: number) => `$${amount.toFixed(2)}`;

/** The account's quota. Route 53 is global, and Service Quotas has its quotas in us-east-1. */
async function quotaOfAccount({ service, code }: Quota): Promise<number> {
  const client = new ServiceQuotasClient(service === 'route53' ? { region: 'us-east-1' } : {});
  const { Quota: quota } = await client.send(
    new GetServiceQuotaCommand({ ServiceCode: service, QuotaCode: code }),
  );
  if (quota?.Value === undefined) throw new Error(`Service Quotas has no value for ${code}`);
  return quota.Value;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      app: { type: 'string', default: 'cdk.out' },
      account: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const stacks = stacksToDeploy(values.app, positionals);
  console.log(`${stacks.length === 1 ? 'Stack' : 'Stacks'} ${stacks.map(({ name }) => name).join(', ')}\n`);

  const [title, quotaOf] = values.account
    ? (['account', quotaOfAccount] as const)
    : (['default', ({ byDefault }: Quota) => Promise.resolve(byDefault)] as const);
  const rows = await Promise.all(
    QUOTAS.map((quota) => ({ quota, used: quota.used(stacks) }))
      .filter(({ used }) => used > 0)
      .map(async ({ quota, used }) => ({ ...quota, used, limit: await quotaOf(quota) })),
  );
  console.log(`${'needs'.padStart(7)}  ${title.padStart(7)}  quota`);
  for (const { name, service, code, used, limit } of rows) {
    const over = used > limit ? '  TOO FEW' : '';
    console.log(
      `${String(used).padStart(7)}  ${String(limit).padStart(7)}  ${name} (${service} ${code})${over}`,
    );
  }
  console.log(
    '\nScaling is counted at its maximum. What else runs in the account and region counts against the same quotas.\n',
  );

  const advice = newAccountAdvice(stacks);
  if (advice.length > 0) console.log(`A new account:\n${advice.map((line) => `- ${line}`).join('\n')}\n`);

  const costs = costsOf(stacks);
  console.log(
    `${dollars(monthly(costs))} a month while it runs, in us-east-1, without traffic and free tiers`,
  );
  for (const { what, count, each } of costs) {
    console.log(`${dollars(count * each).padStart(9)}  ${count} x ${what}`);
  }
  return rows.some(({ used, limit }) => used > limit) ? 1 : 0;
}

main()
  .then((code) => {
    process.exitCode = code;
  })
  .catch((error: unknown) => {
    console.error(`needs: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 3;
  });
