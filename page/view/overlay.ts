import { s } from './dom';
import { curve, type View } from './sheet';

export interface Line {
  readonly from: string;
  readonly to: string;
  readonly state: 'alive' | 'dead';
}

/** Lines of the watched flows: one for each pair of elements, dead when no flow passes it any more. */
export function drawLines({ overlay, anchors }: View, lines: readonly Line[]): void {
  const drawn = lines.flatMap(({ from, to, state }) => {
    const [a, b] = [anchors.get(from), anchors.get(to)];
    if (!a || !b) return [];
    const line = s('path', {
      class: `flow ${state}`,
      d: curve(a, b),
      'marker-end': `url(#tip-${state})`,
    });
    return [line];
  });
  overlay.replaceChildren(...drawn);
}

/** One path, hop by hop, with numbers. */
export function drawPath({ overlay, anchors }: View, steps: readonly string[]): void {
  overlay.querySelectorAll('.path').forEach((old) => {
    old.remove();
  });
  steps.forEach((step, i) => {
    const [from, to] = [anchors.get(steps[i - 1] ?? ''), anchors.get(step)];
    if (!to) return;
    if (from) {
      overlay.append(s('path', { class: 'path', d: curve(from, to), 'marker-end': 'url(#tip-path)' }));
    }
    overlay.append(
      s(
        'g',
        { class: 'path' },
        s('circle', { cx: to.x, cy: to.y + 4, r: 8 }),
        s('text', { x: to.x, y: to.y + 7.5, 'text-anchor': 'middle', 'font-size': 10 }, String(i + 1)),
      ),
    );
  });
}

/** Says which elements and boxes are in a state. */
export function mark({ parts }: View, name: string, ids: ReadonlySet<string>): void {
  for (const [id, group] of parts) {
    group.classList.toggle(name, ids.has(id));
    if (name === 'failed' && group.hasAttribute('aria-pressed')) {
      group.setAttribute('aria-pressed', String(ids.has(id)));
    }
  }
}
