import type { Templates } from '../../lib/assertions/templates';

/** Last parts of construct paths that say only what the icon says. */
const SAYS_NOTHING =
  /^(Resource|Default|Service|Instance|Function|ASG|Subnet|Vpc|VPC|NATGateway|IGW|Handler|Cluster|Record|Group|LB|Alb|Nlb|HealthCheck|Alarm|Connection|FunctionUrl|Bucket|Queue|Distribution)$/;

/** A short name for a construct path: the last part that tells it from others. `Shop/Users/Service/Service` is `Users`. */
export function shortName(path: string): string {
  const [stack = '', ...parts] = path.split('/');
  while (parts.length > 1 && SAYS_NOTHING.test(parts.at(-1) ?? '')) parts.pop();
  return parts.at(-1) ?? stack;
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
