/** Facts with fields. Whoever makes one takes care that no secret and (unless `log.names`) no person's name gets out. */
export type Log = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
};
