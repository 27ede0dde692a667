import { Aws, CfnRule, Fn, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { InvalidValue } from './invalid-value';

/**
 * Requires us-east-1, for what exists in no other region. Throws `InvalidValue` in a stack of another region. When the
 * region of the stack is unknown, a rule of the template makes CloudFormation refuse any other region before it creates
 * a resource.
 *
 * @param what subject and verb of the message: 'Metrics of health checks exist'
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
 */
export function requireUsEast1(scope: Construct, what: string): void {
  const { region } = Stack.of(scope);
  if (!Token.isUnresolved(region)) {
    if (region !== 'us-east-1') throw new InvalidValue('region', region, `us-east-1: ${what} only there`);
    return;
  }
  new CfnRule(scope, 'UsEast1', {
    assertions: [
      {
        assert: Fn.conditionContains(['us-east-1'], Aws.REGION),
        assertDescription: `Deploy this stack to us-east-1. ${what} only there.`,
      },
    ],
  });
}
