import { asList, asRecord, asText } from '../templates/properties';
import type { Behavior, Distribution } from './distribution';
import { known, open } from './known';
import type { ViewerRequest } from './request';
import { hasFunction, needsSignature, signersOf } from './signers';

/** What CloudFront does with a request before it looks into its cache. */
export interface Admission {
  readonly outcome: 'origin' | 'redirect' | 'refused';
  readonly status?: number;
  readonly location?: string;
  readonly reasons: readonly string[];
}

/** Checks the name, the country, the protocol, the method and the signature of a request. */
export function admit(distribution: Distribution, behavior: Behavior, request: ViewerRequest): Admission {
  if (!distribution.isEnabled) return { outcome: 'refused', reasons: ['the distribution is disabled'] };
  if (known(asText(distribution.config.ContinuousDeploymentPolicyId)) !== undefined) {
    open('a staging distribution may get the request');
  }
  const { settings } = behavior;
  if (request.rewrittenTo === undefined && hasFunction(settings, 'viewer-request')) {
    open('a function may change or answer the request');
  }
  const protocol = known(asText(settings.ViewerProtocolPolicy)) ?? 'allow-all';
  const isRedirect = request.scheme === 'http' && protocol === 'redirect-to-https';
  const reasons = [
    wrongName(distribution, request),
    wrongCountry(distribution, request),
    request.scheme === 'http' && protocol === 'https-only' ? 'HTTP, and the viewer needs HTTPS' : undefined,
    wrongMethod(behavior, request),
    wrongSignature(distribution, behavior, request),
  ].filter((reason) => reason !== undefined);
  if (isRedirect && reasons.length > 0) {
    open(
      `AWS does not document whether CloudFront redirects a request that it refuses: ${reasons.join('; ')}`,
    );
  }
  if (isRedirect) return redirect(request);
  return reasons.length > 0
    ? { outcome: 'refused', status: 403, reasons }
    : { outcome: 'origin', reasons: [] };
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-viewers-to-cloudfront.html */
function redirect({ method, host, path, query }: ViewerRequest): Admission {
  return {
    outcome: 'redirect',
    status: method === 'GET' || method === 'HEAD' ? 301 : 307,
    location: `https://${host}${path}${query === '' ? '' : `?${query}`}`,
    reasons: [],
  };
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-403-permission-denied.html */
function wrongName({ aliases }: Distribution, { host }: ViewerRequest): string | undefined {
  if (host.endsWith('.cloudfront.net')) return undefined;
  const isAlias = aliases.some((alias) => {
    const name = alias.toLowerCase();
    return name === host || (name.startsWith('*.') && host.replace(/^[^.]+/, '*') === name);
  });
  return isAlias ? undefined : `${host} is no alternate domain name of the distribution`;
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/georestrictions.html */
function wrongCountry({ config }: Distribution, { country }: ViewerRequest): string | undefined {
  const { RestrictionType, Locations } = asRecord(asRecord(config.Restrictions).GeoRestriction);
  const type = known(asText(RestrictionType)) ?? 'none';
  if (type === 'none') return undefined;
  if (country === undefined) open('the country of the viewer decides');
  const isListed = asList(Locations)
    .map((code) => known(asText(code)))
    .includes(country);
  return isListed === (type === 'whitelist') ? undefined : `viewers in ${country} are restricted`;
}

function wrongMethod({ settings }: Behavior, { method }: ViewerRequest): string | undefined {
  const allowed = asList(settings.AllowedMethods ?? ['GET', 'HEAD']).map((one) => known(asText(one)));
  return allowed.includes(method) ? undefined : `method ${method}, allowed are ${allowed.join(', ')}`;
}

function wrongSignature(
  distribution: Distribution,
  { settings }: Behavior,
  { signedBy }: ViewerRequest,
): string | undefined {
  if (!needsSignature(settings)) return undefined;
  if (signedBy === undefined) return 'no signed URL and no signed cookies';
  return signersOf(distribution, settings).includes(signedBy)
    ? undefined
    : `signed by ${signedBy}, which is in no trusted key group`;
}
