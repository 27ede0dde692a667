/** A request that was recorded, and what its answer must contain. */
export interface RecordedRequest {
  readonly name: string;
  readonly request: unknown;
  readonly answer: Readonly<Record<string, unknown>>;
}

/** The requests that each new version must answer. Replace them by those of your function. They must change nothing. */
export const requests: readonly RecordedRequest[] = [
  {
    name: 'a small order',
    request: { items: [{ cents: 1250, quantity: 2 }], country: 'DE' },
    answer: { goods: 2500, delivery: 490, total: 2990 },
  },
  {
    name: 'a small order to another country',
    request: { items: [{ cents: 1250, quantity: 2 }], country: 'FR' },
    answer: { goods: 2500, delivery: 990, total: 3490 },
  },
  {
    name: 'an order with free delivery',
    request: {
      items: [
        { cents: 4000, quantity: 1 },
        { cents: 500, quantity: 2 },
      ],
      country: 'FR',
    },
    answer: { goods: 5000, delivery: 0, total: 5000 },
  },
];
