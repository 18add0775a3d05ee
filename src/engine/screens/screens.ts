import type { AuditWho } from '../../audit/record.ts';
import { inLanguage } from '../../lang/lang.ts';
import type { Language } from '../../lang/language.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { createHandlers, type HandlerParts, type Handlers, type LiveHandlers } from '../handlers.ts';
import type { PastParts } from '../past/open-past.ts';
import { createPast } from '../past/past.ts';
import type { Command, Protocol, View } from '../protocol.ts';
import { createMuteDesk, type MuteDeskParts } from '../rules/mute-desk.ts';
import { buildSnapshot, type SnapshotParts } from './snapshot.ts';

/** Whoever sits at a screen. */
export interface Person {
  readonly who: AuditWho;
  /** As notes and mutes name the person. */
  readonly name: string;
  /** `''` for an operator; else why this person may not act, a sentence. */
  readonly mayNot: string;
  readonly language: Language;
}

/** One screen at an engine: its view, its filter and its time in the past are its own; everything else is everybody's. */
export interface Screen {
  request<C extends Command>(command: C, request: Protocol[C]['request']): Promise<Protocol[C]['reply']>;
  /** For the latest view; undefined before one was asked for. */
  snapshot(): Snapshot | undefined;
  /** Rises with every change of this screen's own. */
  readonly revision: number;
  close(): Promise<void>;
}

export interface ScreenParts {
  readonly handlers: Omit<HandlerParts, 'lines' | 'muteDesk' | 'operator' | 'setView' | 'snapshot'>;
  readonly muting: Omit<MuteDeskParts, 'operator'>;
  readonly snapshot: Omit<SnapshotParts, 'lines'>;
  /** The handlers, asking for the person's role first and writing down what was done. */
  readonly audited: (handlers: LiveHandlers, person: Person) => LiveHandlers;
}

export interface ScreenNeeds {
  /** In force now: another object after a reload. */
  readonly parts: () => ScreenParts;
  readonly past: PastParts;
}

export function openScreen({ parts, past: pastParts }: ScreenNeeds, person: Person): Screen {
  const lines = parts().handlers.feed.openWindow();
  const past = createPast(pastParts);
  let view: View | undefined;
  let built: { readonly of: ScreenParts; readonly handlers: Handlers } | undefined;
  const liveSnapshot = (): Snapshot | undefined => view && buildSnapshot(view, { ...parts().snapshot, lines });
  const build = (of: ScreenParts): Handlers =>
    past.route(
      of.audited(
        createHandlers({
          ...of.handlers,
          lines,
          muteDesk: createMuteDesk({ ...of.muting, operator: person.name }),
          operator: person.name,
          setView(next) {
            view = next;
          },
          snapshot: () => {
            const shot = liveSnapshot();
            if (!shot) throw new Error('no view was asked for');
            return shot;
          },
        }),
        person,
      ),
    );
  const handlers = (): Handlers => {
    const of = parts();
    if (built?.of !== of) built = { of, handlers: build(of) };
    return built.handlers;
  };
  return {
    async request(command, request) {
      const table = handlers();
      // Whoever attaches may send anything.
      if (!Object.hasOwn(table, command)) throw new Error(`there is no command ${String(command).slice(0, 40)}`);
      return inLanguage(person.language, () => table[command](request));
    },
    snapshot: () => inLanguage(person.language, () => past.snapshot() ?? liveSnapshot()),
    get revision() {
      return past.revision;
    },
    async close() {
      await past.close();
      lines.close();
    },
  };
}
