import { App } from 'aws-cdk-lib';
import { context } from '../cdk.json';
import { Network } from '../lib/assertions/network';
import { readParameters } from '../lib/parameters';
import { addSandbox } from '../lib/sandbox';

/** Seconds inside one process: synthesis of the whole catalogue, and what the assertions make of it. */
export interface AssertionTimes {
  readonly synth: number;
  /** Reading the templates, building the network, and what is open between every pair. */
  readonly allPairs: number;
  readonly places: number;
  /** Pairs of places that behave alike between which something is open. */
  readonly open: number;
}

export function benchAssertions(): AssertionTimes {
  const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [] } });
  const started = performance.now();
  addSandbox(app, readParameters({}));
  app.synth();
  const synthesized = performance.now();
  const { groups, rows } = Network.fromApp(app).matrix();
  const open = [...rows].length;
  const answered = performance.now();
  return {
    synth: (synthesized - started) / 1000,
    allPairs: (answered - synthesized) / 1000,
    places: groups.flat().length,
    open,
  };
}
