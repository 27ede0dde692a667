import { explanationText, type Explanation, type Hop, type Verdict } from '../network/forwarding/verdict';
import type { Route } from './route';
import type { SendQuestion } from './request';

const WORDS = { reachable: 'answered', 'not reachable': 'not answered', unknown: 'unknown' } as const;

/** Whether a request from a place gets its answer. */
export class Answer {
  readonly answer: 'answered' | 'not answered' | 'unknown';
  /** The components that the request passes; empty unless it is answered. */
  readonly path: readonly Hop[];
  /** What stops the request, or what is not known. Empty when it is answered. */
  readonly explanation: readonly Explanation[];

  constructor(
    readonly question: SendQuestion,
    /** What the load balancer does with it. */
    readonly route: Route,
    verdict: Verdict,
  ) {
    this.answer = WORDS[verdict.answer];
    this.path = verdict.path;
    this.explanation = verdict.explanation;
  }

  /** The answer with its path or its explanation, one line each. */
  toString(): string {
    const { from, url, method = 'GET' } = this.question;
    const lines =
      this.answer === 'answered'
        ? this.path.map(
            ({ component, allowedBy, reply }) =>
              `${reply === true ? 'reply: ' : ''}${component}${allowedBy === undefined ? '' : `: ${allowedBy}`}`,
          )
        : this.explanation.map(explanationText);
    const shown = lines.length > 40 ? [...lines.slice(0, 40), `and ${lines.length - 40} more`] : lines;
    return [
      `${method} ${url} from ${nameOf(from)} is ${this.answer}`,
      ...shown.map((line) => `  - ${line}`),
    ].join('\n');
  }
}

function nameOf(place: SendQuestion['from']): string {
  if (typeof place === 'string') return place;
  if (Array.isArray(place)) return (place as readonly SendQuestion['from'][]).map(nameOf).join(' and ');
  if ('node' in place) return place.node.path;
  return 'path' in place ? place.path : JSON.stringify(place);
}

/** Whether a request is answered without any one Availability Zone. */
export class Survival {
  readonly answer: 'survives' | 'does not survive' | 'unknown';
  /** The zones whose loss stops the request, or may stop it. `none`: it is not answered with all zones. */
  readonly broken: readonly { readonly zone: string; readonly answer: Answer }[];

  constructor(
    readonly question: SendQuestion,
    private readonly answers: readonly { readonly zone: string; readonly answer: Answer }[],
    /** Not every subnet is in a known zone. */
    private readonly isOpen: boolean,
  ) {
    this.broken = answers.filter(({ answer }) => answer.answer !== 'answered');
    const lost = this.broken.some(({ answer }) => answer.answer === 'not answered');
    this.answer = lost ? 'does not survive' : this.broken.length > 0 || isOpen ? 'unknown' : 'survives';
  }

  toString(): string {
    if (this.broken.length > 0) {
      return this.broken
        .map(
          ({ zone, answer }) =>
            `${zone === 'none' ? 'With all zones' : `Without ${zone}`}: ${String(answer)}`,
        )
        .join('\n');
    }
    if (this.isOpen) return 'Not every subnet is in a known Availability Zone.';
    const zones = this.answers.slice(1).map(({ zone }) => zone);
    return `${this.question.url} is answered without any one of ${zones.join(', ')}`;
  }
}
