import type { Json, Resource, Templates } from '../templates';
import { asList, asText, describe, target, Undecided, type Trilean } from '../templates/properties';
import type { Balancers } from './balancer';
import type { Request } from './request';

/** The certificate that a listener presents to a client. */
export interface PresentedCertificate {
  /** Construct path or ARN. Undefined when it is not known which. */
  readonly certificate?: string;
  /** Whether it is valid for the server name that the client asks for. */
  readonly matchesName: Trilean;
  readonly reason: string;
}

interface Certificate {
  readonly name: string;
  /** Undefined when they are not in the templates. */
  readonly domains?: readonly string[];
  readonly isEcdsa: Trilean;
  readonly doubt?: string;
}

/**
 * "The default certificate is used only if a client connects without using the Server Name Indication (SNI) protocol to
 * specify a hostname or if there are no matching certificates in the certificate list."
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html
 */
export function presentedCertificate(
  templates: Templates,
  balancers: Balancers,
  listener: Resource,
  { serverName }: Request,
): PresentedCertificate {
  const { standard, list } = balancers.certificatesOf(listener);
  const fallback = readCertificate(templates, standard ?? null, undefined);
  const byDefault = (reason: string) => ({
    certificate: standard === undefined ? undefined : fallback.name,
    matchesName: serverName === undefined ? ('doubt' as const) : validFor(fallback, serverName),
    reason,
  });
  if (serverName === undefined) return byDefault('default certificate: the client sends no server name');
  const candidates = list
    .map(({ arn, doubt }) => readCertificate(templates, arn, doubt))
    .map((certificate) => ({ certificate, match: validFor(certificate, serverName) }))
    .filter(({ match }) => match !== false);
  if (candidates.length === 0) {
    return byDefault(`default certificate: none in the certificate list is for ${serverName}`);
  }
  const open = candidates.find(
    ({ certificate, match }) => match === 'doubt' || certificate.doubt !== undefined,
  );
  if (open) {
    const { name, doubt } = open.certificate;
    return { matchesName: 'doubt', reason: doubt ?? `it is not known whether ${name} is for ${serverName}` };
  }
  const matching = candidates.map(({ certificate }) => certificate);
  const best = preferred(matching);
  const names = matching.map(({ name }) => name).join(', ');
  if (!best)
    return {
      matchesName: true,
      reason: `${names} match ${serverName}: AWS chooses by what is not in the templates`,
    };
  const reason =
    matching.length === 1
      ? `for ${serverName}`
      : `of ${names}: ECDSA is preferred over RSA, for clients that support it`;
  return { certificate: best.name, matchesName: true, reason };
}

/**
 * "Public key algorithm (prefer ECDSA over RSA)" comes first among the criteria. Those that follow (expiration, hashing
 * algorithm, key length, validity period) are not all in a template.
 */
function preferred(matching: readonly Certificate[]): Certificate | undefined {
  const [first, ...others] = matching;
  if (first && others.length === 0) return first;
  if (matching.some(({ isEcdsa }) => isEcdsa === 'doubt')) return undefined;
  const best = matching.filter(({ isEcdsa }) => isEcdsa === true);
  return best.length === 1 ? best[0] : undefined;
}

function readCertificate(templates: Templates, arn: Json, doubt: string | undefined): Certificate {
  const found = target(templates, arn, 'AWS::CertificateManager::Certificate');
  if (!found) return { name: describe(arn), isEcdsa: 'doubt', doubt };
  const { DomainName, SubjectAlternativeNames, KeyAlgorithm } = found.properties;
  const domains = [DomainName, ...asList(SubjectAlternativeNames)].map(asText);
  const algorithm = asText(KeyAlgorithm) ?? 'RSA_2048';
  return {
    name: found.path,
    domains: domains.every((domain) => typeof domain === 'string') ? domains : undefined,
    isEcdsa: algorithm instanceof Undecided ? 'doubt' : algorithm.startsWith('EC'),
    doubt,
  };
}

const validFor = ({ domains }: Certificate, serverName: string): Trilean =>
  domains === undefined ? 'doubt' : domains.some((domain) => coversName(domain, serverName));

/** "The asterisk (*) must be in the leftmost position of the domain name and can protect only one subdomain level." */
function coversName(domain: string, serverName: string): boolean {
  const pattern = domain.toLowerCase();
  if (!pattern.startsWith('*.')) return pattern === serverName;
  const dot = serverName.indexOf('.');
  return dot > 0 && serverName.slice(dot) === pattern.slice(1);
}
