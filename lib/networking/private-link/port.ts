import { Token } from 'aws-cdk-lib';
import { InvalidValue } from '../../shared/invalid-value';

/** Throws `InvalidValue`, in the name of the given prop, for what is no TCP port. */
export function checkPort(name: string, port: number): void {
  if (Token.isUnresolved(port)) return;
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new InvalidValue(name, port, 'a whole number from 1 to 65535');
  }
}
