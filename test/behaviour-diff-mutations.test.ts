import { behaviourDiff } from '../lib/assertions/changes';
import { mutationsOf, mutatedTemplates } from './support/mutated-templates';

/** Names of mutations that let something in or allow something. */
const OPENS =
  /SSH from|may connect to anything|accepts? (every|everything)|may read every|may open any connection|from (0\.0\.0\.0|anywhere)/;

const ARCHITECTURES = [
  'bastion-host',
  'private-link',
  'private-endpoints',
  'auto-scaling-web',
  'path-routed-services',
];

describe('behaviour-diff: the mutations of the architectures', () => {
  it('are among those that open something', () => {
    const names = ARCHITECTURES.flatMap((id) => mutationsOf(id).filter(({ name }) => OPENS.test(name)));
    expect(names.length).toBeGreaterThan(10);
  });

  it.each(ARCHITECTURES)('of %s that open something are found', (id) => {
    const missed: string[] = [];
    for (const { mutation, before, after } of mutatedTemplates(id, (name) => OPENS.test(name))) {
      const { verdict } = behaviourDiff(before, after);
      if (verdict !== 'opens') missed.push(`${mutation}: ${verdict}`);
    }
    expect(missed).toEqual([]);
  });
});
