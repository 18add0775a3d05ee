import type { PastParts } from '../past/open-past.ts';
import { openScreen, type Person, type Screen, type ScreenParts } from './screens.ts';

/** The screens at an engine. */
export interface Screens {
  open(person: Person): Screen;
  /** That of whoever started the engine; undefined before it asked for anything. */
  readonly own: Screen | undefined;
  /** {@link own}, opened now if it was not. */
  needOwn(): Screen;
  close(): Promise<void>;
}

export interface ScreensParts {
  /** In force now: another object after a reload. */
  readonly parts: () => ScreenParts;
  readonly past: PastParts;
  /** Whoever started the engine. */
  readonly owner: Person;
  /** Rises with every change that all screens could show. */
  readonly revision: () => number;
}

export function createScreens({ parts, past, owner, revision }: ScreensParts): Screens {
  const screens = new Set<Screen>();
  let own: Screen | undefined;
  const open = (person: Person): Screen => {
    const screen = openScreen({ parts, past }, person);
    const opened: Screen = {
      request: screen.request,
      snapshot: screen.snapshot,
      get revision() {
        return screen.revision + revision();
      },
      async close() {
        screens.delete(opened);
        await screen.close();
      },
    };
    screens.add(opened);
    return opened;
  };
  return {
    open,
    get own() {
      return own;
    },
    needOwn() {
      own ??= open(owner);
      return own;
    },
    async close() {
      await Promise.all([...screens].map((screen) => screen.close()));
    },
  };
}
