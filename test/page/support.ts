import { readWorld, type World } from '../../page/behaviour/world';
import { allElements } from '../../page/model/drawing';
import type { Element } from '../../page/model/elements';
import type { Resources } from '../assertions/network/templates';

/** What a page knows of hand-written CloudFormation: stack `T`. */
export const worldOf = (resources: Resources): World =>
  readWorld([{ name: 'T', template: { Resources: resources } }]);

/** The elements that show a construct. */
export const showing = ({ drawing }: World, path: string): Element[] =>
  allElements(drawing).filter(({ members }) => members.includes(path));

/** Arrows between services, by the last part of the paths: `Uploads to Worker (event)`. */
export const arrowsOf = ({ drawing }: World): string[] =>
  drawing.services.arrows.map(({ from, to, kind }) => `${last(from)} to ${last(to)} (${kind})`).sort();

export const last = (path: string): string => path.split('/').at(-1) ?? path;
