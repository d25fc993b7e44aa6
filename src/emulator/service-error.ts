/**
 * An answer in the shape of a service error. The AWS JSON protocol sends every client error with HTTP 400,
 * whatever status its model names, and only server errors with 500.
 */
export class ServiceError extends Error {
  readonly type: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly status: number;
  constructor(type: string, message: string, fields: Readonly<Record<string, unknown>> = {}, status = 400) {
    super(message);
    this.name = 'ServiceError';
    this.type = type;
    this.fields = fields;
    this.status = status;
  }
}

export const invalid = (message: string): ServiceError => new ServiceError('ValidationException', message);

/** identitystore says what kind of thing is missing, and which when the request named it by its id. */
export const missing = (resourceType: 'USER' | 'GROUP' | 'GROUP_MEMBERSHIP' | 'IDENTITY_STORE', id: string | null): ServiceError =>
  new ServiceError('ResourceNotFoundException', `${resourceType} not found.`, {
    ResourceType: resourceType,
    ...(id === null ? {} : { ResourceId: id }),
  });

/** sso-admin says it in words only. */
export const notFound = (message: string): ServiceError => new ServiceError('ResourceNotFoundException', message);

export const duplicate = (message: string): ServiceError =>
  new ServiceError('ConflictException', message, { Reason: 'UNIQUENESS_CONSTRAINT_VIOLATION' });
