import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Iam, type RequestContext, type ResourceInput } from '../../../lib/assertions/iam';
import { Templates, type TemplateSource } from '../../../lib/assertions/templates';

interface Fault {
  readonly title: string;
  /** The page that documents the right answer. */
  readonly page: string;
  readonly sources: readonly TemplateSource[];
  readonly ask: {
    readonly principal: string;
    readonly action: string;
    readonly resource: ResourceInput;
    readonly context?: Readonly<
      Record<string, string | null | { readonly arn?: string; readonly id?: string }>
    >;
  };
  readonly accept: readonly string[];
}

const folder = join(__dirname, 'faults');
const faults = readdirSync(folder).map((file) => {
  const fault = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Fault;
  return { ...fault, file };
});

function answer({ sources, ask }: Fault): string {
  const iam = Iam.of(new Templates(sources));
  const context: RequestContext = Object.fromEntries(
    Object.entries(ask.context ?? {}).map(([key, value]) => {
      if (value === null || typeof value === 'string') return [key, value];
      return [key, value.arn === undefined ? iam.id(value.id ?? '') : iam.arn(value.arn)];
    }),
  );
  return iam.can(ask.principal, ask.action, ask.resource, { context }).answer;
}

describe('IAM inputs that were once answered wrongly', () => {
  it.each(faults)('$file: $title', (fault) => {
    expect(fault.accept).toContain(answer(fault));
  });
});
