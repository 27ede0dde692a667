import type { Json } from '../templates';
import { asFlag, asList, asRecord, asText, describe, reference } from '../templates/properties';
import type { Distribution, Settings } from './distribution';
import { known, open } from './known';

/** Whether a cache behavior needs a signed URL or signed cookies. */
export function needsSignature({ TrustedKeyGroups, TrustedSigners }: Settings): boolean {
  return [TrustedKeyGroups, TrustedSigners].some((list) => {
    if (list !== undefined && !Array.isArray(list)) return open(`${describe(list)} is not known`);
    return asList(list).length > 0;
  });
}

/**
 * The public keys that verify the signatures of a cache behavior, by construct path or id. Empty where it needs none.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html
 */
export function signersOf({ templates }: Distribution, settings: Settings): readonly string[] {
  if (!needsSignature(settings)) return [];
  if (asList(settings.TrustedSigners).length > 0)
    open('the key pairs of trusted signers are not in templates');
  const keys = asList(settings.TrustedKeyGroups).flatMap((value) => {
    const group = known(reference(templates, value, 'AWS::CloudFront::KeyGroup'));
    if (!group) return open(`the keys of key group ${describe(value)} are not in the templates`);
    return asList(asRecord(group.properties.KeyGroupConfig).Items).map(
      (key: Json) =>
        known(reference(templates, key, 'AWS::CloudFront::PublicKey'))?.path ?? known(asText(key)) ?? '',
    );
  });
  return [...new Set(keys)];
}

/** Whether CloudFront runs a function of an event type for a cache behavior. */
export function hasFunction(settings: Settings, eventType: string): boolean {
  const associations = [
    ...asList(settings.FunctionAssociations),
    ...asList(settings.LambdaFunctionAssociations),
  ].map(asRecord);
  return associations.some(({ EventType }) => known(asText(EventType)) === eventType);
}

/** Whether a flag is set. */
export function isSet(value: Json | undefined): boolean {
  const flag = asFlag(value, false);
  return flag === 'doubt' ? open(`${describe(value)} is not known`) : flag;
}
