import { closingQuote } from './escapes.ts';

/** Longer lines than this are cut while they are read, and so are joined ones. */
const MAX_CHARACTERS = 65_536;
/** Docker cuts at 16 KiB, which is no less than this many characters: a shorter text without a line feed is a whole one (a prompt). */
const LEAST_PART = 5_000;
const DOCKER_HEAD = '{"log":"';
const CRI_HEAD = /^\S{20,40} (stdout|stderr) ([FP])(?::[\w:]{1,64})? /;

/** Joins the parts that container runtimes make of a long line, before anything is parsed: an attack must not hide behind the cut. */
export interface PartJoiner {
  /** The line to parse, in the wrapper's own form; undefined when it waits for its rest. */
  join(line: string): string | undefined;
  /** Lines whose rest never came. */
  end(): readonly string[];
}

interface Waiting {
  readonly head: string;
  text: string;
  readonly tail: string;
}

interface Part extends Waiting {
  /** Parts of the same output belong together: the two of a container interleave. */
  readonly output: string;
  readonly last: boolean;
}

/** docker's json-file driver (a part has no `\n` at its end) and Kubernetes' CRI log format (`P` and `F`). At most one line an output waits. */
export function createPartJoiner(): PartJoiner {
  const waiting = new Map<string, Waiting>();
  const whole = ({ head, text, tail }: Waiting): string => head + text + tail;
  return {
    join(line) {
      const part = line.startsWith(DOCKER_HEAD) ? dockerPart(line) : line.charCodeAt(10) === 84 ? criPart(line) : undefined;
      if (part === undefined) return line;
      const held = waiting.get(part.output);
      if (held === undefined) {
        if (part.last) return line;
        waiting.set(part.output, part);
        return undefined;
      }
      held.text += part.text.slice(0, Math.max(0, MAX_CHARACTERS - held.text.length));
      if (!part.last) return undefined;
      waiting.delete(part.output);
      return whole(held);
    },
    end() {
      const rest = [...waiting.values()].map(whole);
      waiting.clear();
      return rest;
    },
  };
}

function dockerPart(line: string): Part | undefined {
  const close = closingQuote(line, DOCKER_HEAD.length);
  if (close < 0) return undefined;
  const ends = endsInLineFeed(line, close);
  const text = line.slice(DOCKER_HEAD.length, ends ? close - 2 : close);
  const tail = line.slice(close);
  const output = tail.startsWith('","stream":"stderr"') ? 'docker stderr' : 'docker stdout';
  return { output, head: DOCKER_HEAD, text, tail: `\\n${tail}`, last: ends || text.length < LEAST_PART };
}

/** Whether a JSON string that ends at `close` ends in an escaped line feed: `\n` behind an even number of backslashes. */
function endsInLineFeed(line: string, close: number): boolean {
  if (line.charCodeAt(close - 1) !== 110) return false;
  let slashes = 0;
  while (line.charCodeAt(close - 2 - slashes) === 92) slashes += 1;
  return slashes % 2 === 1;
}

function criPart(line: string): Part | undefined {
  const found = CRI_HEAD.exec(line.slice(0, 128));
  if (found === null) return undefined;
  const head = found[0].endsWith(' P ') ? `${found[0].slice(0, -2)}F ` : found[0];
  return { output: found[1] ?? '', head, text: line.slice(found[0].length), tail: '', last: found[2] === 'F' };
}
