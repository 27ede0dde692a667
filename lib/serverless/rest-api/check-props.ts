import { Token } from 'aws-cdk-lib';
import { checkInteger } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';
import type { CognitoRestApiProps } from './rest-api';

const ORIGIN = /^https?:\/\/[a-z0-9.-]+(:\d+)?$/;

/** Throws `InvalidValue` for the first prop that cannot be used. */
export function checkProps(props: CognitoRestApiProps): void {
  const { allowedOrigin, requestsPerSecond = 1, cacheTtl, canary } = props;
  if (allowedOrigin !== undefined && !Token.isUnresolved(allowedOrigin) && !ORIGIN.test(allowedOrigin)) {
    throw new InvalidValue('allowedOrigin', allowedOrigin, 'an origin such as https://www.example.com');
  }
  // The quota of an account in a Region is 10,000.
  checkInteger('requestsPerSecond', requestsPerSecond, 1, 10_000);
  if (cacheTtl !== undefined && !cacheTtl.isUnresolved()) {
    const seconds = cacheTtl.toSeconds({ integral: false });
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > 3600) {
      throw new InvalidValue('cacheTtl', cacheTtl.toHumanString(), '1 to 3600 seconds');
    }
  }
  if (canary && !Token.isUnresolved(canary.percent) && !(canary.percent >= 0 && canary.percent <= 100)) {
    throw new InvalidValue('canary.percent', canary.percent, 'a number from 0 to 100');
  }
}
