import type { Templates } from '../../lib/assertions/templates';

/** Last parts of construct paths that say only what the icon says. */
const SAYS_NOTHING =
  /^(Resource|Default|Service|Instance|Function|ASG|Subnet|Vpc|VPC|NATGateway|IGW|Handler|Cluster|Record|Group|LB|Alb|Nlb|HealthCheck|Alarm|Connection|FunctionUrl|Bucket|Queue|Distribution)$/;

/** A short name for a construct path: the last part that tells it from others. `Shop/Users/Service/Service` is `Users`. */
export function shortName(path: string): string {
  return meaningfulParts(path).at(-1) ?? path;
}

function meaningfulParts(path: string): string[] {
  const [stack = '', ...parts] = path.split('/');
  while (parts.length > 1 && SAYS_NOTHING.test(parts.at(-1) ?? '')) parts.pop();
  return parts.length > 0 ? parts : [stack];
}

/**
 * A name for each path, with as many parts of the path as tell it from the others: of `Shop/Billing/Worker/Function` and
 * `Shop/Shipping/Worker/Function`, `Billing Worker` and `Shipping Worker`.
 */
export function distinctNames(paths: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map(paths.map((path) => [path, shortName(path)]));
  const ambiguous = () => {
    const count = new Map<string, number>();
    for (const name of names.values()) count.set(name, (count.get(name) ?? 0) + 1);
    return [...names].filter(([, name]) => (count.get(name) ?? 0) > 1).map(([path]) => path);
  };
  for (let depth = 2; depth <= 3; depth++) {
    for (const path of ambiguous()) names.set(path, meaningfulParts(path).slice(-depth).join(' '));
  }
  for (const path of ambiguous()) names.set(path, pathInStack(path).replaceAll('/', ' '));
  return names;
}

/** A name for a resource inside a stack: the construct path without the stack. */
export const pathInStack = (path: string): string => path.split('/').slice(1).join('/') || path;

/** Text with what is known only once deployed in words: `⟨Shop.Server.PrivateIp⟩` is `PrivateIp of Server`. */
export function readable(text: string, templates?: Templates): string {
  return text
    .replace(/⟨\?([^⟨⟩]*)⟩/g, 'not known')
    .replace(/⟨AWS::(\w+)⟩/g, (_, name: string) => name.toLowerCase())
    .replace(/⟨([^⟨⟩]*)⟩/g, (token: string, name: string) => {
      const found = templates?.reference(token);
      if (!found) return `(${name})`;
      const { resource, attribute } = found;
      return attribute === undefined
        ? shortName(resource.path)
        : `${attribute} of ${shortName(resource.path)}`;
    });
}
