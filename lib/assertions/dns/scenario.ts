import type { IConstruct } from 'constructs';
import type { Resource, Templates } from '../templates';
import { targetGroupsOf } from './target-groups';

/** The path of a construct. A path stays the same. */
export function pathOf(place: string | IConstruct): string {
  return typeof place === 'string' ? place : place.node.path;
}

/** The resources that are down in a query. */
export class Scenario {
  private readonly resources: ReadonlySet<Resource>;
  private readonly paths: ReadonlySet<string>;
  /** Load balancers with some target groups down, but not all: the result of a request depends on its path. */
  private readonly partly: readonly Resource[];

  /** Throws for a path without a resource, and for a last part of several paths. The message names similar paths. */
  constructor(templates: Templates, named: readonly (string | IConstruct)[]) {
    const paths = named.map(pathOf);
    const resources = new Set(paths.flatMap((path) => resourcesAt(templates, path)));
    const balancers =
      resources.size === 0 ? [] : templates.ofType('AWS::ElasticLoadBalancingV2::LoadBalancer');
    const hit = balancers.map((balancer) => {
      const groups = targetGroupsOf(templates, balancer);
      return { balancer, groups, failing: groups.filter((group) => resources.has(group)).length };
    });
    this.partly = hit.flatMap(({ balancer, groups, failing }) =>
      failing > 0 && failing < groups.length ? [balancer] : [],
    );
    for (const { balancer, groups, failing } of hit) {
      if (failing > 0 && failing === groups.length) resources.add(balancer);
    }
    this.resources = resources;
    // One record of a record set group has no construct of its own: `Group[2]`.
    this.paths = new Set([...paths, ...[...this.resources].map((resource) => resource.path)]);
  }

  get isEmpty(): boolean {
    return this.resources.size === 0;
  }

  has(resource: Resource | undefined): boolean {
    return resource !== undefined && this.resources.has(resource);
  }

  /** Whether some requests to it fail. */
  hasPartOf(path: string | undefined): boolean {
    return this.partly.some((balancer) => balancer.path === path);
  }

  /** Whether the query names a record, or the record set group of the record. */
  hasRecord(record: { readonly path: string; readonly resource: Resource }): boolean {
    return this.hasPath(record.path) || this.has(record.resource);
  }

  hasPath(path: string | undefined): boolean {
    return path !== undefined && this.paths.has(path);
  }

  /** Whether the query names anything else than health checks, alarms and records. */
  get hasEndpoints(): boolean {
    return [...this.resources].some(({ type }) => !/^AWS::(Route53|CloudWatch)::/.test(type));
  }
}

function resourcesAt(templates: Templates, path: string): readonly Resource[] {
  const group = /^(.*)\[\d+\]$/.exec(path)?.[1];
  if (group !== undefined) {
    templates.at(group); // throws when there is none
    return [];
  }
  const below = templates.below(path.replace(/^\//, ''));
  if (below.length > 0) return below;
  const owners = new Map<string, Resource[]>();
  for (const resource of templates.resources) {
    const position = `/${resource.path}/`.indexOf(`/${path}/`);
    if (position < 0) continue;
    const owner = resource.path.slice(0, position + path.length);
    owners.set(owner, [...(owners.get(owner) ?? []), resource]);
  }
  const [only, ...others] = owners.values();
  if (others.length > 0) throw new Error(`${path}: several have this name: ${[...owners.keys()].join(', ')}`);
  return only ?? [templates.at(path)];
}
