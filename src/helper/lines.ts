/** A line is told in pieces of this length. */
const MAX_LINE = 1_000;

/** Makes lines of a program's output as it comes; progress that overwrites itself (carriage returns) counts as lines. */
export function createLineReader(tell: (line: string) => void): { take(text: string): void; end(): void } {
  let held = '';
  const tellPieces = (line: string): void => {
    for (let at = 0; at < line.length; at += MAX_LINE) tell(line.slice(at, at + MAX_LINE));
  };
  return {
    take(text) {
      const parts = (held + text).split(/[\r\n]+/);
      held = parts.pop() ?? '';
      if (held.length > MAX_LINE) {
        parts.push(held);
        held = '';
      }
      for (const part of parts) tellPieces(part);
    },
    end() {
      tellPieces(held);
      held = '';
    },
  };
}
