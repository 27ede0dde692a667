import { Aws, Fn, Names } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * A physical name of up to 64 letters, digits and `-`, for a resource whose name CloudFormation requires. It ends with the
 * UUID of the stack: a second deployment in the account, in another region too, has another name.
 *
 * @param maxLength for a resource that allows fewer characters, at least 45
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
 */
export function uniqueName(construct: IConstruct, maxLength = 64): string {
  return `${Names.uniqueResourceName(construct, { maxLength: maxLength - 37 })}-${stackUuid()}`;
}

/** The same name in lower case, for a service that writes names in lower case in its ARNs. */
export function lowerCaseUniqueName(construct: IConstruct, maxLength = 64): string {
  const name = Names.uniqueResourceName(construct, { maxLength: maxLength - 37 });
  return `${name.toLowerCase()}-${stackUuid()}`;
}

// arn:aws:cloudformation:eu-west-1:111111111111:stack/Name/51af3dc0-da77-11e4-872e-1234567db123
const stackUuid = () => Fn.select(2, Fn.split('/', Aws.STACK_ID));

/**
 * A physical name of up to `maxLength` letters, digits and `-`, at least 21. It ends with 12 digits of the UUID of the stack.
 */
export function shortUniqueName(construct: IConstruct, maxLength: number): string {
  const digits = Fn.select(4, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID))));
  return `${Names.uniqueResourceName(construct, { maxLength: maxLength - 13 })}-${digits}`;
}
