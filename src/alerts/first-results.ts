import type { Clock } from '../clock/clock.ts';
import { t } from '../lang/lang.ts';
import type { AlertRecord, Delivery } from '../model/alert.ts';

const PATIENCE_MS = 15_000;

export interface SendResult {
  readonly channel: string;
  readonly delivery: Delivery;
  /** True when the message is kept and tried again. */
  readonly waiting: boolean;
}

/** Those who wait to hear what came of a message's first try. */
export interface FirstResults {
  /** Resolves with what is reported for this record, or after 15 s with "still under way". */
  wait(record: AlertRecord): Promise<SendResult>;
  report(recordId: string, result: SendResult): void;
  /** Tells everybody that the try is still under way. */
  close(): void;
}

export function createFirstResults(clock: Clock): FirstResults {
  const waiting = new Map<string, { readonly channel: string; readonly tell: (result: SendResult) => void }>();
  return {
    wait: ({ id, channel }) =>
      new Promise((resolve) => {
        const cancel = clock.after(PATIENCE_MS, () => waiting.get(id)?.tell(stillTrying(channel)));
        const tell = (result: SendResult): void => {
          cancel();
          waiting.delete(id);
          resolve(result);
        };
        waiting.set(id, { channel, tell });
      }),
    report: (recordId, result) => waiting.get(recordId)?.tell(result),
    close() {
      for (const { channel, tell } of waiting.values()) tell(stillTrying(channel));
    },
  };
}

function stillTrying(channel: string): SendResult {
  const reason = t('no answer yet; it is tried again until it is delivered');
  return { channel, delivery: { ok: false, retryable: true, reason }, waiting: true };
}
