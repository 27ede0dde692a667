import type { Network } from '../network';
import type { Both } from './ends';
import { behaviour, endNames, merged, questionOf, type Flow } from './flow-groups';
import type { Behaviour, Change } from './model';
import { trafficTexts, type TrafficChange } from './traffic';

interface Loss {
  readonly flow: Flow;
  readonly traffic: TrafficChange;
  readonly before: Behaviour;
  readonly after: Behaviour;
}

/** Flows that exist in both states, and of which the loss of one Availability Zone breaks only one. */
export function lossesOf(networks: Both<Network>, flows: readonly Flow[]): readonly Change[] {
  const zones = new Set(networks.flatMap(({ availabilityZones }) => availabilityZones));
  const kept = flows.flatMap((flow) => {
    const traffic = flow.traffic.filter(
      ({ before, after }) => before === 'reachable' && after === 'reachable',
    );
    return traffic.length === 0 ? [] : [{ ...flow, traffic }];
  });
  if (kept.length === 0) return [];
  return [...zones].flatMap((zone) => lossesIn(zone, networks, kept));
}

function lossesIn(zone: string, networks: Both<Network>, flows: readonly Flow[]): readonly Change[] {
  const without = (network: Network) =>
    network.availabilityZones.includes(zone) ? network.withoutAz(zone) : network;
  const left: Both<Network> = [without(networks[0]), without(networks[1])];
  const losses = flows.flatMap((flow) =>
    flow.traffic.flatMap((traffic): Loss[] => {
      const [old, now] = ([0, 1] as const).map((side) => {
        const question = questionOf(side, flow.source, flow.destination, traffic.protocol, traffic.from);
        return question && left[side].fromEverySource(question);
      });
      if (!old || !now || old.answer === now.answer) return [];
      const answers = { before: old.answer, after: now.answer };
      return [
        {
          flow,
          traffic: { ...traffic, ...answers },
          before: behaviour(old, old.answer, now, false),
          after: behaviour(now, now.answer, old, false),
        },
      ];
    }),
  );
  const reasons = new Map(
    losses.map((loss) => [JSON.stringify([loss.flow.source.names, loss.traffic]), loss]),
  );
  const groups = losses.map(({ flow, traffic }) => ({ flows: [flow], traffic: [traffic] }));
  return joinTraffic(merged(groups)).flatMap(({ flows: alike, traffic }): Change[] => {
    const [one] = traffic;
    const loss = one && reasons.get(JSON.stringify([alike[0]?.source.names, one]));
    if (!loss) return [];
    return [
      {
        area: 'availability',
        effect:
          one.after === 'reachable' ? 'survives' : one.after === 'unknown' ? 'undecided' : 'does not survive',
        subjects: endNames(alike.map(({ source }) => source)),
        what: trafficTexts(traffic),
        objects: endNames(alike.map(({ destination }) => destination)),
        when: `without ${zone}`,
        before: loss.before,
        after: loss.after,
      },
    ];
  });
}

type Groups = ReturnType<typeof merged>;

/** One group for all traffic between the same ends. */
function joinTraffic(groups: Groups): Groups {
  const joined = new Map<string, Groups[number]>();
  for (const group of groups) {
    const [one] = group.traffic;
    const ends = group.flows.map(({ source, destination }) => [source.names, destination.names]);
    const key = JSON.stringify([one?.before, one?.after, ends]);
    const known = joined.get(key);
    joined.set(key, known ? { ...known, traffic: [...known.traffic, ...group.traffic] } : group);
  }
  return [...joined.values()];
}
