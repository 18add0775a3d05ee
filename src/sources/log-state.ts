import type { SourceEvent } from './source.ts';

/** Passes a source's state on only when it changed; notices always. */
export function createStateTeller(): (event: SourceEvent | undefined) => SourceEvent | undefined {
  let last = '';
  return (event) => {
    if (event === undefined || event.type === 'notice') return event;
    const state = JSON.stringify(event);
    if (state === last) return undefined;
    last = state;
    return event;
  };
}
