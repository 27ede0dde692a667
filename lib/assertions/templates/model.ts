/** A JSON value, as a template holds it and as `Resource.properties` holds it after resolution. */
export type Json = null | string | number | boolean | Json[] | { [key: string]: Json };

/** The input is not a CloudFormation template, or the templates contradict each other. */
export class InvalidTemplate extends Error {}

/** No resource has this path. */
export class NoSuchResource extends Error {}

/** One template, and what is known of where it will be deployed. */
export interface TemplateSource {
  /** The name that its resources are reported under; unique in one set. */
  readonly name: string;
  readonly template: unknown;
  /** The name that it is deployed under, which `AWS::StackName` and `Fn::GetStackOutput` use. @default name */
  readonly stackName?: string;
  /** @default - AWS::Region stays symbolic */
  readonly region?: string;
  /** @default - AWS::AccountId stays symbolic */
  readonly account?: string;
  /** Construct paths by logical id. @default - the `aws:cdk:path` in the template's metadata */
  readonly paths?: Readonly<Record<string, string>>;
}

export interface LoadOptions {
  /** Values for template parameters, by parameter name. @default - each parameter's own default */
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * A value that conditions compare, or a parameter with AllowedValues, that has no value before deployment. `options` are
 * the values that make a difference. When it is not `closed`, it can also have another value.
 */
export interface OpenChoice {
  readonly subject: string;
  readonly options: readonly string[];
  readonly closed: boolean;
}

/** An assumption for each open choice, by subject. Undefined: none of the options. */
export type Assumptions = ReadonlyMap<string, string | undefined>;

/** One resource of a template, with the intrinsic functions in its properties resolved. */
export interface Resource {
  /** Construct path without the trailing `/Resource`; `Stack/LogicalId` where CDK wrote no path. */
  readonly path: string;
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /**
   * The properties. A value that is known only once deployed stands as `⟨Stack.LogicalId⟩` (Ref) or
   * `⟨Stack.LogicalId.Attribute⟩` (Fn::GetAtt), one that cannot be resolved at all as `⟨?why⟩`: alone or inside
   * a longer string. `Templates.reference()` and `Templates.unknown()` read them.
   */
  readonly properties: Readonly<Record<string, Json>>;
  /** Where its stack is deployed; undefined when that is not known before deployment. */
  readonly account?: string;
  readonly region?: string;
  /** The name of the resource's condition, where that could not be decided: it may or may not exist. */
  readonly undecidedCondition?: string;
  /** The open choices that its existence or its properties depend on. */
  readonly openChoices?: readonly OpenChoice[];
}

/** What a value points to. */
export interface Reference {
  readonly resource: Resource;
  /** The attribute of `Fn::GetAtt`; undefined for `Ref`. */
  readonly attribute?: string;
}
