import type { Clock } from '../clock/clock.ts';
import type { AlertMessage, Delivery } from '../model/alert.ts';

/** One way to reach people. */
export interface Channel {
  /** As configured: `ops-mail`. */
  readonly name: string;
  readonly type: string;
  /** Where it goes, without secrets: `ops@example.org by mail.example.org:587`. */
  readonly destination: string;
  /** No message that leaves through this channel is larger. */
  readonly maxBytes: number;
  /** The exact text of the message as it will be sent, harmless on a terminal. */
  render(message: AlertMessage): string;
  /** Tries once. Never rejects: whatever goes wrong, also an abort, is in the delivery, without secrets. */
  send(message: AlertMessage, options: SendOptions): Promise<Delivery>;
}

export interface SendOptions {
  readonly signal: AbortSignal;
  /** What the first delivery of the message's thread through this channel returned as `reference`; missing for that first one. */
  readonly reference?: string;
}

/** What channels need from their surroundings. */
export interface ChannelContext {
  readonly clock: Clock;
  /** Hands harmless text to the thread that owns the terminal, which rings the bell and writes it as OSC 9. */
  readonly notify: (text: string) => void;
  /** Where the `file` channel writes unless told otherwise. */
  readonly stateDirectory: string;
  readonly fetch: typeof fetch;
  /** How long one HTTP request or syslog message may take. */
  readonly httpTimeoutMs: number;
  /** How long one mail may take, from connecting to the server's last word. */
  readonly smtpTimeoutMs: number;
}
