import fc from 'fast-check';
import { Network, type Question, type TrafficAnswer } from '../../../lib/assertions/network';
import { Templates } from '../../../lib/assertions/templates';
import { build, drawn } from './random-network';
import { at, ref } from './templates';

/** Run more, with another seed: `OPEN_RUNS=200 SEED=7 npx jest test/assertions/network/open-properties`. */
const numRuns = Number(process.env.OPEN_RUNS ?? 5);
const seed = Number(process.env.SEED ?? 5);

/** A network with a second client and, at random, a rule that a condition leaves open. */
const networks = fc.tuple(drawn, fc.boolean()).map(([net, isOpen]) => {
  const resources = build(net);
  const { Client, Extra } = resources;
  const Resources = {
    ...resources,
    Twin: Client,
    ...(isOpen && { Extra: { ...Extra, Condition: 'Is' } }),
  };
  return Network.of(
    Templates.fromTemplates({
      T: {
        Parameters: { Stage: { Type: 'String' } },
        Conditions: { Is: { 'Fn::Equals': [ref('Stage'), 'prod'] } },
        Resources,
      },
    }),
  );
});

const NAMES = { 1: 'icmp', 6: 'tcp', 17: 'udp' } as const;

/** Questions about the first and the last port of each range. */
const asPorts = ({ protocol, from, to }: TrafficAnswer): Pick<Question, 'protocol' | 'port'>[] => {
  const name = (NAMES as Readonly<Record<number, 'tcp' | 'udp' | 'icmp' | undefined>>)[protocol] ?? protocol;
  return protocol === 6 || protocol === 17
    ? [...new Set([from, to])].map((port) => ({ protocol: name, port }))
    : [{ protocol: name }];
};

const PLACES = ['Client', 'Server', 'Alb', 'Db', 'FarServer', 'Twin'].map(at);

describe('what is open in random networks', () => {
  it('has the answer of each port', () => {
    let open = 0;
    for (const network of fc.sample(networks, { numRuns, seed })) {
      for (const [source, destination] of [
        ['internet', at('Server')],
        [at('Client'), 'internet'],
        [at('Client'), at('Server')],
        [at('FarServer'), at('Server')],
        [[at('Client'), at('FarServer')], at('Alb')],
      ] as const) {
        const { traffic } = network.whatIsOpen({ source, destination });
        for (const one of traffic) {
          if (one.answer !== 'not reachable') open++;
          for (const asked of asPorts(one)) {
            const { answer } = network.canReach({ source, destination, ...asked });
            expect({ source, destination, asked, answer }).toMatchObject({ answer: one.answer });
          }
        }
      }
    }
    expect(open).toBeGreaterThan(numRuns);
  });

  it('has the answer of each pair in a matrix', () => {
    let open = 0;
    for (const network of fc.sample(networks, { numRuns, seed })) {
      const rows = [...network.matrix().rows];
      expect(network.matrix().groups).toContainEqual(['T/Client', 'T/Twin']);
      for (const source of ['internet', ...PLACES]) {
        for (const destination of PLACES.filter((one) => one !== source)) {
          const row = rows.find(
            (one) => one.sources.includes(source) && one.destinations.includes(destination),
          );
          if (row) open++;
          for (const one of row?.traffic ?? [
            { protocol: 6, from: 443, to: 443, answer: 'not reachable' as const },
          ]) {
            for (const asked of asPorts(one)) {
              const { answer } = network.canReach({ source, destination, ...asked });
              // A security group stops it, whatever the path is that is not known.
              if (one.answer === 'not reachable' && answer === 'unknown') continue;
              expect({ source, destination, asked, answer }).toMatchObject({ answer: one.answer });
            }
          }
        }
      }
    }
    expect(open).toBeGreaterThan(numRuns);
  });
});
