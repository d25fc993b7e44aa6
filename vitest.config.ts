import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Where the files are that wait longest, for processes, disks and clocks: begun last, they would make everything wait for them. */
const SLOW =
  /test\/(?:torture\/(?:disk|long-life|soak|crash)|cli\/|daemon\/serve|attack\/(?:http|git|secret)|adapters\/(?:lock|git|folder)|e2e\/|web\/browser|report\/credits-browser|usage\/(?:e2e|plain)|docs\/(?:ci-run|output))/;

/** What `npm run test:long` runs instead: whole demonstrations, a real browser on every page, real CI jobs, many child processes. */
export const LONG = [
  'test/cli/demo.test.ts',
  'test/cli/report.test.ts',
  'test/contract/usage-moto.test.ts',
  'test/docs/ci-run.test.ts',
  'test/e2e/law.test.ts',
  'test/e2e/mixed.test.ts',
  'test/report/credits-browser.test.ts',
  'test/usage/e2e.test.ts',
  'test/web/browser.test.ts',
];

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter(({ moduleId }) => SLOW.test(moduleId)), ...sorted.filter(({ moduleId }) => !SLOW.test(moduleId))];
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: LONG,
    globalSetup: ['test/support/build.ts'],
    setupFiles: ['test/support/environment.ts'],
    sequence: { sequencer: SlowFirst },
    // Tests of the command line run side by side, each on an emulator of its own; a child process takes half a second of a core.
    maxConcurrency: 3,
    // Most tests wait: for child processes, quotas and disks. Twice the cores keeps two of them busy.
    maxWorkers: 4,
    // Loading the AWS client for every file again took as long as the tests; no test leaves anything in a module.
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    env: { TZ: 'America/St_Johns', NO_COLOR: '1', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});
