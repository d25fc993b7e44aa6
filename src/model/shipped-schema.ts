/**
 * How ajv compiles the schemas in `schemas/`. Tests check that they are valid and strict; doing that again in every process,
 * and optimizing code that validates a few documents, takes three times as long as validating with it.
 */
export const SHIPPED_SCHEMA = { strict: true, validateSchema: false, code: { optimize: false } } as const;
