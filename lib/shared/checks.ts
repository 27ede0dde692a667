import { Token } from 'aws-cdk-lib';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { parseCidr } from './cidr';
import { InvalidValue } from './invalid-value';

/*
 * Checks of props that several constructs have. Each throws `InvalidValue` with the prop's name. None checks a token:
 * CloudFormation knows its value only at deployment.
 */

/** Checks for a whole number from `from` to `to`. */
export function checkInteger(name: string, value: number, from: number, to: number): void {
  if (Token.isUnresolved(value) || (Number.isInteger(value) && value >= from && value <= to)) return;
  throw new InvalidValue(name, value, `a whole number from ${from} to ${to}`);
}

/** Checks for 2 to 6 Availability Zones. One alone cannot fail over, and no region has more than six. */
export function checkAzCount(azCount: number): void {
  checkInteger('azCount', azCount, 2, 6);
}

/** Checks for a TCP or UDP port, 1 to 65535. */
export function checkPort(name: string, port: number): void {
  checkInteger(name, port, 1, 65_535);
}

/**
 * Checks for an IPv4 network from /16, AWS's largest VPC, to `longestPrefix`. A token is refused: CDK divides the
 * network into subnets during synthesis.
 *
 * @param why why the network must not be smaller, for the message: `for 3 AZs`
 */
export function checkVpcCidr(name: string, cidr: string, longestPrefix: number, why?: string): void {
  if (Token.isUnresolved(cidr)) {
    throw new InvalidValue(name, 'a token', 'a literal network: subnets are laid out during synthesis');
  }
  const { prefix } = parseCidr(name, cidr);
  if (prefix >= 16 && prefix <= longestPrefix) return;
  throw new InvalidValue(
    name,
    cidr,
    `a network of /16 to /${longestPrefix}${why === undefined ? '' : ` ${why}`}`,
  );
}

const ROLE_NAME = /^[A-Z][a-z0-9]{0,31}$/;

/** Checks for a name that serves as a construct id and in names of resources: `A`, `Shop`, `Staging2`. */
export function checkRoleName(name: string, value: string, reserved: readonly string[] = []): void {
  if (ROLE_NAME.test(value) && !reserved.includes(value)) return;
  const except = reserved.length === 0 ? '' : `, and not ${reserved.join(' or ')}`;
  throw new InvalidValue(name, value, `a name such as A, Shop or Staging2${except}`);
}

/** Checks that a domain name is that of a zone, or below it. */
export function checkNameInZone(name: string, value: string, { zoneName }: IHostedZone): void {
  if (Token.isUnresolved(value) || Token.isUnresolved(zoneName)) return;
  if (value === zoneName || value.endsWith(`.${zoneName}`)) return;
  throw new InvalidValue(name, value, `a name in the zone ${zoneName}`);
}

/**
 * Checks for a time zone by its IANA name, as EventBridge Scheduler and Auto Scaling take it. Offsets are refused, and so
 * is a known name in another case.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#time-zones
 */
export function checkTimeZone(name: string, timeZone: string): void {
  if (Token.isUnresolved(timeZone)) return;
  const example = 'a time zone such as Etc/UTC or Europe/London';
  let known: string;
  try {
    known = new Intl.DateTimeFormat('en-US', { timeZone }).resolvedOptions().timeZone;
  } catch {
    throw new InvalidValue(name, timeZone, example);
  }
  // Node.js accepts offsets, AWS does not.
  if (/^[+-]/.test(timeZone)) throw new InvalidValue(name, timeZone, `${example}, not an offset`);
  // Node.js accepts any case, AWS does not. For an alias Node.js answers another name, which says nothing.
  if (known !== timeZone && known.toLowerCase() === timeZone.toLowerCase()) {
    throw new InvalidValue(name, timeZone, known);
  }
}
