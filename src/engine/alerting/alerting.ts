import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { ChannelConfig } from '../../alerts/channels/index.ts';
import { createChannels } from '../../alerts/create-channels.ts';
import type { Fallback } from '../../alerts/fallback.ts';
import { buildMessage } from '../../alerts/message.ts';
import { createOutbox, type Trouble } from '../../alerts/outbox.ts';
import type { Clock } from '../../clock/clock.ts';
import { t } from '../../lang/lang.ts';
import type { AlertMessage, AlertRecord, AlertTarget } from '../../model/alert.ts';
import type { Store } from '../../store/store.ts';
import { dateTime } from '../../text/units.ts';
import type { ChannelInfo, Protocol } from '../protocol.ts';
import { alertFacts, type Knowledge } from './alert-about.ts';
import { type ChannelTotals, createAlertTotals } from './alert-totals.ts';

/** Alerts of one engine: messages about what it knows, through its channels and outbox. */
export interface Alerting {
  channels(): ChannelInfo[];
  /** The exact message for each channel, nothing sent. Rejects when the target is not held any more. */
  preview(request: Protocol['alert.preview']['request'], knowledge: Omit<Knowledge, 'host'>): Protocol['alert.preview']['reply'];
  send(request: Protocol['alert.send']['request'], knowledge: Omit<Knowledge, 'host'>): Promise<Protocol['alert.send']['reply']>;
  /** Records of a message that the policy decided on, for the transaction that keeps why. */
  records(message: AlertMessage, channel: string): readonly AlertRecord[];
  /** Sends what was kept. */
  wake(): void;
  list(): readonly AlertRecord[];
  /** Messages that stood in for others since this was asked before. */
  takeStandIns(): readonly { readonly channel: string; readonly atMs: number }[];
  counts(): { waiting: number; sent: number; failed: number };
  /** Since the start, by channel. */
  totals(): readonly ChannelTotals[];
  /** Rises with every change of an alert. */
  readonly revision: number;
  close(): Promise<void>;
}

export interface AlertingParts {
  readonly channels: Readonly<Record<string, ChannelConfig>>;
  readonly store: Store;
  readonly clock: Clock;
  readonly stateDirectory: string;
  readonly notify: (text: string) => void;
  /** IANA zone that messages are written in. */
  readonly timeZone: string;
  readonly fallback?: Fallback | undefined;
  /** Tells the operator. */
  readonly notice: (text: string) => void;
  /** Told of every message that stands in for one that failed. */
  readonly onStandIn?: (message: AlertMessage, channel: string) => void;
}

const MAX_STAND_INS = 1_000;

/** Tells of a channel in trouble once, until it delivers again or fails for another reason. */
function troubleTeller(notice: (text: string) => void) {
  const told = new Map<string, string>();
  const tell = ({ channel, reason, failed }: Trouble): void => {
    const about = failed ? channel : `${channel} partly`;
    if (told.get(about) === reason) return;
    told.set(about, reason);
    notice(
      failed
        ? t('alert not delivered by {channel}: {reason}; mend it, then: secmon alert test {channel}', { channel, reason })
        : t('{channel} delivered to some only, refused: {reason}; mend the list of recipients', { channel, reason }),
    );
  };
  return Object.assign(tell, { isWell: (channel: string) => void told.delete(channel) });
}

export function openAlerting(parts: AlertingParts): Alerting {
  const { channels: configured, store, clock, stateDirectory, notify, timeZone, fallback } = parts;
  const channels = createChannels(configured, { notify, stateDirectory, clock });
  let revision = 0;
  const totals = createAlertTotals(channels.map(({ name }) => name));
  const standIns: { readonly channel: string; readonly atMs: number }[] = [];
  const onTrouble = troubleTeller(parts.notice);
  const outbox = createOutbox({
    store,
    channels,
    clock,
    random: Math.random,
    fallback,
    onTrouble,
    onChange(record) {
      const { channel, message, attempts, state } = record;
      revision++;
      totals.saw(record);
      if (state === 'sent') onTrouble.isWell(channel);
      if (message.failed === undefined || attempts > 0) return;
      if (standIns.length < MAX_STAND_INS) standIns.push({ channel, atMs: message.createdMs });
      parts.onStandIn?.(message, channel);
    },
  });

  const message = (target: AlertTarget, note: string, knowledge: Omit<Knowledge, 'host'>): AlertMessage => {
    const facts = alertFacts(target, note, { ...knowledge, host: hostname() });
    if (!facts) throw new Error(t('this line is not held in memory any more; alert about its address instead'));
    return buildMessage(facts, { id: randomUUID(), createdMs: clock.now(), dateTime: (ms) => `${dateTime(ms, timeZone)} ${timeZone}` });
  };

  return {
    channels: () => channels.map(({ name, type, destination }) => ({ name, type, destination })),
    preview({ target, channels: names, note }, knowledge) {
      const built = message(target, note, knowledge);
      return channels
        .filter((channel) => names.includes(channel.name))
        .map((channel) => ({ channel: channel.name, text: channel.render(built) }));
    },
    async send({ target, channels: names, note }, knowledge) {
      const results = await outbox.send(message(target, note, knowledge), names);
      const incident =
        target.kind === 'incident' ? target.incidentId : target.kind === 'address' ? knowledge.incidents.of(target.address)?.id : undefined;
      if (incident !== undefined && results.some((result) => result.delivery.ok)) knowledge.incidents.mark(incident, 'alerted');
      return results;
    },
    records: (built, channel) => outbox.records(built, [channel]),
    wake: outbox.wake,
    list: outbox.list,
    takeStandIns: () => standIns.splice(0),
    totals: totals.list,
    counts: outbox.counts,
    get revision() {
      return revision;
    },
    close: outbox.close,
  };
}
