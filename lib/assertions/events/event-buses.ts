import { all, decided, NO, unknown, YES, type Verdict } from '../iam/verdict';
import { isRecord, text } from '../templates/functions';
import { Templates, type Json, type Resource } from '../templates';
import { Answer, type Delivery } from './answer';
import { exists, pathOf, records } from './existence';
import { inputOf } from './input';
import { matches } from './matching';
import { compile } from './pattern';
import { openText } from './values';

/** An event as EventBridge's documentation writes it. Fields that EventBridge adds may be left out. */
export interface BusEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: Readonly<Record<string, Json>>;
  readonly resources?: readonly string[];
  /** @default - account of the bus */
  readonly account?: string;
  /** @default - Region of the bus */
  readonly region?: string;
  /** @default 2026-01-01T00:00:00Z */
  readonly time?: string;
  readonly id?: string;
  /** Name of the replay that sends the event again. */
  readonly 'replay-name'?: string;
}

/** Rules of one bus: its construct path, or the bus that a Region of an account has anyway. */
export const DEFAULT_BUS = 'default';

/** The largest event that PutEvents accepts. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const MAX_BYTES = 1024 * 1024;
const MAX_TARGETS = 5;

/** The event with what EventBridge adds to it. Throws for an event that PutEvents refuses. */
function completed(event: BusEvent, place: Resource | undefined): Readonly<Record<string, Json>> {
  for (const name of ['source', 'detail-type'] as const) {
    if (typeof event[name] !== 'string' || event[name] === '') throw new Error(`event: expected a ${name}`);
  }
  if (!isRecord(event.detail)) throw new Error('event: expected an object as its detail');
  const complete = {
    version: '0',
    id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
    account: place?.account ?? `⟨?account of the event⟩`,
    region: place?.region ?? `⟨?Region of the event⟩`,
    time: '2026-01-01T00:00:00Z',
    resources: [],
    ...event,
  } as unknown as Readonly<Record<string, Json>>;
  if (Buffer.byteLength(JSON.stringify(complete)) > MAX_BYTES) throw new Error('event: more than 1 MB');
  return complete;
}

/** An event, its bus, and the rules that a replay names. */
interface Sent {
  readonly event: BusEvent;
  readonly bus?: string;
  readonly rules?: readonly string[];
}

/** Where an event on a bus goes. Throws for a rule or target that EventBridge refuses. */
export function deliver(templates: Templates, { event, bus = DEFAULT_BUS, rules }: Sent): Answer {
  for (const path of rules ?? []) {
    if (templates.at(path).type !== 'AWS::Events::Rule') throw new Error(`${path}: expected a rule`);
  }
  const resource = bus === DEFAULT_BUS ? undefined : templates.at(bus);
  if (resource && resource.type !== 'AWS::Events::EventBus') throw new Error(`${bus}: expected an event bus`);
  if (event.source.startsWith('aws.') && resource) {
    throw new Error(`source ${event.source}: AWS services send events to the default bus, not to ${bus}`);
  }
  const open: string[] = templates.unexpanded.map((what) => `${what}: may add rules`);
  const deliveries = templates.ofType('AWS::Events::Rule').flatMap((rule) => {
    if (rules && !rules.includes(rule.path)) return [];
    const { items, open: hidden } = records(rule.properties.Targets);
    if (items.length > MAX_TARGETS) throw new Error(`${rule.path}: more than ${MAX_TARGETS} targets`);
    const verdict = ruleMatches(templates, rule, event, resource);
    if (verdict.truth === 'no') return [];
    if (hidden !== undefined) open.push(`targets of ${rule.path}: ${hidden}`);
    return items.map((target) =>
      delivery(templates, rule, target, completed(event, resource ?? rule), verdict),
    );
  });
  const archives = templates.ofType('AWS::Events::Archive').filter((archive) => {
    const { SourceArn, EventPattern } = archive.properties;
    if (templates.reference(SourceArn)?.resource !== resource || !resource) return false;
    const verdict =
      EventPattern === undefined
        ? YES
        : matches(compile(EventPattern, 'event bus'), completed(event, resource));
    if (verdict.truth === 'unknown') open.push(`${archive.path}: ${verdict.why.join('; ')}`);
    return verdict.truth === 'yes';
  });
  return new Answer(
    deliveries,
    archives.map(({ path }) => path),
    open,
  );
}

function ruleMatches(
  templates: Templates,
  rule: Resource,
  event: BusEvent,
  bus: Resource | undefined,
): Verdict {
  const { EventPattern, EventBusName, State = 'ENABLED' } = rule.properties;
  if (EventPattern === undefined) return NO;
  const enabled = openText(text(State));
  const here = onBus(templates, EventBusName, bus);
  if (here.truth === 'no') return NO;
  try {
    return all([
      exists(rule),
      enabled === undefined ? decided(State !== 'DISABLED') : unknown(enabled),
      here,
      matches(compile(EventPattern, 'event bus'), completed(event, bus ?? rule)),
    ]);
  } catch (error) {
    throw new Error(`${rule.path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Whether a rule's EventBusName, a name or an ARN, is this bus. Rules without one are on the default bus. */
function onBus(templates: Templates, name: Json | undefined, bus: Resource | undefined): Verdict {
  if (name === undefined || name === DEFAULT_BUS) return decided(bus === undefined);
  const referred = templates.reference(name)?.resource;
  if (referred) return decided(referred === bus);
  const open = typeof name === 'string' ? openText(name) : undefined;
  if (open !== undefined) return unknown(open);
  const names = [bus?.properties.Name, bus?.path].filter((one) => typeof one === 'string');
  return decided(names.some((one) => name === one || text(name).endsWith(`:event-bus/${one}`)));
}

function delivery(
  templates: Templates,
  rule: Resource,
  target: Readonly<Record<string, Json>>,
  event: Json,
  verdict: Verdict,
): Delivery {
  const { RetryPolicy, DeadLetterConfig, Arn } = target;
  const retry = isRecord(RetryPolicy) ? RetryPolicy : {};
  const [attempts, seconds] = [
    retry.MaximumRetryAttempts ?? 185,
    retry.MaximumEventAgeInSeconds ?? 86_400,
  ].map(Number);
  if (!inRange(attempts, 0, 185) || !inRange(seconds, 60, 86_400)) {
    throw new Error(
      `${rule.path}: retry policy ${JSON.stringify(retry)}, expected 0 to 185 attempts in 60 to 86400 s`,
    );
  }
  const letters = isRecord(DeadLetterConfig) ? DeadLetterConfig.Arn : undefined;
  const queue = templates.reference(letters)?.resource;
  if (queue?.properties.FifoQueue === true) {
    throw new Error(`${rule.path}: a dead-letter queue of a rule is a standard queue, got ${queue.path}`);
  }
  const ruleArn = `⟨${rule.stack}.${rule.logicalId}.Arn⟩`;
  return {
    through: rule.path,
    to: pathOf(templates, Arn),
    verdict,
    input: inputOf(target, event, { ruleArn, ruleName: `⟨${rule.stack}.${rule.logicalId}⟩` }),
    retry: { attempts, seconds },
    ...(letters !== undefined && { deadLetters: pathOf(templates, letters) }),
  };
}

const inRange = (value: number | undefined, least: number, most: number): value is number =>
  value !== undefined && (Number.isNaN(value) || (value >= least && value <= most));
