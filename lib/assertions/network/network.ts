import { casesOf, NoSuchResource, Templates, type Resource } from '../templates';
import { explanationText, type Answer, type Explanation, type Hop, type Verdict } from './forwarding/verdict';
import { union, type AddressSet } from './model/addresses';
import { AWS_SERVICES } from './model/aws-services';
import { readModel, type Model, type ModelOptions } from './model/model';
import { agreement } from './questions/agreement';
import { answer, answerBetween } from './questions/answer';
import { forwardingTo } from './questions/load-balancer-hint';
import { buildMatrix, type Matrix, type MatrixOptions } from './questions/matrix';
import { combineOpen, openBetween, openTraffic, type OpenTraffic } from './questions/open-traffic';
import { addressSets, placesOf, type NetworkPlace } from './questions/inventory';
import { resourcesAt, resolvePlace } from './questions/places';
import { type Question, flowText } from './questions/question';
import { remove, subnetsIn, zonesLeft } from './questions/removal';
import type { Stage } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The answer to a question. */
export interface Reachability {
  readonly answer: Answer;
  readonly question: Question;
  /** The components that the request passes, then those that the reply passes. Empty unless reachable. */
  readonly path: readonly Hop[];
  /** What blocks the connection, or what is not known. Empty when reachable. */
  readonly explanation: readonly Explanation[];
  /** The answer with its path or its explanation, one line each. */
  toString(): string;
}

/** Whether a flow survives the loss of any one Availability Zone. */
export interface Survival {
  readonly answer: 'survives' | 'does not survive' | 'unknown';
  /** The zones whose loss breaks the flow, or may break it. `none`: the flow is broken with all zones. */
  readonly broken: readonly { readonly zone: string; readonly flow: Reachability }[];
  toString(): string;
}

/** Whether every path between two places passes a component. */
export interface Passage {
  readonly answer: 'yes' | 'no' | 'unknown';
  /** The flow without the component. Where there is no path at all: the flow with it. */
  readonly flow: Reachability;
  toString(): string;
}

/**
 * The network that templates describe. Answers what AWS's VPC Reachability Analyzer answers, before deployment.
 * https://docs.aws.amazon.com/vpc/latest/reachability/what-is-reachability-analyzer.html
 */
export class Network {
  /** Reads the network. What the templates leave open makes answers unknown, unless they agree whatever it is. */
  static of(templates: Templates, options: ModelOptions = {}): Network {
    const model = readModel(templates, options);
    const cases = casesOf(templates).map(({ templates: of, text }): NetworkCase => {
      return { text, model: of === templates ? model : readModel(of, options), removed: new Set() };
    });
    return new Network(model, cases);
  }

  /** The network of all stacks of an app or stage. */
  static fromApp(app: Stage, options: ModelOptions = {}): Network {
    return Network.of(Templates.fromApp(app), options);
  }

  private constructor(
    /** The network with everything that may exist. */
    private readonly whole: Model,
    private readonly cases: readonly NetworkCase[],
  ) {}

  /** The Availability Zones of the subnets, in template order. */
  get availabilityZones(): readonly string[] {
    return [...new Set(this.cases.flatMap(({ model, removed }) => zonesLeft(model, removed)))];
  }

  /**
   * Whether a source can open a connection to a destination and gets its replies.
   * Throws an error that names similar paths when a place does not exist.
   */
  canReach(question: Question): Reachability {
    const verdict = this.inEachCase(question, ({ model, removed }) => answer(model, removed, question));
    if (verdict.answer !== 'not reachable') return reachability(question, verdict);
    const hints = this.loadBalancersBefore(question);
    return reachability(question, { ...verdict, explanation: [...verdict.explanation, ...hints] });
  }

  /**
   * What a source can open connections to: the ports that are open, of each protocol, or of the protocol and port that
   * the question names. Says which interfaces differ, where a place has several. To an AWS service: tcp 443.
   * Throws an error that names similar paths when a place does not exist.
   */
  whatIsOpen(question: Question): OpenTraffic {
    const found = this.cases.map(({ model, removed }) =>
      ifItExists(() => openBetween(model, removed, question)),
    );
    if (found.every((one) => one === undefined)) openBetween(this.whole, new Set(), question);
    return openTraffic(
      question,
      combineOpen(found, (verdicts) => agreement(this.cases, verdicts)),
    );
  }

  /**
   * The network without an Availability Zone: without its subnets and what is in them.
   * Throws an error when no subnet is in that zone.
   */
  withoutAz(zone: string): Network {
    if (!this.availabilityZones.includes(zone)) {
      const zones = this.availabilityZones.join(', ') || 'none';
      throw new Error(`${zone}: no subnet is in this Availability Zone. Zones: ${zones}`);
    }
    return this.less(({ model }) => subnetsIn(model, zone));
  }

  /** The network without a component and what is below it. Throws when the path does not exist. */
  without(component: string | IConstruct | Resource): Network {
    resourcesAt(this.whole, component);
    return this.less(({ model }) => ifItExists(() => resourcesAt(model, component)) ?? []);
  }

  /** `network.everyPath({ source, destination, port }).passesThrough(component)`. */
  everyPath(question: Question): { passesThrough(component: string | IConstruct | Resource): Passage } {
    return {
      passesThrough: (component) => {
        const now = this.canReach(question);
        // A source that is removed itself would reach nothing, which proves nothing about the component.
        const without = now.answer === 'reachable' ? this.without(component).canReach(question) : now;
        const verdict =
          now.answer !== 'reachable' || without.answer === 'unknown'
            ? 'unknown'
            : without.answer === 'reachable'
              ? 'no'
              : 'yes';
        const name =
          typeof component === 'string'
            ? component
            : 'node' in component
              ? component.node.path
              : component.path;
        const intro =
          now.answer !== 'reachable'
            ? `There is no path to pass through ${name}:`
            : {
                yes: `Every path passes through ${name}. Without it:`,
                no: `A path avoids ${name}:`,
                unknown: `It is not known whether every path passes through ${name}. Without it:`,
              }[verdict];
        return { answer: verdict, flow: without, toString: () => `${intro}\n${String(without)}` };
      },
    };
  }

  /**
   * Whether the flow holds with all Availability Zones, and without any one of them. Every remaining interface of the
   * source must reach a remaining interface of the destination; with `every`, all of them.
   */
  survivesLossOfAnyAz(question: Question): Survival {
    const zones = this.availabilityZones;
    const flows = [
      { zone: 'none', flow: this.fromEverySource(question) },
      ...zones.map((zone) => ({ zone, flow: this.withoutAz(zone).fromEverySource(question) })),
    ];
    const broken = flows.filter(({ flow }) => flow.answer !== 'reachable');
    const lost = broken.some(({ flow }) => flow.answer === 'not reachable');
    const open = this.cases.some(({ model, removed }) =>
      [...model.subnets].some(([resource, { zone }]) => zone === undefined && !removed.has(resource)),
    );
    const survives = broken.length === 0 && zones.length > 0 && !open;
    const text = () =>
      survives
        ? `The flow survives the loss of any one of ${zones.join(', ')}: ${flowText(question)}`
        : broken.length === 0
          ? 'Not every subnet is in a known Availability Zone.'
          : broken
              .map(({ zone, flow }) =>
                zone === 'none' ? `With all zones: ${String(flow)}` : `Without ${zone}: ${String(flow)}`,
              )
              .join('\n');
    return {
      answer: survives ? 'survives' : lost ? 'does not survive' : 'unknown',
      broken,
      toString: text,
    };
  }

  /**
   * What is open between each pair: from the internet and each resource with interfaces, to each resource with
   * interfaces. Resources that behave alike are asked about once.
   */
  matrix(options: MatrixOptions = {}): Matrix {
    return buildMatrix(this.cases, (verdicts) => agreement(this.cases, verdicts), options);
  }

  /** Load balancers that forward to the destination, unless they are the source themselves. */
  private loadBalancersBefore({ source, destination }: Question): readonly Explanation[] {
    const resources = (place: Question['source']) =>
      typeof place === 'string' || 'node' in place || 'logicalId' in place
        ? (ifItExists(() => resourcesAt(this.whole, place)) ?? [])
        : [];
    const from = resources(source).map(({ path }) => path);
    return forwardingTo(this.whole, resources(destination)).filter(
      ({ component }) => !from.includes(component),
    );
  }

  /** The resources with network interfaces, and the subnets. */
  places(): readonly NetworkPlace[] {
    const [first = [], ...others] = [this.whole, ...this.cases.map(({ model }) => model)].map(placesOf);
    const inCases = others.map((places) => new Map(places.map((place) => [place.resource.path, place])));
    return first.map((place) => {
      const found = inCases.map((places) => places.get(place.resource.path));
      const signature = [place, ...found].map((one) => one?.signature ?? 'absent').join('\n\n');
      return { ...place, signature, rules: [place, ...found].map((one) => one?.rules ?? '').join('\n\n') };
    });
  }

  /** The sets of addresses outside the VPCs that the rules of a place, network ACLs and routes tell apart. */
  addressSets(place: NetworkPlace | undefined): readonly AddressSet[] {
    return [this.whole, ...this.cases.map(({ model }) => model)].flatMap((model) =>
      addressSets(model, place),
    );
  }

  /** The addresses of all VPCs. */
  get vpcAddresses(): AddressSet {
    return union(...[...this.whole.vpcs.values()].map(({ cidrs }) => cidrs));
  }

  /** The services that endpoints lead to, with the endpoints: AWS services by their short names, others by their paths. */
  get services(): ReadonlyMap<string, readonly Resource[]> {
    const { endpoints, endpointServices } = this.whole;
    const own = endpointServices.map(({ path, resource }) => [path, resource ? [resource] : []] as const);
    const services = new Map<string, readonly Resource[]>(own);
    for (const { service, resource } of endpoints) {
      const known = services.get(service);
      if (!resource || !(known || AWS_SERVICES.has(service))) continue;
      services.set(service, [...(known ?? []), resource]);
    }
    return services;
  }

  /**
   * Whether every interface of the source reaches an interface of the destination, with the first one that does not as
   * the source of the answer.
   */
  fromEverySource(question: Question): Reachability {
    let broken: string | undefined;
    const verdict = this.inEachCase(question, ({ model, removed }) => {
      const source = resolvePlace(model, removed, question.source);
      const destination = resolvePlace(model, removed, question.destination);
      let last: Verdict | undefined;
      for (const unit of source.kind === 'interfaces' ? source.units : []) {
        const from = { kind: 'interfaces', name: unit.nics[0]?.path ?? source.name, units: [unit] } as const;
        last = answerBetween(model, removed, question, from, destination);
        if (last.answer === 'reachable') continue;
        broken ??= from.name;
        return last;
      }
      return last ?? answer(model, removed, question);
    });
    const named = verdict.answer === 'reachable' || broken === undefined ? {} : { source: broken };
    return reachability({ ...question, ...named }, verdict);
  }

  /** The answer that all cases agree on; unknown where they do not. */
  private inEachCase(question: Question, ask: (one: NetworkCase) => Verdict): Verdict {
    const verdicts = this.cases.map((one) => ifItExists(() => ask(one)));
    // Nothing of that name in any case: the error says which names there are.
    if (verdicts.every((verdict) => verdict === undefined)) {
      return answer(this.whole, new Set(), question);
    }
    return agreement(this.cases, verdicts);
  }

  private less(resources: (one: NetworkCase) => readonly Resource[]): Network {
    const cases = this.cases.map((one) => ({
      ...one,
      removed: remove(one.model, one.removed, resources(one)),
    }));
    return new Network(this.whole, cases);
  }
}

/** The network under one combination of what the templates leave open. */
interface NetworkCase {
  readonly text: string;
  readonly model: Model;
  readonly removed: ReadonlySet<Resource>;
}

/** Undefined where a resource of the question does not exist in this case. */
function ifItExists<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof NoSuchResource) return undefined;
    throw error;
  }
}

function reachability(question: Question, { answer, path, explanation }: Verdict): Reachability {
  const hopText = ({ component, allowedBy }: Hop) =>
    allowedBy === undefined ? component : `${component}: ${allowedBy}`;
  const text = () => {
    const request = path.filter(({ reply }) => reply !== true).map(hopText);
    const reply = path.filter((hop) => hop.reply === true).map((hop) => `reply: ${hopText(hop)}`);
    const lines = answer === 'reachable' ? [...request, ...reply] : explanation.map(explanationText);
    const shown = lines.length > 24 ? [...lines.slice(0, 24), `and ${lines.length - 24} more`] : lines;
    return [`${flowText(question)} is ${answer}`, ...shown.map((line) => `  - ${line}`)].join('\n');
  };
  return { answer, question, path, explanation, toString: text };
}
