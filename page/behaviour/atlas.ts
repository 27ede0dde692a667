import type { Hop } from '../../lib/assertions/network';
import type { Question } from '../../lib/assertions/network';
import { allElements, INTERNET } from '../model/drawing';
import type { Element } from '../model/elements';
import type { World } from './world';

/** Finds the place in the drawing of what an answer names. */
export class Atlas {
  private readonly elements = new Map<string, Element[]>();
  /** Boxes of subnets, by their own path and by the paths of their route table and network ACL. */
  private readonly subnets = new Map<string, string[]>();
  private readonly zoneOf = new Map<string, string>();
  private readonly groups = new Map<string, string[]>();
  private readonly parents = new Map<string, string>();

  constructor({ model, drawing }: World) {
    for (const element of allElements(drawing)) {
      for (const path of element.members) add(this.elements, path, element);
    }
    for (const { path, zone, routeTable, acl } of model.subnets.values()) {
      if (zone !== undefined) this.zoneOf.set(path, zone);
      for (const name of new Set([path, routeTable.path, acl.path])) add(this.subnets, name, path);
    }
    for (const { resource, subnet, groups = [] } of model.interfaces) {
      const ids = this.at(resource.path).filter((one) => one.subnet === subnet?.path);
      for (const { id } of groups) for (const one of ids) add(this.groups, id, one.id);
      for (const { path } of groups) for (const one of ids) add(this.groups, path, one.id);
    }
    for (const transit of model.transitGateways) {
      for (const attachment of transit.attachments) {
        this.parents.set(attachment.path, transit.path);
        const table = attachment.routeTable();
        if (table) this.parents.set(table.path, transit.path);
      }
    }
  }

  /** Elements of the network that show a construct. */
  at(path: string): readonly Element[] {
    const found = this.elements.get(path) ?? [];
    const placed = found.filter(({ id }) => !/^(service|record|records|check) /.test(id));
    return placed.length > 0 ? placed : found;
  }

  /** Ids of elements and boxes that a reason is about. */
  idsFor(component: string): readonly string[] {
    const own = this.at(component).map(({ id }) => id);
    if (own.length > 0) return own;
    const parent = this.parents.get(component);
    return (
      this.subnets.get(component) ??
      this.groups.get(component.replace(/^security group /, '')) ??
      (parent === undefined ? [] : this.idsFor(parent))
    );
  }

  /** The elements that a request passes, in order. */
  steps(hops: readonly Hop[], question: Question): string[] {
    const steps: string[] = [];
    let zone: string | undefined;
    const requests = hops.filter(({ reply }) => reply !== true);
    const asked = [subnetOf(question.source), subnetOf(question.destination)];
    requests.forEach(({ component }, i) => {
      const isEnd = i === 0 || i === requests.length - 1;
      const all = this.at(component);
      const [first] = all;
      let id: string | undefined;
      if (first) {
        const chosen =
          (isEnd && all.find(({ subnet }) => subnet !== undefined && asked.includes(subnet))) ||
          all.find(({ subnet }) => subnet !== undefined && this.zoneOf.get(subnet) === zone) ||
          first;
        id = chosen.id;
        zone = chosen.subnet === undefined ? zone : this.zoneOf.get(chosen.subnet);
      } else if (this.parents.has(component)) {
        [id] = this.idsFor(component);
      } else if (isEnd && this.subnets.get(component)?.includes(component)) {
        id = component;
        zone = this.zoneOf.get(component);
      }
      if (id !== undefined && steps.at(-1) !== id) steps.push(id);
    });
    if (question.destination === INTERNET && steps.length > 0) steps.push(INTERNET);
    return steps;
  }
}

const subnetOf = (place: Question['source']): string | undefined =>
  typeof place === 'object' && 'interfaceOf' in place && typeof place.subnet === 'string'
    ? place.subnet
    : typeof place === 'string'
      ? place
      : undefined;

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (!known) map.set(key, [value]);
  else if (!known.includes(value)) known.push(value);
}
