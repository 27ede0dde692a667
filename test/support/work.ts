import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  type PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { workOnBatch } from '../../lib/integration/fan-out/handler/batch';
import { doOnce } from '../../lib/integration/fan-out/handler/once';
import type { SqsHandler } from './event-source';

/** What becomes of one write: it works, it is lost, or it works and the answer is lost. */
export type Fate = 'works' | 'fails before' | 'fails after';

/** The table of a queue worker, in memory, with the condition that the handler sets, and failures on demand. */
export class WorkRows {
  /** Ids of the rows, in the order of their writes. */
  readonly written: string[] = [];
  attempts = 0;

  constructor(private readonly fateOf: (id: string) => Fate = () => 'works') {}

  /** The handler of a queue worker with this table. */
  handler(work: string): SqsHandler {
    const dynamodb = { send: (command: PutItemCommand) => this.put(command) } as unknown as DynamoDBClient;
    return (event) => workOnBatch(event, (body) => doOnce(dynamodb, { tableName: 'Work', work }, body));
  }

  private put({ input }: PutItemCommand): Promise<void> {
    this.attempts += 1;
    const id = input.Item?.id?.S ?? '';
    const fate = this.fateOf(id);
    if (fate === 'fails before') return Promise.reject(new Error('no connection'));
    const exists = this.written.includes(id);
    if (exists && input.ConditionExpression === 'attribute_not_exists(id)') {
      return Promise.reject(new ConditionalCheckFailedException({ message: 'exists', $metadata: {} }));
    }
    this.written.push(id);
    return fate === 'works' ? Promise.resolve() : Promise.reject(new Error('no answer'));
  }
}
