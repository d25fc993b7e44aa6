import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import sparticuz from '@sparticuz/chromium';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** A page and everything that a finished page must not have done. */
export type Watched = {
  readonly page: Page;
  /** Console errors and warnings, uncaught exceptions. */
  readonly complaints: readonly string[];
  /** Every request but the first document. */
  readonly requests: readonly string[];
};

/** In one process the browser ends with its first context; the others would hide what a strict browser refuses. */
const UNWANTED = ['--single-process', '--disable-web-security', '--allow-running-insecure-content', '--disable-site-isolation-trials'];

/**
 * A headless Chromium that needs no package of the system: npm's `@sparticuz/chromium` carries it, and unpacks it below the
 * temporary folder. Close it with `browser.close()`; one start is enough for a whole test file.
 */
export async function startBrowser(): Promise<Browser> {
  const executablePath = await sparticuz.executablePath();
  if (!existsSync(executablePath)) throw new Error(`no browser at ${executablePath}`);
  return chromium.launch({ executablePath, args: sparticuz.args.filter((arg) => !UNWANTED.includes(arg)), headless: true });
}

/** Opens an address in a context of its own, and records what the page does. The caller closes `page.context()`. */
export async function openWatched(browser: Browser, address: string, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== address && !request.url().startsWith('data:')) requests.push(request.url());
  });
  await page.goto(address);
  return { page, complaints, requests };
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/**
 * The rules of axe-core that the page breaks, each with its first place; empty when there are none. `rules` are all unless
 * some are named: colours change with the scheme, the rest of a page does not.
 */
export async function violations(page: Page, rules: readonly string[] = []): Promise<readonly string[]> {
  // Evaluated by the test, not loaded by the page: that is no request, and no policy of the page forbids it.
  await page.evaluate(readFileSync(AXE, 'utf8'));
  const chosen = rules.length === 0 ? {} : { runOnly: { type: 'rule', values: rules } };
  const only = JSON.stringify({ resultTypes: ['violations'], ...chosen });
  const found: unknown = await page.evaluate(
    `axe.run(${only}).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200) + ' ' + nodes[0].failureSummary))`,
  );
  return Array.isArray(found) ? found.map(String) : [String(found)];
}
