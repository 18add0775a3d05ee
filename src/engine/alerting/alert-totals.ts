import type { AlertRecord } from '../../model/alert.ts';

/** Alerts that one channel has delivered, and those that were given up, since the start. */
export interface ChannelTotals {
  readonly channel: string;
  readonly sent: number;
  readonly failed: number;
}

/** Counts alerts as their state changes. */
export interface AlertTotals {
  saw(record: AlertRecord): void;
  list(): readonly ChannelTotals[];
}

export function createAlertTotals(channels: readonly string[]): AlertTotals {
  const totals = new Map(channels.map((channel) => [channel, { channel, sent: 0, failed: 0 }]));
  return {
    saw({ channel, state }) {
      const of = totals.get(channel);
      if (of !== undefined && state !== 'waiting') of[state]++;
    },
    list: () => [...totals.values()],
  };
}
