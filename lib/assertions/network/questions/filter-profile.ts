import { matchesPacket, type Packet } from '../filtering/rules';
import { formatAddresses, type AddressSet } from '../model/addresses';
import type { AclEntry, GroupRule, Listener, Matched, NetworkInterface } from '../model/components';
import type { Model } from '../model/model';

type Way = 'inbound' | 'outbound';

/**
 * Which rules decide about a packet, as a short text. Packets of one protocol with the same text are treated alike, so
 * that a security group with a rule for each of 1,000 ports is asked about few of them.
 */
export class FilterProfile {
  private readonly known = new Map<string, string>();

  /** `sets`: the rules that decide together, such as those of one interface. */
  constructor(
    private readonly sets: readonly (readonly (GroupRule | AclEntry)[])[],
    private readonly signs: RuleSigns,
    private readonly listens: readonly Listener[] = [],
  ) {}

  of(protocol: number, port: number): string {
    const key = `${protocol} ${port}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const packet: Packet = { protocol, ports: { from: port, to: port } };
    const heard = this.listens.flatMap((one, i) => (isFor(one, packet) ? [i] : []));
    const deciding = this.sets.map((rules) => {
      const signs = rules.filter((rule) => isAbout(rule, packet)).map((rule) => this.signs.of(rule));
      return [...new Set(signs)].join(' ');
    });
    const found = `${deciding.join('/')} ${heard.join(',')}`;
    this.known.set(key, found);
    return found;
  }
}

const isFor = ({ protocol, port }: Listener, packet: Packet): boolean =>
  matchesPacket({ protocol, ports: port === undefined ? undefined : { from: port, to: port } }, packet);

/** Ping is one protocol by IPv4 and another by IPv6. Its types are not told apart here. */
const isAbout = (rule: GroupRule | AclEntry, packet: Packet): boolean =>
  packet.protocol === 1
    ? rule.protocol === undefined || Number.isNaN(rule.protocol) || [1, 58].includes(rule.protocol)
    : matchesPacket(rule, packet);

/** A short text for what a rule does with the packets that it matches. */
export class RuleSigns {
  private readonly ofRules = new Map<GroupRule | AclEntry, number>();
  private readonly numbers = new Map<string, number>();

  of(rule: GroupRule | AclEntry): number {
    const known = this.ofRules.get(rule);
    if (known !== undefined) return known;
    // Each entry of a network ACL is its own: which entries stand before it decides too.
    const text = 'peer' in rule ? `${peer(rule.peer)} ${rule.doubt ?? ''}` : `entry ${this.ofRules.size}`;
    const number = this.numbers.get(text) ?? this.numbers.size;
    this.numbers.set(text, number);
    this.ofRules.set(rule, number);
    return number;
  }
}

const peer = (matched: Matched | string): string =>
  typeof matched === 'string' ? matched : `${text(matched.sure)} ${text(matched.possible)}`;

const text = (set: AddressSet): string => (set.length === 0 ? '' : formatAddresses(set));

export const rulesOf = (nic: NetworkInterface, way: Way): readonly GroupRule[] =>
  (nic.groups ?? []).flatMap((group) => group[way]);

/** The entries of all network ACLs, both ways: any path may pass them. */
export const aclEntriesOf = ({ subnets }: Model): readonly (readonly AclEntry[])[] =>
  [...new Set([...subnets.values()].map(({ acl }) => acl))].flatMap(({ inbound, outbound }) => [
    inbound,
    outbound,
  ]);

/**
 * Whether the security groups of an interface may let traffic pass. What they stop is not reachable, whatever the path.
 * `members`: the ids of the security groups at the other end; undefined where there are none.
 */
export function mayPass(
  nics: readonly NetworkInterface[],
  way: Way,
  packet: Packet,
  members: ReadonlySet<string> | undefined,
): boolean {
  return nics.some(
    (nic) =>
      mayLetAnythingPass(nic) ||
      rulesOf(nic, way).some(
        (rule) =>
          isAbout(rule, packet) &&
          (typeof rule.peer !== 'string' || members === undefined || members.has(rule.peer)),
      ),
  );
}

/** No security group limits it, or it is not known which ones do. */
export const mayLetAnythingPass = ({ subnet, groups }: NetworkInterface): boolean =>
  !subnet ||
  subnet.vpc.undecided === true ||
  subnet.unreadCidr !== undefined ||
  !groups ||
  groups.some(({ doubt }) => doubt !== undefined);
