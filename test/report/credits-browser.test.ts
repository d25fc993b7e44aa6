import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Credits } from '../../src/model/credits.ts';
import { creditsHtml } from '../../src/report/credits-html.ts';
import { driftHtml } from '../../src/report/drift-html.ts';
import { planHtml } from '../../src/report/plan-html.ts';
import { openWatched, startBrowser, violations } from '../support/browser.ts';
import { bigPlan } from './arbitrary-plan.ts';
import { creditsScenario } from './credits-scenario.ts';

const folder = mkdtempSync(join(tmpdir(), 'credits-page-'));
let browser: Browser;

// The first start unpacks the browser.
beforeAll(async () => {
  browser = await startBrowser();
}, 60_000);
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

function written(name: string, credits: Credits): string {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, creditsHtml(credits));
  return pathToFileURL(file).href;
}

const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 320, height: 640 };
const OVERFLOW = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

test('the page on a desk, on phones, in the dark and on paper', { timeout: 60_000 }, async () => {
  const { page, complaints, requests } = await openWatched(browser, written('rich', creditsScenario({ people: 10 })), { viewport: WIDE });
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate(OVERFLOW)).toBe(0);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await violations(page, ['color-contrast'])).toEqual([]);
  for (const viewport of [{ width: 390, height: 800 }, PHONE]) {
    await page.setViewportSize(viewport);
    expect(await page.evaluate(OVERFLOW)).toBe(0);
  }
  expect(await violations(page, ['target-size', 'scrollable-region-focusable'])).toEqual([]);
  // Text in drawings keeps its size on a phone, and stays beside nothing.
  expect(await page.evaluate(STRAY_TEXT)).toEqual([]);
  // A4 upright, between its margins. The dark scheme stays on: paper is light all the same.
  await page.setViewportSize({ width: 703, height: 900 });
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
  expect(await violations(page, ['color-contrast'])).toEqual([]);
  // Folded tables are open on paper.
  expect(await page.evaluate('document.querySelector("details:not([open]) table").getBoundingClientRect().height')).toBeGreaterThan(100);
  expect([complaints, requests]).toEqual([[], []]);
  await page.context().close();
});

/** Texts of drawings that are outside a phone's screen or too small to read. */
const STRAY_TEXT = `[...document.querySelectorAll('svg.chart text')].map((text) => {
  const { left, right, height } = text.getBoundingClientRect();
  return { left, right, height, text: text.textContent };
}).filter(({ left, right, height }) => left < 0 || right > 320 || height < 9)`;

test.each([
  ['nobody', creditsScenario({ people: 0 })],
  ['one person', creditsScenario({ people: 1 })],
  ['a roster', creditsScenario({ people: 3, usage: false })],
])('%s: an empty part is a sentence', async (name, credits) => {
  const { page, complaints, requests } = await openWatched(browser, written(name, credits), { viewport: PHONE });
  expect(await violations(page, ['landmark-unique', 'heading-order', 'empty-heading', 'duplicate-id-aria'])).toEqual([]);
  expect(await page.evaluate(OVERFLOW)).toBe(0);
  expect([complaints, requests]).toEqual([[], []]);
  await page.context().close();
});

test('axe and the watch can find something', async () => {
  const file = join(folder, 'bad.html');
  writeFileSync(file, '<!doctype html><title>x</title><img src="missing.png"><script>console.error("oh")</script>');
  const { page, complaints, requests } = await openWatched(browser, `file://${file}`);
  expect((await violations(page)).join()).toContain('image-alt');
  expect(complaints.length).toBeGreaterThan(0);
  expect(requests.length).toBe(1);
  await page.context().close();
});

test('the pages of a plan and of drift, on a desk, on a phone, in the dark and on paper', { timeout: 60_000 }, async () => {
  const violation = {
    rule: 'too-many-removals',
    message: 'Too many. If it is meant: go on.',
    limit: 1,
    actual: 30,
    keys: ['membership/a/b'],
  };
  const held = { key: 'membership/a/b', action: 'delete', profile: 'a', userId: null, reason: 'It waits.', until: null } as const;
  const plan = {
    ...bigPlan(40, 40),
    violations: [violation],
    held: [held],
    manual: [{ profile: 'a', key: 'group/a', text: 'Kiro console' }],
  };
  const actor = 'arn:aws:sts::111122223333:assumed-role/directory-admin/outsider';
  const item = {
    kind: 'unexpected',
    key: 'membership/a/b',
    person: 'ana@example.com',
    profile: 'a',
    monthly: 2000,
    note: 'was added',
  } as const;
  const drift = driftHtml({ revision: null, base: 'record', items: [{ ...item, firstSeen: plan.now, actor, held: false }], churn: [] });
  for (const [name, text] of [['plan', planHtml(plan)] as const, ['drift', drift] as const]) {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, text);
    const { page, complaints, requests } = await openWatched(browser, pathToFileURL(file).href, { viewport: WIDE });
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violations(page, ['color-contrast'])).toEqual([]);
    await page.setViewportSize(PHONE);
    expect(await page.evaluate(OVERFLOW)).toBe(0);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect([complaints, requests]).toEqual([[], []]);
    await page.context().close();
  }
});
