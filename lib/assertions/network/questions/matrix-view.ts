import type { Resource } from '../../templates';
import type { Verdict } from '../forwarding/verdict';
import { ASSIGNED_IPV4 } from '../model/address-reader';
import { PUBLIC_ADDRESSES, union, type AddressSet } from '../model/addresses';
import type { NetworkInterface } from '../model/components';
import { answerForAllTraffic, answerForClass } from './answer';
import { AclProfile, FilterProfile, mayLetAnythingPass, RuleSigns, rulesOf } from './filter-profile';
import type { Alike, PartOfNetwork } from './grouping';
import { resolvePlace, type ResolvedPlace } from './places';
import type { Question } from './question';
import type { TrafficVerdict } from './traffic-answers';
import { classesOf, rulesOfInterfaces, rulesOnTheWay, type Ruled } from './traffic-classes';

/** Resources that behave alike; undefined for the internet. */
type Source = Alike | undefined;

/** The pairs of one network, by groups of resources that behave alike. */
export class MatrixView {
  private readonly signs = new RuleSigns();
  private readonly acls: AclProfile;
  private readonly translated: AddressSet;
  private readonly onTheWay: readonly Ruled[];
  private readonly profiles = {
    inbound: new Map<Source, FilterProfile>(),
    outbound: new Map<Source, FilterProfile>(),
  };
  private readonly places = new Map<Resource | 'internet', ResolvedPlace>();
  private readonly membersOf = new Map<string, Set<Alike>>();
  /** Sources that any security group may let in: the internet, and those whose own groups are not all known. */
  private readonly strangers: Source[] = [undefined];

  constructor(
    private readonly network: PartOfNetwork,
    private readonly groups: readonly Alike[],
    /** Which of the networks of `groups` this is. */
    private readonly index: number,
    private readonly question: Pick<Question, 'protocol' | 'port'>,
  ) {
    this.acls = new AclProfile(network.model);
    const gateways = network.model.interfaces.filter(({ requesterManaged }) => requesterManaged === true);
    this.translated = union(...gateways.map(({ ipv4 }) => ipv4), PUBLIC_ADDRESSES, ASSIGNED_IPV4);
    this.onTheWay = rulesOnTheWay(network.model);
    for (const group of groups) {
      const nics = this.nicsOf(group);
      if (nics.some(mayLetAnythingPass)) this.strangers.push(group);
      for (const { id } of nics.flatMap((nic) => nic.groups ?? [])) {
        const members = this.membersOf.get(id);
        if (members) members.add(group);
        else this.membersOf.set(id, new Set([group]));
      }
    }
  }

  /** The sources that the security groups of a destination may let in. */
  sourcesOf(destination: Alike): Iterable<Source> {
    const nics = this.nicsOf(destination);
    const peers = nics.flatMap((nic) => rulesOf(nic, 'inbound')).map(({ peer }) => peer);
    const ids = peers.filter((peer) => typeof peer === 'string');
    if (nics.some(mayLetAnythingPass) || ids.length < peers.length) return [undefined, ...this.groups];
    return new Set([...this.strangers, ...ids.flatMap((id) => [...(this.membersOf.get(id) ?? [])])]);
  }

  /** Empty where one of the two does not exist in this network, or a group has no second member. */
  between(source: Source, destination: Alike): readonly TrafficVerdict[] {
    const [first, second] = destination.examples[this.index] ?? [];
    const isSame = source === destination;
    const from = isSame ? first : source ? source.examples[this.index]?.[0] : 'internet';
    const to = isSame ? second : first;
    if (!from || !to) return [];
    const { model, removed } = this.network;
    const question = { protocol: 'all', ...this.question, source: from, destination: to } as const;
    const [a, b] = [this.place(from), this.place(to)];
    const same = answerForAllTraffic(model, a, b);
    const [sending, receiving] = [source ? this.nicsOf(source) : [], this.nicsOf(destination)];
    const rules = [...rulesOfInterfaces([...sending, ...receiving]), ...this.onTheWay];
    const [out, into] = [this.profile(source, 'outbound'), this.profile(destination, 'inbound')];
    const sender = { members: membersAt(sending), addresses: this.addressesOf(sending) };
    // A destination may be reached by an address of its own or by a public one.
    const receiver = { members: membersAt(receiving), addresses: undefined };
    const known = new Map<string, Verdict>();
    return classesOf(question, rules).map((one) => {
      const { protocol, ports } = one;
      if (same) return { protocol, ...ports, verdict: same };
      const [sent, received] = [
        out.of(protocol, ports.from, receiver),
        into.of(protocol, ports.from, sender),
      ];
      if (sent === undefined || received === undefined) return { protocol, ...ports, verdict: STOPPED };
      const key = [protocol, sent, received, this.acls.of(protocol, ports.from)].join('|');
      const verdict = known.get(key) ?? answerForClass(model, removed, question, one, a, b);
      known.set(key, verdict);
      return { protocol, ...ports, verdict };
    });
  }

  /** The addresses that a destination may see: of the sender, of NAT gateways, and public ones. */
  private addressesOf(nics: readonly NetworkInterface[]): AddressSet {
    return union(...nics.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6]), this.translated);
  }

  private nicsOf(group: Alike): readonly NetworkInterface[] {
    const [first] = group.examples[this.index] ?? [];
    return first ? (this.network.model.interfacesOf.get(first) ?? []) : [];
  }

  private place(resource: Resource | 'internet'): ResolvedPlace {
    const known = this.places.get(resource);
    if (known) return known;
    const place = resolvePlace(this.network.model, this.network.removed, resource);
    this.places.set(resource, place);
    return place;
  }

  private profile(source: Source, way: 'inbound' | 'outbound'): FilterProfile {
    const known = this.profiles[way].get(source);
    if (known) return known;
    const made = new FilterProfile(source ? this.nicsOf(source) : [], way, this.signs);
    this.profiles[way].set(source, made);
    return made;
  }
}

/** The ids of the security groups of interfaces; undefined where not all of them are known. */
function membersAt(nics: readonly NetworkInterface[]): ReadonlySet<string> | undefined {
  const groups = nics.flatMap((nic) => nic.groups ?? []);
  return groups.some(({ doubt }) => doubt !== undefined) ? undefined : new Set(groups.map(({ id }) => id));
}

const STOPPED: Verdict = { answer: 'not reachable', path: [], explanation: [] };
