import type { Conditions } from 'aws-cdk-lib/aws-iam';

/**
 * Allows requests to a DynamoDB table only for items whose partition key matches, such as `customer#*`.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export const leadingKeys = (...patterns: readonly string[]): Conditions => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': patterns },
  // ForAllValues also holds for a request without the key.
  Null: { 'dynamodb:LeadingKeys': 'false' },
});
