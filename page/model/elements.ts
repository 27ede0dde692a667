/** One icon of the drawing. */
export interface Element {
  /** Unique in the drawing. */
  readonly id: string;
  /** Construct path of what it shows, or of the first of its members. */
  readonly path: string;
  readonly type: string;
  readonly label: string;
  /** Second line of the label. */
  readonly detail: string;
  readonly icon: string;
  /** Construct paths of everything that it stands for. */
  readonly members: readonly string[];
  /** Path of the subnet that it is in. */
  readonly subnet?: string;
}

/** An arrow between two elements. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** `failure`: what could not be processed goes there. `use`: a permission or a setting, no event. */
  readonly kind: 'event' | 'use' | 'failure';
}
