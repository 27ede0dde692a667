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
  private readonly zoneOf: ReadonlyMap<string, string>;
  private readonly vpcOf = new Map<string, string>();
  /** Elements of a transit gateway's attachments. */
  private readonly attachments = new Map<string, Element[]>();
  private readonly groups = new Map<string, string[]>();
  private readonly parents = new Map<string, string>();

  constructor({ model, drawing, zoneOf }: World) {
    this.zoneOf = zoneOf;
    for (const element of allElements(drawing)) {
      for (const path of element.members) add(this.elements, path, element);
    }
    for (const { path, vpc, routeTable, acl } of model.subnets.values()) {
      this.vpcOf.set(path, vpc.path);
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
        for (const element of this.at(attachment.path)) add(this.attachments, transit.path, element);
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
    const asked = [subnetOf(question.source), subnetOf(question.destination)];
    let subnet: string | undefined;
    let transit: string | undefined;
    const pass = (element: Element | undefined) => {
      if (!element) return;
      if (steps.at(-1) !== element.id) steps.push(element.id);
      subnet = element.subnet ?? subnet;
    };
    const requests = hops.filter(({ reply }) => reply !== true);
    requests.forEach(({ component }, i) => {
      const isEnd = i === 0 || i === requests.length - 1;
      const zone = this.zoneOf.get(subnet ?? '');
      const all = this.at(component);
      const tables = this.subnets.get(component);
      if (this.attachments.has(component)) {
        pass(this.attachmentIn(component, subnet));
        transit = component;
      } else if (transit !== undefined && tables) {
        // The route table behind a transit gateway is that of an attachment's subnet.
        pass(this.attachments.get(transit)?.find((one) => tables.includes(one.subnet ?? '')));
        transit = undefined;
      }
      if (all.length > 0) {
        pass(
          (isEnd ? all.find((one) => one.subnet !== undefined && asked.includes(one.subnet)) : undefined) ??
            all.find((one) => one.subnet !== undefined && this.zoneOf.get(one.subnet) === zone) ??
            all[0],
        );
      } else if (isEnd && tables?.includes(component)) {
        steps.push(component);
        subnet = component;
      }
    });
    if (question.destination === INTERNET && steps.length > 0) steps.push(INTERNET);
    return steps;
  }

  /**
   * The attachment through which a subnet's packets enter a transit gateway: that of its zone.
   * https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html
   */
  private attachmentIn(transit: string, subnet: string | undefined): Element | undefined {
    if (subnet === undefined) return undefined;
    const own = (this.attachments.get(transit) ?? []).filter(
      (one) => this.vpcOf.get(one.subnet ?? '') === this.vpcOf.get(subnet),
    );
    return own.find((one) => this.zoneOf.get(one.subnet ?? '') === this.zoneOf.get(subnet)) ?? own[0];
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
