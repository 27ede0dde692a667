import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Orders, type Order, type Status } from './orders';

/** One access pattern, with what it needs. */
export type Request =
  | { readonly do: 'place'; readonly order: Order }
  | {
      readonly do: 'changeStatus';
      readonly order: Pick<Order, 'customer' | 'placedAt' | 'id'>;
      readonly from: Status;
      readonly to: Status;
    }
  | { readonly do: 'ofCustomer' | 'largestOfCustomer'; readonly customer: string; readonly next?: string }
  | { readonly do: 'withId'; readonly id: string }
  | { readonly do: 'historyOf'; readonly id: string; readonly next?: string }
  | { readonly do: 'openOf'; readonly day: string; readonly next?: string };

// One for each execution environment, not one for each invocation.
const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient());

export async function handler(request: Request): Promise<unknown> {
  const { TABLE_NAME } = process.env;
  if (!TABLE_NAME) throw new Error('expected TABLE_NAME in the environment');
  const orders = new Orders(dynamodb, TABLE_NAME);
  switch (request.do) {
    case 'place':
      return orders.place(request.order);
    case 'changeStatus':
      return orders.changeStatus(request.order, request.from, request.to);
    case 'ofCustomer':
      return orders.ofCustomer(request.customer, request.next);
    case 'largestOfCustomer':
      return orders.largestOfCustomer(request.customer, request.next);
    case 'withId':
      return orders.withId(request.id);
    case 'historyOf':
      return orders.historyOf(request.id, request.next);
    case 'openOf':
      return orders.openOf(request.day, request.next);
    default:
      throw new Error(
        `do: got ${JSON.stringify((request as { do?: unknown }).do)}, expected an access pattern`,
      );
  }
}
