import type { Json, Resource } from '../templates';
import { asList, asRecord, describe } from '../templates/properties';
import { LOAD_BALANCER } from '../network/model/load-balancers';
import { TARGET_GROUP } from '../network/model/target-groups';
import { LISTENER, RULE } from '../requests/balancer';
import type { Change } from './model';
import type { Pair } from './pair';
import { settingsOf, settingsText } from './settings';

const TYPES = [LISTENER, RULE, TARGET_GROUP, LOAD_BALANCER];

/** What answers to requests show. */
const SHOWN = /^(DefaultActions|Port|Protocol|Certificates|Conditions|Actions|Priority|Targets|TargetType)\b/;

/** What flows show of a load balancer. */
const NETWORK = /^(Subnets|SubnetMappings|SecurityGroups|Scheme|IpAddressType)\b/;

/**
 * Listeners, rules, target groups and load balancers that differ where no request that was asked shows it: the path of a
 * health check, a security policy, a PROXY protocol header. Other requests, or targets, may see it.
 *
 * @param shown paths of the listeners, rules and target groups of requests that changed
 */
export function silentRequestChanges(pair: Pair, shown: ReadonlySet<string>): readonly Change[] {
  return [...pair.changed].flatMap((path): Change[] => {
    const [old, now] = pair.both((side) => side.byPath.get(path));
    if (!old || old.type !== now?.type || !TYPES.includes(old.type)) return [];
    const settings = settingsOf(pair, byKeys(old), byKeys(now)).filter(
      ({ name }) =>
        !name.startsWith('Tags') &&
        !(shown.has(path) && SHOWN.test(name)) &&
        !(old.type === LOAD_BALANCER && NETWORK.test(name)),
    );
    if (settings.length === 0) return [];
    return [
      {
        area: 'request',
        effect: 'undecided',
        subjects: ['requests'],
        what: ['settings'],
        objects: [path],
        before: { answer: settingsText(settings, 'before'), because: [path] },
        after: { answer: settingsText(settings, 'after'), because: [path] },
      },
    ];
  });
}

const ATTRIBUTES = ['ListenerAttributes', 'TargetGroupAttributes', 'LoadBalancerAttributes'];

/** With attributes by their keys, so that only those are named that differ. */
function byKeys({ properties }: Resource): Json {
  const attributes = ATTRIBUTES.map((name) => {
    const entries = asList(properties[name]).map(asRecord);
    return [
      name,
      Object.fromEntries(entries.map(({ Key, Value = null }) => [describe(Key), Value])),
    ] as const;
  });
  return { ...properties, ...Object.fromEntries(attributes) };
}
