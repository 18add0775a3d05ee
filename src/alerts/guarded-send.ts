import type { Clock } from '../clock/clock.ts';
import { t } from '../lang/lang.ts';
import type { AlertMessage, Delivery } from '../model/alert.ts';
import type { Channel, SendOptions } from './channel.ts';

/** No channel may hold a place longer, whatever its own limits. */
const LONGEST_TRY_MS = 60_000;

/** A channel promises not to reject and to end; the outbox does not depend on it. */
export async function sendGuarded(
  channel: Channel,
  message: AlertMessage,
  options: SendOptions & { readonly clock: Clock },
): Promise<Delivery> {
  const limit = new AbortController();
  const tooLong: Delivery = { ok: false, retryable: true, reason: t('{channel} did not finish', { channel: channel.name }) };
  let giveUp: (delivery: Delivery) => void = () => undefined;
  const given = new Promise<Delivery>((resolve) => {
    giveUp = resolve;
  });
  const cancel = options.clock.after(LONGEST_TRY_MS, () => {
    limit.abort();
    giveUp(tooLong);
  });
  const interrupted = (): void => giveUp({ ok: false, retryable: true, reason: t('interrupted') });
  options.signal.addEventListener('abort', interrupted);
  try {
    const { reference } = options;
    const signal = AbortSignal.any([options.signal, limit.signal]);
    return await Promise.race([given, channel.send(message, reference === undefined ? { signal } : { signal, reference })]);
  } catch {
    return { ok: false, retryable: true, reason: t('{channel} failed unexpectedly', { channel: channel.name }) };
  } finally {
    cancel();
    options.signal.removeEventListener('abort', interrupted);
  }
}
