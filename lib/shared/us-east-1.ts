import { Aws, CfnRule, Fn, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { InvalidValue } from './invalid-value';

/**
 * For what AWS has in us-east-1 only. Throws `InvalidValue` in a stack that is bound to another region; where the region
 * is not known yet, CloudFormation refuses to deploy to another one, before it creates anything.
 *
 * @param what lives there, as the start of a sentence: 'Metrics of health checks are'
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
