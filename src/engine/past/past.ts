import { t } from '../../lang/lang.ts';
import type { PastInfo, Snapshot } from '../../model/snapshot.ts';
import type { Handlers, LiveHandlers } from '../handlers.ts';
import type { Command, View } from '../protocol.ts';
import { MOMENT_FORMS, momentOf } from './moment.ts';
import { type OpenPast, openPast, type PastParts } from './open-past.ts';

/** What is routed to the past while it is open; everything else stays with the present. */
const ROUTED = [
  'view',
  'entry',
  'actor',
  'seek',
  'incidents',
  'rejected',
  'ticket',
  'evidence',
  'evidence.pack',
  'evidence.part',
] as const satisfies readonly Command[];
/** What must not happen by mistake about something long past. */
const REFUSED = [
  'alert.preview',
  'alert.send',
  'incident.mark',
  'mute.options',
  'mute.write',
  'ban.preview',
  'ban.run',
  'ban.end',
] as const satisfies readonly Command[];

/** Shows a time in the past in the screens of the present, by a second engine that keeps nothing and alerts nobody. */
export interface Past {
  /** The table of commands with those of the past, and with `live`'s own routed to the past while it is open. */
  route(live: LiveHandlers): Handlers;
  /** The snapshot of the past; undefined while the present is shown. */
  snapshot(): Snapshot | undefined;
  readonly revision: number;
  close(): Promise<void>;
}

export function createPast(parts: PastParts): Past {
  let current: OpenPast | undefined;
  let opening: AbortController | undefined;
  let view: View | undefined;
  let changes = 0;

  const infoOf = (past: OpenPast, shot: Snapshot): Snapshot => ({ ...shot, past: past.info() });
  const close = async (): Promise<void> => {
    opening?.abort();
    opening = undefined;
    const before = current;
    current = undefined;
    changes++;
    await before?.close();
  };
  const open = async (text: string): Promise<PastInfo> => {
    const nowMs = parts.logTimeMs();
    const atMs = momentOf(text, { nowMs, timeZone: parts.options().timeZone });
    if (atMs === undefined) throw new Error(t('a time is written as {forms}', { forms: MOMENT_FORMS }));
    await close();
    const abort = new AbortController();
    opening = abort;
    const opened = await openPast(parts, { atMs, nowMs, signal: abort.signal });
    if (opening !== abort) {
      await opened.close();
      throw new Error(t('given up'));
    }
    opening = undefined;
    current = opened;
    changes++;
    if (view !== undefined) await opened.engine.client.request('view', { ...view, bottom: 'tail' });
    return opened.info();
  };

  return {
    route(live) {
      const routed = <C extends (typeof ROUTED)[number]>(command: C) =>
        [command, (request: never) => (current ? current.engine.client.request(command, request) : live[command](request))] as const;
      const refused = <C extends (typeof REFUSED)[number]>(command: C) =>
        [
          command,
          (request: never) => {
            if (current) throw new Error(t('this is the past, where nothing is sent or marked: Esc goes back to live'));
            return live[command](request);
          },
        ] as const;
      const table = Object.fromEntries([...ROUTED.map(routed), ...REFUSED.map(refused)]) as unknown as Pick<
        LiveHandlers,
        (typeof ROUTED)[number] | (typeof REFUSED)[number]
      >;
      return {
        ...live,
        ...table,
        async view(asked) {
          view = asked;
          const past = current;
          return past ? infoOf(past, await past.engine.client.request('view', asked)) : live.view(asked);
        },
        'past.open': ({ text }) => open(text),
        'past.more'() {
          if (!current) throw new Error(t('no time of the past is open: :02:15 opens one'));
          current.more();
          changes++;
          return current.info();
        },
        'past.close': async () => {
          await close();
          return true;
        },
      };
    },
    snapshot() {
      const shot = current?.engine.snapshot();
      return current && shot && infoOf(current, shot);
    },
    get revision() {
      return changes + (current?.engine.revision ?? 0);
    },
    close,
  };
}
