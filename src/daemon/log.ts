/**
 * Facts with fields. The log keeps secrets in, and (unless `log.names`) names out of the fields that hold them; the message
 * has to name nobody, so free text goes into `message`, `error`, `reason` or `advice`.
 */
export type Log = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
};
