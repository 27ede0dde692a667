import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { compile, InvalidPattern, matches } from '../../../lib/assertions/events';
import type { Json } from '../../../lib/assertions/templates';

/** A pattern, what Event Ruler says about it (true: valid), and events with whether they match. */
type Row = readonly [pattern: Json, valid: boolean, events: readonly (readonly [Json, boolean])[]];

const rows = brotliDecompressSync(readFileSync(join(__dirname, 'event-ruler/recorded.ndjson.br')))
  .toString()
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Row);
const valid = rows.filter(([, accepted]) => accepted);

/** Event Ruler is the engine of EventBridge. Its answers are recorded: event-ruler/README.md. */
describe('patterns, against the recorded answers of Event Ruler', () => {
  it('covers thousands of patterns, matches and refusals', () => {
    const events = valid.flatMap(([, , all]) => all);
    expect(rows.length).toBeGreaterThan(3000);
    expect(rows.length - valid.length).toBeGreaterThan(200);
    expect(events.filter(([, matched]) => matched).length).toBeGreaterThan(1000);
  });

  it('gives the same answer for each event, and is never undecided', () => {
    const wrong = valid.flatMap(([pattern, , events]) => {
      const compiled = compile(pattern, 'event bus');
      return events
        .map(([event, matched]) => ({ pattern, event, matched, got: matches(compiled, event).truth }))
        .filter(({ matched, got }) => got !== (matched ? 'yes' : 'no'));
    });
    expect(wrong).toEqual([]);
  });

  it('refuses the patterns that Event Ruler refuses', () => {
    const accepted = rows.filter(([pattern, accepts]) => {
      if (accepts) return false;
      try {
        compile(pattern, 'event bus');
        return true;
      } catch (error) {
        return !(error instanceof InvalidPattern);
      }
    });
    expect(accepted).toEqual([]);
  });
});
