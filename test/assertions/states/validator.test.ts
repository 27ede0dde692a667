import aslValidator from 'asl-validator';
import { data } from './documented/data';
import { errors } from './documented/errors';
import { jsonata } from './documented/jsonata';
import { map } from './documented/map';
import type { Row } from './documented/row';
import { stateTypes } from './documented/state-types';

const named = (rows: readonly Row[]) =>
  rows
    .filter(({ refused }) => refused === undefined)
    .map((row) => [row.when === undefined ? row.says : `${row.says} (${row.when})`, row] as const);

it.each(named([...data, ...stateTypes, ...map, ...errors, ...jsonata]))(
  'asl-validator accepts: %s',
  (_, row) => {
    // It writes into the definition.
    const { isValid, errorsText } = aslValidator(structuredClone(row.machine), {
      checkArn: false,
      checkPaths: true,
    });
    expect([isValid, errorsText()]).toEqual([true, '']);
  },
);
