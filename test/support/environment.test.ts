import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => vi.unstubAllEnvs());

test("a developer's AWS and kirosync environment reaches no test", async () => {
  const theirs = ['AWS_ENDPOINT_URL', 'AWS_PROFILE', 'AWS_REGION', 'KIROSYNC_MODE', 'KIROSYNC_GIT_URL'];
  for (const name of theirs) vi.stubEnv(name, 'theirs');
  vi.stubEnv('KIROSYNC_BIN', 'chosen');
  vi.stubEnv('MY_AWS_NAME', 'kept');
  vi.resetModules();
  await import('./environment.ts');
  expect(theirs.filter((name) => name in process.env)).toEqual([]);
  const { KIROSYNC_BIN, MY_AWS_NAME, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED } = process.env;
  expect([KIROSYNC_BIN, MY_AWS_NAME, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED]).toEqual(['chosen', 'kept', 'true']);
});
