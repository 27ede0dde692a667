import type { BusEvent, TopicMessage } from '../../../lib/assertions/events';
import '../../../lib/assertions/events/matchers';
import { arnOf, bus, eventsOf, queue, resource, rule, subscription, topic } from './template';

const placed: BusEvent = {
  source: 'shop.orders',
  'detail-type': 'OrderPlaced',
  detail: { id: '7', total: 12.5, items: [{ sku: 'a' }], note: 'say "hi"' },
};
const onBus = { bus: 'App/Bus', event: placed };
const placedOnly = { 'detail-type': ['OrderPlaced'] };
const base = { Bus: bus(), Queue: queue(), Other: queue() };
const inputWith = (target: Readonly<Record<string, unknown>>) =>
  eventsOf({ ...base, Rule: rule(placedOnly, {}, target) }).deliveries(onBus);
const transformed = (InputTemplate: string, InputPathsMap: Readonly<Record<string, string>> = {}) =>
  inputWith({ InputTransformer: { InputTemplate, InputPathsMap } });

describe('rules of an event bus', () => {
  it('an event reaches the targets of the rules that match it, and no others', () => {
    const events = eventsOf({
      ...base,
      Placed: rule(placedOnly),
      Cancelled: rule({ 'detail-type': ['OrderCancelled'] }, { Targets: [{ Id: 'O', Arn: arnOf('Other') }] }),
    });
    expect(events).toDeliverOnlyTo(onBus, ['App/Queue']);
    expect(events).not.toDeliverOnlyTo(onBus, ['App/Queue', 'App/Other']);
    expect(events).not.toDeliverOnlyTo(onBus, []);
  });

  it('a pattern may be JSON text, as null needs it', () => {
    const events = eventsOf({ ...base, Rule: rule('{"detail":{"discount":[null]}}') });
    expect(events).toDeliverOnlyTo({ ...onBus, event: { ...placed, detail: { discount: null } } }, ['Queue']);
    expect(events).toDeliverOnlyTo(onBus, []);
  });

  it('rules of another bus, disabled rules and schedules do not match', () => {
    const events = eventsOf({
      ...base,
      Second: bus({ Name: 'second' }),
      Elsewhere: rule(placedOnly, { EventBusName: { Ref: 'Second' } }),
      OnDefault: rule(placedOnly, { EventBusName: undefined }),
      Disabled: rule(placedOnly, { State: 'DISABLED' }),
      Schedule: rule(undefined, { EventBusName: undefined, ScheduleExpression: 'rate(1 hour)' }),
    });
    expect(events).toDeliverOnlyTo(onBus, []);
  });

  it('a rule names its bus by reference, name or ARN', () => {
    for (const EventBusName of [
      'orders',
      arnOf('Bus'),
      'arn:aws:events:eu-west-1:111111111111:event-bus/orders',
    ]) {
      const events = eventsOf({ ...base, Rule: rule(placedOnly, { EventBusName }) });
      expect(events).toDeliverOnlyTo(onBus, ['Queue']);
    }
  });

  it('events of AWS services are on the default bus only', () => {
    const stopped: BusEvent = {
      source: 'aws.ec2',
      'detail-type': 'State change',
      detail: { state: 'stopped' },
    };
    const events = eventsOf({ ...base, Rule: rule({ source: ['aws.ec2'] }, { EventBusName: 'default' }) });
    expect(events).toDeliverOnlyTo({ event: stopped }, ['App/Queue']);
    expect(() => events.deliveries({ ...onBus, event: stopped })).toThrow(
      'AWS services send events to the default bus',
    );
  });

  it('an archive keeps the events that match its pattern, whatever the rules do', () => {
    const archive = (EventPattern?: unknown) =>
      resource('AWS::Events::Archive', {
        SourceArn: arnOf('Bus'),
        ...(EventPattern !== undefined && { EventPattern }),
      });
    const events = eventsOf({
      ...base,
      All: archive(),
      First: archive({ 'replay-name': [{ exists: false }] }),
      Other: archive({ source: ['warehouse'] }),
    });
    expect(events.deliveries(onBus).archives).toEqual(['App/All', 'App/First']);
    const replayed = { ...onBus, event: { ...placed, 'replay-name': 'again' } };
    expect(events.deliveries(replayed).archives).toEqual(['App/All']);
  });

  it('an archive keeps the events of its own bus only', () => {
    const archive = (SourceArn: unknown) => resource('AWS::Events::Archive', { SourceArn });
    const events = eventsOf({
      ...base,
      Second: bus({ Name: 'second' }),
      OfSecond: archive(arnOf('Second')),
      OfDefault: archive('arn:aws:events:eu-west-1:111111111111:event-bus/default'),
      Rule: rule(placedOnly, { EventBusName: 'default' }),
    });
    expect(events.deliveries(onBus).archives).toEqual([]);
    expect(events.deliveries({ event: placed }).archives).toEqual([]);
  });

  it('says where an event goes, what keeps it and what is not known', () => {
    const events = eventsOf(
      {
        ...base,
        Rule: rule(placedOnly),
        Open: rule({ source: [{ Ref: 'Source' }] }),
        Archive: resource('AWS::Events::Archive', { SourceArn: arnOf('Bus') }),
      },
      { Parameters: { Source: { Type: 'String' } } },
    );
    expect(String(events.deliveries(onBus)).split('\n')).toEqual([
      'delivered',
      '  to App/Queue, through App/Rule',
      '  kept in App/Archive',
      expect.stringMatching(/^ {2}unknown: App\/Open to App\/Queue: .*parameter Source of App/),
    ]);
    expect(String(eventsOf(base).deliveries(onBus))).toBe('delivered to nothing');
    expect(() => {
      expect(events).toDeliverOnlyTo(onBus, ['App/Queue']);
    }).toThrow('unknown: App/Open');
    expect(() => {
      expect(eventsOf({ ...base, Rule: rule(placedOnly) })).toDeliverOnlyTo(onBus, []);
    }).toThrow('Expected no target:\ndelivered\n  to App/Queue, through App/Rule');
    expect(() => {
      expect(eventsOf(base)).toDeliverOnlyTo(onBus, ['Queue', 'Other']);
    }).toThrow('Expected Queue, Other:\ndelivered to nothing');
  });

  it('a replay reaches the rules that it names and that match', () => {
    const replayed = { ...onBus, event: { ...placed, 'replay-name': 'again' } };
    const cancelled = rule({ 'detail-type': ['OrderCancelled'] });
    const events = eventsOf({ ...base, First: rule(placedOnly), Second: rule(placedOnly), Third: cancelled });
    const through = (rules?: readonly string[]) =>
      events.deliveries({ ...replayed, rules }).deliveries.map((one) => one.through);
    expect(through()).toEqual(['App/First', 'App/Second']);
    expect(through(['App/Second', 'App/Third'])).toEqual(['App/Second']);
    expect(through([])).toEqual([]);
    expect(() => through(['App/Queue'])).toThrow('App/Queue: expected a rule');
  });

  it('names the retry policy and the dead-letter queue of a target', () => {
    const [own] = inputWith({
      RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 60 },
      DeadLetterConfig: { Arn: arnOf('Other') },
    }).deliveries;
    expect(own).toMatchObject({ retry: { attempts: 3, seconds: 60 }, deadLetters: 'App/Other' });
    const [usual] = inputWith({}).deliveries;
    expect(usual).toMatchObject({ retry: { attempts: 185, seconds: 86_400 } });
    expect(usual).not.toHaveProperty('deadLetters');
  });
});

describe('input of a target', () => {
  it('is the whole event unless the target says otherwise', () => {
    expect(inputWith({}).inputOf('Queue')).toMatchObject({ ...placed, version: '0', resources: [] });
  });

  it('is a part of the event, or a constant', () => {
    expect(inputWith({ InputPath: '$.detail' }).inputOf('Queue')).toEqual(placed.detail);
    expect(inputWith({ InputPath: "$['detail'].items[0]['sku']" }).inputOf('Queue')).toBe('a');
    expect(inputWith({ Input: '{"fixed":1}' }).inputOf('Queue')).toEqual({ fixed: 1 });
  });

  it('is one for each target: nothing, two ways and what is not known are errors', () => {
    expect(() => eventsOf(base).deliveries(onBus).inputOf('Queue')).toThrow(
      'Queue: receives nothing. delivered to nothing',
    );
    const twice = eventsOf({ ...base, One: rule(placedOnly), Two: rule(placedOnly) });
    expect(() => twice.deliveries(onBus).inputOf('Queue')).toThrow(
      'Queue: receives it through App/One and App/Two',
    );
    const Parameters = { Text: { Type: 'String' } };
    const open = (rules: unknown, target: Readonly<Record<string, unknown>> = {}) =>
      eventsOf({ ...base, Rule: rule(rules, {}, target) }, { Parameters }).deliveries(onBus);
    expect(() => open({ source: [{ Ref: 'Text' }] }).inputOf('Queue')).toThrow('parameter Text of App');
    for (const target of [{ Input: { Ref: 'Text' } }, { InputPath: { Ref: 'Text' } }])
      expect(() => open(placedOnly, target).inputOf('Queue')).toThrow('Queue: parameter Text of App');
  });

  it('may have null and numbers as text inside quotes', () => {
    const event = { ...placed, detail: { none: null, count: 3 } };
    const template = {
      InputTemplate: '{"a": "<none> <count>"}',
      InputPathsMap: { none: '$.detail.none', count: '$.detail.count' },
    };
    const events = eventsOf({ ...base, Rule: rule(placedOnly, {}, { InputTransformer: template }) });
    expect(events.deliveries({ ...onBus, event }).inputOf('Queue')).toEqual({ a: 'null 3' });
  });

  it('is a template with variables, as text inside quotes and else as JSON', () => {
    const template =
      '{"order": <id>, "text": "order <id> costs <total>", "items": <items>, "same": "<unknown>"}';
    const paths = { id: '$.detail.id', total: '$.detail.total', items: '$.detail.items' };
    expect(transformed(template, paths).inputOf('Queue')).toEqual({
      order: '7',
      text: 'order 7 costs 12.5',
      items: [{ sku: 'a' }],
      same: '<unknown>',
    });
    expect(transformed('"order <id>"', paths).inputOf('Queue')).toBe('order 7');
  });

  it('knows the predefined variables', () => {
    const template =
      '{"rule": "<aws.events.rule-name>", "arn": <aws.events.rule-arn>, "event": <aws.events.event>}';
    expect(transformed(template).inputOf('Queue')).toMatchObject({
      rule: '⟨App.Rule⟩',
      arn: '⟨App.Rule.Arn⟩',
      event: placed,
    });
  });

  it('is unknown where EventBridge does not escape a value, or has none', () => {
    expect(() => transformed('{"note": "<note>"}', { note: '$.detail.note' }).inputOf('Queue')).toThrow(
      'no JSON',
    );
    expect(() => transformed('{"a": <a>}', { a: '$.detail.none' }).inputOf('Queue')).toThrow(
      'no value for <a>',
    );
    expect(() => transformed('{"a": "<a>"}', { a: '$.detail.items' }).inputOf('Queue')).toThrow(
      'stands in quotes',
    );
    expect(transformed('{"a": "<a>"}', { a: '$.detail.none' }).inputOf('Queue')).toEqual({ a: '' });
    expect(() => inputWith({ InputPath: '$.nothing' }).inputOf('Queue')).toThrow('nothing at $.nothing');
  });

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['two kinds of input', { Input: '{}', InputPath: '$.detail' }, 'got Input and InputPath, expected one'],
    ['a variable named like a predefined one', transformer({ 'aws.events.x': '$.id' }), 'invalid variable'],
    ['more than 100 variables', transformer(Object.fromEntries(numbered(101))), 'got 101 variables'],
    ['a longer template', { InputTransformer: { InputTemplate: `"${'x'.repeat(8192)}"` } }, 'at most 8192'],
    ['a JSON path with a filter', { InputPath: '$.detail[?(@.id)]' }, 'JSON path'],
    ['a JSON path without $', { InputPath: 'detail' }, 'JSON path'],
    ['186 attempts', { RetryPolicy: { MaximumRetryAttempts: 186 } }, 'expected 0 to 185 attempts'],
    ['less than a minute', { RetryPolicy: { MaximumEventAgeInSeconds: 59 } }, 'in 60 to 86400 s'],
  ])('refuses %s', (_, target, message) => {
    expect(() => inputWith(target)).toThrow(message);
  });

  it('refuses a FIFO queue as the dead-letter queue of a rule', () => {
    const Other = queue({ FifoQueue: true });
    const target = { DeadLetterConfig: { Arn: arnOf('Other') } };
    const events = eventsOf({ ...base, Other, Rule: rule(placedOnly, {}, target) });
    expect(() => events.deliveries(onBus)).toThrow('a dead-letter queue of a rule is a standard queue');
  });

  it('refuses more than five targets', () => {
    const Targets = numbered(6).map(([Id]) => ({ Id, Arn: arnOf('Queue') }));
    const events = eventsOf({ ...base, Rule: rule(placedOnly, { Targets }) });
    expect(() => events.deliveries(onBus)).toThrow('more than 5 targets');
  });

  it('refuses an event that PutEvents refuses', () => {
    const events = eventsOf({ ...base, Rule: rule(placedOnly) });
    const put = (event: Partial<BusEvent>) => () =>
      events.deliveries({ ...onBus, event: { ...placed, ...event } });
    expect(put({ source: '' })).toThrow('expected a source');
    expect(put({ detail: 'text' as never })).toThrow('expected an object as its detail');
    expect(put({ detail: { text: 'x'.repeat(1024 * 1024) } })).toThrow('more than 1 MB');
  });
});

function numbered(count: number): readonly (readonly [string, string])[] {
  return Array.from({ length: count }, (_, index) => [`v${index}`, '$.id']);
}

function transformer(InputPathsMap: Readonly<Record<string, string>>) {
  return { InputTransformer: { InputTemplate: '"x"', InputPathsMap } };
}

describe('subscriptions of a topic', () => {
  const Topic = topic();
  const message: TopicMessage = {
    message: '{"kind":"order","lines":[{"sku":"a","count":2},{"sku":"b","count":1}]}',
    attributes: {
      kind: { type: 'String', value: 'order' },
      total: { type: 'Number', value: '12.50' },
      tags: { type: 'String.Array', value: '["gift", 3, null]' },
      blob: { type: 'Binary', value: new Uint8Array([1]) },
    },
  };
  const asked = { topic: 'App/Topic', message };
  const reached = (FilterPolicy: unknown, more: Readonly<Record<string, unknown>> = {}) =>
    eventsOf({ Topic, Queue: queue(), Subscription: subscription({ FilterPolicy, ...more }) }).deliveries(
      asked,
    ).targets;
  const inBody = { FilterPolicyScope: 'MessageBody' };

  it('without a filter policy, or with an empty one, a subscription gets every message', () => {
    expect(reached(undefined)).toEqual(['App/Queue']);
    expect(reached({})).toEqual(['App/Queue']);
  });

  it('compares text, numbers and lists in attributes', () => {
    expect(reached({ kind: ['order'], total: [{ numeric: ['=', 12.5] }] })).toEqual(['App/Queue']);
    expect(reached({ tags: ['gift'] })).toEqual(['App/Queue']);
    expect(reached({ tags: [3] })).toEqual(['App/Queue']);
    expect(reached({ tags: [null] })).toEqual(['App/Queue']);
    expect(reached({ total: ['12.50'] })).toEqual([]);
    expect(reached({ kind: ['refund'] })).toEqual([]);
  });

  it('ignores binary attributes', () => {
    expect(reached({ blob: [{ exists: true }] })).toEqual([]);
  });

  it('looks into the body where the scope says so, and else does not', () => {
    expect(reached({ lines: { sku: ['b'] } }, inBody)).toEqual(['App/Queue']);
    expect(reached({ lines: { sku: ['c'] } }, inBody)).toEqual([]);
    expect(reached({ total: [{ exists: true }] }, inBody)).toEqual([]);
  });

  it('a body that is no JSON object passes no filter', () => {
    const events = eventsOf({
      Topic,
      Queue: queue(),
      S: subscription({ FilterPolicy: { a: [{ exists: false }] }, ...inBody }),
    });
    for (const text of ['plain', '[1]', '5']) {
      expect(events).toDeliverOnlyTo({ topic: 'App/Topic', message: { message: text } }, []);
    }
    expect(events).toDeliverOnlyTo({ topic: 'App/Topic', message: { message: '{}' } }, ['Queue']);
  });

  it('several keys of one list of objects: unknown where AWS documents no answer', () => {
    const both = (count: number) =>
      eventsOf({
        Topic,
        Queue: queue(),
        S: subscription({ FilterPolicy: { lines: { sku: ['a'], count: [count] } }, ...inBody }),
      });
    expect(both(2)).toDeliverOnlyTo(asked, ['Queue']);
    expect(both(5)).toDeliverOnlyTo(asked, []);
    expect(both(1).deliveries(asked).unknown[0]).toContain(
      'AWS does not document how SNS compares several keys',
    );
  });

  it('delivers the message itself if delivery is raw, and else an envelope', () => {
    const input = (more: Readonly<Record<string, unknown>>) =>
      eventsOf({ Topic, Queue: queue(), S: subscription(more) })
        .deliveries(asked)
        .inputOf('Queue');
    expect(input({ RawMessageDelivery: true })).toBe(message.message);
    expect(input({})).toMatchObject({
      Type: 'Notification',
      TopicArn: '⟨App.Topic⟩',
      Message: message.message,
      MessageAttributes: {
        kind: { Type: 'String', Value: 'order' },
        blob: { Type: 'Binary', Value: 'AQ==' },
      },
    });
  });

  it('hands a function a record with the envelope in it', () => {
    const Function = resource('AWS::Lambda::Function');
    const S = subscription({ Protocol: 'lambda', Endpoint: arnOf('Function') });
    const input = eventsOf({ Topic, Function, S }).deliveries(asked).inputOf('Function');
    expect(input).toMatchObject({ Records: [{ EventSource: 'aws:sns', Sns: { Message: message.message } }] });
  });

  it('knows the subscriptions that a topic lists, and its dead-letter queue', () => {
    const listed = topic({ Subscription: [{ Protocol: 'email', Endpoint: 'ops@example.org' }] });
    expect(eventsOf({ Topic: listed })).toDeliverOnlyTo(asked, ['ops@example.org']);
    const RedrivePolicy = { deadLetterTargetArn: arnOf('Other') };
    const events = eventsOf({ Topic, Queue: queue(), Other: queue(), S: subscription({ RedrivePolicy }) });
    expect(events.deliveries(asked).deliveries[0]).toMatchObject({ deadLetters: 'App/Other' });
  });

  it('a subscription of another topic gets nothing', () => {
    const S = subscription({ TopicArn: { Ref: 'Second' } });
    expect(eventsOf({ Topic, Second: topic(), Queue: queue(), S })).toDeliverOnlyTo(asked, []);
  });

  it('refuses what SNS refuses', () => {
    const ask = (more: Readonly<Record<string, unknown>>, sent: Partial<TopicMessage> = {}) => {
      const events = eventsOf({ Topic, Queue: queue(), S: subscription(more) });
      return () => events.deliveries({ ...asked, message: { ...message, ...sent } });
    };
    expect(ask({ Protocol: 'lambda', RawMessageDelivery: true })).toThrow(
      'raw message delivery is not for lambda',
    );
    expect(ask({ Protocol: 'pigeon' })).toThrow('unknown protocol pigeon');
    expect(ask({ FilterPolicy: { a: [1] }, FilterPolicyScope: 'Subject' })).toThrow(
      'FilterPolicyScope Subject',
    );
    expect(ask({ FilterPolicy: { a: [{ regex: 'x' }] } })).toThrow('App/S: a: operator regex');
    expect(ask({ FilterPolicy: { a: [1] } }, { attributes: { a: { type: 'Number', value: 'x' } } })).toThrow(
      'a number',
    );
    const notAList = { attributes: { a: { type: 'String.Array', value: '{}' } } } as const;
    expect(ask({ FilterPolicy: { a: [1] } }, notAList)).toThrow('expected a JSON list');
    expect(ask({}, { messageGroupId: 'x' })).toThrow('message group id');
  });
});

describe('filters of pipes and event source mappings', () => {
  const pattern = JSON.stringify({ body: { total: [{ numeric: ['>', 10] }] } });
  const events = eventsOf({
    Pipe: resource('AWS::Pipes::Pipe', {
      SourceParameters: { FilterCriteria: { Filters: [{ Pattern: pattern }] } },
    }),
    Mapping: resource('AWS::Lambda::EventSourceMapping', {
      FilterCriteria: { Filters: [{ Pattern: pattern }] },
    }),
    Open: resource('AWS::Lambda::EventSourceMapping'),
    Six: resource('AWS::Lambda::EventSourceMapping', {
      FilterCriteria: { Filters: numbered(6).map(() => ({ Pattern: pattern })) },
    }),
    Queue: queue(),
  });

  it.each(['App/Pipe', 'App/Mapping'])('%s passes the records that a filter matches', (path) => {
    expect(events.passes(path, { body: { total: 11 } }).truth).toBe('yes');
    expect(events.passes(path, { body: { total: 9 } }).truth).toBe('no');
  });

  it('without filters, every record passes', () => {
    expect(events.passes('App/Open', { body: {} }).truth).toBe('yes');
  });

  it('are unknown where the answer depends on a condition', () => {
    const Conditions = { Prod: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } };
    const passes = (total: number) =>
      eventsOf(
        {
          Pipe: resource('AWS::Pipes::Pipe', {
            SourceParameters: {
              FilterCriteria: {
                Filters: [
                  { Pattern: { 'Fn::If': ['Prod', pattern, JSON.stringify({ body: { total: [5] } })] } },
                ],
              },
            },
          }),
        },
        { Parameters: { Stage: { Type: 'String' } }, Conditions },
      ).passes('App/Pipe', { body: { total } });
    expect(passes(3).truth).toBe('no');
    expect(passes(11).truth).toBe('unknown');
    expect(passes(5).truth).toBe('unknown');
    expect(passes(5).why.join()).toContain('it depends on parameters or conditions');
  });

  it('refuses more than five filters, and other resources', () => {
    expect(() => events.passes('App/Six', {})).toThrow('more than 5 filters');
    expect(() => events.passes('App/Queue', {})).toThrow('expected a pipe or an event source mapping');
  });
});
