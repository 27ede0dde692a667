import fc from 'fast-check';
import type { Client } from '../../../lib/assertions/dns';
import { dnsOf, healthCheck, member, record } from './template';

const app = { name: 'app.example.org' };
const settings = { numRuns: 60 };

/** Weights by set identifier, and which of the records have a health check. */
const group = fc.array(fc.record({ weight: fc.integer({ min: 0, max: 255 }), checked: fc.boolean() }), {
  minLength: 1,
  maxLength: 6,
});
type Group = readonly { readonly weight: number; readonly checked: boolean }[];

const weighted = (records: Group) =>
  dnsOf(
    Object.fromEntries<unknown>(
      records.flatMap(({ weight, checked }, index) => {
        const id = `R${index}`;
        const entry = [id, member(id, { Weight: weight }, checked ? `${id}Check` : undefined)] as const;
        return checked ? [entry, [`${id}Check`, healthCheck()] as const] : [entry];
      }),
    ),
  );
const checksOf = (records: Group) =>
  records.flatMap(({ checked }, index) => (checked ? [`R${index}Check`] : []));
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

describe('dns: whatever the records', () => {
  it('probabilities sum to 1, whichever resources are down', () => {
    fc.assert(
      fc.property(group, fc.infiniteStream(fc.boolean()), (records, isDown) => {
        const down = checksOf(records).filter(() => isDown.next().value);
        expect(sum(Object.values(weighted(records).probabilities({ ...app, down })))).toBeCloseTo(1, 9);
      }),
      settings,
    );
  });

  it('the order of records in the template does not matter', () => {
    fc.assert(
      fc.property(group, (records) => {
        const resources = records.map(
          ({ weight }, index) => [`R${index}`, member(`R${index}`, { Weight: weight })] as const,
        );
        const [forth, back] = [resources, [...resources].reverse()].map((all) =>
          dnsOf(Object.fromEntries(all)).probabilities(app),
        );
        expect(back).toEqual(forth);
      }),
      settings,
    );
  });

  it('scaling all weights changes nothing', () => {
    fc.assert(
      fc.property(group, fc.integer({ min: 2, max: 9 }), (any, factor) => {
        const records = any.map(({ weight, checked }) => ({ weight: weight % 29, checked }));
        const scaled = records.map(({ weight, checked }) => ({ weight: weight * factor, checked }));
        const [before, after] = [records, scaled].map((all) => weighted(all).probabilities(app));
        expect(Object.keys(after ?? {})).toEqual(Object.keys(before ?? {}));
        for (const [id, share] of Object.entries(before ?? {})) expect(after?.[id]).toBeCloseTo(share, 9);
      }),
      settings,
    );
  });

  it('an unhealthy record is never answered while there is a healthy one', () => {
    fc.assert(
      fc.property(group, (records) => {
        const all = [...records, { weight: 1, checked: false }];
        const answered = Object.keys(weighted(all).probabilities({ ...app, down: checksOf(all) }));
        for (const id of answered) expect(all[Number(id.slice(1))]?.checked).toBe(false);
      }),
      settings,
    );
  });

  it('geolocation answers the most specific location that has a record', () => {
    const places = {
      US: member('country', { GeoLocation: { CountryCode: 'US' } }),
      NA: member('continent', { GeoLocation: { ContinentCode: 'NA' } }),
      Any: member('default', { GeoLocation: { CountryCode: '*' } }),
      CA: member('subdivision', { GeoLocation: { CountryCode: 'US', SubdivisionCode: 'CA' } }),
    };
    const order = ['CA', 'US', 'NA', 'Any'] as const;
    const client: Client = { subdivision: 'US-CA' };
    fc.assert(
      fc.property(fc.subarray([...order], { minLength: 1 }), fc.nat(), (kept, turn) => {
        const turned = kept.map((_, index) => kept[(index + turn) % kept.length] ?? 'Any');
        const dns = dnsOf(Object.fromEntries(turned.map((id) => [id, places[id]])));
        const smallest = order.find((id) => kept.includes(id));
        expect(dns.query({ ...app, from: client }).records[0]?.resource).toBe(smallest && `App/${smallest}`);
      }),
      settings,
    );
  });

  it('more bias never loses a client', () => {
    const at = (Latitude: number, Bias: number) => ({
      GeoProximityLocation: { Coordinates: { Latitude: String(Latitude), Longitude: '0' }, Bias },
    });
    const degrees = fc.integer({ min: -80, max: 80 });
    const bias = fc.integer({ min: -99, max: 99 });
    fc.assert(
      fc.property(degrees, degrees, degrees, bias, bias, (here, a, b, less, more) => {
        const [low, high] = [Math.min(less, more), Math.max(less, more)];
        const answer = (Bias: number) =>
          dnsOf({ A: member('a', at(a, Bias)), B: member('b', at(b, 0)) }).query({
            ...app,
            from: { coordinates: { latitude: here, longitude: 0 } },
          });
        if (answer(low).records[0]?.setIdentifier === 'a')
          expect(answer(high).records[0]?.setIdentifier).toBe('a');
      }),
      settings,
    );
  });

  it('a name is NOERROR, NODATA or NXDOMAIN in each spelling of it', () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,5}$/);
    fc.assert(
      fc.property(
        fc.array(label, { minLength: 1, maxLength: 3 }),
        fc.infiniteStream(fc.boolean()),
        (labels, upper) => {
          const name = [...labels, 'example.org'].join('.');
          const dns = dnsOf({ Record: record({ Name: name }) });
          const spelled = name.replace(/./g, (letter) =>
            upper.next().value ? letter.toUpperCase() : letter,
          );
          expect(dns.query({ name: `${spelled}.` }).status).toBe('NOERROR');
          expect(dns.query({ name: labels.slice(1).concat('example.org').join('.') }).status).toBe('NODATA');
          expect(dns.query({ name: `nothing.${spelled}` }).status).toBe('NXDOMAIN');
        },
      ),
      settings,
    );
  });
});
