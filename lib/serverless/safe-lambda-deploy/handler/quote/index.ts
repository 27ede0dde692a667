/** An order, as the caller of the function sends it. */
export interface Order {
  readonly items: readonly { readonly cents: number; readonly quantity: number }[];
  /** Two-letter code of the country that the order is delivered to. */
  readonly country: string;
}

/** Price of an order, in cents. */
export interface Quote {
  readonly goods: number;
  readonly delivery: number;
  readonly total: number;
  /** Version of the function that answered. */
  readonly version?: string;
}

const FREE_DELIVERY_FROM = 5000;
const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) > 0;

/** Computes the price of an order. Throws for an order that is no order: the caller gets a function error. */
export function handler(order: Order): Promise<Quote> {
  const { items, country } = order;
  if (!Array.isArray(items) || items.length === 0 || !/^[A-Z]{2}$/.test(country)) {
    return Promise.reject(new Error('an order has items and a country'));
  }
  if (!order.items.every(({ cents, quantity }) => isCount(cents) && isCount(quantity))) {
    return Promise.reject(new Error('cents and quantity are whole numbers from 1'));
  }
  const goods = order.items.reduce((sum, { cents, quantity }) => sum + cents * quantity, 0);
  const domestic = country === 'DE' ? 490 : 990;
  const delivery = goods >= FREE_DELIVERY_FROM ? 0 : domestic;
  const version = process.env.AWS_LAMBDA_FUNCTION_VERSION;
  return Promise.resolve({ goods, delivery, total: goods + delivery, ...(version && { version }) });
}
