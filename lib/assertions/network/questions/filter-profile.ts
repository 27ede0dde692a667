import { matchesPacket, type Packet } from '../filtering/rules';
import { formatAddresses, overlaps, type AddressSet } from '../model/addresses';
import type { AclEntry, GroupRule, Listener, Matched, NetworkInterface } from '../model/components';
import type { Model } from '../model/model';

type Way = 'inbound' | 'outbound';

/** The other end of a connection, as the rules of security groups may see it. */
export interface Peer {
  /** The ids of its security groups; undefined where not all are known. */
  readonly members: ReadonlySet<string> | undefined;
  /** The addresses that it may have on the way, also behind NAT; undefined for any. */
  readonly addresses: AddressSet | undefined;
}

/** What decides about packets of one protocol and port. */
interface Deciding {
  /** For each interface: its rules that match. */
  readonly rules: readonly (readonly GroupRule[])[];
  /** Which of its listeners hear it. */
  readonly listeners: string;
}

/** The security group rules of a resource's interfaces that decide about a packet. */
export class FilterProfile {
  private readonly known = new Map<string, Deciding>();
  private readonly isOpen: boolean;

  constructor(
    private readonly nics: readonly NetworkInterface[],
    private readonly way: Way,
    private readonly signs: RuleSigns,
  ) {
    this.isOpen = nics.some(mayLetAnythingPass);
  }

  /**
   * A short text for the rules that decide about a packet from or to the peer: packets of one protocol with the same
   * text are treated alike. Undefined where no rule lets the packet pass. It is not reachable then, whatever the path.
   */
  of(protocol: number, port: number, peer: Peer): string | undefined {
    const { rules, listeners } = this.deciding(protocol, port);
    const matching = rules.map((list) => list.filter((rule) => isAboutPeer(rule, peer)));
    if (!this.isOpen && this.nics.length > 0 && matching.every((list) => list.length === 0)) return undefined;
    const signs = matching.map((list) => [...new Set(list.map((rule) => this.signs.of(rule)))].join(' '));
    return `${signs.join('/')} ${listeners}`;
  }

  private deciding(protocol: number, port: number): Deciding {
    const key = `${protocol} ${port}`;
    const known = this.known.get(key);
    if (known) return known;
    const packet: Packet = { protocol, ports: { from: port, to: port } };
    const listeners = this.way === 'inbound' ? this.nics.flatMap((nic) => nic.listens ?? []) : [];
    const found = {
      rules: this.nics.map((nic) => rulesOf(nic, this.way).filter((rule) => isAbout(rule, packet))),
      listeners: listeners.flatMap((one, i) => (isFor(one, packet) ? [i] : [])).join(),
    };
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

const isAboutPeer = ({ peer }: GroupRule, { members, addresses }: Peer): boolean =>
  typeof peer === 'string'
    ? members === undefined || members.has(peer)
    : addresses === undefined || overlaps(peer.possible, addresses);

/** The entries of all network ACLs that decide about a packet. Any path may pass them, both ways. */
export class AclProfile {
  private readonly known = new Map<string, string>();
  private readonly entries: readonly AclEntry[];

  constructor({ subnets }: Model) {
    const acls = [...new Set([...subnets.values()].map(({ acl }) => acl))];
    this.entries = acls.flatMap(({ inbound, outbound }) => [...inbound, ...outbound]);
  }

  of(protocol: number, port: number): string {
    const key = `${protocol} ${port}`;
    const packet: Packet = { protocol, ports: { from: port, to: port } };
    const found =
      this.known.get(key) ?? this.entries.flatMap((entry, i) => (isAbout(entry, packet) ? [i] : [])).join();
    this.known.set(key, found);
    return found;
  }
}

/** A short text for what a rule does with the packets that it matches. */
export class RuleSigns {
  private readonly ofRules = new Map<GroupRule, number>();
  private readonly numbers = new Map<string, number>();

  of(rule: GroupRule): number {
    const known = this.ofRules.get(rule);
    if (known !== undefined) return known;
    const text = `${peerText(rule.peer)} ${rule.doubt ?? ''}`;
    const number = this.numbers.get(text) ?? this.numbers.size;
    this.numbers.set(text, number);
    this.ofRules.set(rule, number);
    return number;
  }
}

const peerText = (matched: Matched | string): string =>
  typeof matched === 'string'
    ? matched
    : `${formatAddresses(matched.sure)} ${formatAddresses(matched.possible)}`;

export const rulesOf = (nic: NetworkInterface, way: Way): readonly GroupRule[] =>
  (nic.groups ?? []).flatMap((group) => group[way]);

/** No security group limits it, or it is not known which ones do. */
export const mayLetAnythingPass = ({ subnet, groups }: NetworkInterface): boolean =>
  !subnet ||
  subnet.vpc.undecided === true ||
  subnet.unreadCidr !== undefined ||
  !groups ||
  groups.some(({ doubt }) => doubt !== undefined);
