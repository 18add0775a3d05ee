import type { Command, EngineClient, EngineEvent, Protocol } from './protocol.ts';

/** What travels to the engine's thread. */
export type ToEngine =
  | { readonly type: 'request'; readonly id: number; readonly command: Command; readonly request: Protocol[Command]['request'] }
  /** The last snapshot was drawn: the next may come (at most one is in flight). */
  | { readonly type: 'drawn' }
  | { readonly type: 'close' };

/** What comes back. */
export type FromEngine =
  | { readonly type: 'reply'; readonly id: number; readonly reply: Protocol[Command]['reply'] }
  | { readonly type: 'error'; readonly id: number; readonly message: string }
  | { readonly type: 'event'; readonly event: EngineEvent }
  | { readonly type: 'closed' };

/** A message port as worker threads have it. */
export interface Port {
  post(message: ToEngine): void;
  listen(listener: (message: FromEngine) => void): void;
}

/** Speaks to an engine behind a port. Replies reject with the engine's message when a command failed there. */
export function createPortClient(port: Port): EngineClient {
  const pending = new Map<number, { resolve: (reply: never) => void; reject: (error: Error) => void }>();
  const listeners = new Set<(event: EngineEvent) => void>();
  let nextId = 1;
  let closed: (() => void) | undefined;

  port.listen((message) => {
    switch (message.type) {
      case 'reply':
        pending.get(message.id)?.resolve(message.reply as never);
        pending.delete(message.id);
        return;
      case 'error':
        pending.get(message.id)?.reject(new Error(message.message));
        pending.delete(message.id);
        return;
      case 'event':
        for (const listener of listeners) listener(message.event);
        if (message.event.type === 'snapshot') port.post({ type: 'drawn' });
        return;
      case 'closed':
        closed?.();
    }
  });

  return {
    request: (command, request) =>
      new Promise((resolve, reject) => {
        const id = nextId++;
        pending.set(id, { resolve, reject });
        port.post({ type: 'request', id, command, request });
      }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () =>
      new Promise((resolve) => {
        closed = resolve;
        port.post({ type: 'close' });
      }),
  };
}
