import { cidr, isRecord, isUnknown, join, select, split, text, unknown } from './functions';
import {
  InvalidTemplate,
  type Assumptions,
  type Json,
  type OpenChoice,
  type Resource,
  type TemplateSource,
} from './model';
import { OpenChoices } from './open-choices';

/** Shared by all templates of one set. */
export interface Context {
  /** Exported values by export name, per region and account. */
  readonly exports: Map<string, { readonly stack: string; readonly value: Json }>;
  readonly resolvers: Map<string, Resolver>;
  readonly assumptions: Assumptions;
  readonly choices: OpenChoices;
  /** The references that are being resolved, to find circular ones. */
  readonly resolving: Set<string>;
}

interface RawResource {
  readonly Type: string;
  readonly Properties?: Json;
  readonly Condition?: string;
  readonly Metadata?: Readonly<Record<string, Json>>;
}

interface ParameterDefinition {
  readonly Type?: string;
  readonly Default?: Json;
  readonly AllowedValues?: readonly Json[];
}

interface RawTemplate {
  readonly Transform?: Json;
  readonly Resources: Readonly<Record<string, RawResource>>;
  readonly Parameters?: Readonly<Record<string, ParameterDefinition>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Json>>>>>>;
  readonly Conditions?: Readonly<Record<string, Json>>;
  readonly Outputs?: Readonly<
    Record<
      string,
      { readonly Value: Json; readonly Condition?: string; readonly Export?: { readonly Name: Json } }
    >
  >;
}

/** `AWS::NoValue` removes the property. */
const NO_VALUE = '⟨AWS::NoValue⟩';

/** Attributes that return the value of a property, and so are known before deployment. */
const ECHOED: Readonly<Record<string, string>> = {
  'AWS::EC2::VPC.CidrBlock': 'CidrBlock',
  'AWS::EC2::Subnet.AvailabilityZone': 'AvailabilityZone',
  'AWS::EC2::Subnet.CidrBlock': 'CidrBlock',
};

/** Resolves the intrinsic functions of one template when they are read, as far as is possible before deployment. */
export class Resolver {
  readonly name: string;
  private readonly stackName: string;
  private readonly template: RawTemplate;
  private readonly conditions = new Map<
    string,
    { readonly value: boolean | undefined; readonly choices: readonly OpenChoice[] }
  >();

  constructor(
    private readonly source: TemplateSource,
    private readonly context: Context,
    private readonly parameters: Readonly<Record<string, Json>>,
  ) {
    this.name = source.name;
    this.stackName = source.stackName ?? source.name;
    this.template = checked(source);
  }

  resources(): Resource[] {
    return this.definitions().flatMap(([logicalId, raw]) => {
      const { choices } = this.context;
      const [[exists, properties], openChoices] = choices.during(() => [
        raw.Condition === undefined ? true : this.condition(raw.Condition),
        this.properties(raw),
      ]);
      if (exists === false) return [];
      return {
        path: this.pathOf(logicalId, raw),
        stack: this.name,
        logicalId,
        type: raw.Type,
        properties,
        ...(this.source.account !== undefined && { account: this.source.account }),
        ...(this.source.region !== undefined && { region: this.source.region }),
        ...(exists === undefined && { undecidedCondition: raw.Condition }),
        ...(openChoices.length > 0 && { openChoices }),
      };
    });
  }

  /** The transforms and functions by which CloudFormation may add resources to this template. */
  unexpanded(): string[] {
    const { Transform, Resources } = this.template;
    const transforms = (Array.isArray(Transform) ? Transform : [Transform ?? []])
      .map((transform) => text(isRecord(transform) ? transform.Name : transform))
      // AWS::LanguageExtensions adds functions. Only Fn::ForEach adds resources, and is found below.
      .filter((name) => name !== 'AWS::LanguageExtensions' && name !== '[]')
      // AWS::Serverless replaces only resources of its own types.
      .filter((name) => !name.startsWith('AWS::Serverless-') || this.definitions().some(isServerless));
    return [
      ...transforms.map((name) => `${this.name}: Transform ${name}`),
      ...Object.keys(Resources)
        .filter(isMacro)
        .map((key) => `${this.name}: ${key} in Resources`),
      ...this.definitions()
        .filter(([, raw]) => isRecord(raw.Properties) && Object.keys(raw.Properties).some(isFunction))
        .map(([logicalId, raw]) => `${this.pathOf(logicalId, raw)}: a function in place of its properties`),
    ];
  }

  /** Records the exports of this template. Throws `InvalidTemplate` if another stack has the same export. */
  declareExports(): void {
    for (const output of Object.values(this.template.Outputs ?? {})) {
      if (!output.Export) continue;
      if (output.Condition !== undefined && this.condition(output.Condition) === false) continue;
      const name = this.exportKey(this.resolve(output.Export.Name));
      const other = this.context.exports.get(name);
      if (other) {
        throw new InvalidTemplate(
          `export ${name}: owned by both ${other.stack} and ${this.name}, expected one`,
        );
      }
      // Resolved on first use, because the value may be an import from a stack that is read later.
      const value = () => this.once(`export ${name}`, () => this.resolve(output.Value));
      this.context.exports.set(name, {
        stack: this.name,
        get value() {
          return value();
        },
      });
    }
  }

  /** The names of the nested stacks, with the parameters that this template passes to each. */
  nestedStacks(): [string, Readonly<Record<string, Json>>][] {
    return this.definitions().flatMap(([logicalId, raw]): [string, Readonly<Record<string, Json>>][] => {
      if (raw.Type !== 'AWS::CloudFormation::Stack') return [];
      if (raw.Condition !== undefined && this.condition(raw.Condition) === false) return [];
      const given =
        isRecord(raw.Properties) && isRecord(raw.Properties.Parameters) ? raw.Properties.Parameters : {};
      const parameters = Object.entries(given).map(([name, value]) => [
        name,
        { [LAZY]: () => this.resolve(value) } as unknown as Json,
      ]);
      return [[`${this.name}/${logicalId}`, Object.fromEntries(parameters) as Record<string, Json>]];
    });
  }

  parameterNames(): string[] {
    return Object.keys(this.template.Parameters ?? {});
  }

  private definitions(): [string, RawResource][] {
    return Object.entries(this.template.Resources).filter(([key]) => !isMacro(key));
  }

  private properties(raw: RawResource): Record<string, Json> {
    const written = isRecord(raw.Properties) ? Object.entries(raw.Properties) : [];
    const resolved = written.map(([name, value]) => [
      name,
      isFunction(name) ? unknown(name) : this.resolve(value),
    ]);
    return Object.fromEntries(resolved.filter(([, value]) => value !== NO_VALUE)) as Record<string, Json>;
  }

  private output(name: string): Json {
    const output = this.template.Outputs?.[name];
    if (!output) return unknown(`${this.name} has no output ${name}`);
    return this.once(`output ${name}`, () => this.resolve(output.Value));
  }

  private pathOf(logicalId: string, raw: RawResource): string {
    const path = raw.Metadata?.['aws:cdk:path'] ?? this.source.paths?.[logicalId];
    return typeof path === 'string' ? path.replace(/\/(Resource|Default)$/, '') : `${this.name}/${logicalId}`;
  }

  /** The value. Unknown if it refers to itself, which CloudFormation refuses. */
  private once(what: string, resolve: () => Json): Json {
    const { resolving } = this.context;
    const key = `${what} of ${this.name}`;
    if (resolving.has(key)) return unknown(`circular reference: ${key}`);
    resolving.add(key);
    try {
      return resolve();
    } finally {
      resolving.delete(key);
    }
  }

  private exportKey(name: Json): string {
    const { region, account } = this.source;
    const where = region || account ? ` (${account ?? 'any account'}/${region ?? 'any region'})` : '';
    return `${typeof name === 'string' ? name : JSON.stringify(name)}${where}`;
  }

  private resolve(value: Json): Json {
    if (Array.isArray(value))
      return value.map((item) => this.resolve(item)).filter((item) => item !== NO_VALUE);
    if (!isRecord(value)) return value;
    const macro = Object.keys(value).find(isMacro);
    if (macro !== undefined) return unknown(macro);
    const [key, ...others] = Object.keys(value);
    if (key !== undefined && others.length === 0 && isFunction(key)) {
      return this.intrinsic(key, value[key] as Json);
    }
    const entries = Object.entries(value).map(([name, item]) => [name, this.resolve(item)] as const);
    return Object.fromEntries(entries.filter(([, item]) => item !== NO_VALUE));
  }

  private intrinsic(name: string, argument: Json): Json {
    switch (name) {
      case 'Ref':
        return this.ref(text(argument));
      case 'Fn::GetAtt':
        return this.getAtt(
          Array.isArray(argument)
            ? argument.map((item) => text(this.resolve(item))).join('.')
            : text(argument),
        );
      case 'Fn::ImportValue': {
        const exportName = this.resolve(argument);
        const found = this.context.exports.get(this.exportKey(exportName));
        return found ? found.value : unknown(`no stack here exports ${text(exportName)}`);
      }
      case 'Fn::Join': {
        const [separator, list] = argument as [string, Json];
        return join(separator, this.resolve(list));
      }
      case 'Fn::Sub':
        return this.sub(argument);
      case 'Fn::Select':
        return select(...(this.resolve(argument) as [Json, Json]));
      case 'Fn::Split':
        return split(...(this.resolve(argument) as [string, Json]));
      case 'Fn::GetAZs': {
        const region = this.resolve(argument);
        const prefix =
          (typeof region === 'string' && region !== '' && !region.startsWith('⟨')
            ? region
            : this.source.region) ?? 'az-';
        // A Region has at most six AZs. Which ones an account has is known only during deployment; their order is known.
        return ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `${prefix}${letter}`);
      }
      case 'Fn::FindInMap': {
        const [map, first, second, options] = (argument as Json[]).map((item) => this.resolve(item));
        const keys = [map, first, second].map(text);
        const [mapping, row, column] = keys as [string, string, string];
        const rows = this.template.Mappings?.[mapping];
        const found = rows?.[row]?.[column];
        if (found !== undefined) return found;
        // An unknown row, such as the Region, does not matter if all rows are equal.
        const possible = Object.values(rows ?? {}).map((one) => one[column]);
        if (isRecord(options)) possible.push(options.DefaultValue);
        const [any, ...others] = row.includes('⟨') ? possible : [];
        if (any !== undefined && others.every((one) => JSON.stringify(one) === JSON.stringify(any)))
          return any;
        // With AWS::LanguageExtensions, a missing key has a default.
        const fallback = isRecord(options) ? options.DefaultValue : undefined;
        return fallback !== undefined && !keys.join('').includes('⟨')
          ? fallback
          : unknown(`Fn::FindInMap ${keys.join('.')}`);
      }
      case 'Fn::If': {
        const [condition, yes, no] = argument as [string, Json, Json];
        const decided = this.condition(condition);
        if (decided === undefined) {
          const [a, b] = [this.resolve(yes), this.resolve(no)];
          return JSON.stringify(a) === JSON.stringify(b)
            ? a
            : unknown(`condition ${condition} of ${this.name}`);
        }
        return this.resolve(decided ? yes : no);
      }
      case 'Fn::Base64':
        return this.resolve(argument);
      case 'Fn::Cidr': {
        const [block, count, bits] = this.resolve(argument) as Json[];
        return cidr(block ?? null, count ?? null, bits ?? 8);
      }
      case 'Fn::GetStackOutput':
        return this.stackOutput(this.resolve(argument) as Record<string, Json>);
      default:
        return unknown(name);
    }
  }

  private ref(name: string): Json {
    const { region, account } = this.source;
    switch (name) {
      case 'AWS::NoValue':
        return NO_VALUE;
      case 'AWS::Partition':
        return partition(region);
      case 'AWS::URLSuffix':
        return partition(region) === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
      case 'AWS::Region':
        return region ?? '⟨AWS::Region⟩';
      case 'AWS::AccountId':
        return account ?? '⟨AWS::AccountId⟩';
      case 'AWS::StackName':
        return this.stackName;
      case 'AWS::StackId': {
        const stack = `stack/${this.stackName}/${uuid(this.name)}`;
        const [where, whose] = [region ?? '⟨AWS::Region⟩', account ?? '⟨AWS::AccountId⟩'];
        return `arn:${partition(region)}:cloudformation:${where}:${whose}:${stack}`;
      }
    }
    if (name.startsWith('AWS::')) return `⟨${name}⟩`;
    if (Object.hasOwn(this.template.Resources, name)) return `⟨${this.name}.${name}⟩`;
    const given = this.parameters[name];
    const parameter = this.template.Parameters?.[name];
    if (!parameter) return unknown(`Ref to ${name}, which ${this.name} does not define`);
    const passed =
      isRecord(given) && LAZY in given
        ? this.once(`parameter ${name}`, (given as unknown as { [LAZY]: () => Json })[LAZY])
        : given;
    const value = passed ?? parameter.Default ?? this.assumed(name, parameter);
    // The default of an SSM parameter type is the name of the SSM parameter, not its value.
    if (value === undefined || parameter.Type?.startsWith('AWS::SSM::Parameter')) {
      return unknown(`parameter ${name} of ${this.name}`);
    }
    const isList = parameter.Type === 'CommaDelimitedList' || parameter.Type?.startsWith('List<');
    if (!isList || typeof value !== 'string') return value;
    const items = split(',', value);
    return Array.isArray(items)
      ? items.map((item) => (typeof item === 'string' ? item.trim() : item))
      : items;
  }

  /** The assumed value of a parameter without a value. */
  private assumed(name: string, { AllowedValues }: ParameterDefinition): string | undefined {
    const subject = unknown(`parameter ${name} of ${this.name}`);
    const { assumptions, choices } = this.context;
    if (AllowedValues) choices.note({ subject, options: AllowedValues.map(text), closed: true });
    return assumptions.get(subject);
  }

  private getAtt(target: string): Json {
    const dot = target.indexOf('.');
    const [logicalId, attribute] = [target.slice(0, dot), target.slice(dot + 1)];
    const raw = this.template.Resources[logicalId];
    if (!raw) return unknown(`Fn::GetAtt of ${target}, which ${this.name} does not define`);
    const echoed = ECHOED[`${raw.Type}.${attribute}`];
    const property = echoed !== undefined && isRecord(raw.Properties) ? raw.Properties[echoed] : undefined;
    const echo = property === undefined ? NO_VALUE : this.once(target, () => this.resolve(property));
    if (echo !== NO_VALUE) return echo;
    if (raw.Type === 'AWS::CloudFormation::Stack' && attribute.startsWith('Outputs.')) {
      const nested = this.context.resolvers.get(`${this.name}/${logicalId}`);
      return nested
        ? nested.output(attribute.slice('Outputs.'.length))
        : unknown(`nested stack ${this.name}/${logicalId}`);
    }
    return `⟨${this.name}.${target}⟩`;
  }

  private sub(argument: Json): Json {
    const [pattern, variables] = Array.isArray(argument)
      ? [text(argument[0]), isRecord(argument[1]) ? argument[1] : {}]
      : [text(argument), {} as Record<string, Json>];
    return pattern.replace(/\$\{(!?)([^}]+)\}/g, (_, escaped: string, name: string) => {
      if (escaped) return `\${${name}}`;
      const value = Object.hasOwn(variables, name)
        ? this.resolve(variables[name] as Json)
        : name.includes('.')
          ? this.getAtt(name)
          : this.ref(name);
      return text(value);
    });
  }

  private stackOutput({ StackName, OutputName, Region }: Record<string, Json>): Json {
    const known = (region: Json | undefined) =>
      typeof region === 'string' && !region.startsWith('⟨') ? region : undefined;
    const region = known(Region) ?? this.source.region;
    const found = [...this.context.resolvers.values()].filter(
      (other) =>
        other.stackName === StackName &&
        (region === undefined || other.source.region === undefined || other.source.region === region),
    );
    const [stack, ...others] = found;
    if (stack && others.length === 0) return stack.output(text(OutputName));
    const where = region === undefined ? '' : ` in ${region}`;
    return unknown(`${found.length || 'none'} of the templates is stack ${text(StackName)}${where}`);
  }

  /** Undefined, if the condition is undecided before deployment. */
  private condition(name: string): boolean | undefined {
    const { choices } = this.context;
    const known = this.conditions.get(name);
    if (known) {
      for (const choice of known.choices) choices.note(choice);
      return known.value;
    }
    this.conditions.set(name, { value: undefined, choices: [] });
    const expression = this.template.Conditions?.[name];
    if (expression === undefined) throw new InvalidTemplate(`${this.name}: condition ${name} is not defined`);
    const [value, open] = choices.during(() => this.decide(expression));
    this.conditions.set(name, { value, choices: open });
    return value;
  }

  private decide(expression: Json): boolean | undefined {
    if (!isRecord(expression)) return undefined;
    const [key, argument] = Object.entries(expression)[0] ?? ['', null];
    switch (key) {
      case 'Condition':
        return this.condition(text(argument));
      case 'Fn::Not': {
        const decided = this.decide((argument as Json[])[0] as Json);
        return decided === undefined ? undefined : !decided;
      }
      case 'Fn::And':
      case 'Fn::Or': {
        const all = (argument as Json[]).map((item) => this.decide(item));
        const decisive = key === 'Fn::Or';
        if (all.includes(decisive)) return decisive;
        return all.includes(undefined) ? undefined : !decisive;
      }
      case 'Fn::Equals': {
        const [a, b] = (argument as Json[]).map((item) => this.resolve(item));
        const symbolic = (side: Json | undefined) => text(side).includes('⟨');
        if (!symbolic(a) && !symbolic(b)) return text(a) === text(b);
        if (a === b && !isUnknown(a)) return true;
        return this.assumedEqual(text(a), text(b), symbolic(a) && symbolic(b));
      }
      default:
        return undefined;
    }
  }

  /** Whether two values are assumed to be equal. At least one of them is known only during deployment. */
  private assumedEqual(a: string, b: string, bothOpen: boolean): boolean | undefined {
    const { assumptions, choices } = this.context;
    const [subject, value] = bothOpen
      ? [[a, b].sort().join(' = '), 'true']
      : a.includes('⟨')
        ? [a, b]
        : [b, a];
    choices.note({ subject, options: [value], closed: false });
    return assumptions.has(subject) ? assumptions.get(subject) === value : undefined;
  }
}

const isServerless = ([, { Type }]: [string, RawResource]): boolean => Type.startsWith('AWS::Serverless::');

/** Marks a parameter of a nested stack. The parent resolves it when it is first read. */
const LAZY = Symbol('lazy');

const isFunction = (key: string): boolean => key === 'Ref' || key.startsWith('Fn::');
/** Functions that CloudFormation expands first, together with the object around them. */
const isMacro = (key: string): boolean => key === 'Fn::Transform' || key.startsWith('Fn::ForEach');

function partition(region: string | undefined): string {
  if (region?.startsWith('cn-')) return 'aws-cn';
  return region?.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** The UUID at the end of the id of a stack, with a symbol for each group of its digits. */
const uuid = (stack: string): string =>
  [1, 2, 3, 4, 5].map((group) => `⟨UUID${group} of ${stack}⟩`).join('-');

function checked({ name, template }: TemplateSource): RawTemplate {
  const resources = isRecord(template) ? template.Resources : undefined;
  if (!isRecord(resources)) {
    throw new InvalidTemplate(
      `${name}: expected a CloudFormation template with Resources, got ${describe(template)}`,
    );
  }
  for (const [logicalId, resource] of Object.entries(resources)) {
    if (isMacro(logicalId)) continue;
    if (!isRecord(resource) || typeof resource.Type !== 'string') {
      throw new InvalidTemplate(`${name}: resource ${logicalId} has no Type`);
    }
  }
  return template as RawTemplate;
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isRecord(value)) return `an object with ${Object.keys(value).slice(0, 5).join(', ') || 'no keys'}`;
  return value === undefined ? 'nothing' : `${typeof value} ${JSON.stringify(value).slice(0, 60)}`;
}
