/** A JSON value, in a template or in `Resource.properties`. */
export type Json = null | string | number | boolean | Json[] | { [key: string]: Json };

/** Thrown for input that is no CloudFormation template, and for templates that contradict each other. */
export class InvalidTemplate extends Error {}

/** Thrown for a path without a resource. */
export class NoSuchResource extends Error {}

/** One template, with the account and Region of its deployment if they are known. */
export interface TemplateSource {
  /** The name of the stack in answers. Unique among the templates. */
  readonly name: string;
  readonly template: unknown;
  /** The stack name in AWS, for `AWS::StackName` and `Fn::GetStackOutput`. @default name */
  readonly stackName?: string;
  /** @default - AWS::Region stays a symbol */
  readonly region?: string;
  /** @default - AWS::AccountId stays a symbol */
  readonly account?: string;
  /** Construct paths by logical id. @default - the `aws:cdk:path` in the template's metadata */
  readonly paths?: Readonly<Record<string, string>>;
}

export interface LoadOptions {
  /** Values for template parameters, by parameter name. @default - each parameter's own default */
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * A value that is open before deployment: one that conditions compare, or a parameter with AllowedValues. `options` are
 * the values that make a difference. If it is not `closed`, it can also have another value.
 */
export interface OpenChoice {
  readonly subject: string;
  readonly options: readonly string[];
  readonly closed: boolean;
}

/** The assumed value of each open choice, by subject. Undefined: a value outside the options. */
export type Assumptions = ReadonlyMap<string, string | undefined>;

/** One resource of a template, with resolved intrinsic functions. */
export interface Resource {
  /** Construct path without `/Resource` at the end; `Stack/LogicalId` if the template has no path. */
  readonly path: string;
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /**
   * The properties. A value that is known only after deployment is the symbol `⟨Stack.LogicalId⟩` (Ref) or
   * `⟨Stack.LogicalId.Attribute⟩` (Fn::GetAtt). A value that cannot be resolved is `⟨?why⟩`. A string may contain
   * symbols. `Templates.reference()` and `Templates.unknown()` read them.
   */
  readonly properties: Readonly<Record<string, Json>>;
  /** Account and Region of its stack. Undefined, if they are known only during deployment. */
  readonly account?: string;
  readonly region?: string;
  /** The name of its condition, if that is undecided: the resource may exist or not. */
  readonly undecidedCondition?: string;
  /** The open choices on which its existence or its properties depend. */
  readonly openChoices?: readonly OpenChoice[];
}

/** The resource that a value refers to. */
export interface Reference {
  readonly resource: Resource;
  /** The attribute of `Fn::GetAtt`; undefined for `Ref`. */
  readonly attribute?: string;
}
