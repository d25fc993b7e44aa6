import { createHash, randomUUID } from 'node:crypto';

/** The UUID that a name always gets, so that a seed is the same on every machine. */
export const uuidOf = (name: string): string => {
  const hex = createHash('sha256').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
};

/** The second id form of the service, `<10 hex>-<UUID>`: the ten digits are those of the identity store. */
export const prefixed = (identityStoreId: string, uuid: string): string => {
  const digits = identityStoreId.replace(/^d-/u, '');
  return /^[0-9a-f]{10}$/u.test(digits) ? `${digits}-${uuid}` : uuid;
};

/** A new id for something that is created now. */
export const newId = (): string => randomUUID();
