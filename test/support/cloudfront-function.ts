import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import ts from 'typescript';

interface Value {
  readonly value: string;
  readonly attributes?: string;
  readonly multiValue?: readonly { readonly value: string }[];
}
type Values = Readonly<Record<string, Value>>;

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html */
export interface FunctionEvent {
  readonly version: '1.0';
  readonly context: {
    readonly eventType: 'viewer-request' | 'viewer-response';
    readonly requestId: string;
    readonly distributionDomainName: string;
    readonly distributionId: string;
  };
  readonly viewer: { readonly ip: string };
  readonly request: {
    readonly method: string;
    readonly uri: string;
    readonly querystring: Values;
    readonly headers: Values;
    readonly cookies: Values;
  };
  readonly response?: FunctionResponse;
}

export interface FunctionResponse {
  readonly statusCode: number;
  readonly headers: Values;
  readonly cookies?: Values;
}

export type Handler = (event: FunctionEvent) => Promise<FunctionEvent['request'] | FunctionResponse>;

/**
 * The functions that the source of a CloudFront Function declares, with a key value store of these values. The context has the
 * JavaScript language and nothing of Node.js: no network, no timers, no files.
 */
export function loadFunction(
  file: string,
  names: readonly string[],
  data: Readonly<Record<string, string>>,
): unknown {
  const store = {
    exists: (key: string) => Promise.resolve(key in data),
    get: (key: string) =>
      key in data ? Promise.resolve(data[key]) : Promise.reject(new Error(`KeyNotFound: ${key}`)),
  };
  const source = readFileSync(file, 'utf8').replace(/^import cf from 'cloudfront';$/m, '');
  return runInNewContext(`${source}\n;({ ${names.join(', ')} })`, { cf: { kvs: () => store } });
}

/** What CloudFront's JavaScript runtime 2.0 does not have: ES 5.1 and a part of later editions. */
const UNSUPPORTED: readonly ts.SyntaxKind[] = [
  ts.SyntaxKind.ObjectBindingPattern,
  ts.SyntaxKind.ArrayBindingPattern,
  ts.SyntaxKind.SpreadElement,
  ts.SyntaxKind.SpreadAssignment,
  ts.SyntaxKind.ClassDeclaration,
  ts.SyntaxKind.ClassExpression,
  ts.SyntaxKind.ForOfStatement,
  ts.SyntaxKind.YieldExpression,
  ts.SyntaxKind.QuestionDotToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.ShorthandPropertyAssignment,
];

/**
 * Syntax of a function that the runtime refuses, with the text that has it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
export function unsupportedSyntax(source: string): string[] {
  const faults: string[] = [];
  const file = ts.createSourceFile('f.js', source, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node) => {
    // "async arguments and closures are not supported"
    const isArgument =
      ts.isAwaitExpression(node) &&
      ts.isCallExpression(node.parent) &&
      node.parent.arguments.some((argument) => argument === node);
    const isAsyncClosure =
      (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) &&
      node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) === true;
    if (UNSUPPORTED.includes(node.kind) || isArgument || isAsyncClosure) faults.push(node.getText());
    ts.forEachChild(node, visit);
  };
  visit(file);
  return faults;
}
