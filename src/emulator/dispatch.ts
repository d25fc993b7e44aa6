import { randomUUID } from 'node:crypto';
import { APPLICATION_OPERATIONS } from './application-operation.ts';
import { callerOf, checkScope } from './authorization.ts';
import { type Call, type Operation, optionalText } from './call.ts';
import { catchUp } from './catch-up.ts';
import { type Fault, strike } from './fault.ts';
import { GROUP_OPERATIONS } from './group-operation.ts';
import { INSTANCE_OPERATIONS } from './instance-operation.ts';
import { behind } from './lag.ts';
import { take } from './limiter.ts';
import { MEMBERSHIP_OPERATIONS } from './membership-operation.ts';
import { OPERATION_NAMES, SERVICES, type Service } from './operation-name.ts';
import { scheduleUndo } from './outsider.ts';
import { type EmulatorRequest, type EmulatorResponse, failed, json, unavailable } from './response.ts';
import { missing, ServiceError } from './service-error.ts';
import { checkShape, type Input, isRecord } from './shape.ts';
import { holds } from './store.ts';
import { USER_OPERATIONS } from './user-operation.ts';
import { beforeWrite, clockOf, machineNow, type World } from './world.ts';

const SERVED: Readonly<Record<Service, Readonly<Record<string, Operation>>>> = {
  identitystore: { ...GROUP_OPERATIONS, ...USER_OPERATIONS, ...MEMBERSHIP_OPERATIONS },
  sso: { ...INSTANCE_OPERATIONS, ...APPLICATION_OPERATIONS },
};

type Target = { readonly service: Service; readonly name: string; readonly operation: Operation };

/** Answers one AWS request. Whatever goes wrong is answered as the services answer it. */
export const dispatch = (world: World, request: EmulatorRequest): EmulatorResponse => {
  const requestId = randomUUID();
  let service: Service | null = null;
  try {
    const target = targetOf(request.headers['x-amz-target'] ?? '');
    service = target.service;
    world.calls.set(target.name, (world.calls.get(target.name) ?? 0) + 1);
    checkScope(request.headers['authorization'], service);
    return answer(world, target, request, requestId);
  } catch (error) {
    if (error instanceof ServiceError) return failed(error, requestId, service);
    throw error;
  }
};

const targetOf = (header: string): Target => {
  const [prefix = '', name = ''] = header.split('.');
  const service = SERVICES[prefix];
  if (service === undefined || !OPERATION_NAMES[service].has(name)) {
    throw new ServiceError(
      'com.amazon.coral.service#UnknownOperationException',
      `Unknown operation: ${header === '' ? 'no X-Amz-Target header' : header}`,
    );
  }
  const operation = SERVED[service][name];
  // 501 is no status that AWS clients try again.
  if (operation === undefined)
    throw new ServiceError('NotImplementedByEmulator', `${name} exists in AWS, but not in this emulator.`, {}, 501);
  return { service, name, operation };
};

const parse = (body: string): Input => {
  try {
    const value: unknown = JSON.parse(body === '' ? '{}' : body);
    if (isRecord(value)) return value;
  } catch {
    // falls through to the one answer for all bodies that are no JSON object
  }
  throw new ServiceError('com.amazon.coral.service#SerializationException', 'The request body is not a JSON object.');
};

const WRITE = /^(?:Create|Update|Delete|Put|Tag|Untag)/u;

const answer = (world: World, { service, name, operation }: Target, request: EmulatorRequest, requestId: string): EmulatorResponse => {
  const input = parse(request.body);
  const fault = (kind: Fault['kind']): Fault | null => strike(world.faults, kind, name, input);
  const delayMs = fault('latency')?.ms ?? 0;
  const rest = (): EmulatorResponse => {
    if (fault('unavailable') !== null) return unavailable(requestId);
    refuse(world, service, name, fault);
    checkShape(operation.shape, input, (id) => holds(world.store, id));
    const store = optionalText(input, 'IdentityStoreId');
    if (store !== undefined && store !== world.store.instance.IdentityStoreId) throw missing('IDENTITY_STORE', null);
    if (WRITE.test(name) && fault('conflict') !== null) throw conflict(service);
    if (optionalText(input, 'NextToken') && fault('page-error') !== null)
      throw new ServiceError('InternalServerException', 'Internal error.', {}, 500);
    const output = run(world, { service, name, operation }, input, callerOf(request.headers['authorization'], world), requestId);
    const drop = WRITE.test(name) && fault('drop-after-write') !== null;
    return { ...json(200, output, requestId), drop };
  };
  try {
    return { ...rest(), delayMs };
  } catch (error) {
    if (error instanceof ServiceError) return { ...failed(error, requestId, service), delayMs };
    throw error;
  }
};

const refuse = (world: World, service: Service, name: string, fault: (kind: Fault['kind']) => Fault | null): void => {
  if (fault('expired-token') !== null)
    throw new ServiceError('ExpiredTokenException', 'The security token included in the request is expired');
  const limited = !take(world.buckets, world.limits, service === 'sso' ? 'sso' : name, machineNow(world.options));
  if (limited || fault('throttle') !== null) {
    const seconds = world.limits.retryAfter;
    throw new ServiceError('ThrottlingException', 'Rate exceeded', seconds === null ? {} : { RetryAfterSeconds: seconds });
  }
  const rejected = fault('reject');
  if (rejected !== null) throw new ServiceError(rejected.error, `User is not authorized to perform: ${service}:${name}`);
};

const conflict = (service: Service): ServiceError =>
  service === 'sso'
    ? new ServiceError('ConflictException', 'The resource is being changed by another request. Please try again later.')
    : new ServiceError('ConflictException', 'The request conflicts with another one in progress.', { Reason: 'CONCURRENT_MODIFICATION' });

const run = (world: World, { name, operation }: Target, input: Input, caller: string, requestId: string) => {
  const now = clockOf(world);
  const reading = !WRITE.test(name);
  const lag = reading ? strike(world.faults, 'lag', name, input) : null;
  const effects: Readonly<Record<string, unknown>>[] = [];
  const call: Call = {
    operation: name,
    input,
    store: lag === null ? world.store : behind(world.history, world.store, now, lag.ms),
    now,
    offset: world.offset,
    caller,
    anyPrincipal: world.options.anyPrincipal ?? false,
    shortPage: name.startsWith('List') ? (strike(world.faults, 'short-page', name, input)?.size ?? null) : null,
    effect: (detail) => {
      beforeWrite(world, 'api', name, now, { ...detail, requestId });
      effects.push(detail);
    },
  };
  const output = operation.run(call);
  for (const detail of effects) scheduleUndo(world, name, detail, now);
  catchUp(world, now);
  return output;
};
