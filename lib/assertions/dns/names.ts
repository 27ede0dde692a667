/**
 * The canonical form of a domain name: lowercase, no trailing dot, decoded octal escapes (`\052` is `*`).
 * An escaped dot stays escaped, because it does not separate labels.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
 */
export function canonicalName(name: string): string {
  return name
    .replace(/\\([0-3][0-7]{2})/g, (escape, octal: string) => {
      const character = String.fromCharCode(parseInt(octal, 8));
      return character === '.' ? escape : character;
    })
    .toLowerCase()
    .replace(/\.$/, '');
}

/** Why DNS does not allow a name. Undefined, if it does. */
export function nameProblem(name: string): string | undefined {
  const labels = canonicalName(name).split('.');
  if (labels.some((label) => label === '')) return 'a label is empty';
  if (labels.some((label) => label.length > 63)) return 'a label is longer than 63 bytes';
  if (canonicalName(name).length > 255) return 'it is longer than 255 bytes';
  return /\s/.test(name) ? 'it contains white space' : undefined;
}

/** The name without its first label; `''` for a name of one label. */
export function parentName(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1);
}

/** Whether the name is the domain itself or below it. Both canonical. */
export function isWithin(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}

/** The number of labels. More labels are more specific. */
export function depth(name: string): number {
  return name.split('.').length;
}
