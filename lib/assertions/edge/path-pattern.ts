import { matchesPattern } from '../requests/patterns';

const UNRESERVED = /^[A-Za-z0-9._~-]$/;

/**
 * The path that CloudFront compares with path patterns: "CloudFront normalizes URI paths consistent with RFC 3986".
 * Multiple slashes and dot segments are removed, and characters that need no percent encoding are decoded.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
 */
export function normalized(path: string): string {
  const decoded = path.replace(/%([0-9a-f]{2})/gi, (code, hex: string) => {
    const character = String.fromCharCode(parseInt(hex, 16));
    return UNRESERVED.test(character) ? character : code.toUpperCase();
  });
  const segments: string[] = [];
  const parts = decoded.split('/').slice(1);
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    if (part === '..') segments.pop();
    else if (part !== '.' && part !== '') segments.push(part);
    if (isLast && ['', '.', '..'].includes(part)) segments.push('');
  }
  return `/${segments.join('/')}`;
}

/** The path with each percent encoding decoded, as an origin may read it. */
export const decoded = (path: string): string =>
  path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

/** Whether a normalized path matches a path pattern. "Path patterns are case-sensitive." */
export const matches = (pattern: string, path: string): boolean =>
  matchesPattern(pattern.startsWith('/') || pattern.startsWith('*') ? pattern : `/${pattern}`, path, {
    caseSensitive: true,
  });

/** Characters and length that CloudFront accepts in a path pattern. */
export const isPathPattern = (pattern: string): boolean => /^[A-Za-z0-9_.*?$/~"'@:+&-]{1,255}$/.test(pattern);
