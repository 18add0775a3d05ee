/** A line of text being typed; `cursor` is an offset into `text`, never inside a surrogate pair. */
export interface EditedText {
  readonly text: string;
  readonly cursor: number;
}

/** A key as the decoder names it; `text` is what it types, `''` for keys that type nothing. */
export interface TypedKey {
  readonly name: string;
  readonly text: string;
}

const MAX_LENGTH = 500;

/** The line after `key`; undefined when the key does not edit. Pasted lines become one. */
export function editText(line: EditedText, key: TypedKey): EditedText | undefined {
  const { text, cursor } = line;
  switch (key.name) {
    case 'left':
      return { text, cursor: cursor - before(text, cursor) };
    case 'right':
      return { text, cursor: cursor + after(text, cursor) };
    case 'home':
    case 'ctrl-a':
      return { text, cursor: 0 };
    case 'end':
    case 'ctrl-e':
      return { text, cursor: text.length };
    case 'backspace':
    case 'ctrl-h':
      return remove(line, cursor - before(text, cursor), cursor);
    case 'delete':
    case 'ctrl-d':
      return remove(line, cursor, cursor + after(text, cursor));
    case 'ctrl-u':
      return remove(line, 0, cursor);
    case 'ctrl-k':
      return remove(line, cursor, text.length);
    case 'ctrl-w':
      return remove(line, wordStart(text, cursor), cursor);
    default:
      return insert(line, key.text);
  }
}

function insert({ text, cursor }: EditedText, typed: string): EditedText | undefined {
  const clean = typed.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g, ' ');
  if (clean === '' || (typed.trim() === '' && typed !== ' ')) return undefined;
  const room = [...clean].slice(0, Math.max(0, MAX_LENGTH - text.length)).join('');
  return { text: text.slice(0, cursor) + room + text.slice(cursor), cursor: cursor + room.length };
}

const remove = ({ text }: EditedText, from: number, to: number): EditedText => ({
  text: text.slice(0, from) + text.slice(to),
  cursor: from,
});

/** UTF-16 units of the character before and after an offset. */
const before = (text: string, at: number): number => (at > 1 && (text.codePointAt(at - 2) ?? 0) > 0xffff ? 2 : Math.min(1, at));
const after = (text: string, at: number): number => (at >= text.length ? 0 : (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);

function wordStart(text: string, cursor: number): number {
  let at = cursor;
  while (at > 0 && text[at - 1] === ' ') at -= 1;
  while (at > 0 && text[at - 1] !== ' ') at -= 1;
  return at;
}
