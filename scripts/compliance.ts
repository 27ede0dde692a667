/**
 * Counts what cdk-nag's packs find in each architecture, by rule, and prints Markdown. AwsSolutions and Serverless
 * gate every synthesis, so they count only what is left unacknowledged: nothing. The others are not gates.
 */
import { App } from 'aws-cdk-lib';
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  NIST80053R5Checks,
  PCIDSS321Checks,
  ServerlessChecks,
} from 'cdk-nag';
import { context } from '../cdk.json';
import { catalog } from '../lib/catalog';
import { readParameters } from '../lib/parameters';
import { addSandbox } from '../lib/sandbox';

const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [] } });
addSandbox(app, readParameters({}));

const packs = [
  new AwsSolutionsChecks(),
  new ServerlessChecks(),
  new HIPAASecurityChecks(),
  new NIST80053R5Checks(),
  new PCIDSS321Checks(),
];

const findings = catalog.map(({ id, stackName }) => {
  const stack = app.node.findChild(stackName);
  const byPack = packs.map((pack) =>
    pack.validateScope(stack).violations.map(({ ruleName, violatingResources }) => ({
      rule: ruleName.slice(pack.readPackName.length + 1),
      resources: violatingResources.map(({ constructPath = '' }) => constructPath),
    })),
  );
  return { id, byPack };
});

const count = (violations: readonly { readonly resources: readonly string[] }[]) =>
  violations.reduce((sum, { resources }) => sum + resources.length, 0);

console.log(`| architecture | ${packs.map(({ readPackName }) => readPackName).join(' | ')} |`);
console.log(`| --- | ${packs.map(() => '---:').join(' | ')} |`);
for (const { id, byPack } of findings) console.log(`| ${id} | ${byPack.map(count).join(' | ')} |`);

for (const { id, byPack } of findings) {
  const rules = new Map<string, { packs: string[]; resources: Set<string> }>();
  byPack.forEach((violations, index) => {
    for (const { rule, resources } of violations) {
      const entry = rules.get(rule) ?? { packs: [], resources: new Set<string>() };
      entry.packs.push(packs[index]?.readPackName ?? '');
      for (const resource of resources) entry.resources.add(resource);
      rules.set(rule, entry);
    }
  });
  if (rules.size > 0) console.log(`\n${id}`);
  for (const [rule, { packs: names, resources }] of rules) {
    console.log(`  ${rule} (${names.join(', ')}): ${[...resources].join(', ')}`);
  }
}
