import { casesOf, NoSuchResource, Templates, type Resource } from '../templates';
import { allOrNone, type Verdict } from '../network/forwarding/verdict';
import { LOAD_BALANCER } from '../network/model/load-balancers';
import { readModel, type ModelOptions } from '../network/model/model';
import { remove, subnetsIn, zonesLeft } from '../network/questions/removal';
import { Answer, Survival } from './answer';
import { send, type RequestCase } from './delivery';
import { Evaluation } from './evaluation';
import { readRequest, type RequestQuestion, type SendQuestion } from './request';
import { agreedRoute, Route } from './route';
import type { Stage } from 'aws-cdk-lib';

/** Requests through the load balancers of a set of templates. */
export class Requests {
  /** @param options prefixes that customer gateways advertise, for what comes over a VPN */
  static of(templates: Templates, options: ModelOptions = {}): Requests {
    return new Requests(templates, options);
  }

  /** The load balancers of all stacks of an app or stage. */
  static fromApp(app: Stage, options: ModelOptions = {}): Requests {
    return Requests.of(Templates.fromApp(app), options);
  }

  private routed: readonly RoutedCase[] | undefined;

  private constructor(
    private readonly templates: Templates,
    private readonly options: ModelOptions,
    private networks?: readonly RequestCase[],
  ) {}

  /** Construct paths of the Application and Network Load Balancers. */
  get loadBalancers(): readonly string[] {
    return new Evaluation(this.templates).balancers.all().map(({ path }) => path);
  }

  /** The Availability Zones of the subnets, in template order. */
  get availabilityZones(): readonly string[] {
    return [...new Set(this.inNetwork().flatMap(({ model, removed }) => zonesLeft(model, removed)))];
  }

  /**
   * Which way a load balancer sends a request. Unknown where the templates leave that open.
   *
   * Throws an error of one line for a URL that cannot be, a path that does not exist, something that is no load
   * balancer, and rules that Elastic Load Balancing refuses.
   */
  route(question: RequestQuestion): Route {
    const request = readRequest(question);
    balancerAt(this.templates, question.to);
    this.routed ??= routedCases(this.templates);
    return agreedRoute(
      question.url,
      this.routed.map(({ text, evaluation }) => ({
        when: text === '' ? '' : `if ${text}`,
        route:
          ifItExists(() => evaluation.route(balancerAt(evaluation.templates, question.to), request)) ??
          gone(question),
      })),
    );
  }

  /**
   * Whether a request from a place gets its answer: from a target that the load balancer forwards it to, or from the
   * load balancer. Follows it through the network to the load balancer, through listener and rules, and through the
   * network to the targets, whose health checks have to pass.
   *
   * Throws an error like `route`, and for places as `Network.canReach` does.
   */
  send(question: SendQuestion): Answer {
    const request = readRequest(question);
    balancerAt(this.templates, question.to);
    const sent = this.inNetwork().map((one) => ({
      text: one.text,
      result: ifItExists(() =>
        send(
          one,
          question.from,
          balancerAt(one.evaluation.templates, question.to),
          request,
          question.every === true,
        ),
      ) ?? { route: gone(question), verdict: NOT_THERE },
    }));
    const route = agreedRoute(
      question.url,
      sent.map(({ text, result }) => ({ when: text === '' ? '' : `if ${text}`, route: result.route })),
    );
    return new Answer(
      question,
      route,
      agreedVerdict(sent.map(({ text, result }) => ({ text, verdict: result.verdict }))),
    );
  }

  /** Without an Availability Zone: its subnets and what is in them. Throws an error when no subnet is in that zone. */
  withoutAz(zone: string): Requests {
    const zones = this.availabilityZones;
    if (!zones.includes(zone)) {
      throw new Error(
        `${zone}: no subnet is in this Availability Zone. Zones: ${zones.join(', ') || 'none'}`,
      );
    }
    const left = this.inNetwork().map((one) => ({
      ...one,
      removed: remove(one.model, one.removed, subnetsIn(one.model, zone)),
    }));
    return new Requests(this.templates, this.options, left);
  }

  /** Whether the request is answered with all Availability Zones, and without any one of them. */
  survivesLossOfAnyAz(question: SendQuestion): Survival {
    const zones = this.availabilityZones;
    const open = this.inNetwork().some(({ model, removed }) =>
      [...model.subnets].some(([resource, { zone }]) => zone === undefined && !removed.has(resource)),
    );
    const answers = [
      { zone: 'none', answer: this.send(question) },
      ...zones.map((zone) => ({ zone, answer: this.withoutAz(zone).send(question) })),
    ];
    return new Survival(question, answers, open || zones.length === 0);
  }

  private inNetwork(): readonly RequestCase[] {
    return (this.networks ??= networkCases(this.templates, this.options));
  }
}

interface RoutedCase {
  readonly text: string;
  readonly evaluation: Evaluation;
}

/** What a route depends on, besides load balancers, listeners and rules. */
const ROUTED_TYPES = [
  'AWS::ElasticLoadBalancingV2::TargetGroup',
  'AWS::CertificateManager::Certificate',
  'AWS::AutoScaling::AutoScalingGroup',
  'AWS::ECS::Service',
];

function routedCases(templates: Templates): readonly RoutedCase[] {
  const whole = new Evaluation(templates);
  for (const type of ROUTED_TYPES) templates.ofType(type);
  return casesOf(templates).map(({ templates: of, text }) => ({
    text,
    evaluation: of === templates ? whole : new Evaluation(of),
  }));
}

function networkCases(templates: Templates, options: ModelOptions): readonly RequestCase[] {
  // Reads what answers depend on: conditions of all of that are told apart.
  const model = readModel(templates, options);
  for (const type of ['AWS::Lambda::Permission', ...ROUTED_TYPES]) templates.ofType(type);
  routedCases(templates);
  return casesOf(templates).map(({ templates: of, text }) => ({
    text,
    evaluation: new Evaluation(of),
    model: of === templates ? model : readModel(of, options),
    removed: new Set<Resource>(),
  }));
}

const NOT_THERE: Verdict = {
  answer: 'not reachable',
  path: [],
  explanation: [{ component: 'the load balancer or the place', reason: 'does not exist' }],
};

const gone = ({ url }: RequestQuestion): Route =>
  new Route(url, { outcome: 'refused', reasons: ['the load balancer does not exist'] });

/** What all cases agree on; unknown where they do not. */
function agreedVerdict(sent: readonly { readonly text: string; readonly verdict: Verdict }[]): Verdict {
  const [first] = sent;
  if (first && sent.every(({ verdict }) => verdict.answer === first.verdict.answer)) {
    return first.verdict.answer === 'reachable'
      ? first.verdict
      : allOrNone(sent.map(({ verdict }) => verdict));
  }
  const words = { reachable: 'answered', 'not reachable': 'not answered', unknown: 'unknown' } as const;
  const explanation = sent.flatMap(({ text, verdict }) => [
    { component: `if ${text}`, reason: `it is ${words[verdict.answer]}` },
    ...verdict.explanation,
  ]);
  return { answer: 'unknown', path: [], explanation };
}

/** The one load balancer at or below a path. Throws an error that names similar paths when there is none. */
function balancerAt(templates: Templates, place: RequestQuestion['to']): Resource {
  if (typeof place === 'object' && 'logicalId' in place)
    return templates.at(`${place.stack}.${place.logicalId}`);
  const path = (typeof place === 'string' ? place : place.node.path).replace(/^\/|\/$/g, '');
  const below = templates.below(path).filter(({ type }) => type === LOAD_BALANCER);
  const [only, ...others] = below;
  if (only && others.length > 0) {
    throw new Error(`${path}: expected one load balancer, got ${below.map((one) => one.path).join(', ')}`);
  }
  return only ?? templates.at(path);
}

function ifItExists<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof NoSuchResource) return undefined;
    throw error;
  }
}
