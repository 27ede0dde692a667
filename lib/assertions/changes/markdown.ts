import type { BehaviourDiff } from './changes';
import type { Behaviour } from './model';
import { effectText, subjectText, summary } from './text';

/** GitHub refuses comments of more than 65,536 characters. */
const LIMIT = 60_000;

/** Marks the comment, so that a workflow finds it again and replaces it. */
export const MARK = '<!-- behaviour-diff -->';

/** A comment for a pull request: a table with a row for each change. */
export function toMarkdown(diff: BehaviourDiff): string {
  const head = [MARK, '### What this change does', '', summary(diff)];
  if (diff.changes.length === 0) return head.join('\n');
  const rows = diff.changes.map(
    (change) =>
      `| ${cell(effectText(change))} | ${code(subjectText(change))} | ${side(change.before)} | ${side(change.after)} |`,
  );
  let size = head.join('\n').length;
  const shown = rows.filter((row) => (size += row.length + 1) < LIMIT);
  const rest = rows.length - shown.length;
  return [
    ...head,
    '',
    '| effect | what | before | after |',
    '| --- | --- | --- | --- |',
    ...shown,
    ...(rest > 0 ? ['', `${String(rest)} more changes are not shown.`] : []),
  ].join('\n');
}

const side = ({ answer, because }: Behaviour): string =>
  [`**${cell(answer)}**`, ...because.map(cell)].join('<br>');

/** In a table, a line break ends the row and a pipe ends the cell; names may look like HTML or emphasis. */
const cell = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/[\\|*_`<>[\]]/g, (character) => `\\${character}`);

const code = (text: string): string =>
  `\`${text.replace(/\s+/g, ' ').replaceAll('`', "'").replaceAll('|', '\\|')}\``;
