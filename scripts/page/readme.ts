import { marked, type Tokens } from 'marked';
import { escape } from './html';

/** The README of an architecture: its title, its first paragraph, and its text as HTML without the title. */
export interface Readme {
  readonly title: string;
  readonly summary: string;
  readonly html: string;
}

/**
 * Renders Markdown. Diagrams are left out, because the page has its own. HTML in the text is shown as text.
 *
 * @param link where a relative link of the README leads
 */
export function renderReadme(markdown: string, link: (href: string) => string): Readme {
  const tokens = marked.lexer(markdown);
  const title = tokens.find((token) => token.type === 'heading' && token.depth === 1) as
    Tokens.Heading | undefined;
  const summary = tokens.find((token) => token.type === 'paragraph') as Tokens.Paragraph | undefined;
  const renderer = new marked.Renderer();
  renderer.html = ({ text }) => escape(text);
  renderer.link = function ({ href, tokens: inner }) {
    return `<a href="${escape(resolved(href, link))}">${this.parser.parseInline(inner)}</a>`;
  };
  renderer.image = ({ text }) => escape(text);
  renderer.heading = function ({ depth, tokens: inner }) {
    const level = Math.min(6, depth + 1);
    return `<h${level}>${this.parser.parseInline(inner)}</h${level}>\n`;
  };
  const shown = tokens.filter(
    (token) => token !== title && !(token.type === 'code' && token.lang === 'mermaid'),
  );
  return {
    title: title?.text ?? '',
    summary: plain(summary?.tokens ?? []),
    html: marked.parser(shown, { renderer }),
  };
}

/** Only web addresses and paths: a `javascript:` address leads nowhere. */
function resolved(href: string, link: (href: string) => string): string {
  if (/^(https?:|#)/.test(href)) return href;
  return /^[a-z][a-z0-9+.-]*:/i.test(href) ? '#' : link(href);
}

const plain = (tokens: readonly { readonly type: string; readonly raw: string }[]): string =>
  tokens
    .map((token) => ('text' in token && typeof token.text === 'string' ? token.text : token.raw))
    .join('')
    .replace(/\s+/g, ' ');
