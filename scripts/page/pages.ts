import { DATA_ID, type PageData } from '../../page/data';
import { iconsOf, type Rest } from '../../page/model/drawing';
import { shortName } from '../../page/model/names';
import { providers } from '../../page/model/plumbing';
import { serviceName, typeInfo } from '../../page/model/types';
import { readWorld, type World } from '../../page/behaviour/world';
import type { TemplateSource } from '../../lib/assertions/templates';
import type { Claims } from './claims';
import { ATTRIBUTION, documentOf, escape } from './html';
import { iconUrls } from './icons';
import { dollars, priceOf, type Price } from './prices';
import type { Readme } from './readme';
import type { Subject } from './subjects';

/** What the catalogue adds to the templates of an architecture. */
export interface Details {
  readonly domain: string;
  readonly readme?: Readme;
  readonly claims: readonly {
    readonly file: string;
    readonly url: string;
    readonly claims: readonly Claims[];
  }[];
  /** Its folder in the repository. */
  readonly source: string;
}

/** What all pages share. */
export interface Shared {
  readonly style: string;
  readonly main: string;
  readonly index: string;
  /** gzip, in Base64. */
  readonly actions: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A finished page, and what the index says of it. */
export interface Page {
  readonly file: string;
  readonly html: string;
  readonly title: string;
  readonly summary: string;
  readonly domain: string;
  readonly services: readonly string[];
  readonly price: Price;
}

export const fileOf = (name: string): string => `${name.replace(/[^\w.-]+/g, '-')}.html`;

export function pageOf(subject: Subject, details: Details | undefined, shared: Shared): Page {
  const sources = [...subject.own, ...subject.used];
  const parameters = parametersOf(sources, shared.parameters);
  const world = readWorld(sources, parameters);
  const title = details?.readme?.title ?? subject.name;
  const summary = details?.readme?.summary ?? countOf(world);
  const price = priceOf(subject.own);
  const data: PageData = {
    title,
    sources,
    parameters,
    icons: iconUrls(iconsOf(world.drawing)),
    actions: shared.actions,
  };
  const html = documentOf({
    title,
    style: shared.style,
    script: shared.main,
    data: { [DATA_ID]: data },
    body: [
      head(title, summary, subject, details),
      '<div class="stage"><div id="drawing"></div><aside class="panel" id="panel" aria-label="What happens"></aside></div>',
      LEGEND,
      '<p id="status" role="status"></p>',
      '<main class="text">',
      details?.readme ? `<h2>What it is</h2>${details.readme.html}` : '',
      priceTable(price, subject.used),
      claimList(details),
      restList(world.drawing.rest),
      '</main>',
      ATTRIBUTION,
    ].join('\n'),
  });
  return {
    file: fileOf(subject.name),
    html,
    title,
    summary,
    domain: details?.domain ?? '',
    services: servicesOf(subject, world),
    price,
  };
}

const LEGEND =
  '<p class="legend"><span><i></i>a path that works</span><span><i class="dead"></i>a path that is dead</span>' +
  '<span><i class="event"></i>events and requests</span><span><i class="use"></i>permissions and settings</span></p>';

/** A template takes only values for its own parameters. */
function parametersOf(
  sources: readonly TemplateSource[],
  given: Shared['parameters'],
): Record<string, string> {
  const known = new Set(
    sources.flatMap(({ template }) =>
      Object.keys((template as { Parameters?: Readonly<Record<string, unknown>> }).Parameters ?? {}),
    ),
  );
  return Object.fromEntries(Object.entries(given).filter(([name]) => known.has(name)));
}

const countOf = ({ templates }: World): string => `${templates.resources.length} resources`;

/** Services that are part of nearly every stack. */
const EVERYWHERE = new Set(['IAM', 'CloudWatch Logs', 'CloudFormation']);

function servicesOf(subject: Subject, { templates }: World): string[] {
  const own = new Set(subject.own.map(({ name }) => name));
  const provided = providers(templates);
  const names = templates.resources
    .filter((resource) => own.has(resource.stack) && !provided.has(resource))
    .flatMap(({ type }) => serviceName(type) ?? []);
  return [...new Set(names)].filter((name) => !EVERYWHERE.has(name)).sort();
}

function head(title: string, summary: string, { name, used }: Subject, details: Details | undefined): string {
  const stacks = [...new Set(used.map((source) => source.name))];
  const parts = [
    '<a href="index.html">All architectures</a>',
    details ? escape(details.domain) : '',
    `stack <code>${escape(name)}</code>`,
    stacks.length > 0 ? `with ${stacks.map((one) => `<code>${escape(one)}</code>`).join(', ')}` : '',
    details ? `<a href="${escape(details.source)}">source</a>` : '',
  ].filter((part) => part !== '');
  return `<header class="top"><nav class="crumbs">${parts.join(' · ')}</nav><h1>${escape(title)}</h1><p>${escape(summary)}</p></header>`;
}

function priceTable(price: Price, used: Subject['used']): string {
  const also = [...new Set(used.map(({ name }) => escape(name)))];
  const more = also.length > 0 ? ` It also needs ${also.join(', ')}, priced on their own pages.` : '';
  if ('unknown' in price) return `<h2>Price</h2><p>Not known: ${escape(price.unknown)}.</p>`;
  const rows = price.costs.map(
    ({ what, count, each }) =>
      `<tr><td>${escape(what)}</td><td class="number">${count}</td><td class="number">${dollars(each)}</td><td class="number">${dollars(count * each)}</td></tr>`,
  );
  return `<h2>Price</h2>
<p>Left running for a month in us-east-1, without traffic: <strong>${dollars(price.month)}</strong>.${more}</p>
${rows.length === 0 ? '' : `<table><thead><tr><th>What</th><th>Count</th><th>Each</th><th>A month</th></tr></thead><tbody>${rows.join('')}</tbody></table>`}`;
}

function claimList(details: Details | undefined): string {
  if (!details || details.claims.length === 0) return '';
  const files = details.claims.map(({ file, url, claims }) => {
    const blocks = claims.map(
      ({ about, tests }) =>
        `<h4>${escape(about)}</h4><ul>${tests.map((test) => `<li>${escape(test)}</li>`).join('')}</ul>`,
    );
    return `<h3><a href="${escape(url)}">${escape(file)}</a></h3>${blocks.join('')}`;
  });
  return `<section class="claims"><h2>What its tests prove</h2>${files.join('')}</section>`;
}

function restList(rest: readonly Rest[]): string {
  if (rest.length === 0) return '';
  const rows = rest.map(({ type, paths }) => {
    const shown = paths.slice(0, 6).map(shortName);
    const more = paths.length > shown.length ? `, and ${paths.length - shown.length} more` : '';
    return `<tr><td>${escape(typeInfo(type).name)}<br><code>${escape(type)}</code></td><td class="number">${paths.length}</td><td>${escape(shown.join(', '))}${more}</td></tr>`;
  });
  return `<h2>Also in the templates</h2><p>These have no place in the drawing. The answers take them into account.</p><table><thead><tr><th>Type</th><th>Count</th><th>Which</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** The index of the pages, by domain. */
export function indexOf(title: string, pages: readonly Page[], shared: Shared): string {
  const domains = [...new Set(pages.map(({ domain }) => domain))];
  const services = [...new Set(pages.flatMap((page) => page.services))].sort();
  const options = (values: readonly string[], all: string) =>
    [`<option value="">${all}</option>`, ...values.map((one) => `<option>${escape(one)}</option>`)].join('');
  const sections = domains.map(
    (domain) =>
      `<section data-group="${escape(domain)}">${domain === '' ? '' : `<h2>${escape(headingOf(domain))}</h2>`}<ul class="cards">${pages
        .filter((page) => page.domain === domain)
        .map(cardOf)
        .join('')}</ul></section>`,
  );
  return documentOf({
    title,
    style: shared.style,
    script: shared.index,
    body: `<header class="top"><h1>${escape(title)}</h1><p>Open one, break a part of it, and see what survives.</p></header>
<form class="filters" role="search">
<input name="text" type="search" placeholder="Search" aria-label="Search">
${domains.length > 1 ? `<select name="domain" aria-label="Domain">${options(domains, 'All domains')}</select>` : ''}
<select name="service" aria-label="Service">${options(services, 'All services')}</select>
<span id="count" role="status"></span>
</form>
${sections.join('\n')}
${ATTRIBUTION}`,
  });
}

const headingOf = (domain: string): string =>
  domain === 'dns' ? 'DNS' : domain.charAt(0).toUpperCase() + domain.slice(1);

function cardOf({ file, title, summary, domain, services, price }: Page): string {
  const month = 'unknown' in price ? 'price not known' : `${dollars(price.month)} a month`;
  return `<li data-domain="${escape(domain)}" data-services="${escape(services.join('|'))}"><h3><a href="${escape(encodeURI(file))}">${escape(title)}</a></h3><p>${escape(summary)}</p><p class="services">${escape(services.join(', '))}</p><p class="services">${month}</p></li>`;
}
