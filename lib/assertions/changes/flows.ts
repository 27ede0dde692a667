import { Network, type Place, type TrafficAnswer } from '../network';
import { endsIn, outside, services, type Both, type End } from './ends';
import { groupFlows, type Flow } from './flow-groups';
import { lossesOf } from './az-losses';
import type { Change } from './model';
import type { Pair } from './pair';
import { compareTraffic, type TrafficChange } from './traffic';

const NOTHING: readonly TrafficAnswer[] = [{ protocol: 255, from: 0, to: 65535, answer: 'not reachable' }];

/** What the network analysis reads by type; and what it reads by following references, such as target groups. */
const NETWORK = /^AWS::(EC2|ElasticLoadBalancing|ElasticLoadBalancingV2|AutoScaling|NetworkFirewall)::/;

const RULES = ['AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress'];

/** The flows that open, close, or are not decided any more; and those that the loss of an AZ breaks or spares. */
export function flowChanges(pair: Pair): readonly Change[] {
  const networks: Both<Network> = [Network.of(pair.before.templates), Network.of(pair.after.templates)];
  const isOfNetwork = (type: string) =>
    NETWORK.test(type) || pair.sides.some(({ templates }) => templates.hasRead(type));
  const concerned = pair.connectedToChanges(isOfNetwork);
  if (concerned.size === 0) return [];
  const flows = new Comparison(networks, pair, concerned, pair.isOpen(isOfNetwork)).flows();
  return [...groupFlows(networks, flows), ...lossesOf(networks, flows)];
}

class Comparison {
  private readonly ends: readonly End[];
  private readonly services: readonly End[];
  /** Only rules and interfaces differ: a flow differs only where those of its own ends do. */
  private readonly isLocal: boolean;

  constructor(
    private readonly networks: Both<Network>,
    pair: Pair,
    concerned: ReadonlySet<string>,
    isOpen: boolean,
  ) {
    this.ends = endsIn(networks, pair, concerned);
    this.services = services(networks, pair, concerned);
    const owners = new Set(this.ends.filter(({ kind }) => kind === 'resource').flatMap(({ names }) => names));
    const typeOf = (path: string) => pair.sides.map((side) => side.byPath.get(path)?.type ?? '');
    const changed = [...pair.changed].filter((path) => concerned.has(path));
    const passesAppliances = pair.sides.some(({ templates }) =>
      templates
        .ofType('AWS::ElasticLoadBalancingV2::LoadBalancer')
        .some(({ properties }) => properties.Type === 'gateway'),
    );
    this.isLocal =
      !isOpen &&
      !passesAppliances &&
      changed.every((path) => owners.has(path) || typeOf(path).some((type) => RULES.includes(type)));
  }

  /** Every pair of places whose answers may differ, with the answers of both states. */
  flows(): readonly Flow[] {
    const between = this.ends.flatMap((source) =>
      this.ends.flatMap((destination) => {
        if (source.kind === 'endpoint') return [];
        if (this.isLocal && !source.differs && !destination.differs) return [];
        if (source !== destination) return this.flow(source, destination);
        return source.peer ? this.flow(source, { ...source, at: source.peer }) : [];
      }),
    );
    return [...between, ...this.ends.flatMap((end) => this.outsideFlows(end))];
  }

  private outsideFlows(end: End): readonly Flow[] {
    if (end.kind === 'endpoint') return [];
    const toServices = this.services.flatMap((service) => this.flow(end, service));
    if (this.isLocal && !end.differs) return toServices;
    const variants = end.kind === 'subnet' ? [end, withPublicAddress(end)] : [end];
    const flows = outside(this.networks, end.places).flatMap((addresses) =>
      [0, 1].flatMap((direction) => {
        const [own, withAddress] = variants.flatMap((variant) =>
          direction === 0 ? this.flow(addresses, variant) : this.flow(variant, addresses),
        );
        const isSame =
          own && withAddress && JSON.stringify(own.traffic) === JSON.stringify(withAddress.traffic);
        return [own, isSame === true ? undefined : withAddress].filter((flow) => flow !== undefined);
      }),
    );
    return [...toServices, ...flows];
  }

  private flow(source: End, destination: End): readonly Flow[] {
    const [before, after] = ([0, 1] as const).map((side) => this.answers(side, source, destination));
    const traffic = compareTraffic(before ?? NOTHING, after ?? NOTHING).filter(isAnything);
    return traffic.length === 0 ? [] : [{ source, destination, traffic }];
  }

  private answers(side: 0 | 1, source: End, destination: End): readonly TrafficAnswer[] {
    const [from, to] = [source.at[side], destination.at[side]];
    if (from === undefined || to === undefined) return NOTHING;
    return this.networks[side].whatIsOpen({ source: from, destination: to }).traffic;
  }
}

const isAnything = ({ before, after }: TrafficChange) =>
  before !== 'not reachable' || after !== 'not reachable';

/** An instance in the subnet that has a public IPv4 address, whether or not the subnet gives it one. */
function withPublicAddress(end: End): End {
  const [before, after] = end.at.map((place): Place | undefined =>
    place === undefined ? undefined : ({ subnet: place, publicAddress: true } as Place),
  );
  return { ...end, names: end.names.map((name) => `${name} with a public address`), at: [before, after] };
}
