import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Clock } from '../../clock/clock.ts';
import { t } from '../../lang/lang.ts';
import { messageOf } from '../failure.ts';
import { fluentFramers } from '../fluent/fluent-framer.ts';
import type { Source } from '../source.ts';
import { createLineFramer } from './line-framer.ts';
import { createListenSource } from './listen-source.ts';
import type { ListenTarget, SharedKeyPlace } from './target.ts';
import { createUdpSource } from './udp-source.ts';

/** A key that cannot be had; the message says where it was looked for. */
export class SharedKeyError extends Error {
  override readonly name = 'UsageError';
}

export interface ListenerOptions {
  readonly target: ListenTarget;
  readonly name?: string | undefined;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The source for an address to listen at. Throws {@link SharedKeyError} when its key cannot be read. */
export function openListener({ target, name, clock, env }: ListenerOptions): Source {
  if (target.protocol === 'udp') return createUdpSource({ target, name, clock });
  if (target.protocol !== 'fluent') return createListenSource({ target, name, clock, createFramer: createLineFramer });
  const sharedKey = target.sharedKey === undefined ? undefined : readSharedKey(target.sharedKey, env);
  const nonce = (): string => randomBytes(16).toString('hex');
  return createListenSource({
    target,
    name,
    clock,
    handshake: sharedKey !== undefined,
    createFramer: fluentFramers({ sharedKey, hostname: hostname(), nonce }),
  });
}

/** Throws {@link SharedKeyError}. */
export function readSharedKey(place: SharedKeyPlace, env: ListenerOptions['env']): string {
  if ('env' in place) {
    const key = env[place.env] ?? '';
    if (key === '') throw new SharedKeyError(t('the environment variable {name} of the shared key is not set', { name: place.env }));
    return key;
  }
  let text: string;
  try {
    text = readFileSync(place.file, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new SharedKeyError(t('the file of the shared key cannot be read: {reason}', { reason: messageOf(cause) }), { cause });
  }
  if (text === '') throw new SharedKeyError(t('the file of the shared key, {path}, is empty', { path: place.file }));
  return text;
}
