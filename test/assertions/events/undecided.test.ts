import type { BusEvent } from '../../../lib/assertions/events';
import '../../../lib/assertions/events/matchers';
import { Events } from '../../../lib/assertions/events';
import { Templates } from '../../../lib/assertions/templates';
import { arnOf, bus, eventsOf, queue, resource, rule, subscription, topic } from './template';

const placed: BusEvent = { source: 'shop', 'detail-type': 'OrderPlaced', detail: { bucket: 'a', total: 5 } };
const asked = { bus: 'App/Bus', event: placed };
const Parameters = { Open: { Type: 'String' }, List: { Type: 'CommaDelimitedList' } };
const base = { Bus: bus(), Queue: queue(), Bucket: resource('AWS::S3::Bucket') };
const answer = (resources: Readonly<Record<string, unknown>>, rest: Readonly<Record<string, unknown>> = {}) =>
  eventsOf({ ...base, ...resources }, { Parameters, ...rest }).deliveries(asked);
const open = { Ref: 'Open' };

describe('what a template leaves open', () => {
  it.each<[string, unknown]>([
    ['a value', { source: [open] }],
    ['an operand', { source: [{ prefix: open }] }],
    ['an operand of anything-but', { source: [{ 'anything-but': open }] }],
    ['a list of values', { source: { Ref: 'List' } }],
    ['the whole pattern', open],
    ['a reference', { detail: { bucket: [{ Ref: 'Bucket' }] } }],
    [
      'an element that can be any operator',
      { detail: { none: [{ 'Fn::FindInMap': ['No', 'such', 'map'] }] } },
    ],
    ['the account of an event', { account: ['111111111111'] }],
  ])('makes %s of a pattern undecided', (_, pattern) => {
    const { targets, unknown } = answer({ Rule: rule(pattern) });
    expect(targets).toEqual([]);
    expect(unknown).toHaveLength(1);
    expect(unknown[0]).toMatch(/^App\/Rule to App\/Queue: ./);
  });

  it('does not matter where the rest decides', () => {
    expect(answer({ Rule: rule({ source: [open], 'detail-type': ['Other'] }) })).toMatchObject({
      unknown: [],
      targets: [],
    });
    expect(answer({ Rule: rule({ source: [open, 'shop'] }) })).toMatchObject({
      unknown: [],
      targets: ['App/Queue'],
    });
    expect(answer({ Rule: rule({ detail: { total: [{ Ref: 'Bucket' }] } }) })).toMatchObject({
      unknown: [],
      targets: [],
    });
  });

  it('a reference is equal to itself, and never to text that it cannot become', () => {
    const event: BusEvent = { ...placed, detail: { bucket: '⟨App.Bucket⟩' } };
    const events = eventsOf({ ...base, Rule: rule({ detail: { bucket: [{ Ref: 'Bucket' }] } }) });
    expect(events).toDeliverOnlyTo({ ...asked, event }, ['Queue']);
    const arn = { 'Fn::Join': ['', ['arn:aws:s3:::', { Ref: 'Bucket' }]] };
    expect(answer({ Rule: rule({ detail: { bucket: [arn] } }) }).unknown).toEqual([]);
  });

  it('a text that starts with the same references has them as its prefix', () => {
    const event: BusEvent = { ...placed, detail: { bucket: 'arn:aws:s3:::⟨App.Bucket⟩/key' } };
    const prefixed = (prefix: unknown) =>
      eventsOf({ ...base, Rule: rule({ detail: { bucket: [{ prefix }] } }) });
    const arn = ['arn:aws:s3:::', { Ref: 'Bucket' }, '/'];
    expect(prefixed({ 'Fn::Join': ['', arn] })).toDeliverOnlyTo({ ...asked, event }, ['Queue']);
    const other = prefixed({ 'Fn::Join': ['', [...arn, 'other']] }).deliveries({ ...asked, event });
    expect(other.unknown).toHaveLength(1);
  });

  it('State, EventBusName, Targets and conditions can be open', () => {
    const shop = { source: ['shop'] };
    expect(answer({ Rule: rule(shop, { State: open }) }).unknown).toHaveLength(1);
    expect(answer({ Rule: rule(shop, { EventBusName: open }) }).unknown).toHaveLength(1);
    expect(answer({ Rule: rule(shop, { Targets: open }) }).unknown[0]).toContain('targets of App/Rule');
    const Conditions = { Sometimes: { 'Fn::Equals': [open, 'x'] } };
    const conditional = { ...rule(shop), Condition: 'Sometimes' };
    expect(answer({ Rule: conditional }, { Conditions }).unknown[0]).toContain(
      'not if parameter Open of App is not x',
    );
  });

  it('parameters with allowed values are tried one by one', () => {
    const Stage = { Type: 'String', AllowedValues: ['test', 'prod'] };
    const ask = (pattern: unknown) => answer({ Rule: rule(pattern) }, { Parameters: { Stage } });
    expect(ask({ source: ['shop', { Ref: 'Stage' }] }).targets).toEqual(['App/Queue']);
    expect(ask({ 'detail-type': [{ Ref: 'Stage' }] })).toMatchObject({ targets: [], unknown: [] });
    const prod = eventsOf({ ...base, Rule: rule({ source: [{ Ref: 'Stage' }] }) }, { Parameters: { Stage } });
    const unknown = prod.deliveries({ ...asked, event: { ...placed, source: 'prod' } }).unknown;
    expect(unknown[0]).toContain('not if parameter Stage of App is test');
  });

  it('fails an assertion in both directions', () => {
    const events = eventsOf({ ...base, Rule: rule({ source: [open] }) }, { Parameters });
    expect(() => {
      expect(events).toDeliverOnlyTo(asked, ['Queue']);
    }).toThrow('unknown');
    expect(() => {
      expect(events).not.toDeliverOnlyTo(asked, ['Queue']);
    }).toThrow('unknown');
  });

  it('a filter policy, its scope and a topic can be open', () => {
    const message = { message: '{}', attributes: { kind: { type: 'String', value: 'order' } } } as const;
    const ask = (more: Readonly<Record<string, unknown>>) =>
      eventsOf({ Topic: topic(), Queue: queue(), S: subscription(more) }, { Parameters }).deliveries({
        topic: 'App/Topic',
        message,
      });
    expect(ask({ FilterPolicy: { kind: [open] } }).unknown).toHaveLength(1);
    expect(ask({ FilterPolicy: { kind: ['order'] }, FilterPolicyScope: open }).unknown).toHaveLength(1);
    expect(ask({ TopicArn: open }).unknown[0]).toContain('topic of App/S');
  });

  it('an archive of an undecided pattern is not counted, and said', () => {
    const Archive = resource('AWS::Events::Archive', {
      SourceArn: arnOf('Bus'),
      EventPattern: { source: [open] },
    });
    expect(answer({ Archive })).toMatchObject({
      archives: [],
      unknown: [expect.stringContaining('App/Archive')],
    });
  });

  it('numbers and addresses are undecided where AWS documents no answer', () => {
    const ask = (pattern: unknown, detail: BusEvent['detail']) =>
      eventsOf({ ...base, Rule: rule({ detail: pattern }) }).deliveries({
        ...asked,
        event: { ...placed, detail },
      }).unknown;
    expect(ask({ n: [{ numeric: ['>', 0] }] }, { n: 6e9 })[0]).toContain('no comparison with 6000000000');
    expect(ask({ n: [{ numeric: ['=', 1] }] }, { n: 1.0000001 })[0]).toContain('precision');
    expect(ask({ n: [1] }, { n: 1.0000001 })[0]).toContain('precision');
    expect(ask({ ip: ['::1'] }, { ip: '0:0:0:0:0:0:0:1' })[0]).toContain('are one address');
    expect(ask({ ip: [{ cidr: '10.0.0.0/8' }] }, { ip: '010.0.0.1' })[0]).toContain('no IPv4 address');
  });

  it('a macro may add rules and subscriptions', () => {
    const Resources = { Bus: bus(), Topic: topic() };
    const events = Events.of(Templates.fromTemplates({ App: { Transform: 'Mine', Resources } }));
    expect(events.deliveries(asked).unknown[0]).toContain('may add rules');
    expect(events.deliveries({ topic: 'App/Topic', message: { message: '' } }).unknown[0]).toContain(
      'may add subscriptions',
    );
  });
});
