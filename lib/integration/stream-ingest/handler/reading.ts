/** A record of this example: what a device measured. */
export interface Reading {
  readonly device: string;
  /** `temperature`. Letters, digits, `-` and `_`, because it becomes part of the keys of objects. */
  readonly type: string;
  readonly value: number;
}

const TYPE = /^[\w-]{1,32}$/;

/** Reads the data of a record, in Base64. Throws for anything else, with the reason. */
export function readReading(data: string): Reading {
  const text = Buffer.from(data, 'base64').toString();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Error(`no JSON: ${(error as Error).message}`, { cause: error });
  }
  const { device, type, value } = (parsed ?? {}) as Partial<Reading>;
  if (typeof device !== 'string' || device === '') throw new Error('expected a device, as text');
  if (typeof type !== 'string' || !TYPE.test(type)) {
    throw new Error('expected a type of 1 to 32 letters, digits, - and _');
  }
  if (typeof value !== 'number') throw new Error('expected a value, as a number');
  return { device, type, value };
}
