/**
 * The newer of two values of the attribute that tells an item's age. Any order of the items gives the same result, so
 * values of several kinds have an order too: a date is newer than a number, and a number newer than other text.
 */
export function newer(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return compareAge(a, b) >= 0 ? a : b;
}

/** Negative when `a` is older than `b`. */
function compareAge(a: string, b: string): number {
  const [one, other] = [ageOf(a), ageOf(b)];
  if (one.rank !== other.rank) return one.rank - other.rank;
  if (one.value !== other.value) return one.value < other.value ? -1 : 1;
  // The same age, written in two ways.
  return a < b ? -1 : Number(a > b);
}

type Age = { readonly rank: 2 | 1; readonly value: bigint } | { readonly rank: 0; readonly value: string };

function ageOf(text: string): Age {
  const nanoseconds = dateOf(text);
  if (nanoseconds !== undefined) return { rank: 2, value: nanoseconds };
  const number = numberOf(text);
  return number === undefined ? { rank: 0, value: text } : { rank: 1, value: number };
}

const DATE =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,9})\d*)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

/** An ISO 8601 date in nanoseconds since 1970. Its time is 00:00 and its offset UTC unless it has others. */
function dateOf(text: string): bigint | undefined {
  const [, date, time = '00:00', seconds = '00', fraction = '', zone = 'Z'] = DATE.exec(text) ?? [];
  if (date === undefined) return undefined;
  const [, sign, hours, minutes = '00'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  const offset = sign === undefined ? 'Z' : `${sign}${hours}:${minutes}`;
  const instant = Date.parse(`${date}T${time}:${seconds}${offset}`);
  if (Number.isNaN(instant)) return undefined;
  return BigInt(instant) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

const NUMBER = /^(-?)(\d{1,200})(?:\.(\d{1,200}))?(?:[eE]([+-]?\d{1,3}))?$/;
/** Digits after the decimal point that a comparison keeps: more than DynamoDB's numbers have. */
const DECIMALS = 1200;

/**
 * A decimal number, scaled to a whole one. DynamoDB's numbers have 38 digits, and a JavaScript number has 15.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number
 */
function numberOf(text: string): bigint | undefined {
  const [, sign, whole, fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  if (sign === undefined || whole === undefined) return undefined;
  const scale = BigInt(DECIMALS - fraction.length + Number(exponent));
  return BigInt(`${sign}${whole}${fraction}`) * 10n ** scale;
}
