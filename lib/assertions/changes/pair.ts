import { Templates, type Resource } from '../templates';

/** Resources that are a part of another one, or connect two. */
const PARTS =
  /^AWS::EC2::(\w*(SecurityGroupIngress|SecurityGroupEgress|Route|RouteTable|Association|Attachment|Entry|Propagation|Endpoint|PeeringConnection))$/;

const SYMBOL = /⟨([^?⟨⟩][^⟨⟩]*)⟩/gu;

/** The templates of one side. A resource is known by its construct path, whatever its logical id is. */
export class Side {
  readonly byPath: ReadonlyMap<string, Resource>;
  private readonly paths = new Map<Resource, string>();
  private readonly texts = new Map<Resource, string>();

  constructor(readonly templates: Templates) {
    const byPath = new Map<string, Resource>();
    for (const resource of templates.resources) {
      // An L2 and a child of it may have one path.
      const path = byPath.has(resource.path) ? `${resource.path} (${resource.type})` : resource.path;
      byPath.set(path, resource);
      this.paths.set(resource, path);
    }
    this.byPath = byPath;
  }

  pathOf(resource: Resource): string {
    return this.paths.get(resource) ?? resource.path;
  }

  /** A text with construct paths in place of logical ids. */
  readable(text: string): string {
    return text.replace(SYMBOL, (symbol: string, inner: string) => {
      const [, prefix = '', name = ''] = /^([=*#]?)(.*)$/u.exec(inner) ?? [];
      const found = this.templates.reference(`⟨${name}⟩`);
      if (!found) return symbol;
      const attribute = found.attribute === undefined ? '' : `.${found.attribute}`;
      return `⟨${prefix}${this.pathOf(found.resource)}${attribute}⟩`;
    });
  }

  /** The reverse of `readable`. Undefined where a resource does not exist on this side. */
  symbols(text: string): string | undefined {
    const missing: string[] = [];
    const written = text.replace(SYMBOL, (symbol: string, inner: string) => {
      const [, prefix = '', name = ''] = /^([=*#]?)(.*)$/u.exec(inner) ?? [];
      if (name.startsWith('AWS::') || !name.includes('/')) return symbol;
      for (let dot = name.length; dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
        const resource = this.byPath.get(name.slice(0, dot));
        if (resource) return `⟨${prefix}${resource.stack}.${resource.logicalId}${name.slice(dot)}⟩`;
      }
      missing.push(name);
      return symbol;
    });
    return missing.length === 0 ? written : undefined;
  }

  /** Everything that the template says of a resource, without logical ids. */
  textOf(resource: Resource): string {
    const known = this.texts.get(resource);
    if (known !== undefined) return known;
    const { type, properties, undecidedCondition, account, region } = resource;
    const text = this.readable(
      JSON.stringify([type, sorted(properties), undecidedCondition, account, region]),
    );
    this.texts.set(resource, text);
    return text;
  }

  /** The paths of the resources that a resource refers to. */
  references(resource: Resource): readonly string[] {
    const symbols = JSON.stringify(resource.properties).match(SYMBOL) ?? [];
    return symbols.flatMap((symbol) => {
      const found = this.templates.reference(symbol)?.resource;
      return found ? [this.pathOf(found)] : [];
    });
  }
}

/** Two states of the same templates. */
export class Pair {
  readonly before: Side;
  readonly after: Side;
  /** The paths of the resources that only one side has, or that differ. */
  readonly changed: ReadonlySet<string>;

  constructor(before: Templates, after: Templates) {
    this.before = new Side(before);
    this.after = new Side(after);
    const paths = new Set([...this.before.byPath.keys(), ...this.after.byPath.keys()]);
    this.changed = new Set(
      [...paths].filter((path) => {
        const [old, now] = [this.before.byPath.get(path), this.after.byPath.get(path)];
        return !old || !now || this.before.textOf(old) !== this.after.textOf(now);
      }),
    );
  }

  get sides(): readonly [Side, Side] {
    return [this.before, this.after];
  }

  /** What one reads on each side. */
  both<T>(read: (side: Side) => T): readonly [T, T] {
    return [read(this.before), read(this.after)];
  }

  /** Conditions decide which resources exist, so that more may change than the resources themselves show. */
  isOpen(isOfType: (type: string) => boolean): boolean {
    return this.sides.some(({ templates }) =>
      templates.resources.some(
        ({ type, openChoices = [], undecidedCondition }) =>
          isOfType(type) && (openChoices.length > 0 || undecidedCondition !== undefined),
      ),
    );
  }

  /** Whether something changed that belongs to another resource, and it is not known to which. */
  private mayBelongAnywhere(): boolean {
    return [...this.changed].some((path) =>
      this.sides.some((side) => {
        const resource = side.byPath.get(path);
        return resource && PARTS.test(resource.type) && Templates.unknown(resource.properties) !== undefined;
      }),
    );
  }

  /**
   * The resources of some types that are connected by references to a changed one, in either state. Where conditions
   * are open: all of them.
   */
  connectedToChanges(isOfType: (type: string) => boolean): ReadonlySet<string> {
    const neighbours = new Map<string, Set<string>>();
    const link = (from: string, to: string) => {
      const known = neighbours.get(from);
      if (known) known.add(to);
      else neighbours.set(from, new Set([to]));
    };
    for (const side of this.sides) {
      for (const [path, resource] of side.byPath) {
        if (!isOfType(resource.type)) continue;
        link(path, path);
        for (const other of side.references(resource)) {
          if (!isOfType(side.byPath.get(other)?.type ?? '')) continue;
          link(path, other);
          link(other, path);
        }
      }
    }
    const open =
      this.isOpen(isOfType) || this.mayBelongAnywhere()
        ? [...neighbours.keys()]
        : [...this.changed].filter((path) => neighbours.has(path));
    const found = new Set(open);
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const other of neighbours.get(next) ?? []) {
        if (found.has(other)) continue;
        found.add(other);
        open.push(other);
      }
    }
    return found;
  }
}

/** An order of keys is no difference. The order of a list may be one. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
