import { States } from '../../../lib/assertions/states';
import { data } from './documented/data';
import { errors } from './documented/errors';
import { functions } from './documented/functions';
import { jsonata } from './documented/jsonata';
import { map } from './documented/map';
import type { Row } from './documented/row';
import { stateTypes } from './documented/state-types';

const named = (rows: readonly Row[]) =>
  rows.map((row) => [row.when === undefined ? row.says : `${row.says} (${row.when})`, row] as const);

describe.each([
  ['data and JSONPath', data],
  ['state types', stateTypes],
  ['Map state', map],
  ['errors', errors],
  ['JSONata and variables', jsonata],
  ['intrinsic functions', functions],
] as const)('Amazon States Language, %s', (_, rows) => {
  it.each(named(rows))('%s', async (_says, row) => {
    const { machine, input, tasks, output, error, refused, states, seconds } = row;
    if (refused !== undefined) {
      expect(() => States.fromDefinition(machine)).toThrow(refused);
      return;
    }
    const execution = await States.fromDefinition(machine).run({ input, tasks });
    expect({ error: execution.error, output: execution.output }).toEqual({ error, output });
    if (states) expect(execution.states).toEqual(states);
    if (seconds !== undefined) expect(execution.seconds).toBeCloseTo(seconds, 9);
  });
});
