import type { IConstruct } from 'constructs';
import { readRequest, type Request } from '../requests/request';

/** A request of a viewer. */
export interface EdgeQuestion {
  /** Construct, or its path, of a distribution or of a construct with one distribution. */
  readonly to: string | IConstruct;
  /** `https://www.example.org/a.html?x=1`. A host below cloudfront.net is the one of the distribution. */
  readonly url: string;
  /** @default GET */
  readonly method?: string;
  /** A header that is not here is not in the request. Cookies are in the header `Cookie`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Country of the viewer as CloudFront finds it, `DE`. @default - not known */
  readonly country?: string;
  /**
   * Construct path, or id, of the public key that verifies the signature of the URL or the cookies. The signature is valid
   * for the URL and has not expired.
   * @default - not signed
   */
  readonly signedBy?: string;
  /**
   * Path of the request that a function at the viewer request returned. The URL still chooses the cache behavior.
   * @default - the outcome is unknown where there is such a function
   */
  readonly rewrittenTo?: string;
}

export interface ViewerRequest extends Request {
  readonly country?: string;
  readonly signedBy?: string;
  /** The path that a function returned. */
  readonly rewrittenTo?: string;
}

/** Throws an error of one line for a URL or a method that cannot be. */
export function readViewerRequest(question: EdgeQuestion): ViewerRequest {
  const { country, signedBy, rewrittenTo, to, ...rest } = question;
  const request = readRequest({ ...rest, to });
  if (request.scheme !== 'http' && request.scheme !== 'https') {
    throw new Error(`url ${request.url}: expected http:// or https://`);
  }
  return { ...request, country, signedBy, rewrittenTo };
}
