const COMMON = ['Type', 'Comment', 'QueryLanguage'];
const NEXT = ['Next', 'End'];
const HANDLERS = ['Retry', 'Catch'];
const PATHS = ['InputPath', 'OutputPath'];
const RESULT = [...PATHS, 'Parameters', 'ResultSelector', 'ResultPath'];

const withPaths = (names: readonly string[]) => names.flatMap((name) => [name, `${name}Path`]);
const TIMEOUTS = ['TimeoutSeconds', 'HeartbeatSeconds'];
const LIMITS = ['MaxConcurrency', 'ToleratedFailureCount', 'ToleratedFailurePercentage'];
const MAP = ['ItemProcessor', 'ItemReader', 'ItemSelector', 'ItemBatcher', 'ResultWriter', 'Label'];

type FieldsByType = Readonly<Record<string, readonly string[]>>;

const jsonPath: FieldsByType = {
  Pass: [...NEXT, ...PATHS, 'Parameters', 'ResultPath', 'Result', 'Assign'],
  Task: [...NEXT, ...RESULT, ...HANDLERS, 'Assign', 'Resource', ...withPaths(TIMEOUTS)],
  Choice: [...PATHS, 'Assign', 'Choices', 'Default'],
  Wait: [...NEXT, ...PATHS, 'Assign', ...withPaths(['Seconds', 'Timestamp'])],
  Succeed: PATHS,
  Fail: withPaths(['Error', 'Cause']),
  Parallel: [...NEXT, ...RESULT, ...HANDLERS, 'Assign', 'Branches'],
  Map: [...NEXT, ...RESULT, ...HANDLERS, 'Assign', ...MAP, 'Iterator', 'ItemsPath', ...withPaths(LIMITS)],
};

const jsonata: FieldsByType = {
  Pass: [...NEXT, 'Output', 'Assign'],
  Task: [...NEXT, ...HANDLERS, 'Arguments', 'Output', 'Assign', 'Resource', ...TIMEOUTS],
  Choice: ['Output', 'Assign', 'Choices', 'Default'],
  Wait: [...NEXT, 'Output', 'Assign', 'Seconds', 'Timestamp'],
  Succeed: ['Output'],
  Fail: ['Error', 'Cause'],
  Parallel: [...NEXT, ...HANDLERS, 'Arguments', 'Output', 'Assign', 'Branches'],
  Map: [...NEXT, ...HANDLERS, 'Output', 'Assign', ...MAP, 'Items', ...LIMITS],
};

/** The fields of a state, by query language and type; undefined for a type that there is not. */
export function fieldsOf(language: string, type: string): readonly string[] | undefined {
  const fields = (language === 'JSONata' ? jsonata : jsonPath)[type];
  return fields && [...COMMON, ...fields];
}

/** The fields of retriers and catchers. */
export const RETRIER = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
];
export const CATCHER = ['ErrorEquals', 'Next', 'ResultPath', 'Output', 'Assign', 'Comment'];

/** Fields of a Map state that only the distributed mode has. */
export const DISTRIBUTED_ONLY = [
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'Label',
  ...withPaths(['ToleratedFailureCount', 'ToleratedFailurePercentage']),
];

/** The longest name of a state. */
export const NAME_LENGTH = 80;
