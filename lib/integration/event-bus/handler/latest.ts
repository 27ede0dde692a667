import {
  ConditionalCheckFailedException,
  PutItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';

/** The state of a thing at a time: what the rules make of an event. */
export interface State {
  /** Partition key of the row. */
  readonly kind: string;
  readonly id: string;
  readonly state: string;
  /** UTC, as EventBridge writes it: `2026-01-31T06:00:00Z`. */
  readonly time: string;
}

const FIELDS = ['kind', 'id', 'state', 'time'] as const;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** Reads the input of the function. Throws for anything else, so that Lambda keeps it in the dead-letter queue. */
export function readState(input: unknown): State {
  const state = (input ?? {}) as Partial<State>;
  const isText = FIELDS.every((field) => typeof state[field] === 'string' && state[field] !== '');
  if (!isText || !TIME.test(state.time ?? '')) {
    const got = input === undefined ? 'nothing' : JSON.stringify(input).slice(0, 200);
    throw new Error(`got ${got}, expected texts ${FIELDS.join(', ')}, the time in UTC`);
  }
  return state as State;
}

/**
 * Writes the state unless the row has a later one. EventBridge delivers at least once and in no order, so an event may come
 * twice, and after its successor. The first of two events of one second stays.
 */
export async function keepLatest(
  dynamodb: DynamoDBClient,
  tableName: string,
  { kind, id, state, time }: State,
): Promise<void> {
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName: tableName,
        Item: { work: { S: kind }, id: { S: id }, state: { S: state }, time: { S: time } },
        ConditionExpression: 'attribute_not_exists(id) OR #time < :time',
        ExpressionAttributeNames: { '#time': 'time' },
        ExpressionAttributeValues: { ':time': { S: time } },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    console.log({ message: 'not later than what is known', kind, id, state, time });
  }
}
