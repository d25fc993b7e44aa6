import { describe, expect, it } from 'vitest';
import { field, githubMerged, gitlabMerged, gitlabNotes, waitOf } from '../../src/forge/answer.ts';

const NOW = new Date('2026-11-23T10:00:00Z');

describe('pull requests of a commit', () => {
  it('count when they were merged into the followed branch', () => {
    const merged = '2026-11-23T09:59:00Z';
    const github = [
      { number: 1, merged_at: merged, base: { ref: 'main' } },
      { number: 2, merged_at: merged, base: { ref: 'release' } },
      { number: 3, merged_at: null, base: { ref: 'main' } },
      { number: '4', merged_at: merged, base: { ref: 'main' } },
      null,
    ];
    expect(githubMerged(github, 'main')).toEqual([1]);
    const gitlab = [
      { iid: 1, state: 'merged', target_branch: 'main' },
      { iid: 2, state: 'merged', target_branch: 'release' },
      { iid: 3, state: 'opened', target_branch: 'main' },
    ];
    expect(gitlabMerged(gitlab, 'main')).toEqual([1]);
    for (const odd of [null, {}, 'x', [7]]) expect([githubMerged(odd, 'main'), gitlabMerged(odd, 'main')]).toEqual([[], []]);
  });

  it('notes of GitLab itself are no comments, and inherited fields are no fields', () => {
    expect(gitlabNotes([{ id: 1, body: 'a', system: true, author: { id: 2 } }])).toEqual([]);
    expect(field({}, 'constructor')).toBeUndefined();
  });
});

describe('a forge that wants no more requests', () => {
  const until = (status: number, headers: Record<string, string>, words = '') =>
    waitOf({ status, header: (name) => headers[name] ?? null, words }, NOW)?.toISOString() ?? null;
  it.each([
    [403, { 'retry-after': '30' }, '', '2026-11-23T10:00:30.000Z'],
    [429, { 'retry-after': 'Mon, 23 Nov 2026 10:02:00 GMT' }, '', '2026-11-23T10:02:00.000Z'],
    [429, {}, '', '2026-11-23T10:01:00.000Z'],
    [403, {}, 'You have exceeded a secondary rate limit.', '2026-11-23T10:01:00.000Z'],
    [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1795428300' }, '', '2026-11-23T10:05:00.000Z'],
    [429, { 'ratelimit-remaining': '0', 'ratelimit-reset': '1795428060' }, '', '2026-11-23T10:01:00.000Z'],
    [403, { 'retry-after': '999999' }, '', '2026-11-23T11:00:00.000Z'],
    [429, { 'retry-after': 'Mon, 23 Nov 2020 10:02:00 GMT' }, '', '2026-11-23T10:00:01.000Z'],
    [429, { 'retry-after': 'soon' }, '', '2026-11-23T10:01:00.000Z'],
    [403, { 'x-ratelimit-remaining': '12' }, 'Resource not accessible by integration', null],
    [404, { 'retry-after': '30' }, '', null],
    [500, {}, 'rate limit', null],
  ])('%s %j %s', (status, headers, words, wanted) => expect(until(status, headers, words)).toBe(wanted));
});
