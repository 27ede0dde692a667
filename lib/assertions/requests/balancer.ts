import {
  asList,
  asNumber,
  asRecord,
  asText,
  conditionDoubt,
  isOneOf,
  ownedBy,
  strayDoubt,
  Undecided,
  type Trilean,
  type Value,
} from '../templates/properties';
import type { Resource, Templates } from '../templates';
import { LOAD_BALANCER } from '../network/model/load-balancers';

export const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
export const RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';
export const CERTIFICATES = 'AWS::ElasticLoadBalancingV2::ListenerCertificate';

export type BalancerType = 'application' | 'network';

/** A resource that belongs to another, and why that is not certain. */
export interface Part {
  readonly resource: Resource;
  readonly doubt?: string;
}

/** A rule of a listener. The default rule comes last. */
export interface Rule {
  /** `default` for the default rule. */
  readonly path: string;
  readonly priority: Value<number>;
  readonly properties: Resource['properties'];
  readonly isDefault: boolean;
  /** Why it is not certain that it exists. */
  readonly doubt?: string;
}

/** Listeners, rules and certificates of the load balancers of one set of templates. */
export class Balancers {
  private readonly listeners;
  private readonly rules;
  private readonly certificates;

  constructor(private readonly templates: Templates) {
    this.listeners = ownedBy(templates, [LISTENER], (p) => p.LoadBalancerArn, LOAD_BALANCER);
    this.rules = ownedBy(templates, [RULE], (p) => p.ListenerArn, LISTENER);
    this.certificates = ownedBy(templates, [CERTIFICATES], (p) => p.ListenerArn, LISTENER);
  }

  /** Throws an error for a Gateway Load Balancer and for what is no load balancer. */
  typeOf({ path, type, properties }: Resource): Value<BalancerType> {
    if (type !== LOAD_BALANCER) {
      throw new Error(`${path} is ${type}: expected an Application or Network Load Balancer`);
    }
    const named = asText(properties.Type) ?? 'application';
    if (named instanceof Undecided || named === 'application' || named === 'network') return named;
    throw new Error(`${path} is a ${named} load balancer: expected an application or network one`);
  }

  listenersOf(balancer: Resource): readonly Part[] {
    return parts(this.listeners, balancer);
  }

  /** By priority, those of which it is not known first. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html */
  rulesOf(listener: Resource): readonly Rule[] {
    const rules = parts(this.rules, listener).map(({ resource, doubt }): Rule => {
      const priority =
        asNumber(resource.properties.Priority) ?? new Undecided(`${resource.path} has no Priority`);
      return { path: resource.path, properties: resource.properties, isDefault: false, priority, doubt };
    });
    const order = ({ priority }: Rule) => (typeof priority === 'number' ? priority : 0);
    return [
      ...rules.sort((a, b) => order(a) - order(b)),
      {
        path: 'default',
        priority: undefined,
        isDefault: true,
        properties: { Actions: listener.properties.DefaultActions ?? null },
      },
    ];
  }

  /** The ARNs of the default certificate and of the certificate list. */
  certificatesOf(listener: Resource) {
    const arns = (resource: Resource) =>
      asList(resource.properties.Certificates).map((item) => asRecord(item).CertificateArn ?? null);
    const [standard, ...more] = arns(listener);
    return {
      standard,
      list: [
        ...more.map((arn) => ({ arn, doubt: undefined })),
        ...parts(this.certificates, listener).flatMap(({ resource, doubt }) =>
          arns(resource).map((arn) => ({ arn, doubt })),
        ),
      ],
    };
  }

  /** Whether clients on the internet can resolve its name to public addresses. */
  isInternetFacing({ properties }: Resource): Trilean {
    return isOneOf(properties.Scheme, ['internet-facing'], true);
  }

  /** The load balancers that have an error-free type. */
  all(): readonly Resource[] {
    return this.templates.ofType(LOAD_BALANCER).filter(({ properties }) => properties.Type !== 'gateway');
  }
}

const parts = (owned: ReturnType<typeof ownedBy>, owner: Resource): readonly Part[] => [
  ...owned.of(owner).map((resource) => ({ resource, doubt: conditionDoubt(resource) })),
  ...owned.stray.map((resource) => ({ resource, doubt: strayDoubt(resource) })),
];
