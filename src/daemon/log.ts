import { pino } from 'pino';
import type { Settings } from '../model/settings.ts';

/** Facts with fields. Names of people appear only where the operator allows them (`log.names`). */
export type Log = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
  /** A key as it may be logged: the person's name is left out unless names are allowed. */
  readonly key: (key: string) => string;
};

/** JSON lines, one a fact, written with `write` (stderr). */
export function log(settings: Settings['log'], write: (text: string) => void): Log {
  const logger = pino({ level: settings.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write });
  return {
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    key: (key) => (settings.names ? key : key.replace(/^(membership\/[^/]*)\/.*$/, '$1/…')),
  };
}
