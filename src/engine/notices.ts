const MAX_NOTICES = 50;

/** Short messages that the operator should see once; the newest {@link MAX_NOTICES} are held. */
export interface Notices {
  add(text: string): void;
  list(): readonly { readonly id: number; readonly text: string }[];
}

/** Ids rise from `firstId`: the wall clock makes them rise over restarts, too, for a screen that stays. `onNotice` is told of each, where no screen is. */
export function createNotices(firstId = 1, onNotice?: (text: string) => void): Notices {
  const held: { id: number; text: string }[] = [];
  let nextId = firstId;
  return {
    add(text) {
      held.push({ id: nextId++, text: text.slice(0, 300) });
      if (held.length > MAX_NOTICES) held.shift();
      onNotice?.(text);
    },
    list: () => held.slice(-5),
  };
}
