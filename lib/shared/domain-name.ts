const LABEL = '[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?';
const TOP_LEVEL_DOMAIN = '[a-z]([a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN_NAME = new RegExp(`^(?=.{1,253}$)(${LABEL}\\.)+${TOP_LEVEL_DOMAIN}$`, 'i');

/**
 * Whether a text is a domain name of at least two labels, in any case: `www.example.org`. A label has 1 to 63 letters,
 * digits, `-` and `_`. It neither starts nor ends with `-`.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
 */
export function isDomainName(text: string): boolean {
  return DOMAIN_NAME.test(text);
}

/** The spelling of hosted zones: Route 53 answers their names in lower case, whatever the case was at creation. */
export function isLowerCaseDomainName(text: string): boolean {
  return isDomainName(text) && text === text.toLowerCase();
}
