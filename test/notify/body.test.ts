import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { Memory } from '../../src/model/journal-told.ts';
import { EVENTS, isEvent, type NotifySettings, wordsOf } from '../../src/model/notification.ts';
import { escaped, slackBody } from '../../src/notify/body-slack.ts';
import { webhookBody } from '../../src/notify/body-webhook.ts';
import { due } from '../../src/notify/due.ts';
import { eventOf, type Facts } from '../../src/notify/fact.ts';
import type { Message } from '../../src/notify/message.ts';
import { moments } from '../../src/notify/moment.ts';
import { judges, problems } from '../../src/notify/problem.ts';
import type { Situation } from '../../src/notify/situation.ts';
import { ANA, CASES, MALLORY, NOW, REVISION, situation } from './situation.ts';

const RECEIVER: NotifySettings = {
  ...{ name: 'ops', type: 'webhook', url: 'https://hooks.example.com/x', secret: 's'.repeat(32), events: null, severity: 'info' },
  ...{ digest: '0 7 * * *', heartbeat: null, names: false },
};
const MEMORY: Memory = {
  ...{ since: '2026-11-01T00:00:00.000Z', last: '2026-11-01T00:00:00.000Z', open: new Map(), happened: new Set(), began: new Map() },
  ...{ digest: null, heartbeat: null },
};
const CONTEXT = { source: 'kiro-seats@main', mode: 'enforce', outcome: 'in-sync', pass: 7, attempted: REVISION, applied: REVISION };
const ID = '0'.repeat(32);

const factsOf = (s: Situation): Facts => ({ problems: problems(s), moments: moments(s), judges: judges(s) });

function tell(s: Situation, more: Partial<Parameters<typeof due>[0]> = {}): Message {
  const message = due({
    receiver: RECEIVER,
    memory: MEMORY,
    facts: factsOf(s),
    context: CONTEXT,
    now: NOW,
    digestAt: null,
    heartbeatAt: null,
    ...more,
  });
  if (message === null) throw new Error('nothing is told');
  return message;
}

function json(name: string): object {
  return JSON.parse(readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8'));
}
const fits = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(json('notification'));

const pretty = (text: string) => `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
const golden = async (name: string, message: Message) => {
  const body = webhookBody(message, ID);
  expect(fits(JSON.parse(body)), JSON.stringify(fits.errors)).toBe(true);
  await expect(pretty(body)).toMatchFileSnapshot(`golden/${name}.webhook.golden`);
  await expect(pretty(slackBody(message))).toMatchFileSnapshot(`golden/${name}.slack.golden`);
};

/** Accept changed bodies with `npx vitest run test/notify/body.test.ts -u`, and read the difference in review. */
describe('the bodies', () => {
  it.each(Object.keys(EVENTS))('of %s', async (event) => {
    const message = tell(CASES[event] ?? situation());
    expect(message.items.map((item) => item.event)).toEqual([event]);
    expect(message.severity).toBe(isEvent(event) ? wordsOf(event).severity : null);
    await golden(event, message);
  });

  it('of the end of a problem', async () => {
    const id = `drift/membership/kiro-eng-pro/${ANA}`;
    await golden(
      'over',
      tell(situation(), {
        memory: {
          ...MEMORY,
          open: new Map([
            [id, MEMORY.since],
            ['unreachable/git fetch', MEMORY.since],
          ]),
        },
      }),
    );
  });

  it('of a digest', async () => {
    const facts = factsOf(situation({ ...CASES['drift'], budgets: CASES['budget']?.budgets ?? [] }));
    const open = new Map(facts.problems.map(({ id }) => [id, '2026-11-09T12:00:00.000Z']));
    const message = tell(situation(), { facts, memory: { ...MEMORY, open }, digestAt: new Date('2026-11-10T07:00:00.000Z') });
    expect(message.kind).toBe('digest');
    await golden('digest', message);
  });

  it('of heartbeats', async () => {
    const heartbeatAt = new Date('2026-11-10T08:00:00.000Z');
    await golden('heartbeat-quiet', tell(situation(), { heartbeatAt }));
    const facts = factsOf(CASES['suspended'] ?? situation());
    const open = new Map(facts.problems.map(({ id }) => [id, '2026-11-10T11:50:00.000Z']));
    await golden('heartbeat-trouble', tell(situation(), { facts, memory: { ...MEMORY, open }, heartbeatAt }));
  });

  it('say more to a receiver that wants names', async () => {
    const message = tell(CASES['applied'] ?? situation(), { receiver: { ...RECEIVER, names: true } });
    expect(message.items[0]?.lines.join()).toContain(ANA);
    await golden('applied-names', message);
  });
});

describe('names', () => {
  it('are in no body unless the receiver wants them', () => {
    const all = Object.values(CASES);
    for (const s of all) {
      const message = tell(s);
      for (const body of [webhookBody(message, ID), slackBody(message)]) {
        expect(body).not.toContain(ANA);
        expect(body).not.toContain('evil');
      }
      const ids = [...message.told.open, ...message.told.happened];
      const memory = { ...MEMORY, open: new Map(ids.map((id) => [id, MEMORY.since])) };
      if (!ids.some((id) => ['applied', 'override', 'policy-changed'].includes(eventOf(id)))) {
        const over = tell(situation(), { memory, facts: { problems: [], moments: [], judges: () => true } });
        expect(webhookBody(over, ID) + slackBody(over)).not.toContain(ANA);
      }
    }
  });
});

describe('markup', () => {
  it('cannot be written into a text by anybody', () => {
    const named = { ...RECEIVER, names: true };
    for (const s of Object.values(CASES)) {
      const { text, blocks } = JSON.parse(slackBody(tell(s, { receiver: named }))) as { text: string; blocks: readonly object[] };
      expect(text).not.toMatch(/[<>]|:\/\/|\]\(|@(everyone|channel|here|all)|www\./i);
      expect(JSON.stringify(blocks)).not.toContain('mrkdwn');
    }
    expect(escaped(MALLORY)).toBe(
      '&lt;!channel&gt; &lt;https:\u200b//evil.example.com|click&gt; [x]\u200b(http:\u200b//evil.example.com) @\u200beveryone www\u200b.evil.example.com',
    );
  });
});

describe('size', () => {
  it('is bounded, whatever there is to tell', () => {
    for (const piece of ['a', '<', '\u202e', '\u{1f600}', '\n', '"', '\ud800']) {
      const names = Array.from({ length: 60 }, (_, i) => `${i}${piece.repeat(2000)}`);
      const opened = names.map((name) => `membership/kiro-eng-pro/${name}`);
      const entries = opened.map(
        (key) => ({ type: 'drift-opened', at: NOW.toISOString(), key, kind: 'missing', profile: 'p', person: key }) as const,
      );
      const s = situation({ entries, budgets: names.map((name) => ({ name, monthlyUsd: 1, forecastUsd: null, exceededOn: null })) });
      const message = tell(s, { receiver: { ...RECEIVER, names: true } });
      const slack = slackBody(message);
      const { blocks, text } = JSON.parse(slack) as { text: string; blocks: readonly { text?: { text: string } }[] };
      expect(blocks.length).toBeLessThanOrEqual(50);
      for (const block of blocks) expect([...(block.text?.text ?? '')].length).toBeLessThanOrEqual(3000);
      expect(text.length).toBeLessThanOrEqual(12_100);
      expect(webhookBody(message, ID).length).toBeLessThan(262_144);
      expect(fits(JSON.parse(webhookBody(message, ID)))).toBe(true);
    }
  });
});

describe('the settings schema', () => {
  it('knows exactly the events that there are', () => {
    const { properties } = json('settings') as {
      properties: { notify: { items: { properties: { events: { items: { enum: string[] } } } } } };
    };
    expect([...properties.notify.items.properties.events.items.enum].sort()).toEqual(Object.keys(EVENTS).sort());
  });
});
