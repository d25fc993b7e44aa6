import { setMaxListeners } from 'node:events';

/**
 * Runs before every test file: a developer's own AWS profile, endpoint or kirosync settings must decide no test.
 * What is kept is what vitest.config.ts sets and the choice of the binary under test.
 */
const KEPT = new Set(['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'KIROSYNC_BIN']);

for (const name of Object.keys(process.env)) if (/^(?:AWS|KIROSYNC)_/.test(name) && !KEPT.has(name)) delete process.env[name];

// Many requests in flight listen to one signal, as in `main.ts`.
setMaxListeners(0);
