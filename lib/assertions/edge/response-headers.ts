import type { Json } from '../templates';
import { asList, asNumber, asRecord, asText, describe, reference } from '../templates/properties';
import type { Distribution, Settings } from './distribution';
import type { ResponseHeaders } from './expiration';
import { known, open } from './known';
import { hasFunction, isSet } from './signers';

/** The managed policy SecurityHeadersPolicy. */
const SECURITY_HEADERS = '67f7725c-6f97-4210-82d7-5512b31e9d03';
/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html */
const MANAGED: Settings = {
  SecurityHeadersConfig: {
    ReferrerPolicy: { ReferrerPolicy: 'strict-origin-when-cross-origin', Override: false },
    StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, Override: false },
    ContentTypeOptions: { Override: true },
    FrameOptions: { FrameOption: 'SAMEORIGIN', Override: false },
    XSSProtection: { Protection: true, ModeBlock: true, Override: false },
  },
};

/** The headers that the viewer gets: those of the origin, as the response headers policy changes them. */
export function headersForViewer(
  distribution: Distribution,
  settings: Settings,
  origin: ResponseHeaders,
): ResponseHeaders {
  for (const eventType of ['viewer-response', 'origin-response']) {
    if (hasFunction(settings, eventType)) open(`a function at ${eventType} may change the headers`);
  }
  const config = policyOf(distribution, settings.ResponseHeadersPolicyId);
  if (config.CorsConfig !== undefined) open('CORS headers are not modelled');
  const headers = { ...origin };
  for (const item of asList(asRecord(config.RemoveHeadersConfig).Items)) {
    const name = known(asText(asRecord(item).Header));
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- headers are a dictionary
    if (name !== undefined) delete headers[name.toLowerCase()];
  }
  for (const { name, value, override } of [...securityHeaders(config), ...customHeaders(config)]) {
    if (override || headers[name] === undefined) headers[name] = value;
  }
  return headers;
}

function policyOf({ templates }: Distribution, id: Json | undefined): Settings {
  if (id === undefined) return {};
  const policy = known(reference(templates, id, 'AWS::CloudFront::ResponseHeadersPolicy'));
  if (policy) return asRecord(policy.properties.ResponseHeadersPolicyConfig);
  return describe(id) === SECURITY_HEADERS
    ? MANAGED
    : open(`response headers policy ${describe(id)} is not in the templates`);
}

interface Header {
  readonly name: string;
  readonly value: string;
  readonly override: boolean;
}

function customHeaders({ CustomHeadersConfig }: Settings): Header[] {
  return asList(asRecord(CustomHeadersConfig).Items).map((item) => {
    const { Header, Value, Override } = asRecord(item);
    return {
      name: (known(asText(Header)) ?? '').toLowerCase(),
      value: known(asText(Value)) ?? '',
      override: isSet(Override),
    };
  });
}

/** Header name and value of each part of SecurityHeadersConfig. */
const SECURITY: Readonly<Record<string, readonly [string, (part: Settings) => string]>> = {
  ContentSecurityPolicy: [
    'content-security-policy',
    ({ ContentSecurityPolicy }) => known(asText(ContentSecurityPolicy)) ?? '',
  ],
  ContentTypeOptions: ['x-content-type-options', () => 'nosniff'],
  FrameOptions: ['x-frame-options', ({ FrameOption }) => known(asText(FrameOption)) ?? ''],
  ReferrerPolicy: ['referrer-policy', ({ ReferrerPolicy }) => known(asText(ReferrerPolicy)) ?? ''],
  StrictTransportSecurity: [
    'strict-transport-security',
    (part) =>
      [
        `max-age=${known(asNumber(part.AccessControlMaxAgeSec)) ?? 0}`,
        ...(isSet(part.IncludeSubdomains) ? ['includeSubDomains'] : []),
        ...(isSet(part.Preload) ? ['preload'] : []),
      ].join('; '),
  ],
  XSSProtection: [
    'x-xss-protection',
    (part) => (isSet(part.Protection) ? `1${isSet(part.ModeBlock) ? '; mode=block' : ''}` : '0'),
  ],
};

function securityHeaders({ SecurityHeadersConfig }: Settings): Header[] {
  const config = asRecord(SecurityHeadersConfig);
  return Object.entries(SECURITY).flatMap(([part, [name, value]]) => {
    if (config[part] === undefined) return [];
    const settings = asRecord(config[part]);
    return [{ name, value: value(settings), override: isSet(settings.Override) }];
  });
}
