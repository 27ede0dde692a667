import type { Json } from '../templates';
import { asText, Undecided } from '../templates/properties';
import type { Request } from './request';

const DEFAULTS = {
  Protocol: '#{protocol}',
  Host: '#{host}',
  Port: '#{port}',
  Path: '/#{path}',
  Query: '#{query}',
} as const;
const KNOWN_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' };

/**
 * The URL that a redirect names. "Any components that you do not modify retain their original values." The default port
 * of the scheme is left out, though the load balancer writes it: both are the same URL.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html
 */
export function locationOf(config: Readonly<Record<string, Json>>, request: Request): string | Undecided {
  const keywords: Readonly<Record<string, string>> = {
    protocol: request.scheme,
    host: request.host,
    port: String(request.port),
    path: request.path.replace(/^\//, ''),
    query: request.query,
  };
  const parts: string[] = [];
  for (const name of ['Protocol', 'Host', 'Port', 'Path', 'Query'] as const) {
    const text = asText(config[name]) ?? DEFAULTS[name];
    if (text instanceof Undecided) return text;
    parts.push(text.replace(/#\{(\w+)\}/g, (all, keyword: string) => keywords[keyword] ?? all));
  }
  const [scheme, host, port, path, query] = parts as [string, string, string, string, string];
  const protocol = scheme.toLowerCase();
  const shown = KNOWN_PORTS[protocol] === port ? '' : `:${port}`;
  return `${protocol}://${host}${shown}${path}${query === '' ? '' : `?${query}`}`;
}
