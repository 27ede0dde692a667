import type { Json, Templates } from '../../templates';
import {
  parseAddresses,
  overlaps,
  prefixLength,
  PUBLIC_ADDRESSES,
  subBlock,
  subtract,
  union,
  versionOf,
  type AddressSet,
  allAddresses,
} from './addresses';
import type { Matched } from './components';
import { asList, asRecord, target } from '../../templates/properties';

/**
 * Stand for the public addresses that Amazon assigns on deployment: from reserved blocks that no rule has reason to
 * name (RFC 9637, RFC 7526). Which address it will be is not known, but a template that spells out a narrow range
 * cannot mean it; a range as wide as Amazon's own blocks may.
 */
const ASSIGNED_IPV6 = parseAddresses('3fff::/20');
export const ASSIGNED_IPV4: AddressSet = parseAddresses('192.88.99.1');

const SYMBOLIC_IPV6 = /^⟨([^⟨⟩?#]*Ipv6CidrBlock[^⟨⟩?#]*)(?:#(\d+)\/(\d+))?⟩$/;

/** Reads addresses from property values. An IPv6 block that Amazon assigns gets a block of its own to stand for it. */
export class AddressReader {
  private readonly assigned = new Map<string, AddressSet>();

  constructor(private readonly templates: Templates) {}

  /** Undefined when the value is not known before deployment, or is no address. */
  read(value: Json | undefined): AddressSet | undefined {
    if (typeof value !== 'string') return undefined;
    const text = value;
    const symbol = SYMBOLIC_IPV6.exec(text);
    if (symbol) {
      const [, name = '', index, length] = symbol;
      const block = this.assignedBlock(name);
      return index === undefined ? block : subBlock(block, Number(index), Number(length));
    }
    try {
      return parseAddresses(text);
    } catch {
      return undefined;
    }
  }

  /** What a rule of that CIDR matches; undefined like `read`. */
  match(value: Json | undefined): Matched | undefined {
    const sure = this.read(value);
    if (!sure) return undefined;
    const length = prefixLength(sure);
    const isPublic = overlaps(sure, PUBLIC_ADDRESSES);
    const wide = isPublic && (versionOf(sure) === 4 ? length < 16 : length > 3 && length < 32);
    return {
      sure,
      possible: wide ? union(sure, versionOf(sure) === 4 ? ASSIGNED_IPV4 : ASSIGNED_IPV6) : sure,
    };
  }

  /** The entries of a managed prefix list; undefined for one that is not in the templates. */
  prefixList(value: Json | undefined): AddressSet | undefined {
    const list = target(this.templates, value, 'AWS::EC2::PrefixList');
    if (!list) return undefined;
    const entries = asList(list.properties.Entries).map((entry) => this.read(asRecord(entry).Cidr));
    return entries.every((entry) => entry !== undefined) ? union(...entries) : undefined;
  }

  private assignedBlock(name: string): AddressSet {
    const known = this.assigned.get(name);
    if (known) return known;
    // Amazon assigns /56 blocks: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
    const block = subBlock(ASSIGNED_IPV6, this.assigned.size + 1, 56);
    this.assigned.set(name, block);
    return block;
  }
}

/**
 * The addresses of a subnet that interfaces can have: Amazon reserves the first four and the last of an IPv4 block.
 * https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
 */
export function usableAddresses(block: AddressSet): AddressSet {
  const [range] = block;
  if (!range || range.last - range.first < 8n) return block;
  return versionOf(block) === 6
    ? block
    : subtract(block, [
        { first: range.first, last: range.first + 3n },
        { first: range.last, last: range.last },
      ]);
}

/** Every address: what a rule may match when it is not known what it matches. */
export const ANYTHING: Matched = { sure: [], possible: union(allAddresses(4), allAddresses(6)) };
export const EVERYTHING: Matched = { sure: ANYTHING.possible, possible: ANYTHING.possible };
