import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  PutCommand,
  QueryCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';

export type Status = 'draft' | 'placed' | 'sent' | 'cancelled';

export interface Order {
  readonly customer: string;
  readonly id: string;
  /** Time of the order: ISO 8601 in UTC, such as `2026-01-31T10:00:00.000Z`. */
  readonly placedAt: string;
  readonly status: Status;
  readonly total: number;
  /** Drafts only: seconds since 1970. DynamoDB deletes the row some days later. */
  readonly expiresAt?: number;
}

export interface Change {
  readonly from?: Status;
  readonly to?: Status;
  readonly at: string;
}

/** Page of an answer. `next` is what to pass on to get the next page; without it, this is the last one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

const OPEN: readonly Status[] = ['placed'];
const PAGE_SIZE = 50;

const customerKey = (customer: string): string => `customer#${customer}`;
const orderKey = ({ placedAt, id }: Pick<Order, 'placedAt' | 'id'>): string => `order#${placedAt}#${id}`;

/** The access patterns of orders. Each is one request, and reads nothing that it does not return but expired drafts. */
export class Orders {
  constructor(
    private readonly dynamodb: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** Writes a new order. Throws for one that exists: a repeated request changes nothing. */
  async place(order: Order): Promise<void> {
    const item = {
      ...order,
      pk: customerKey(order.customer),
      sk: orderKey(order),
      ...(OPEN.includes(order.status) && { openDay: order.placedAt.slice(0, 10) }),
    };
    await this.expecting(`order ${order.id} does not exist`, () =>
      this.dynamodb.send(
        new PutCommand({
          TableName: this.tableName,
          Item: item,
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      ),
    );
  }

  /** Changes the status. Throws unless the order still has the status `from`: of two changes at once, one fails. */
  async changeStatus(
    order: Pick<Order, 'customer' | 'placedAt' | 'id'>,
    from: Status,
    to: Status,
  ): Promise<void> {
    const open = OPEN.includes(to);
    await this.expecting(`order ${order.id} is ${from}`, () =>
      this.dynamodb.send(
        new UpdateCommand({
          TableName: this.tableName,
          Key: { pk: customerKey(order.customer), sk: orderKey(order) },
          UpdateExpression: open
            ? 'SET #status = :to, openDay = :day REMOVE expiresAt'
            : 'SET #status = :to REMOVE openDay, expiresAt',
          ConditionExpression: '#status = :from',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: {
            ':from': from,
            ':to': to,
            ...(open && { ':day': order.placedAt.slice(0, 10) }),
          },
        }),
      ),
    );
  }

  /** A customer's orders, the newest first. */
  ofCustomer(customer: string, next?: string): Promise<Page<Order>> {
    return this.query<Order>(
      {
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': customerKey(customer) },
        ScanIndexForward: false,
      },
      next,
    );
  }

  /** A customer's orders, the largest first. It sees each write that was answered before: the index is local. */
  largestOfCustomer(customer: string, next?: string): Promise<Page<Order>> {
    return this.query<Order>(
      {
        IndexName: 'byTotal',
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': customerKey(customer) },
        ScanIndexForward: false,
        ConsistentRead: true,
      },
      next,
    );
  }

  /** The order with an id; undefined for none. A write is seen within a second as a rule. */
  async withId(id: string): Promise<Order | undefined> {
    const { items } = await this.query<Order>({
      IndexName: 'byId',
      KeyConditionExpression: 'id = :id',
      ExpressionAttributeValues: { ':id': id },
    });
    return items[0];
  }

  /** Orders of a day (`2026-01-31`) that are open, the oldest first. */
  openOf(day: string, next?: string): Promise<Page<Order>> {
    return this.query<Order>(
      {
        IndexName: 'openByDay',
        KeyConditionExpression: 'openDay = :day',
        ExpressionAttributeValues: { ':day': day },
      },
      next,
    );
  }

  /** The changes of an order, the oldest first. */
  historyOf(id: string, next?: string): Promise<Page<Change>> {
    return this.query<Change>(
      {
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': `order#${id}` },
      },
      next,
    );
  }

  private async query<T>(input: Omit<QueryCommandInput, 'TableName'>, next?: string): Promise<Page<T>> {
    const { Items = [], LastEvaluatedKey } = await this.dynamodb.send(
      new QueryCommand({
        ...input,
        TableName: this.tableName,
        Limit: PAGE_SIZE,
        // DynamoDB deletes expired rows within days. Until then, queries still find them.
        // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
        FilterExpression: 'attribute_not_exists(expiresAt) OR expiresAt > :now',
        ExpressionAttributeValues: {
          ...input.ExpressionAttributeValues,
          ':now': Math.floor(this.now().getTime() / 1000),
        },
        ExclusiveStartKey: next === undefined ? undefined : keyOf(next),
      }),
    );
    const items = Items.map(withoutKeys) as T[];
    if (LastEvaluatedKey === undefined) return { items };
    return { items, next: Buffer.from(JSON.stringify(LastEvaluatedKey)).toString('base64url') };
  }

  private async expecting(condition: string, send: () => Promise<unknown>): Promise<void> {
    try {
      await send();
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        throw new Error(`expected: ${condition}`, { cause: error });
      }
      throw error;
    }
  }
}

function keyOf(next: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(next, 'base64url').toString()) as Record<string, unknown>;
  } catch {
    throw new Error(`next: got ${next}, expected what an earlier page had`);
  }
}

const KEYS = ['pk', 'sk', 'openDay'];
const withoutKeys = (item: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !KEYS.includes(name)));
