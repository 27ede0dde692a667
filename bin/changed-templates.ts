import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import {
  CloudFormationValidatePlugin,
  type IPolicyValidationContext,
  type PolicyValidationPluginReport,
  type PolicyValidationStack,
} from 'aws-cdk-lib';
import { version } from 'aws-cdk-lib/package.json';

// Node.js would spend more time on optimizing the validator's WebAssembly than a synthesis gains from it.
setFlagsFromString('--wasm-tiering-budget=100000000');

/** Digests that are kept for each stack: one stack has several templates, by parameters and by `cdk synth` of one. */
const KEPT = 8;

/**
 * CDK's own CloudFormation validator, asked only about templates that it has not passed before: it takes as long as
 * the rest of a synthesis. What it passed without a word stands in a file, by digest; a template with a finding is
 * validated again every time, so that no finding is ever lost.
 */
export class ChangedTemplatesValidator extends CloudFormationValidatePlugin {
  /** @param file where the digests stand; without it, everything is validated */
  constructor(private readonly file: string) {
    super();
  }

  /** The validator's own answers this with its WebAssembly, which takes half a second to load. */
  override get version(): string {
    return version;
  }

  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const passed = this.read();
    const stacks = context.stackTemplates.map((stack) => ({ stack, digest: digest(stack) }));
    const changed = stacks.filter(({ stack, digest }) => !passed[stack.stackConstructPath]?.includes(digest));
    if (changed.length === 0) return { success: true, violations: [] };
    const report = super.validate({ ...context, stackTemplates: changed.map(({ stack }) => stack) });
    const found = new Set(
      report.violations.flatMap(({ violatingResources }) =>
        violatingResources.map(({ templatePath }) => templatePath),
      ),
    );
    for (const { stack, digest } of changed) {
      if (found.has(stack.templatePath)) continue;
      const before = passed[stack.stackConstructPath] ?? [];
      passed[stack.stackConstructPath] = [digest, ...before].slice(0, KEPT);
    }
    writeFileSync(this.file, JSON.stringify(passed, undefined, 2));
    return report;
  }

  private read(): Record<string, string[]> {
    try {
      return JSON.parse(readFileSync(this.file, 'utf8')) as Record<string, string[]>;
    } catch {
      return {}; // the first synthesis into this folder, or one that was cut off
    }
  }
}

/** Of all that the validator's answer depends on: another release of aws-cdk-lib brings other rules and schemas. */
function digest({ templatePath, accountId, region }: PolicyValidationStack): string {
  return createHash('sha256')
    .update(JSON.stringify([version, accountId, region]))
    .update(readFileSync(templatePath))
    .digest('hex');
}
