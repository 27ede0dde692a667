import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { findChromium, launch } from './chromium';

// npm run test:browser opens the pages of cdk.out in a Chromium. It needs `npx cdk synth` first.
const ROOT = resolve(__dirname, '../..');
/** Screenshots for people are kept where SCREENSHOTS says. */
const { SCREENSHOTS } = process.env;
const executable = findChromium();

if (executable === undefined) {
  console.error('No Chromium: install one, or say where it is in PLAYWRIGHT_CHROMIUM.');
  process.exit(1);
}

void describe('pages in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pages-'));
  let browser: Browser;
  before(async () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['-r', 'sucrase/register/ts', 'scripts/page.ts', '--out', folder],
      { cwd: ROOT, encoding: 'utf8' },
    );
    assert.equal(status, 0, stderr);
    browser = await launch(executable);
  });
  after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  /** Opens a page from the disk, and fails when it asks for anything else or has an error. */
  async function open(name: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith('data:')) assert.equal(url, pathToFileURL(join(folder, `${name}.html`)).href);
    });
    page.on('pageerror', (error) => {
      assert.fail(`${name}: ${error.message}`);
    });
    page.on('console', (message) => {
      if (message.type() === 'error') assert.fail(`${name}: ${message.text()}`);
    });
    await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
    if (name !== 'index') await page.waitForSelector('html[data-ready]');
    return page;
  }

  async function picture(page: Page, name: string): Promise<void> {
    if (SCREENSHOTS === undefined) return;
    mkdirSync(SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  }

  const status = (page: Page) => page.locator('#status').textContent();
  const row = (page: Page, text: string) => page.locator('#panel-break li', { hasText: text });
  const part = (page: Page, name: string) => page.locator(`#drawing [role="button"][aria-label^="${name}"]`);

  void it('breaks an Availability Zone of MultiAzVpc: the others keep their way out', async () => {
    const page = await open('MultiAzVpc');
    await part(page, 'Availability Zone')
      .first()
      .click({ position: { x: 30, y: 12 } });
    assert.match((await status(page)) ?? '', /fails\. No other path dies\./);
    assert.match((await row(page, 'Private subnets to internet').textContent()) ?? '', /2 of 3.*1 gone/);
    assert.equal(await part(page, 'Availability Zone').first().getAttribute('aria-pressed'), 'true');
    assert.ok((await page.locator('#drawing .flow.dead').count()) > 0);
    assert.ok((await page.locator('#drawing .flow.alive').count()) > 0);
    await picture(page, 'multi-az-vpc');
    await page.getByText('Repair all').click();
    assert.equal(await status(page), 'Everything works.');
    assert.equal(await page.locator('#drawing .flow.dead').count(), 0);
  });

  void it('says in words why a path is dead', async () => {
    const page = await open('MultiAzVpc');
    await part(page, 'NAT gateway').first().click();
    const text = (await row(page, 'Private subnets to internet').textContent()) ?? '';
    assert.match(text, /2 of 3, 1 dead/);
    assert.match(text, /leads to NAT gateway .*, which is gone \(blackhole\)/);
    assert.equal(await page.locator('#drawing .box.blocker').count(), 1);
  });

  void it('fails DnsFailover over when its health check fails, and back', async () => {
    const page = await open('DnsFailover', { colorScheme: 'dark' });
    const answer = page.locator('.answers li');
    assert.match((await answer.textContent()) ?? '', /Primary$/);
    await page.locator('#drawing [data-id^="check "]').first().click();
    assert.match((await answer.textContent()) ?? '', /Secondary.*before: Primary/);
    await page.getByRole('tab', { name: 'DNS' }).click();
    await page.getByRole('button', { name: 'Ask Route 53' }).click();
    assert.match(
      (await page.locator('#panel-dns .answer').textContent()) ?? '',
      /NOERROR.*Secondary.*unhealthy/,
    );
    assert.equal(await page.locator('#drawing .answer[aria-label^="Secondary"]').count(), 1);
    await picture(page, 'dns-failover-dark');
    await page.locator('#drawing [data-id^="check "]').first().click();
    assert.match((await page.locator('#panel-dns .answer').textContent()) ?? '', /Primary/);
  });

  void it('follows a path hop by hop between two places that are clicked', async () => {
    const page = await open('PathRoutedServices');
    await page.getByRole('tab', { name: 'Reach' }).click();
    await part(page, 'Internet').first().click();
    await part(page, 'LoadBalancer').first().click();
    assert.equal(await page.locator('#panel-reach .verdict').textContent(), 'reachable');
    assert.match((await page.locator('.hops').textContent()) ?? '', /IGW.*security group/);
    assert.equal(await page.locator('#drawing g.path').count(), 3);
    await picture(page, 'path-routed-services-reach');
    await part(page, 'Internet').first().click();
    await part(page, 'Users').first().click();
    assert.equal(await page.locator('#panel-reach .verdict').textContent(), 'not reachable');
  });

  void it('says what a role may do', async () => {
    const page = await open('ThumbnailPipeline');
    await page.getByRole('tab', { name: 'Roles' }).click();
    await part(page, 'Worker').first().click();
    assert.match((await page.locator('.permissions').textContent()) ?? '', /s3:GetObject on .*Uploads/);
    await page.getByLabel('Action').fill('s3:GetObject');
    await part(page, 'Uploads').first().click();
    assert.equal(await page.locator('#panel-roles .verdict').textContent(), 'allowed');
    await page.getByLabel('Action').fill('s3:DeleteBucket');
    await page.getByRole('button', { name: 'May it?' }).click();
    assert.equal(await page.locator('#panel-roles .verdict').textContent(), 'implicit deny');
    await page.getByLabel('Action').fill('s3:ReadMinds');
    await page.getByRole('button', { name: 'May it?' }).click();
    assert.match((await page.locator('#panel-roles .error').textContent()) ?? '', /s3 has no such action/);
  });

  void it('works by keyboard, and tells a screen reader what happens', async () => {
    const page = await open('MultiAzVpc');
    await part(page, 'NAT gateway').first().focus();
    await page.keyboard.press('Enter');
    assert.match((await status(page)) ?? '', /NAT gateway PublicSubnet1 fails/);
    assert.equal(await part(page, 'NAT gateway').first().getAttribute('aria-pressed'), 'true');
    await page.keyboard.press(' ');
    assert.equal(await status(page), 'Everything works.');
    await page.getByRole('tab', { name: 'Break' }).focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.getByRole('tab', { name: 'Reach' }).getAttribute('aria-selected'), 'true');
    assert.equal(await page.locator('#status').getAttribute('role'), 'status');
  });

  void it('filters the index by domain, service and text', async () => {
    const page = await open('index');
    const shown = () => page.locator('.cards li:visible').count();
    const all = await shown();
    await page.getByLabel('Domain').selectOption('dns');
    assert.ok((await shown()) < all);
    await page.getByLabel('Domain').selectOption('');
    await page.getByLabel('Service').selectOption('Lambda');
    assert.ok((await shown()) < all);
    await page.getByLabel('Service').selectOption('');
    await page.getByLabel('Search').fill('thumbnail');
    assert.equal(await shown(), 1);
    await picture(page, 'index');
  });

  void it('draws every architecture without an error, on a screen and on a phone', async () => {
    const index = await open('index');
    const links = await index.locator('.cards a').all();
    const files = await Promise.all(links.map(async (link) => (await link.getAttribute('href')) ?? ''));
    assert.ok(files.length > 0);
    for (const file of files) {
      const name = decodeURIComponent(file).replace(/\.html$/, '');
      for (const width of [1280, 390]) {
        const page = await open(name, {
          viewport: { width, height: 800 },
          colorScheme: width === 390 ? 'dark' : 'light',
        });
        assert.ok((await page.locator('#drawing .element').count()) > 0, `${name} has an empty drawing`);
        const wide = await page.evaluate('document.documentElement.scrollWidth');
        assert.ok(Number(wide) <= width, `${name} is ${String(wide)} pixels wide on ${width}`);
        await picture(page, `${name}-${width}`);
        await page.context().close();
      }
    }
  });
});
