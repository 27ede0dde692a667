import { Atlas } from '../behaviour/atlas';
import { chain } from '../behaviour/chain';
import { askAll, flowsOf, worthWatching, type FlowState } from '../behaviour/flows';
import { isGone, networkWith, NO_FAULTS, type Faults, type World } from '../behaviour/world';
import type { Network } from '../../lib/assertions/network';
import { sizesFor, type PlacedBox } from '../layout/sheet';
import { layOut } from '../layout/layout';
import { allElements } from '../model/drawing';
import type { Element as Drawn } from '../model/elements';
import { shortName } from '../model/names';
import { typeInfo } from '../model/types';
import { UNKNOWN_ZONE } from '../model/vpcs';
import { drawLines, drawPath, mark, type Line } from './overlay';
import { render, type View } from './sheet';

/** What a click on the drawing does. */
export type Mode = 'break' | 'reach' | 'dns' | 'roles';

/** Something that was clicked. */
export type Picked =
  | { readonly kind: 'element'; readonly element: Drawn }
  | { readonly kind: 'subnet'; readonly path: string }
  | { readonly kind: 'zone'; readonly zone: string };

/** What the panels show and change. */
export class App {
  readonly atlas: Atlas;
  mode: Mode = 'break';
  faults: Faults = NO_FAULTS;
  /** The watched connections, as they are while everything works. */
  readonly before: readonly FlowState[];
  now: readonly FlowState[];
  private view?: View;
  private path: readonly string[] = [];
  private readonly elements: ReadonlyMap<string, Drawn>;
  private readonly listeners: (() => void)[] = [];
  private readonly pickers: ((picked: Picked) => void)[] = [];

  constructor(
    readonly world: World,
    private readonly icons: Readonly<Record<string, string>>,
  ) {
    this.atlas = new Atlas(world);
    this.before = askAll(world, this.atlas, NO_FAULTS, flowsOf(world)).filter(worthWatching);
    this.now = this.before;
    this.elements = new Map(allElements(world.drawing).map((element) => [element.id, element]));
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  onPick(picker: (picked: Picked) => void): void {
    this.pickers.push(picker);
  }

  /** The network without what fails. */
  get network(): Network {
    return networkWith(this.world, this.faults);
  }

  /** Lays the drawing out for a width and puts it into a place of the page. */
  show(place: HTMLElement): void {
    const width = Math.max(320, place.clientWidth) - 8;
    this.view = render(layOut(this.world.drawing, width), {
      icons: this.icons,
      sizes: sizesFor(width),
      isActive: ({ kind, label }: PlacedBox) =>
        (kind === 'az' && label !== UNKNOWN_ZONE) || ['public', 'private', 'isolated'].includes(kind),
    });
    place.replaceChildren(this.view.svg);
    const activate = (event: Event) => {
      const group = (event.target as Element).closest('[role="button"]');
      if (group) this.pick(group.getAttribute('data-id') ?? '');
    };
    this.view.svg.addEventListener('click', activate);
    this.view.svg.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      activate(event);
    });
    this.paint();
  }

  private pick(id: string): void {
    const element = this.elements.get(id);
    const [, zone] = /^az (.*) of .*$/.exec(id) ?? [];
    const picked: Picked = element
      ? { kind: 'element', element }
      : zone === undefined
        ? { kind: 'subnet', path: id }
        : { kind: 'zone', zone };
    for (const picker of this.pickers) picker(picked);
  }

  elementAt(id: string): Drawn | undefined {
    return this.elements.get(id);
  }

  /** What a construct is, in words: `NAT gateway PublicSubnet1`. */
  nameOf(path: string): string {
    const { templates } = this.world;
    const resource = templates.below(path).find((one) => one.path === path);
    const name = shortName(path);
    return resource ? `${typeInfo(resource.type).name} ${name}` : name;
  }

  /** Lets something fail that works, or work that fails. */
  toggle(picked: Picked): void {
    const zones = new Set(this.faults.zones);
    const paths = new Set(this.faults.paths);
    const flip = (set: Set<string>, values: readonly string[]) => {
      const all = values.every((value) => set.has(value));
      for (const value of values) {
        if (all) set.delete(value);
        else set.add(value);
      }
    };
    if (picked.kind === 'zone') flip(zones, [picked.zone]);
    else if (picked.kind === 'subnet') flip(paths, [picked.path]);
    else if (picked.element.type === 'internet') return;
    else flip(paths, picked.element.members);
    this.set({ zones, paths });
  }

  set(faults: Faults): void {
    this.faults = faults;
    this.path = [];
    this.now = askAll(
      this.world,
      this.atlas,
      faults,
      this.before.map(({ flow }) => flow),
    );
    this.paint();
    for (const listener of this.listeners) listener();
  }

  /** Shows one path on the drawing, and marks what blocks it. */
  showPath(steps: readonly string[], blockers: readonly string[] = [], chosen: readonly string[] = []): void {
    this.path = steps;
    if (!this.view) return;
    drawPath(this.view, steps);
    mark(this.view, 'blocker', new Set(blockers.flatMap((component) => this.atlas.idsFor(component))));
    mark(this.view, 'chosen', new Set(chosen));
    this.view.svg.classList.toggle('tracing', steps.length > 0);
  }

  /** Marks what DNS answers. */
  showAnswer(resources: readonly string[]): void {
    if (!this.view) return;
    const ids = resources.flatMap((path) => [
      `record ${path}`,
      ...this.atlas.idsFor(path),
      `service ${path}`,
    ]);
    mark(this.view, 'answer', new Set(ids));
  }

  private paint(): void {
    const { view, world, faults } = this;
    if (!view) return;
    const failed = new Set<string>();
    for (const [id, { members, subnet }] of this.elements) {
      if (members.every((path) => isGone(world, faults, path, subnet))) failed.add(id);
    }
    for (const id of view.parts.keys()) {
      const [, zone] = /^az (.*) of .*$/.exec(id) ?? [];
      if (
        zone === undefined ? !this.elements.has(id) && isGone(world, faults, id, id) : faults.zones.has(zone)
      ) {
        failed.add(id);
      }
    }
    mark(view, 'failed', failed);
    const { dead, starved } = chain(world.drawing.services, failed);
    mark(view, 'starved', new Set(starved.keys()));
    for (const [key, arrow] of view.arrows) {
      const [from = '', to = ''] = key.split('\n');
      arrow.classList.toggle('dead', dead.has(key) || failed.has(from) || failed.has(to));
    }
    drawLines(view, linesOf(this.before, this.now));
    const blamed = this.now
      .filter(({ status }) => status === 'not reachable')
      .flatMap(({ reasons }) => reasons.flatMap(({ component }) => this.atlas.idsFor(component)));
    mark(view, 'blocker', new Set(blamed));
    drawPath(view, this.path);
  }
}

const pairsOf = (states: readonly FlowState[]): Set<string> =>
  new Set(
    states
      .filter(({ status }) => status === 'reachable')
      .flatMap(({ steps }) => steps.slice(1).map((to, i) => `${steps[i] ?? ''}\n${to}`)),
  );

function linesOf(before: readonly FlowState[], now: readonly FlowState[]): Line[] {
  const [old, alive] = [pairsOf(before), pairsOf(now)];
  const loud = pairsOf(now.filter(({ flow }) => flow.quiet !== true));
  const lines = [...new Set([...old, ...alive])].flatMap((pair): Line[] => {
    const [from = '', to = ''] = pair.split('\n');
    if (alive.has(pair)) return loud.has(pair) ? [{ from, to, state: 'alive' }] : [];
    return [{ from, to, state: 'dead' }];
  });
  // What is alive is drawn over what is dead.
  return lines.sort((a, b) => (a.state === b.state ? 0 : a.state === 'dead' ? -1 : 1));
}
