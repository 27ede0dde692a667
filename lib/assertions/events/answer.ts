import type { Verdict } from '../iam/verdict';
import type { Json } from '../templates';
import type { Input } from './input';

/** One way that an event or message takes. */
export interface Delivery {
  /** Construct path of the rule or subscription. */
  readonly through: string;
  /** Construct path of the target, or its ARN, address or URL. */
  readonly to: string;
  /** `yes`, or `unknown` with what the templates leave open. */
  readonly verdict: Verdict;
  readonly input: Input;
  /** How often and how long it is tried again. */
  readonly retry?: Retry;
  /** Construct path or ARN of the queue that keeps it if it cannot be delivered. */
  readonly deadLetters?: string;
}

export interface Retry {
  /** 0 to 185. */
  readonly attempts: number;
  readonly seconds: number;
}

/** Where an event or message goes, and why. */
export class Answer {
  constructor(
    readonly deliveries: readonly Delivery[],
    /** Archives that keep the event, by construct path. */
    readonly archives: readonly string[] = [],
    /** Why there may be others that the templates do not show. */
    readonly open: readonly string[] = [],
  ) {}

  /** The targets that are reached for certain; each once. */
  get targets(): readonly string[] {
    return unique(this.deliveries.filter(({ verdict }) => verdict.truth === 'yes').map(({ to }) => to));
  }

  /** What is not known, in sentences. */
  get unknown(): readonly string[] {
    const undecided = this.deliveries.filter(({ verdict }) => verdict.truth === 'unknown');
    return unique([
      ...undecided.map(({ through, to, verdict }) => `${through} to ${to}: ${verdict.why.join('; ')}`),
      ...this.open,
    ]);
  }

  /** What one target receives. Throws where it receives nothing, more than once, or nobody knows what. */
  inputOf(target: string): Json {
    const [delivery, second] = this.deliveries.filter(({ to }) => endsWithPath(to, target));
    if (!delivery) throw new Error(`${target}: receives nothing. ${this.toString()}`);
    if (second) throw new Error(`${target}: receives it through ${delivery.through} and ${second.through}`);
    if (delivery.verdict.truth !== 'yes') throw new Error(`${target}: ${delivery.verdict.why.join('; ')}`);
    if ('unknown' in delivery.input) throw new Error(`${target}: ${delivery.input.unknown}`);
    return delivery.input.known;
  }

  toString(): string {
    const lines = this.deliveries
      .filter(({ verdict }) => verdict.truth === 'yes')
      .map(({ through, to }) => `  to ${to}, through ${through}`);
    const kept = this.archives.map((archive) => `  kept in ${archive}`);
    return [lines.length > 0 ? 'delivered' : 'delivered to nothing', ...lines, ...kept]
      .concat(this.unknown.map((reason) => `  unknown: ${reason}`))
      .join('\n');
  }
}

/** Whether a path is another one or ends with it, at a slash. */
export const endsWithPath = (path: string, end: string): boolean => path === end || path.endsWith(`/${end}`);

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];
