import { InvalidTemplate, type Json, type Resource, type TemplateSource } from './model';

/** What the templates of one set share. */
export interface Context {
  /** Exported values by export name, per region and account. */
  readonly exports: Map<string, { readonly stack: string; readonly value: Json }>;
  readonly resolvers: Map<string, Resolver>;
}

interface RawResource {
  readonly Type: string;
  readonly Properties?: Json;
  readonly Condition?: string;
  readonly Metadata?: Readonly<Record<string, Json>>;
}

interface RawTemplate {
  readonly Resources: Readonly<Record<string, RawResource>>;
  readonly Parameters?: Readonly<Record<string, { readonly Type?: string; readonly Default?: Json }>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Json>>>>>>;
  readonly Conditions?: Readonly<Record<string, Json>>;
  readonly Outputs?: Readonly<
    Record<
      string,
      { readonly Value: Json; readonly Condition?: string; readonly Export?: { readonly Name: Json } }
    >
  >;
}

/** `AWS::NoValue`: the property is as if it had not been written. */
const NO_VALUE = '⟨AWS::NoValue⟩';

/** Attributes that return what a property said, so that they need no deployment to be known. */
const ECHOED: Readonly<Record<string, string>> = {
  'AWS::EC2::VPC.CidrBlock': 'CidrBlock',
  'AWS::EC2::Subnet.AvailabilityZone': 'AvailabilityZone',
  'AWS::EC2::Subnet.CidrBlock': 'CidrBlock',
};

const unknown = (why: string) => `⟨?${why.replace(/[⟨⟩]/g, '')}⟩`;
const isUnknown = (value: Json): boolean => typeof value === 'string' && value.startsWith('⟨?');
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : JSON.stringify(value));
const isRecord = (value: unknown): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Resolves the intrinsic functions of one template, lazily and as far as can be known before deployment. */
export class Resolver {
  readonly name: string;
  private readonly template: RawTemplate;
  private readonly conditions = new Map<string, boolean | undefined>();

  constructor(
    private readonly source: TemplateSource,
    private readonly context: Context,
    private readonly parameters: Readonly<Record<string, Json>>,
  ) {
    this.name = source.name;
    this.template = checked(source);
  }

  resources(): Resource[] {
    return Object.entries(this.template.Resources).flatMap(([logicalId, raw]) => {
      const exists = raw.Condition === undefined ? true : this.condition(raw.Condition);
      if (exists === false) return [];
      const properties = this.resolve(raw.Properties ?? {});
      return {
        path: this.pathOf(logicalId, raw),
        stack: this.name,
        logicalId,
        type: raw.Type,
        properties: isRecord(properties) ? properties : {},
        ...(exists === undefined && { undecidedCondition: raw.Condition }),
      };
    });
  }

  /** Records this template's exports. Throws `InvalidTemplate` when another stack has the same one. */
  declareExports(): void {
    for (const output of Object.values(this.template.Outputs ?? {})) {
      if (!output.Export) continue;
      const name = this.exportKey(this.resolve(output.Export.Name));
      const other = this.context.exports.get(name);
      if (other) {
        throw new InvalidTemplate(
          `export ${name}: owned by both ${other.stack} and ${this.name}, expected one`,
        );
      }
      // Resolved on first use: the value may itself be imported from a stack whose exports come later.
      const value = () => this.resolve(output.Value);
      this.context.exports.set(name, {
        stack: this.name,
        get value() {
          return value();
        },
      });
    }
  }

  /** Nested stacks, with the parameters that this template passes to them. */
  nestedStacks(): [string, { assetPath: string; parameters: Readonly<Record<string, Json>> }][] {
    return Object.entries(this.template.Resources).flatMap(([logicalId, raw]) => {
      const assetPath = raw.Metadata?.['aws:asset:path'];
      if (raw.Type !== 'AWS::CloudFormation::Stack' || typeof assetPath !== 'string') return [];
      const given =
        isRecord(raw.Properties) && isRecord(raw.Properties.Parameters) ? raw.Properties.Parameters : {};
      const parameters = Object.fromEntries(
        Object.entries(given).map(([name, value]) => [
          name,
          { [LAZY]: () => this.resolve(value) } as unknown as Json,
        ]),
      );
      return [
        [logicalId, { assetPath, parameters }] as [
          string,
          { assetPath: string; parameters: typeof parameters },
        ],
      ];
    });
  }

  private output(name: string): Json {
    const output = this.template.Outputs?.[name];
    return output ? this.resolve(output.Value) : unknown(`${this.name} has no output ${name}`);
  }

  private pathOf(logicalId: string, raw: RawResource): string {
    const path = raw.Metadata?.['aws:cdk:path'];
    return typeof path === 'string' ? path.replace(/\/(Resource|Default)$/, '') : `${this.name}/${logicalId}`;
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
    const [key, ...others] = Object.keys(value);
    if (key !== undefined && others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'))) {
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
        return this.getAtt(Array.isArray(argument) ? argument.map(text).join('.') : text(argument));
      case 'Fn::ImportValue': {
        const exportName = this.resolve(argument);
        const found = this.context.exports.get(this.exportKey(exportName));
        return found ? found.value : unknown(`no stack here exports ${text(exportName)}`);
      }
      case 'Fn::Join': {
        const [separator, list] = argument as [string, Json];
        const items = this.resolve(list);
        if (!Array.isArray(items))
          return isUnknown(items) ? items : unknown('Fn::Join of something that is no list');
        return items.find(isUnknown) ?? items.map(text).join(separator);
      }
      case 'Fn::Sub':
        return this.sub(argument);
      case 'Fn::Select':
        return this.select(argument as [Json, Json]);
      case 'Fn::Split': {
        const [separator, text] = argument as [string, Json];
        const resolved = this.resolve(text);
        return typeof resolved === 'string' && !isUnknown(resolved) ? resolved.split(separator) : resolved;
      }
      case 'Fn::GetAZs': {
        const region = this.resolve(argument);
        const prefix =
          (typeof region === 'string' && region !== '' && !region.startsWith('⟨')
            ? region
            : this.source.region) ?? 'az-';
        // A region has at most six; which ones an account sees is not known before deployment, their order is.
        return ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `${prefix}${letter}`);
      }
      case 'Fn::FindInMap': {
        const [map, first, second] = (argument as Json[]).map((item) => this.resolve(item));
        const row = this.template.Mappings?.[text(map)]?.[text(first)];
        const found = row?.[text(second)];
        return found ?? unknown(`Fn::FindInMap ${text(map)}.${text(first)}.${text(second)}`);
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
      case 'Fn::Cidr':
        return this.cidr(argument as [Json, Json, Json]);
      case 'Fn::GetStackOutput': {
        const { StackName, OutputName } = this.resolve(argument) as Record<string, Json>;
        const other = this.context.resolvers.get(text(StackName));
        return other
          ? other.output(text(OutputName))
          : unknown(`stack ${text(StackName)} is not among the templates`);
      }
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
        return 'aws';
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      case 'AWS::Region':
        return region ?? '⟨AWS::Region⟩';
      case 'AWS::AccountId':
        return account ?? '⟨AWS::AccountId⟩';
      case 'AWS::StackName':
        return this.name;
    }
    if (name.startsWith('AWS::')) return `⟨${name}⟩`;
    if (name in this.template.Resources) return `⟨${this.name}.${name}⟩`;
    const given = this.parameters[name];
    if (isRecord(given) && LAZY in given) return (given as unknown as { [LAZY]: () => Json })[LAZY]();
    const parameter = this.template.Parameters?.[name];
    if (!parameter) return unknown(`Ref to ${name}, which ${this.name} does not define`);
    const value = given ?? parameter.Default;
    // The default of an SSM parameter is the name of the parameter, not its value.
    if (value === undefined || parameter.Type?.startsWith('AWS::SSM::Parameter')) {
      return unknown(`parameter ${name} of ${this.name}`);
    }
    const isList = parameter.Type === 'CommaDelimitedList' || parameter.Type?.startsWith('List<');
    return isList && typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value;
  }

  private getAtt(target: string): Json {
    const dot = target.indexOf('.');
    const [logicalId, attribute] = [target.slice(0, dot), target.slice(dot + 1)];
    const raw = this.template.Resources[logicalId];
    if (!raw) return unknown(`Fn::GetAtt of ${target}, which ${this.name} does not define`);
    const echoed = ECHOED[`${raw.Type}.${attribute}`];
    const property = echoed !== undefined && isRecord(raw.Properties) ? raw.Properties[echoed] : undefined;
    if (property !== undefined) return this.resolve(property);
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
    let failed: Json | undefined;
    const replaced = pattern.replace(/\$\{(!?)([^}]+)\}/g, (_, escaped: string, name: string) => {
      if (escaped) return `\${${name}}`;
      const value =
        name in variables
          ? this.resolve(variables[name] as Json)
          : name.includes('.')
            ? this.getAtt(name)
            : this.ref(name);
      if (isUnknown(value)) failed ??= value;
      return text(value);
    });
    return failed ?? replaced;
  }

  private select([index, list]: [Json, Json]): Json {
    const [position, items] = [Number(this.resolve(index)), this.resolve(list)];
    if (Array.isArray(items)) return items[position] ?? unknown(`Fn::Select ${position} of ${items.length}`);
    // A list that exists only once deployed: keep which element it is.
    return typeof items === 'string' && /^⟨[^?⟩]+⟩$/.test(items)
      ? `${items.slice(0, -1)}[${position}]⟩`
      : items;
  }

  private cidr([block, count, bits]: [Json, Json, Json]): Json {
    const [within, many, hostBits] = [
      this.resolve(block),
      Number(this.resolve(count)),
      Number(this.resolve(bits ?? 8)),
    ];
    const ipv4 = typeof within === 'string' ? /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/\d+$/.exec(within) : null;
    if (ipv4) {
      const base = ipv4.slice(1).reduce((sum, octet) => sum * 256 + Number(octet), 0);
      return Array.from({ length: many }, (_, i) => {
        const address = base + i * 2 ** hostBits;
        return `${[24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')}/${32 - hostBits}`;
      });
    }
    if (typeof within !== 'string' || isUnknown(within) || !within.endsWith('⟩'))
      return unknown(`Fn::Cidr of ${text(within)}`);
    // An IPv6 block that Amazon assigns on deployment: keep which part of it this is.
    return Array.from({ length: many }, (_, i) => `${within.slice(0, -1)}#${i}/${128 - hostBits}⟩`);
  }

  /** Undefined when the condition depends on something that is not known before deployment. */
  private condition(name: string): boolean | undefined {
    if (!this.conditions.has(name)) {
      this.conditions.set(name, undefined);
      const expression = this.template.Conditions?.[name];
      if (expression === undefined)
        throw new InvalidTemplate(`${this.name}: condition ${name} is not defined`);
      this.conditions.set(name, this.decide(expression));
    }
    return this.conditions.get(name);
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
        const symbolic = [a, b].some((side) => typeof side === 'string' && side.includes('⟨'));
        if (!symbolic) return text(a) === text(b);
        return a === b && !isUnknown(a as Json) ? true : undefined;
      }
      default:
        return undefined;
    }
  }
}

/** Marks the parameter of a nested stack, resolved in the parent when it is first used. */
const LAZY = Symbol('lazy');

function checked({ name, template }: TemplateSource): RawTemplate {
  const resources = isRecord(template) ? template.Resources : undefined;
  if (!isRecord(resources)) {
    throw new InvalidTemplate(
      `${name}: expected a CloudFormation template with Resources, got ${describe(template)}`,
    );
  }
  for (const [logicalId, resource] of Object.entries(resources)) {
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
