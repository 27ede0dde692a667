import { Templates, type Json, type Resource } from '../templates';
import type { Alias, RecordSet, Zone } from './model';
import { canonicalName } from './names';
import type { Scenario } from './scenario';
import { targetGroupsOf } from './target-groups';
import { isTrue } from './zones';

/** Whether Route 53 considers a record or a health check healthy, and why. */
export interface Health {
  readonly status: 'healthy' | 'unhealthy' | 'unknown';
  readonly why: string;
}

const healthy = (why: string): Health => ({ status: 'healthy', why });
const unhealthy = (why: string): Health => ({ status: 'unhealthy', why });
const unknown = (why: string): Health => ({ status: 'unknown', why });

/** The health of an endpoint with a domain name. */
export type Probe = (domainName: string) => Health;

/** The health of records and health checks in a scenario. */
export class HealthModel {
  private readonly evaluating = new Set<string>();

  constructor(
    private readonly templates: Templates,
    private readonly down: Scenario,
    private readonly insufficientData: Scenario,
    private readonly probe: Probe,
  ) {}

  /**
   * A record is healthy if its health check is, and for an alias with `EvaluateTargetHealth` also its target. Without
   * both it is always healthy.
   * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-complex-configs.html
   */
  record(record: RecordSet, zone: Zone): Health {
    const parts: Health[] = [];
    if (record.healthCheck !== undefined) {
      parts.push(this.check(record.healthCheck, this.down.hasRecord(record)));
    }
    if (record.alias?.evaluateTargetHealth === true) parts.push(this.target(record, record.alias, zone));
    return (
      parts.find(({ status }) => status === 'unhealthy') ??
      parts.find(({ status }) => status === 'unknown') ??
      (parts.length === 0
        ? healthy('no health check, so always healthy')
        : healthy(parts.map(({ why }) => why).join(', ')))
    );
  }

  private target(record: RecordSet, { dnsName }: Alias, zone: Zone): Health {
    const group = aliasGroup(record, zone);
    if (group.length > 0) {
      const key = `${zone.id} ${dnsName} ${record.type}`;
      if (this.evaluating.has(key)) return unknown(`alias target ${dnsName} leads back to itself`);
      this.evaluating.add(key);
      // A tree of records is healthy if one branch is healthy.
      const branches = group.map((branch) => {
        const health = this.record(branch, zone);
        // An undecided branch makes its tree neither healthy nor unhealthy.
        return branch.undecided !== undefined && health.status === 'healthy'
          ? unknown(branch.undecided)
          : health;
      });
      this.evaluating.delete(key);
      if (branches.some(({ status }) => status === 'healthy')) {
        return healthy(`alias target ${dnsName} has a healthy record`);
      }
      return (
        branches.find(({ status }) => status === 'unknown') ??
        unhealthy(`alias target ${dnsName} has no healthy record`)
      );
    }
    const resource = aliasResource(this.templates, record);
    const name = resource?.path ?? dnsName;
    // Route 53 does not evaluate the health of a distribution.
    // https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
    if (resource?.type === 'AWS::CloudFront::Distribution')
      return healthy(`${name} has no health to evaluate`);
    // A load balancer is healthy if each target group with targets has a healthy target.
    // https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
    const failing = targetGroupsOf(this.templates, resource).find((group) => this.down.has(group));
    if (failing) return unhealthy(`${name} has no healthy target in ${failing.path}`);
    return this.down.has(resource) || this.down.hasRecord(record)
      ? unhealthy(`${name} is down`)
      : healthy(`${name} is up`);
  }

  /** @param failing whether the query calls the record of this check down */
  private check(id: string, failing: boolean): Health {
    const resource = this.templates.reference(id)?.resource;
    if (resource?.type !== 'AWS::Route53::HealthCheck') {
      return unknown(Templates.unknown(id) ?? `health check ${id} is not in the templates`);
    }
    const name = `health check ${resource.path}`;
    if (resource.undecidedCondition !== undefined) {
      return unknown(`${name} exists only if ${resource.undecidedCondition} is true`);
    }
    // A check that is its own child, or that connects to the name of its own record: AWS calls the result unpredictable.
    if (this.evaluating.has(resource.path)) return unknown(`${name} depends on itself`);
    const open = undecidedIn(resource.properties.HealthCheckConfig);
    if (open !== undefined) return unknown(`${name}: ${open}`);
    this.evaluating.add(resource.path);
    const config = resource.properties.HealthCheckConfig;
    const { status, why } = this.monitored(
      resource,
      typeof config === 'object' && config !== null && !Array.isArray(config) ? config : {},
      failing,
    );
    this.evaluating.delete(resource.path);
    const inverted = (config as { readonly Inverted?: Json } | undefined)?.Inverted;
    if (!isTrue(inverted) || status === 'unknown') return { status, why: `${name}: ${why}` };
    return status === 'healthy'
      ? unhealthy(`${name}: inverted, and ${why}`)
      : healthy(`${name}: inverted, and ${why}`);
  }

  private monitored(resource: Resource, config: Readonly<Record<string, Json>>, failing: boolean): Health {
    // A disabled check is healthy; if it is also inverted, unhealthy.
    // https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
    if (isTrue(config.Disabled)) return healthy('it is disabled');
    if (failing || this.down.has(resource)) return unhealthy('what it monitors is down');
    switch (config.Type) {
      case 'CALCULATED':
        return this.calculated(config);
      case 'CLOUDWATCH_METRIC':
        return this.alarm(config);
      case 'RECOVERY_CONTROL':
        return this.down.has(this.templates.reference(config.RoutingControlArn)?.resource)
          ? unhealthy('its routing control is off')
          : healthy('its routing control is on');
      default:
        return this.endpoint(config);
    }
  }

  /** Healthy, if at least `HealthThreshold` children are: with 0 always, with more than the number of children never. */
  private calculated({ HealthThreshold, ChildHealthChecks }: Readonly<Record<string, Json>>): Health {
    const threshold = Number(HealthThreshold ?? NaN);
    const children = Array.isArray(ChildHealthChecks) ? ChildHealthChecks : [];
    if (Number.isNaN(threshold)) return unknown('its HealthThreshold is not known');
    const statuses = children.map((child) => this.check(typeof child === 'string' ? child : '', false));
    const up = statuses.filter(({ status }) => status === 'healthy').length;
    const doubt = statuses.find(({ status }) => status === 'unknown');
    const why = `${up} of ${children.length} children are healthy, ${threshold} needed`;
    if (up >= threshold) return healthy(why);
    const maybe = statuses.filter(({ status }) => status === 'unknown').length;
    return doubt && up + maybe >= threshold ? unknown(`${why}; ${doubt.why}`) : unhealthy(why);
  }

  private alarm({ AlarmIdentifier, InsufficientDataHealthStatus }: Readonly<Record<string, Json>>): Health {
    const name = (AlarmIdentifier as { readonly Name?: Json } | undefined)?.Name;
    const alarm =
      this.templates.reference(name)?.resource ??
      this.templates
        .ofType('AWS::CloudWatch::Alarm')
        .find(({ properties }) => name !== undefined && properties.AlarmName === name);
    const label = `alarm ${alarm?.path ?? (typeof name === 'string' ? name : 'without a name')}`;
    if (this.insufficientData.has(alarm)) {
      // The default is LastKnownStatus. That status is not in the template.
      if (InsufficientDataHealthStatus === 'Healthy')
        return healthy(`${label} has insufficient data, taken as healthy`);
      if (InsufficientDataHealthStatus === 'Unhealthy') {
        return unhealthy(`${label} has insufficient data, taken as unhealthy`);
      }
      return unknown(`${label} has insufficient data: the last known status counts`);
    }
    return this.down.has(alarm) ? unhealthy(`${label} is in ALARM`) : healthy(`${label} is OK`);
  }

  private endpoint({ IPAddress, FullyQualifiedDomainName }: Readonly<Record<string, Json>>): Health {
    const target = IPAddress ?? FullyQualifiedDomainName;
    if (typeof target !== 'string') return healthy('its endpoint is up');
    if (this.down.isEmpty) return healthy(`its endpoint ${target} is up`);
    const mentioned = mentioning(this.templates, target);
    if (mentioned.some((resource) => this.down.has(resource)))
      return unhealthy(`its endpoint ${target} is down`);
    if (mentioned.some((resource) => this.down.hasPartOf(resource.path)))
      return unknown(`its endpoint ${target} is one of several target groups`);
    return IPAddress === undefined
      ? this.probe(canonicalName(target))
      : healthy(`its endpoint ${target} is up`);
  }
}

const DECIDING = [
  'Type',
  'Inverted',
  'Disabled',
  'HealthThreshold',
  'ChildHealthChecks',
  'InsufficientDataHealthStatus',
];

/** Why the type of a check is not known. Its endpoint matters only if something is down. */
function undecidedIn(config: Json | undefined): string | undefined {
  if (typeof config !== 'object' || config === null || Array.isArray(config))
    return Templates.unknown(config);
  return DECIDING.map((name) => Templates.unknown(config[name])).find((why) => why !== undefined);
}

/** The resources to which a value refers, also as part of a string. */
export function mentioning(templates: Templates, value: string): readonly Resource[] {
  return (value.match(/⟨[^⟨⟩]+⟩/g) ?? []).flatMap((token) => templates.reference(token)?.resource ?? []);
}

/** The target records of an alias in the same zone. Empty for an alias of an AWS resource. */
export function aliasGroup({ alias, type }: RecordSet, zone: Zone): readonly RecordSet[] {
  return zone.records.filter((record) => record.name === alias?.dnsName && record.type === type);
}

/** The AWS resource of an alias, if it is in the templates. */
export function aliasResource(templates: Templates, { alias, name }: RecordSet): Resource | undefined {
  if (!alias) return undefined;
  const target = /⟨[^⟨⟩]+⟩/.exec(alias.dnsName)?.[0];
  if (target !== undefined) return templates.reference(target)?.resource;
  // The alias of an S3 website has the endpoint of the Region. The bucket has the name of the record.
  // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/RoutingToS3Bucket.html
  return /^s3-website[.-]/.test(alias.dnsName)
    ? templates.ofType('AWS::S3::Bucket').find(({ properties }) => properties.BucketName === name)
    : undefined;
}
