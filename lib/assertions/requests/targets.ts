import { Iam } from '../iam';
import type { Json, Resource, Templates } from '../templates';
import { asText, conditionDoubt, describe, target, Undecided, type Trilean } from '../templates/properties';
import { inSameZone, type Context, type Traffic } from '../network/forwarding/direction';
import { PathAnalysis } from '../network/forwarding/path-analysis';
import type { Addresses } from '../network/forwarding/trace';
import { allOf, allOrNone, anyOf, because, type Verdict } from '../network/forwarding/verdict';
import { isEmpty, onlyVersion } from '../network/model/addresses';
import { addresses } from '../network/forwarding/trace';
import type { NetworkInterface } from '../network/model/components';
import { LOAD_BALANCER } from '../network/model/load-balancers';
import type { Model } from '../network/model/model';
import { registrations, strayTargets, type Registration } from '../network/model/target-groups';
import { unreadInterface, verdictOf } from '../network/questions/pairs';
import { interfaces } from '../network/questions/places';
import { keepingClientAddress } from './preserved';
import type { Request } from './request';
import { TargetGroupSettings } from './target-group';

/** A node of a load balancer: its interface in one subnet. */
export interface Node {
  readonly balancer: Resource;
  readonly nic: NetworkInterface;
  /** All nodes of the load balancer. */
  readonly all: readonly NetworkInterface[];
}

/** What a request is followed in. */
export interface Surroundings {
  readonly templates: Templates;
  readonly model: Model;
  readonly removed: ReadonlySet<Resource>;
  readonly request: Request;
  /** Addresses of the client as a load balancer sees them. */
  readonly clients: readonly Addresses[];
  /** Every target has to be reached. @default - one is enough */
  readonly every: boolean;
  /** Follows the request through a load balancer that is a target itself. */
  readonly behind: (balancer: Resource, request: Request) => Verdict;
}

const EPHEMERAL = { from: 1024, to: 65535 };
const trafficTo = (protocol: number, port: number): Traffic => ({
  request: { protocol, ports: { from: port, to: port } },
  reply: { protocol, ports: EPHEMERAL },
});

/** From a node to the targets of a group. One is enough, because the load balancer checks their health. */
export function toTargetGroup(around: Surroundings, node: Node, group: Resource): Verdict {
  const doubt = conditionDoubt(group);
  if (doubt !== undefined) return because('unknown', group.path, doubt);
  const settings = new TargetGroupSettings(group, node.balancer);
  const registered = registrations(around.templates, group);
  const verdicts = registered.map((one) => {
    const verdict = toTarget(around, node, settings, one);
    return one.doubt === undefined ? verdict : because('unknown', group.path, one.doubt);
  });
  if (verdicts.length === 0) {
    return because('unknown', group.path, 'nothing in the templates registers targets with it');
  }
  const reached = around.every ? allOf(verdicts) : anyOf(verdicts);
  const stray = strayTargets(around.templates);
  return reached.answer === 'not reachable' && stray !== undefined
    ? because('unknown', group.path, stray)
    : reached;
}

function toTarget(
  around: Surroundings,
  node: Node,
  settings: TargetGroupSettings,
  registered: Registration,
): Verdict {
  const { group, targetType } = settings;
  if (targetType === undefined)
    return because('unknown', group.path, 'its TargetType is not known before deployment');
  const name = registered.resource?.path ?? describe(registered.id);
  if (targetType === 'lambda') return toFunction(around, group, registered.id);
  if (!registered.resource) {
    return because('unknown', group.path, `target ${name} is not a resource of the templates`);
  }
  const port = settings.portOf(registered.port);
  if (port === undefined) return because('unknown', name, 'the port that it serves on is not known');
  const nics = interfacesOf(around, registered.resource);
  if (nics.length === 0) return because('unknown', name, 'it has no network interfaces that are modelled');
  const { units } = interfaces(name, nics, around.removed);
  if (units.length === 0) return because('not reachable', name, 'all of its interfaces are removed');
  const reached = units.map((unit) =>
    verdictOf([unit], () => unit.nics.map((nic) => toInterface(around, node, settings, nic, port))),
  );
  const verdict = around.every ? allOf(reached) : anyOf(reached);
  if (registered.resource.type !== LOAD_BALANCER) return verdict;
  return allOf([verdict, around.behind(registered.resource, { ...around.request, port })]);
}

/** An instance is reached by its primary interface. */
function interfacesOf({ model }: Surroundings, resource: Resource): readonly NetworkInterface[] {
  const nics = model.interfacesOf.get(resource) ?? [];
  return resource.type === 'AWS::EC2::Instance' ? nics.slice(0, 1) : nics;
}

function toInterface(
  around: Surroundings,
  node: Node,
  settings: TargetGroupSettings,
  nic: NetworkInterface,
  port: number,
): Verdict {
  const { nic: from } = node;
  const open = unreadInterface(from) ?? unreadInterface(nic) ?? usedBy(node, settings, nic);
  if (open) return open;
  const { ipVersion: version } = settings;
  if (version === undefined) {
    return because('unknown', settings.group.path, 'its IpAddressType is not known before deployment');
  }
  if (isEmpty(version === 4 ? nic.ipv4 : nic.ipv6))
    return because('not reachable', nic.path, `has no IPv${version} address`);
  const udp = around.request.scheme === 'udp';
  const context = (traffic: Traffic): Context => ({ model: around.model, removed: around.removed, traffic });
  const served = context(trafficTo(udp ? 17 : 6, port));
  const direct = () => new PathAnalysis(served).between(from, nic, version);
  const kept = () => preserved(around, served, version, from, nic);
  const traffic = { true: kept, false: direct, doubt: () => allOrNone([kept(), direct()]) }[
    String(settings.preservesClientAddress) as 'true' | 'false' | 'doubt'
  ]();
  return allOf([traffic, checkedHealth(context, settings, version, from, nic, port)]);
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-troubleshooting.html#loopback-timeout */
const LOOPBACK = 'the client is a target itself, which cannot be reached from its own address';

function preserved(
  around: Surroundings,
  context: Context,
  version: 4 | 6,
  from: NetworkInterface,
  nic: NetworkInterface,
): Verdict {
  const own = from.ipv4;
  // "IPv6 client requests, targets of type IPv4: load balancer IPv4 address", and the other way round.
  const verdicts = around.clients.flatMap((client) => {
    const part = onlyVersion(client.full, version);
    const same = isEmpty(part)
      ? addresses(version === 4 ? own : from.ipv6, from.path)
      : { ...client, full: part, sure: part, possible: part };
    // "The connection succeeds only if the request is routed to a different instance."
    if (client.name === nic.path) return [because('unknown', nic.path, LOOPBACK)];
    return isEmpty(same.full) ? [] : [keepingClientAddress(context, same, around.request.port, from, nic)];
  });
  if (verdicts.length === 0)
    return because('unknown', nic.path, 'it sees the address of the client, which is not known');
  return anyOf(verdicts);
}

/**
 * Nodes use targets in the zones of the load balancer: those of their own zone, or with cross-zone load balancing of all.
 */
function usedBy(
  { nic, all, balancer }: Node,
  settings: TargetGroupSettings,
  target: NetworkInterface,
): Verdict | undefined {
  const near = inSameZone(nic.subnet, target.subnet);
  if (near === true) return undefined;
  const { crossZone } = settings;
  if (crossZone === false) {
    return near === false
      ? because(
          'not reachable',
          target.path,
          `${balancer.path} does not send to other zones (cross-zone load balancing is off)`,
        )
      : because('unknown', target.path, `it is not known whether it is in the zone of ${balancer.path}`);
  }
  const enabled = all.map((node): Trilean => inSameZone(node.subnet, target.subnet));
  if (!enabled.includes(true)) {
    return enabled.includes('doubt')
      ? because('unknown', target.path, `it is not known whether its zone is enabled for ${balancer.path}`)
      : because('not reachable', target.path, `its zone is not enabled for ${balancer.path}`);
  }
  return crossZone === true
    ? undefined
    : because('unknown', target.path, 'it is not known whether cross-zone load balancing is on');
}

/**
 * Health checks come from the load balancer's own address. "If a target group contains only unhealthy registered targets,
 * the load balancer routes requests to all those targets": a check that fails does not prove that none gets requests.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
function checkedHealth(
  context: (traffic: Traffic) => Context,
  settings: TargetGroupSettings,
  version: 4 | 6,
  from: NetworkInterface,
  nic: NetworkInterface,
  targetPort: number,
): Verdict {
  const port = settings.healthCheckPort(targetPort);
  if (port === undefined)
    return because('unknown', settings.group.path, 'its HealthCheckPort is not known before deployment');
  const check = new PathAnalysis(context(trafficTo(6, port))).between(from, nic, version);
  if (check.answer === 'reachable') return { ...check, path: [] };
  const reason = `health checks on tcp ${port} fail, so that it gets requests only while all targets are unhealthy`;
  return {
    ...check,
    answer: 'unknown',
    explanation: [{ component: nic.path, reason }, ...check.explanation],
  };
}

/** A function is invoked, if its policy allows that. */
function toFunction({ templates }: Surroundings, group: Resource, id: Json | undefined): Verdict {
  const lambda = target(templates, id, 'AWS::Lambda::Function');
  if (!lambda) return because('unknown', group.path, `function ${describe(id)} is not in the templates`);
  const iam = Iam.of(templates);
  const context = { 'aws:SourceArn': iam.arn(group.path), 'aws:SourceAccount': accountOf(group) };
  const decision = iam.can('elasticloadbalancing.amazonaws.com', 'lambda:InvokeFunction', lambda.path, {
    context,
  });
  if (decision.answer === 'allowed') {
    return {
      answer: 'reachable',
      path: [{ component: lambda.path, allowedBy: `its policy lets ${group.path} invoke it` }],
      explanation: [],
    };
  }
  const denied = decision.answer === 'implicit deny' || decision.answer === 'explicit deny';
  return because(denied ? 'not reachable' : 'unknown', lambda.path, `its policy: ${String(decision)}`);
}

/** The symbol of an account that is not known is that of its ARNs, too. */
const accountOf = ({ account }: Resource): string => {
  const known = asText(account);
  return known === undefined || known instanceof Undecided ? '⟨AWS::AccountId⟩' : known;
};
