import { Token } from 'aws-cdk-lib';
import type { ListenerAction, ListenerCondition } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { checkInteger } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';

/** A rule of the listener. */
export interface RoutingRule {
  /**
   * Position of the rule, 1 to 50,000. The load balancer takes the first rule that matches, from the lowest number to the
   * highest. Leave gaps for later rules.
   */
  readonly priority: number;
  /**
   * A request must meet all of them. A rule has at most 5 values in its conditions, and one condition at most on path,
   * host, method and source address.
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
   */
  readonly conditions: readonly ListenerCondition[];
  /** What the load balancer does with the request: `ListenerAction.forward([targetGroup])`, a redirect, a fixed response. */
  readonly action: ListenerAction;
}

/** The values of a condition. `kind` is its field, with the name of the header. */
interface Condition {
  readonly kind: string;
  readonly values: readonly string[];
}

const ONCE = ['host-header', 'http-request-method', 'path-pattern', 'source-ip'];

/**
 * Throws `InvalidValue` for rules that Elastic Load Balancing refuses, and for a rule that can never match because an
 * earlier one matches all of its requests. Networks are compared as text.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_HostHeaderConditionConfig.html
 */
export function checkRules(rules: readonly RoutingRule[]): void {
  const earlier = new Map<number, readonly Condition[]>();
  for (const { priority, conditions } of [...rules].sort((a, b) => a.priority - b.priority)) {
    checkInteger('rules.priority', priority, 1, 50_000);
    if (earlier.has(priority)) {
      throw new InvalidValue('rules.priority', priority, 'a priority that no other rule has');
    }
    const read = conditions.map(readCondition);
    checkConditions(`rules.${priority}.conditions`, read);
    for (const condition of read) checkHosts(`rules.${priority}.conditions`, condition);
    const first = [...earlier].find(([, other]) => matchesAllOf(other, read));
    if (first) {
      const expected = `conditions that differ: rule ${first[0]} matches all of these requests first`;
      throw new InvalidValue(`rules.${priority}.conditions`, textOf(read), expected);
    }
    earlier.set(priority, read);
  }
}

function checkConditions(name: string, conditions: readonly Condition[]): void {
  const values = conditions.flatMap((condition) => condition.values);
  if (values.length < 1 || values.length > 5) {
    throw new InvalidValue(name, textOf(conditions), '1 to 5 values in all conditions together');
  }
  const kinds = conditions.map(({ kind }) => kind);
  const twice = ONCE.find((field) => kinds.filter((kind) => kind === field).length > 1);
  if (twice !== undefined) {
    throw new InvalidValue(name, textOf(conditions), `one condition on ${twice}, with several values`);
  }
}

/** Checks for a dot, and for only letters after the last dot: `api.*` is refused. */
function checkHosts(name: string, { kind, values }: Condition): void {
  const wrong = values.find((host) => !Token.isUnresolved(host) && !/\.[a-z]+$/.test(host));
  if (kind === 'host-header' && wrong !== undefined) {
    throw new InvalidValue(name, wrong, 'a host such as api.example.com or *.example.com');
  }
}

const textOf = (conditions: readonly Condition[]) =>
  conditions.map(({ kind, values }) => `${kind} ${values.join(' or ')}`);

/** A condition as CDK renders it. Each kind has its own property, `pathPatternConfig` for example. */
interface RawCondition {
  readonly field: string;
  readonly [config: string]: string | Config | undefined;
}
interface Config {
  readonly httpHeaderName?: string;
  readonly values: readonly (string | { readonly key?: string; readonly value: string })[];
}

const CASE_SENSITIVE = ['path-pattern', 'http-request-method'];

const inLowerCase = (text: string) => (Token.isUnresolved(text) ? text : text.toLowerCase());

function readCondition(condition: ListenerCondition): Condition {
  const { field, ...configs } = condition.renderRawCondition() as RawCondition;
  const [{ httpHeaderName = '', values }] = Object.values(configs) as [Config];
  const texts = values.map((value) =>
    typeof value === 'string' ? value : `${value.key ?? '*'}=${value.value}`,
  );
  return {
    kind: `${field} ${httpHeaderName.toLowerCase()}`.trim(),
    values: CASE_SENSITIVE.includes(field) ? texts : texts.map(inLowerCase),
  };
}

/** Whether every request that meets `conditions` meets `earlier` too. */
const matchesAllOf = (earlier: readonly Condition[], conditions: readonly Condition[]) =>
  earlier.every((one) =>
    conditions.some(
      ({ kind, values }) =>
        kind === one.kind && values.every((value) => one.values.some((pattern) => includes(pattern, value))),
    ),
  );

/** Whether a pattern matches whatever another one matches. `*` is any text, `?` one character. */
function includes(pattern: string, other: string): boolean {
  // A backslash makes the next wildcard literal.
  if (`${pattern}${other}`.includes('\\')) return pattern === other;
  const expression = pattern
    .replace(/[.+^${}()|[\]]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '[^*]');
  return new RegExp(`^${expression}$`, 's').test(other);
}
