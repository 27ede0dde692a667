import { isRecord } from '../../lib/assertions/templates/functions';
import type { TemplateSource } from '../../lib/assertions/templates';
import { costsOf, monthly, type Cost } from '../needs/prices';
import type { DeployedStack } from '../needs/stacks';

/** What templates cost each month while they run and nobody uses them, or why that is not known. */
export type Price =
  { readonly costs: readonly Cost[]; readonly month: number } | { readonly unknown: string };

export function priceOf(sources: readonly TemplateSource[]): Price {
  try {
    const costs = costsOf(sources.map(asStack));
    return { costs, month: monthly(costs) };
  } catch (error) {
    return { unknown: (error as Error).message };
  }
}

function asStack({ name, template }: TemplateSource): DeployedStack {
  const resources = isRecord(template) && isRecord(template.Resources) ? template.Resources : {};
  return {
    name,
    resources: Object.entries(resources).flatMap(([logicalId, resource]) =>
      isRecord(resource) && typeof resource.Type === 'string'
        ? [
            {
              logicalId,
              type: resource.Type,
              properties: isRecord(resource.Properties) ? resource.Properties : {},
            },
          ]
        : [],
    ),
  };
}

export const dollars = (amount: number): string =>
  amount === 0
    ? '$0'
    : amount < 10
      ? `$${amount.toFixed(2)}`
      : `$${Math.round(amount).toLocaleString('en-US')}`;
