const MAX_NOTICES = 50;

/** Short messages that the operator should see once; the newest {@link MAX_NOTICES} are held. */
export interface Notices {
  add(text: string): void;
  list(): readonly { readonly id: number; readonly text: string }[];
}

export function createNotices(): Notices {
  const held: { id: number; text: string }[] = [];
  let nextId = 1;
  return {
    add(text) {
      held.push({ id: nextId++, text: text.slice(0, 300) });
      if (held.length > MAX_NOTICES) held.shift();
    },
    list: () => held.slice(-5),
  };
}
