import type { Resource } from '../../templates';
import type { Verdict } from '../forwarding/verdict';
import type { NetworkInterface } from '../model/components';
import { answerForAllTraffic, answerForClass } from './answer';
import {
  aclEntriesOf,
  FilterProfile,
  mayLetAnythingPass,
  mayPass,
  RuleSigns,
  rulesOf,
} from './filter-profile';
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
  private readonly acls: FilterProfile;
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
    this.acls = new FilterProfile(aclEntriesOf(network.model), this.signs);
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
    const [senders, receivers] = [membersAt(sending), membersAt(receiving)];
    const known = new Map<string, Verdict>();
    return classesOf(question, rules).map((one) => {
      const { protocol, ports } = one;
      const key = [
        protocol,
        ...[out, into, this.acls].map((profile) => profile.of(protocol, ports.from)),
      ].join('|');
      const packet = { protocol, ports: { from: ports.from, to: ports.from } };
      const isStopped = () =>
        !mayPass(receiving, 'inbound', packet, senders) ||
        (source !== undefined && !mayPass(sending, 'outbound', packet, receivers));
      const verdict =
        same ??
        known.get(key) ??
        (isStopped() ? STOPPED : answerForClass(model, removed, question, one, a, b));
      known.set(key, verdict);
      return { protocol, ...ports, verdict };
    });
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
    const nics = source ? this.nicsOf(source) : [];
    const listens = way === 'inbound' ? nics.flatMap((nic) => nic.listens ?? []) : [];
    const made = new FilterProfile(
      nics.map((nic) => rulesOf(nic, way)),
      this.signs,
      listens,
    );
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
