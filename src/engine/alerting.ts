import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { ChannelConfig } from '../alerts/channels/index.ts';
import { createChannels } from '../alerts/create-channels.ts';
import { buildMessage } from '../alerts/message.ts';
import { createOutbox } from '../alerts/outbox.ts';
import type { Clock } from '../clock/clock.ts';
import type { AlertMessage, AlertRecord, AlertTarget } from '../model/alert.ts';
import type { Store } from '../store/store.ts';
import { dateTime } from '../text/units.ts';
import { alertFacts, type Knowledge } from './alert-about.ts';
import type { ChannelInfo, Protocol } from './protocol.ts';

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
  counts(): { waiting: number; sent: number; failed: number };
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
}

export function openAlerting({ channels: configured, store, clock, stateDirectory, notify, timeZone }: AlertingParts): Alerting {
  const channels = createChannels(configured, { notify, stateDirectory, clock });
  let revision = 0;
  const outbox = createOutbox({ store, channels, clock, random: Math.random, onChange: () => revision++ });

  const message = (target: AlertTarget, note: string, knowledge: Omit<Knowledge, 'host'>): AlertMessage => {
    const facts = alertFacts(target, note, { ...knowledge, host: hostname() });
    if (!facts) throw new Error('this line is not held in memory any more; alert about its address instead');
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
    counts: outbox.counts,
    get revision() {
      return revision;
    },
    close: outbox.close,
  };
}
