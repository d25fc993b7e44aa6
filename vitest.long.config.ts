import { defineConfig } from 'vitest/config';
import short, { LONG } from './vitest.config.ts';

/** The tests that would make `npm test` take longer than three minutes on two cores. */
export default defineConfig({ ...short, test: { ...short.test, include: LONG, exclude: [] } });
