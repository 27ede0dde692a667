import { compile, matches, type Dialect } from '../../../lib/assertions/events';
import type { Json } from '../../../lib/assertions/templates';

/** A sentence of AWS's, a pattern it is about, and events that match or do not. */
interface Row {
  readonly says: string;
  readonly pattern: Json;
  readonly matching?: readonly Json[];
  readonly other?: readonly Json[];
}

const detail = (fields: Json) => ({ detail: fields });
const state = (...values: Json[]) => values.map((value) => detail({ state: value }));
const instance = (id: string) => `arn:aws:ec2:us-east-1:${id}:instance/i-b188560f`;
const group =
  'arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:eb56d16b:autoScalingGroupName/ASGTerminate';
const launch = {
  version: '0',
  'detail-type': 'EC2 Instance Launch Successful',
  source: 'aws.autoscaling',
  resources: [],
  detail: { eventVersion: '', responseElements: null },
};

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/<page>.html */
const EVENTBRIDGE: Readonly<Record<string, readonly Row[]>> = {
  'eb-create-pattern-operators': [
    {
      says: 'Location is "New York" and Day is "Monday"',
      pattern: { Location: ['New York'], Day: ['Monday'] },
      matching: [{ Location: 'New York', Day: 'Monday' }],
      other: [{ Location: 'New York' }, { Location: 'New York', Day: 'Sunday' }],
    },
    {
      says: 'PaymentType is "Credit" or "Debit"',
      pattern: { PaymentType: ['Credit', 'Debit'] },
      matching: [{ PaymentType: 'Credit' }, { PaymentType: 'Debit' }],
      other: [{ PaymentType: 'Cash' }, {}],
    },
    {
      says: 'Location is "New York", or Day is "Monday".',
      pattern: { $or: [{ Location: ['New York'] }, { Day: ['Monday'] }] },
      matching: [{ Location: 'New York' }, { Day: 'Monday' }],
      other: [{ Location: 'Paris', Day: 'Sunday' }],
    },
    {
      says: 'Comparison operators only work on leaf nodes, with the exception of $or and anything-but.',
      pattern: { detail: [{ exists: true }] },
      matching: [{ detail: 1 }],
      other: [{ detail: { state: 'running' } }],
    },
    {
      says: 'Name is "Alice" (ignore case)',
      pattern: { Name: [{ 'equals-ignore-case': 'alice' }] },
      matching: [{ Name: 'Alice' }, { Name: 'ALICE' }],
      other: [{ Name: 'Alicia' }],
    },
    {
      says: 'You can match an event depending on the prefix of a value in the event source. You can use prefix matching for string values.',
      pattern: { time: [{ prefix: '2017-10-02' }] },
      matching: [{ time: '2017-10-02T18:43:48Z' }],
      other: [{ time: '2017-10-03T18:43:48Z' }, { time: 2017 }],
    },
    {
      says: 'Service name starts with the letters "eventb", regardless of case.',
      pattern: { service: [{ prefix: { 'equals-ignore-case': 'eventb' } }] },
      matching: [{ service: 'EventBridge' }, { service: 'EVENTB' }],
      other: [{ service: 'events' }],
    },
    {
      says: 'FileName ends with a .png extension',
      pattern: { FileName: [{ suffix: '.png' }] },
      matching: [{ FileName: 'a.png' }],
      other: [{ FileName: 'a.PNG' }, { FileName: 'a.png.txt' }],
    },
    {
      says: 'Service name ends with the letters "tbridge", or any other casing variation, such as "TBRIDGE".',
      pattern: { service: [{ suffix: { 'equals-ignore-case': 'tBridge' } }] },
      matching: [{ service: 'EventBridge' }, { service: 'EVENTBRIDGE' }],
      other: [{ service: 'bridges' }],
    },
    {
      says: "Anything-but matching matches anything except what's provided in the rule.",
      pattern: detail({ state: [{ 'anything-but': 'initializing' }] }),
      matching: state('running', 5, null),
      other: [...state('initializing'), detail({})],
    },
    {
      says: 'You can use anything-but matching with strings and numeric values, including lists that contain only strings, or only numbers.',
      pattern: detail({ 'x-limit': [{ 'anything-but': [100, 200, 300] }] }),
      matching: [detail({ 'x-limit': 150 })],
      other: [detail({ 'x-limit': 200 })],
    },
    {
      says: 'State is any value besides "initializing" or any other casing variation, such as "INITIALIZING".',
      pattern: detail({ state: [{ 'anything-but': { 'equals-ignore-case': 'initializing' } }] }),
      matching: state('running'),
      other: state('INITIALIZING', 'initializing'),
    },
    {
      says: 'Region is not in the US.',
      pattern: { Region: [{ 'anything-but': { prefix: 'us-' } }] },
      matching: [{ Region: 'eu-west-1' }],
      other: [{ Region: 'us-east-1' }],
    },
    {
      says: 'FileName does not end with a .png extension.',
      pattern: { FileName: [{ 'anything-but': { suffix: '.png' } }] },
      matching: [{ FileName: 'a.txt' }],
      other: [{ FileName: 'a.png' }],
    },
    {
      says: 'FileName is not a file path that includes /lib/.',
      pattern: { FilePath: [{ 'anything-but': { wildcard: '*/lib/*' } }] },
      matching: [{ FilePath: '/src/main.c' }],
      other: [{ FilePath: '/usr/lib/libc.so' }],
    },
    {
      says: 'Any file with a .png extension, located within the folder "dir"',
      pattern: { FileName: [{ wildcard: 'dir/*.png' }] },
      matching: [{ FileName: 'dir/a.png' }, { FileName: 'dir/b/a.png' }],
      other: [{ FileName: 'other/dir/a.png' }],
    },
    {
      says: 'Price is more than 10, and less than or equal to 20',
      pattern: { Price: [{ numeric: ['>', 10, '<=', 20] }] },
      matching: [{ Price: 20 }, { Price: 10.5 }],
      other: [{ Price: 10 }, { Price: 20.5 }, { Price: '15' }],
    },
    {
      says: 'Numeric matching works with values that are JSON numbers.',
      pattern: detail({ 'x-limit': [{ numeric: ['=', 3.018e2] }] }),
      matching: [detail({ 'x-limit': 301.8 })],
      other: [detail({ 'x-limit': '301.8' })],
    },
    {
      says: 'You can use IP address matching for IPv4 and IPv6 addresses.',
      pattern: detail({ sourceIPAddress: [{ cidr: '10.0.0.0/24' }, { cidr: '2001:db8::/32' }] }),
      matching: [detail({ sourceIPAddress: '10.0.0.255' }), detail({ sourceIPAddress: '2001:db8::1' })],
      other: [detail({ sourceIPAddress: '10.0.1.0' }), detail({ sourceIPAddress: '2001:db9::1' })],
    },
    {
      says: 'Exists matching works on the presence or absence of a field in the JSON of the event.',
      pattern: detail({ state: [{ exists: true }] }),
      matching: state('running', null, ''),
      other: [detail({}), {}],
    },
    {
      says: "The preceding event pattern also matches the following event because c-count isn't a leaf node.",
      pattern: detail({ 'c-count': [{ exists: false }] }),
      matching: [detail({ 'c-count': { c1: 100 } }), detail({ state: 'running' })],
      other: [detail({ 'c-count': 100 })],
    },
    {
      says: 'You can combine multiple matching rules into a more complex event pattern.',
      pattern: {
        time: [{ prefix: '2017-10-02' }],
        detail: {
          state: [{ 'anything-but': 'initializing' }],
          'c-count': [{ numeric: ['>', 0, '<=', 5] }],
          'd-count': [{ numeric: ['<', 10] }],
          'x-limit': [{ 'anything-but': [100, 200, 300] }],
        },
      },
      matching: [
        {
          time: '2017-10-02T18:43:48Z',
          detail: { state: 'running', 'c-count': 5, 'd-count': 3, 'x-limit': 301.8 },
        },
      ],
      other: [
        {
          time: '2017-10-02T18:43:48Z',
          detail: { state: 'running', 'c-count': 5, 'd-count': 30, 'x-limit': 301.8 },
        },
      ],
    },
  ],
  'eb-event-patterns-arrays': [
    {
      says: 'If the value in the event is an array, then the event pattern matches if the intersection of the event pattern array and the event array is non-empty.',
      pattern: { resources: ['123456789012', '111122223333', '444455556666'].map(instance) },
      matching: [{ resources: [group, instance('123456789012')] }],
      other: [{ resources: [group] }, { resources: [] }],
    },
  ],
  'eb-event-patterns-null-values': [
    {
      says: 'To match events where the value of eventVersion is an empty string, use the following event pattern',
      pattern: detail({ eventVersion: [''] }),
      matching: [launch],
      other: [detail({ eventVersion: null }), detail({})],
    },
    {
      says: 'Null values and empty strings are not interchangeable in pattern matching.',
      pattern: detail({ responseElements: [null] }),
      matching: [launch],
      other: [detail({ responseElements: '' }), detail({}), detail({ responseElements: 'null' })],
    },
  ],
  'eb-create-pattern': [
    {
      says: 'For an event pattern to match an event, the event must contain all the field names listed in the event pattern. The field names must also appear in the event with the same nesting structure.',
      pattern: { source: ['aws.ec2'], detail: { state: ['terminated'] } },
      matching: [{ source: 'aws.ec2', detail: { state: 'terminated', more: 1 }, region: 'us-west-1' }],
      other: [
        { source: 'aws.ec2', state: 'terminated' },
        { source: 'aws.ec2', detail: {} },
      ],
    },
    {
      says: 'For strings, EventBridge uses exact character-by-character matching without case-folding or any other string normalization.',
      pattern: { name: ['é'] },
      matching: [{ name: 'é' }],
      other: [{ name: 'É' }, { name: 'e\u0301' }],
    },
  ],
};

const interests = (...values: Json[]) => values.map((value) => ({ customer_interests: value }));
const policy = (...elements: Json[]): Json => ({ customer_interests: elements });

/** https://docs.aws.amazon.com/sns/latest/dg/<page>.html */
const SNS: Readonly<Record<string, readonly Row[]>> = {
  'string-value-matching': [
    {
      says: 'Exact matching occurs when a policy property value matches one or more message attribute values.',
      pattern: policy('rugby', 'tennis'),
      matching: interests('rugby', 'tennis', ['rugby', 'tennis']),
      other: interests('baseball', ['baseball']),
    },
    {
      says: "When a policy property value includes the keyword anything-but, it matches any message attribute or message body values that don't include any of the policy property values.",
      pattern: policy({ 'anything-but': ['rugby', 'tennis'] }),
      matching: interests('baseball', 'football', ['rugby', 'baseball']),
      other: interests('rugby', ['rugby']),
    },
    {
      says: 'For string matching, you can also use a prefix with the anything-but operator.',
      pattern: { event: [{ 'anything-but': { prefix: 'order-' } }] },
      matching: [{ event: 'data-entry' }, { event: 'order_number' }],
      other: [{ event: 'order-cancelled' }],
    },
    {
      says: 'The following policy property denies the *ball wildcard',
      pattern: policy({ 'anything-but': { wildcard: '*ball' } }),
      matching: interests(['hockey', 'rugby', 'soccer']),
      other: interests(['baseball', 'basketball']),
    },
    {
      says: 'The following policy property denies the -ball suffix',
      pattern: policy({ 'anything-but': { suffix: 'ball' } }),
      matching: interests(['hockey', 'rugby', 'soccer']),
      other: interests(['baseball', 'basketball']),
    },
    {
      says: 'When a policy property includes the keyword equals-ignore-case, it will perform a case-insensitive match',
      pattern: policy({ 'equals-ignore-case': 'tennis' }),
      matching: interests('TENNIS', 'Tennis', 'teNnis'),
      other: interests('tenniss'),
    },
    {
      says: 'You can use the cidr operator to check whether an incoming message originates from a specific IP address or subnet.',
      pattern: { source_ip: [{ cidr: '10.0.0.0/24' }] },
      matching: [{ source_ip: '10.0.0.0' }, { source_ip: '10.0.0.255' }],
      other: [{ source_ip: '10.1.1.0' }],
    },
    {
      says: 'When a policy property includes the keyword prefix, it matches any message attribute or body property values that begin with the specified characters.',
      pattern: policy({ prefix: 'bas' }),
      matching: interests('baseball', 'basketball'),
      other: interests('rugby'),
    },
    {
      says: 'When a policy property includes the keyword suffix, it matches any message attribute or body property values that end with the specified characters.',
      pattern: policy({ suffix: 'ball' }),
      matching: interests('baseball', 'basketball'),
      other: interests('rugby'),
    },
    {
      says: 'You can use the wildcard character (*) to match string values in event patterns.',
      pattern: policy({ wildcard: '*ball' }),
      matching: interests(['baseball', 'basketball']),
      other: interests(['rugby']),
    },
  ],
  'numeric-value-matching': [
    {
      says: 'When a policy property value includes the keyword numeric and the operator =, it matches any message attribute or message body property values that have the same name and an equal numeric value.',
      pattern: { price_usd: [{ numeric: ['=', 301.5] }] },
      matching: [{ price_usd: 301.5 }, { price_usd: 3.015e2 }],
      other: [{ price_usd: 301 }, {}],
    },
    {
      says: "Moreover, it matches the following message attribute (because it contains a value that isn't 100 or 500)",
      pattern: { price: [{ 'anything-but': [100, 500] }] },
      matching: [{ price: 101 }, { price: 100.1 }, { price: [100, 50] }],
      other: [{ price: 100 }],
    },
    {
      says: 'It matches any message attributes or message body properties with positive numbers up to and including 150.',
      pattern: { price_usd: [{ numeric: ['>', 0, '<=', 150] }] },
      matching: [{ price_usd: 150 }, { price_usd: 0.5 }],
      other: [{ price_usd: 0 }, { price_usd: 150.5 }, { price_usd: -1 }],
    },
  ],
  'attribute-key-matching': [
    {
      says: 'Use "exists": true to match incoming messages that include the specified property.',
      pattern: { store: [{ exists: true }] },
      matching: [{ store: 'fans', customer_interests: ['baseball', 'basketball'] }],
      other: interests(['baseball', 'basketball']),
    },
    {
      says: 'Use "exists": false to match incoming messages that don\'t include the specified property.',
      pattern: { store: [{ exists: false }] },
      matching: interests(['baseball', 'basketball']),
      other: [{ store: 'fans', customer_interests: ['baseball', 'basketball'] }],
    },
  ],
  'and-or-logic': [
    {
      says: 'You can apply AND logic using multiple property names.',
      pattern: { customer_interests: ['rugby'], price_usd: [{ numeric: ['>', 100] }] },
      matching: [{ customer_interests: 'rugby', price_usd: 101 }],
      other: [{ customer_interests: 'rugby', price_usd: 100 }, { price_usd: 101 }],
    },
    {
      says: 'You can use the "$or" operator to explicitly define a filter policy to express the OR relationship between multiple attributes in the policy.',
      pattern: {
        source: ['aws.cloudwatch'],
        $or: [{ metricName: ['CPUUtilization'] }, { namespace: ['AWS/EC2'] }],
      },
      matching: [
        { source: 'aws.cloudwatch', metricName: 'CPUUtilization' },
        { source: 'aws.cloudwatch', namespace: 'AWS/EC2' },
      ],
      other: [{ source: 'aws.cloudwatch' }, { namespace: 'AWS/EC2' }],
    },
    {
      says: 'When all of these conditions are not met, "$or" is treated as a regular attribute name, the same as any other string in the policy.',
      pattern: { $or: ['yes'] },
      matching: [{ $or: 'yes' }],
      other: [{}],
    },
  ],
  'subscription-filter-policy-constraints': [
    {
      says: 'For string matching in the filter policy, the comparison is case-sensitive.',
      pattern: policy('rugby'),
      matching: interests('rugby'),
      other: interests('Rugby'),
    },
    {
      says: 'The keywords true, false, and null, without quotation marks',
      pattern: { paid: [true, null] },
      matching: [{ paid: true }, { paid: null }],
      other: [{ paid: false }, { paid: 'true' }],
    },
  ],
};

const answers = (row: Row, dialect: Dialect) => {
  const pattern = compile(row.pattern, dialect);
  const of = (events: readonly Json[] = []) => events.map((event) => matches(pattern, event).truth);
  return { matching: of(row.matching), other: of(row.other) };
};
const expected = ({ matching = [], other = [] }: Row) => ({
  matching: matching.map(() => 'yes'),
  other: other.map(() => 'no'),
});

describe.each(Object.entries(EVENTBRIDGE))("EventBridge, as AWS's page %s documents it", (_, rows) => {
  it.each(rows)('$says', (row) => {
    expect(answers(row, 'event bus')).toEqual(expected(row));
  });
});

describe.each(Object.entries(SNS))("SNS, as AWS's page %s documents it", (_, rows) => {
  it.each(rows)('$says', (row) => {
    expect(answers(row, 'message attributes')).toEqual(expected(row));
    expect(answers(row, 'message body')).toEqual(expected(row));
  });
});

describe('SNS filter policies in the body of a message', () => {
  it('Amazon SNS accepts a nested filter policy for payload-based filtering.', () => {
    const row = {
      says: '',
      pattern: { a: { b: { c: ['x'] } } },
      matching: [{ a: { b: { c: 'x' } } }],
      other: [{ c: 'x' }],
    };
    expect(answers(row, 'message body')).toEqual(expected(row));
  });

  it("Amazon SNS doesn't accept a nested filter policy for attribute-based filtering.", () => {
    expect(() => compile({ a: { b: ['x'] } }, 'message attributes')).toThrow('attributes are not nested');
  });
});
