import { all, decided, unknown, YES, type Verdict } from '../iam/verdict';
import { isRecord, text } from '../templates/functions';
import { Templates, type Json, type Resource } from '../templates';
import { Answer, type Delivery } from './answer';
import { exists, flag, pathOf } from './existence';
import { matches, matchesLoosely } from './matching';
import { compile } from './pattern';
import { openText } from './values';

/** A message attribute, as `Publish` takes it. */
export type MessageAttribute =
  | { readonly type: 'String'; readonly value: string }
  | { readonly type: 'Number'; readonly value: number | string }
  /** `value` is the JSON of a list of text, numbers, booleans and null. */
  | { readonly type: 'String.Array'; readonly value: string }
  | { readonly type: 'Binary'; readonly value: Uint8Array };

/** A message that is published to a topic. */
export interface TopicMessage {
  readonly message: string;
  readonly subject?: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  /** FIFO topics only, where it is required. */
  readonly messageGroupId?: string;
}

const RAW_PROTOCOLS = ['sqs', 'http', 'https', 'firehose'];
const OTHER_PROTOCOLS = ['lambda', 'email', 'email-json', 'sms', 'application'];

/** The subscriptions that a message reaches. Throws for a subscription that SNS refuses. */
export function publish(templates: Templates, message: TopicMessage, topic: string): Answer {
  const resource = templates.at(topic);
  if (resource.type !== 'AWS::SNS::Topic') throw new Error(`${topic}: expected a topic`);
  if (flag(resource.properties.FifoTopic) !== (message.messageGroupId !== undefined)) {
    throw new Error(`${topic}: a message group id belongs to each message of a FIFO topic, and to no other`);
  }
  const open: string[] = templates.unexpanded.map((what) => `${what}: may add subscriptions`);
  const deliveries = subscriptionsOf(templates, resource, open).flatMap(({ path, properties, existence }) => {
    try {
      const verdict = all([existence, accepts(properties, message)]);
      return verdict.truth === 'no' ? [] : [delivery(templates, path, properties, message, verdict)];
    } catch (error) {
      throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
    }
  });
  return new Answer(deliveries, [], open);
}

interface Subscription {
  readonly path: string;
  readonly properties: Readonly<Record<string, Json>>;
  readonly existence: Verdict;
}

/** Subscriptions of their own, and those that a topic lists. */
function subscriptionsOf(templates: Templates, topic: Resource, open: string[]): readonly Subscription[] {
  const own = templates.ofType('AWS::SNS::Subscription').flatMap((resource): Subscription[] => {
    const { TopicArn } = resource.properties;
    const referred = templates.reference(TopicArn)?.resource;
    const { path, properties } = resource;
    if (referred) return referred === topic ? [{ path, properties, existence: exists(resource) }] : [];
    const why = typeof TopicArn === 'string' ? openText(TopicArn) : undefined;
    return why === undefined ? [] : [{ path, properties, existence: unknown(`topic of ${path}: ${why}`) }];
  });
  const listed = topic.properties.Subscription ?? [];
  const why = Templates.unknown(listed);
  if (why !== undefined) open.push(`subscriptions of ${topic.path}: ${why}`);
  const inline = (Array.isArray(listed) ? listed : []).filter(isRecord).map((properties, index) => ({
    path: `${topic.path}/Subscription[${index}]`,
    properties,
    existence: YES,
  }));
  return [...own, ...inline];
}

/** Whether the filter policy of a subscription accepts a message. */
function accepts(properties: Readonly<Record<string, Json>>, message: TopicMessage): Verdict {
  const { FilterPolicy, FilterPolicyScope = 'MessageAttributes' } = properties;
  if (FilterPolicy === undefined || (isRecord(FilterPolicy) && Object.keys(FilterPolicy).length === 0))
    return YES;
  const undecided = openText(text(FilterPolicyScope));
  if (undecided !== undefined) return unknown(undecided);
  if (FilterPolicyScope === 'MessageAttributes') {
    const policy = compile(FilterPolicy, 'message attributes');
    return matches(policy, attributesOf(message));
  }
  if (FilterPolicyScope !== 'MessageBody') {
    throw new Error(
      `FilterPolicyScope ${text(FilterPolicyScope)}: expected MessageAttributes or MessageBody`,
    );
  }
  const policy = compile(FilterPolicy, 'message body');
  const body = bodyOf(message);
  // SNS counts it in NumberOfNotificationsFilteredOut-InvalidMessageBody.
  if (body === undefined) return decided(false);
  const [strict, loose] = [matches(policy, body), matchesLoosely(policy, body)];
  if (strict.truth === loose.truth) return strict;
  return unknown('AWS does not document how SNS compares several keys with a list of objects');
}

function bodyOf({ message }: TopicMessage): Json | undefined {
  try {
    const body = JSON.parse(message) as Json;
    return isRecord(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** The attributes as values: numbers as numbers, `String.Array` as a list. Binary ones are ignored. */
function attributesOf({ attributes = {} }: TopicMessage): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, { type, value }]): [string, Json][] => {
      if (type === 'Binary') return [];
      if (type === 'String') return [[name, value]];
      if (type === 'Number') {
        const number = Number(value);
        if (!Number.isFinite(number)) throw new Error(`attribute ${name}: got ${value}, expected a number`);
        return [[name, number]];
      }
      const list = JSON.parse(value) as Json;
      const plain = (element: Json) => element === null || typeof element !== 'object';
      if (!Array.isArray(list) || !list.every(plain))
        throw new Error(`attribute ${name}: expected a JSON list of values`);
      return [[name, list]];
    }),
  );
}

function delivery(
  templates: Templates,
  path: string,
  properties: Readonly<Record<string, Json>>,
  message: TopicMessage,
  verdict: Verdict,
): Delivery {
  const { Protocol, Endpoint, RawMessageDelivery, RedrivePolicy, TopicArn } = properties;
  const protocol = text(Protocol);
  if (![...RAW_PROTOCOLS, ...OTHER_PROTOCOLS].includes(protocol))
    throw new Error(`unknown protocol ${protocol}`);
  const raw = flag(RawMessageDelivery);
  if (raw && !RAW_PROTOCOLS.includes(protocol))
    throw new Error(`raw message delivery is not for ${protocol}`);
  const redrive = isRecord(RedrivePolicy) ? RedrivePolicy.deadLetterTargetArn : undefined;
  return {
    through: path,
    to: pathOf(templates, Endpoint),
    verdict,
    input: { known: raw ? message.message : envelope(protocol, message, text(TopicArn), path) },
    ...(redrive !== undefined && { deadLetters: pathOf(templates, redrive) }),
  };
}

/**
 * What SNS puts around a message. For a queue it is JSON text, which is parsed here.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
function envelope(protocol: string, published: TopicMessage, TopicArn: string, subscription: string): Json {
  const { message, subject, attributes = {} } = published;
  const attributeList = Object.entries(attributes).map(([name, { type, value }]): [string, Json] => [
    name,
    {
      Type: type,
      Value: value instanceof Uint8Array ? Buffer.from(value).toString('base64') : String(value),
    },
  ]);
  const notification: Record<string, Json> = {
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn,
    ...(subject !== undefined && { Subject: subject }),
    Message: message,
    Timestamp: '2026-01-01T00:00:00.000Z',
    ...(attributeList.length > 0 && { MessageAttributes: Object.fromEntries(attributeList) }),
  };
  if (protocol !== 'lambda') return notification;
  const record = { EventVersion: '1.0', EventSource: 'aws:sns', EventSubscriptionArn: subscription };
  return { Records: [{ ...record, Sns: { Subject: null, MessageAttributes: {}, ...notification } }] };
}
