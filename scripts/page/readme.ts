import MarkdownIt from 'markdown-it';

/** The README of an architecture: its title, its first paragraph, and its text as HTML without the title. */
export interface Readme {
  readonly title: string;
  readonly summary: string;
  readonly html: string;
}

/**
 * Renders Markdown. Diagrams are left out, because the page has its own. HTML in the text is shown as text, and links
 * that would run a script are not links.
 *
 * @param link where a relative link of the README leads
 */
export function renderReadme(markdown: string, link: (href: string) => string): Readme {
  const renderer = new MarkdownIt({ html: false, linkify: false });
  const tokens = renderer.parse(markdown, {});
  const textAfter = (start: number) => plain(tokens[start + 1]?.children ?? []);
  const heading = tokens.findIndex(({ type, tag }) => type === 'heading_open' && tag === 'h1');
  const paragraph = tokens.findIndex(({ type, level }) => type === 'paragraph_open' && level === 0);
  const shown = tokens.filter(
    ({ type, info }, i) =>
      !(heading >= 0 && i >= heading && i <= heading + 2) && !(type === 'fence' && info.trim() === 'mermaid'),
  );
  for (const token of shown) {
    // The page has a title of its own, and its parts are of the second level.
    if (token.type.startsWith('heading_')) token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + 1)}`;
    for (const inline of token.children ?? []) {
      const href = inline.type === 'link_open' ? String(inline.attrGet('href') ?? '') : '';
      if (href !== '' && !/^(https?:|#)/.test(href)) inline.attrSet('href', link(href));
    }
  }
  return {
    title: heading < 0 ? '' : textAfter(heading),
    summary: paragraph < 0 ? '' : textAfter(paragraph),
    html: renderer.renderer.render(shown, renderer.options, {}),
  };
}

const plain = (inline: readonly { readonly type: string; readonly content: string }[]): string =>
  inline
    .map(({ type, content }) => (type === 'softbreak' || type === 'hardbreak' ? ' ' : content))
    .join('')
    .trim();
