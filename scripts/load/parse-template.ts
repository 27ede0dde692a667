import { isMap, isScalar, parseDocument, type CollectionTag, type ScalarTag, type Tags } from 'yaml';

/** Short forms of intrinsic functions, and the type of their YAML nodes. `!GetAtt A.B` and `!Sub` take text too. */
const FUNCTIONS = [
  ...['And', 'Base64', 'Cidr', 'Contains', 'EachMemberEquals', 'EachMemberIn', 'Equals', 'FindInMap'],
  ...['GetAZs', 'GetAtt', 'GetStackOutput', 'If', 'ImportValue', 'Join', 'Length', 'Not', 'Or', 'RefAll'],
  ...['Select', 'Split', 'Sub', 'ToJsonString', 'Transform', 'ValueOf', 'ValueOfAll'],
];

/** The long form of a short one: `!Ref A` is `{ Ref: A }`, `!GetAtt A.B` is `{ 'Fn::GetAtt': ['A', 'B'] }`. */
function longForm(name: string, value: unknown): Record<string, unknown> {
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  if (name === 'GetAtt' && typeof value === 'string') {
    const dot = value.indexOf('.');
    return { 'Fn::GetAtt': dot < 0 ? [value] : [value.slice(0, dot), value.slice(dot + 1)] };
  }
  return { [`Fn::${name}`]: value };
}

/**
 * CloudFormation reads YAML 1.1, except that it takes dates and base-60 numbers for text: `2012-10-17`, `22:30`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
 */
const NOT_READ = /:(timestamp|binary|set|omap|pairs|bool)$/;
const withoutSpecialTypes = (tags: Tags): Tags =>
  tags.filter(
    (tag) =>
      typeof tag === 'string' ||
      !(NOT_READ.test(tag.tag) || ('format' in tag && (tag as ScalarTag).format === 'TIME')),
  );

/** YAML 1.1 also takes `y` and `n` for booleans. Parsers do not, and a logical id may be `N`. */
const booleans = [
  { test: /^(true|True|TRUE|yes|Yes|YES|on|On|ON)$/, value: true },
  { test: /^(false|False|FALSE|no|No|NO|off|Off|OFF)$/, value: false },
].map(({ test, value }): ScalarTag => ({
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test,
  resolve: () => value,
}));

const shortForms = ['Ref', 'Condition', ...FUNCTIONS].flatMap((name): (ScalarTag | CollectionTag)[] => {
  const tag = `!${name}`;
  return [
    { tag, resolve: (text: string) => longForm(name, text) },
    { tag, collection: 'seq', resolve: (node) => longForm(name, node.toJSON()) },
    { tag, collection: 'map', resolve: (node) => longForm(name, node.toJSON()) },
  ];
});

/**
 * A CloudFormation template in JSON or YAML, with short forms of intrinsic functions written out. Throws an error with
 * line and column for text that is neither, and for tags that CloudFormation does not know.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function parseTemplate(text: string): unknown {
  // JSON with tabs is not YAML.
  if (/^\s*\{/.test(text)) return JSON.parse(text);
  const document = parseDocument(text, {
    version: '1.1',
    merge: true,
    uniqueKeys: true,
    customTags: (tags) => [...booleans, ...withoutSpecialTypes(tags), ...shortForms],
  });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw new Error(problem.message.split('\n')[0]);
  if (!isMap(document.contents)) {
    throw new Error(isScalar(document.contents) ? 'it is a single text' : 'it is not a mapping');
  }
  return document.toJS({ maxAliasCount: 1000 });
}
