import { Template } from 'aws-cdk-lib/assertions';
import type { Stack } from 'aws-cdk-lib';

/**
 * The template of a stack as text that changes only when the architecture does: hashes of assets and versions of
 * the packages that made it are masked.
 */
export function normalisedTemplate(stack: Stack): string {
  const template = Template.fromStack(stack).toJSON();
  // The bootstrap version check is the same in every stack.
  delete template.Rules;
  delete (template.Parameters as Record<string, unknown> | undefined)?.BootstrapVersion;
  return `${JSON.stringify(template, null, 2)
    .replace(/[0-9a-f]{64}/g, '<hash>')
    .replace(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1<hash>')}\n`;
}
