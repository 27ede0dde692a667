import { NAT_GATEWAYS, type NatGateways } from './networking/multi-az-vpc/nat-gateways';
import { isLowerCaseDomainName } from './shared/domain-name';
import { InvalidValue } from './shared/invalid-value';

/**
 * What a person may set for the whole sandbox: in sandbox.json, or for one command as CDK context, `-c azCount=2`.
 * Whoever knows what a value means checks its range: the construct that has a prop of the same name.
 */
export interface Parameters {
  /**
   * Ids of the architectures to synthesize, separated by commas. Those that they use are added.
   * @default - all architectures
   */
  readonly only: readonly string[];
  /**
   * Availability Zones of the shared VPC, 2 to 6. A few regions have fewer than three.
   * @default 3
   */
  readonly azCount: number;
  /**
   * Address range of the shared VPC, /16 to /24. Load balancers need subnets of /27, so /23 or larger, with six AZs
   * /22.
   * @default 10.0.0.0/16
   */
  readonly vpcCidr: string;
  /**
   * How private subnets reach the internet: `per-az`, `single`, `regional` or `none`.
   * @default per-az
   */
  readonly natGateways: NatGateways;
  /**
   * Networks that may open SSH connections to the bastion host, separated by commas.
   * @default - none: the bastion host is reached by Session Manager
   */
  readonly trustedCidrs: readonly string[];
  /**
   * Domain for the architectures that have a name of their own.
   * @default - none: they use the names that AWS gives them
   */
  readonly domainName?: string;
  /**
   * Id of the public hosted zone whose name is `domainName`, for the architectures that put records into it.
   * @default - none: no certificates and no records
   */
  readonly hostedZoneId?: string;
  /**
   * Where alarms are sent.
   * @default - nowhere: alarms change state in the console only
   */
  readonly alarmEmail?: string;
  /**
   * Public IPv4 addresses of the two routers of `site-to-site-vpn`, separated by a comma.
   * @default - none: the stack of `site-to-site-vpn` synthesizes with placeholders and cannot be deployed
   */
  readonly vpnRouterAddresses: readonly string[];
  /**
   * Public key in PEM format that verifies the signed URLs and cookies of `static-site`.
   * @default - none: nobody can read the private pages
   */
  readonly signerPublicKey?: string;
  /**
   * Id of another account that exchanges events with `event-bus` and may launch the image of `golden-image`.
   * @default - none
   */
  readonly partnerAccount?: string;
}

type Context = Readonly<Record<string, unknown>>;

const KEYS: readonly (keyof Parameters)[] = [
  'only',
  'azCount',
  'vpcCidr',
  'natGateways',
  'trustedCidrs',
  'domainName',
  'hostedZoneId',
  'alarmEmail',
  'vpnRouterAddresses',
  'signerPublicKey',
  'partnerAccount',
];

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html, without its `/hostedzone/`. */
const HOSTED_ZONE_ID = /^Z[A-Z0-9]{1,31}$/;
const EMAIL = /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/;

/**
 * Reads the parameters from CDK context, which overrides those of sandbox.json. Throws `InvalidValue` for the first value
 * that cannot be used.
 */
export function readParameters(overrides: Context, sandboxFile: Context = {}): Parameters {
  const stray = Object.keys(sandboxFile).find((key) => !KEYS.includes(key as keyof Parameters));
  if (stray !== undefined) throw new InvalidValue('key in sandbox.json', stray, `one of ${KEYS.join(', ')}`);
  refuseMisspelledKeys(overrides);
  const context = { ...sandboxFile, ...overrides };
  return {
    only: list(context, 'only'),
    azCount: integer(context, 'azCount', 3),
    vpcCidr: text(context, 'vpcCidr', 'an IPv4 network such as 10.0.0.0/16') ?? '10.0.0.0/16',
    natGateways: natGateways(context),
    trustedCidrs: list(context, 'trustedCidrs'),
    domainName: text(
      context,
      'domainName',
      'a domain such as sandbox.example.com in lower case',
      isLowerCaseDomainName,
    ),
    hostedZoneId: hostedZoneId(context),
    alarmEmail: text(context, 'alarmEmail', 'an e-mail address', (value) => EMAIL.test(value)),
    vpnRouterAddresses: list(context, 'vpnRouterAddresses'),
    signerPublicKey: text(context, 'signerPublicKey', 'a public key in PEM format'),
    partnerAccount: text(context, 'partnerAccount', 'the 12 digits of an account id, in quotes', (value) =>
      /^\d{12}$/.test(value),
    ),
  };
}

/** `-c azcount=2` or `-c vpcCidrs=…` would otherwise be ignored without a word. */
function refuseMisspelledKeys(context: Context): void {
  const firstWords = KEYS.map((key) => (/^[a-z]+/.exec(key) ?? [key])[0]);
  for (const key of Object.keys(context)) {
    // CDK's own keys name a package or a lookup: `@aws-cdk/…`, `aws:cdk:…`, `availability-zones:account=…`.
    if (KEYS.includes(key as keyof Parameters) || /[^A-Za-z0-9_]/.test(key)) continue;
    if (firstWords.some((word) => key.toLowerCase().startsWith(word))) {
      throw new InvalidValue('context key', key, `one of ${KEYS.join(', ')}`);
    }
  }
}

function text(
  context: Context,
  key: keyof Parameters,
  expected: string,
  isValid: (value: string) => boolean = () => true,
): string | undefined {
  const value = context[key];
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string' || !isValid(value)) throw new InvalidValue(key, value, expected);
  return value;
}

function hostedZoneId(context: Context): string | undefined {
  const id = text(context, 'hostedZoneId', 'an id such as Z0123456789ABCDEFGHIJ', (value) =>
    HOSTED_ZONE_ID.test(value),
  );
  if (id !== undefined && !context.domainName) {
    throw new InvalidValue('hostedZoneId', id, 'domainName beside it, the name of that zone');
  }
  return id;
}

function integer(context: Context, key: keyof Parameters, fallback: number): number {
  // The command line gives strings, cdk.json may give numbers.
  const value = context[key] ?? fallback;
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number') throw new InvalidValue(key, value, 'a whole number');
  return number;
}

function list(context: Context, key: keyof Parameters): string[] {
  const value = context[key] ?? [];
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items.flatMap((item) => {
    if (typeof item !== 'string') throw new InvalidValue(key, value, 'strings, separated by commas');
    return item
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  });
}

function natGateways(context: Context): NatGateways {
  const value = context.natGateways ?? 'per-az';
  const found = NAT_GATEWAYS.find((choice) => choice === value);
  if (!found) throw new InvalidValue('natGateways', value, `one of ${NAT_GATEWAYS.join(', ')}`);
  return found;
}
