import type { Resource } from '../templates';
import { asList, asRecord, asText, describe } from '../templates/properties';
import type { Rule } from './balancer';

const ONCE = ['host-header', 'http-request-method', 'path-pattern', 'source-ip'];
const LAST = ['forward', 'redirect', 'fixed-response'];
const CONFIGS = [
  'PathPatternConfig',
  'HostHeaderConfig',
  'HttpHeaderConfig',
  'HttpRequestMethodConfig',
  'QueryStringConfig',
  'SourceIpConfig',
];

/**
 * "You must include at least one "." character. You can include only alphabetical characters after the final "." character."
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_HostHeaderConditionConfig.html
 */
const HOST = /\.[a-z]+$/i;

/**
 * Throws an error for rules that Elastic Load Balancing refuses to create: a template with them cannot be deployed.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
 */
export function checkRules(listener: Resource, rules: readonly Rule[]): void {
  const taken = new Map<number, string>();
  for (const { path, isDefault, priority, properties, doubt } of rules) {
    const name = isDefault ? `the default rule of ${listener.path}` : path;
    const refuse = (reason: string) => {
      throw new Error(`Elastic Load Balancing refuses ${name}: ${reason}`);
    };
    checkActions(properties, refuse);
    if (isDefault) continue;
    checkConditions(properties, refuse);
    if (typeof priority !== 'number') continue;
    if (!Number.isInteger(priority) || priority < 1 || priority > 50_000)
      refuse(`Priority ${priority}: expected 1 to 50000`);
    const other = doubt === undefined ? taken.get(priority) : undefined;
    if (other !== undefined) refuse(`Priority ${priority} is that of ${other}`);
    if (doubt === undefined) taken.set(priority, path);
  }
}

type Refuse = (reason: string) => void;

/** "Each rule must include exactly one of forward, redirect, or fixed-response, and it must be the last action to be performed." */
function checkActions({ Actions }: Resource['properties'], refuse: Refuse): void {
  const types = asList(Actions).map((action) => asText(asRecord(action).Type));
  if (!types.every((type) => typeof type === 'string')) return;
  const final = types.filter((type) => LAST.includes(type));
  if (final.length !== 1)
    refuse(`${final.length} of its actions are forward, redirect or fixed-response, expected 1`);
}

function checkConditions({ Conditions }: Resource['properties'], refuse: Refuse): void {
  const conditions = asList(Conditions).map(asRecord);
  const fields = conditions.map(({ Field }) => asText(Field));
  const twice = ONCE.find((field) => fields.filter((one) => one === field).length > 1);
  if (twice !== undefined) refuse(`it has several conditions on ${twice}, expected at most 1`);
  const values = conditions.flatMap((condition) => [
    ...asList(condition.Values),
    ...CONFIGS.flatMap((config) => {
      const { Values, RegexValues } = asRecord(condition[config]);
      return [...asList(Values), ...asList(RegexValues)];
    }),
  ]);
  const host = conditions
    .filter(({ Field }) => Field === 'host-header')
    .flatMap(({ Values, HostHeaderConfig }) => [
      ...asList(Values),
      ...asList(asRecord(HostHeaderConfig).Values),
    ])
    .find((name) => typeof name === 'string' && !name.includes('⟨') && !HOST.test(name));
  if (host !== undefined)
    refuse(`host ${describe(host)}: expected a dot, and only letters after the last one`);
  if (values.length > 5) refuse(`its conditions have ${values.length} values, expected at most 5`);
}
