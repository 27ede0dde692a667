import fc from 'fast-check';
import { Dns, type Answer } from '../../../lib/assertions/dns';
import { Templates } from '../../../lib/assertions/templates';
import { alias, healthCheck, loadBalancer, member, record, zone } from './template';

/*
 * One thing of a random zone depends on a parameter without a value. Where the answers for its two values differ, the
 * answer without a value must not be a definite one.
 */
const RUNS = Number(process.env.DNS_RUNS ?? 200);
const NAMES = ['app', 'www', 'a.app', '*', '*.app', 'dev', 'x.dev'].map((label) => `${label}.example.org`);

const one = fc
  .record({
    Name: fc.constantFrom(...NAMES),
    kind: fc.constantFrom('simple', 'weighted', 'failover', 'multivalue', 'alias', 'txt', 'cname', 'ns'),
    checked: fc.boolean(),
  })
  .map(({ Name, kind, checked }): Readonly<Record<string, unknown>> => {
    const check = checked ? 'Check' : undefined;
    switch (kind) {
      case 'weighted':
        return {
          A: { ...member('a', { Name, Weight: 10 }, check) },
          B: member('b', { Name, Weight: 20, ResourceRecords: ['192.0.2.2'] }),
        };
      case 'failover':
        return {
          A: member('a', { Name, Failover: 'PRIMARY' }, 'Check'),
          B: member('b', { Name, Failover: 'SECONDARY', ResourceRecords: ['192.0.2.2'] }),
        };
      case 'multivalue':
        return {
          A: member('a', { Name, MultiValueAnswer: true }, check),
          B: member('b', { Name, MultiValueAnswer: true, ResourceRecords: ['192.0.2.2'] }),
        };
      case 'alias':
        return { A: record({ Name, ...alias({ lb: 'Lb' }, true) }) };
      case 'txt':
        return { A: record({ Name, Type: 'TXT', ResourceRecords: ['"x"'] }) };
      case 'cname':
        return { A: record({ Name, Type: 'CNAME', ResourceRecords: ['target.example.net'] }) };
      case 'ns':
        return { A: record({ Name, Type: 'NS', ResourceRecords: ['ns.example.net'] }) };
      default:
        return { A: record({ Name }) };
    }
  });
const resources = fc.array(one, { minLength: 1, maxLength: 4 }).map((groups) => ({
  ...Object.fromEntries(
    groups.flatMap((group, index) => Object.entries(group).map(([id, made]) => [`R${index}${id}`, made])),
  ),
}));
const fixed = { Zone: zone('example.org'), Lb: loadBalancer, Check: healthCheck() };

const OTHER: Readonly<Record<string, unknown>> = {
  Name: 'other.example.org',
  TTL: '7',
  ResourceRecords: ['192.0.2.99'],
  Weight: 0,
  HostedZoneId: 'Z123',
  Type: 'MX',
};
const query = fc.record({
  name: fc.constantFrom(...NAMES.map((name) => name.replace('*', 'y')), 'z.z.example.org'),
  type: fc.constantFrom('A', 'TXT', 'AAAA'),
  down: fc.constantFrom<string[]>([], ['Check']),
});

/** What is compared of an answer; undefined for an error of the question. */
function told(answers: readonly Answer[]): string {
  if (answers.some(({ status }) => status === 'unknown')) return 'unknown';
  return JSON.stringify(
    answers.map(({ status, records, probability }) => [
      status,
      probability.toFixed(6),
      records.map(({ name, type, ttl, values, aliasTarget }) => [name, type, ttl, values, aliasTarget]),
    ]),
  );
}

describe('dns: zones with one undecided thing', () => {
  it('are answered "unknown" where the outcomes of the undecided thing differ', () => {
    let different = 0;
    let compared = 0;
    fc.assert(
      fc.property(resources, fc.nat(), fc.nat(), query, (given, pick, which, asked) => {
        const ids = Object.keys(given);
        const id = ids[pick % ids.length] ?? '';
        const chosen = given[id] as { readonly Properties: Readonly<Record<string, unknown>> };
        const keys = [
          'Condition',
          ...Object.keys(chosen.Properties).filter((key) => key !== 'SetIdentifier'),
        ];
        const key = keys[which % keys.length] ?? '';
        const changed =
          key === 'Condition'
            ? { ...chosen, Condition: 'Open' }
            : {
                ...chosen,
                Properties: {
                  ...chosen.Properties,
                  [key]: {
                    'Fn::If': ['Open', chosen.Properties[key], OTHER[key] ?? { Ref: 'AWS::NoValue' }],
                  },
                },
              };
        const template = {
          Parameters: { Open: { Type: 'String' } },
          Conditions: { Open: { 'Fn::Equals': [{ Ref: 'Open' }, 'yes'] } },
          Resources: { ...fixed, ...given, [id]: changed },
        };
        const ask = (value?: string) => {
          try {
            const parameters = value === undefined ? {} : { parameters: { Open: value } };
            return told(Dns.of(Templates.fromTemplates({ App: template }, parameters)).answers(asked));
          } catch (error) {
            if ((error as Error).message.startsWith('Route 53 refuses')) return 'refused';
            throw error;
          }
        };
        const [undecided, yes, no] = [ask(), ask('yes'), ask('no')];
        // What Route 53 refuses cannot be deployed, with this value or with any.
        if ([yes, no].some((answer) => answer === 'refused' || answer === 'unknown')) return;
        compared += 1;
        if (yes !== no) different += 1;
        if (undecided === 'unknown') return;
        if (undecided !== yes || undecided !== no)
          throw new Error(`${id} ${key}: ${undecided}, but ${yes} and ${no}`);
      }),
      { numRuns: RUNS },
    );
    if (process.env.DNS_RUNS !== undefined) console.log(`${compared} compared, ${different} differ`);
    expect(different).toBeGreaterThan(0);
  });
});
