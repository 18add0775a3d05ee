import { STEPS, type StepName } from './steps.ts';

/** Which steps make sense where a text stands: a form value, a path, a whole request target, or free text. */
export type Profile = 'value' | 'path' | 'target' | 'text';

/** One decoded form: the text, and the steps that led to it. */
export interface Decoded {
  readonly text: string;
  readonly steps: readonly StepName[];
}

/** Percent-decoding is repeated until stable, at most this often. */
const MAX_ROUNDS = 4;
/** Decoded forms of one text at most. */
export const MAX_VIEWS = 16;

const ROUND: readonly StepName[] = ['overlong', 'unicode', 'nested', 'percent'];
const LEAVES: Readonly<Record<Profile, readonly StepName[]>> = {
  value: ['comments', 'shell', 'slashes', 'breaks'],
  path: ['comments', 'shell', 'slashes'],
  target: ['comments', 'slashes'],
  text: ['comments', 'shell', 'breaks'],
};

function applyAll(from: Decoded, names: readonly StepName[]): Decoded {
  let { text } = from;
  const steps = [...from.steps];
  for (const name of names) {
    const next = STEPS[name](text);
    if (next !== text) steps.push(name);
    text = next;
  }
  return { text, steps };
}

/** Decodes in rounds and strips what hides characters; adds each form that differs, and returns the last. */
function unwrap(from: Decoded, profile: Profile, found: Decoded[]): Decoded {
  let current = from;
  const advance = (names: readonly StepName[]): boolean => {
    const next = applyAll(current, names);
    if (next.text === current.text) return false;
    current = next;
    found.push(next);
    return true;
  };
  for (
    let round = 0;
    round < MAX_ROUNDS && advance(round === 0 && (profile === 'value' || profile === 'target') ? ['plus', ...ROUND] : ROUND);
    round++
  );
  advance(['full-width', 'null']);
  if (profile === 'target') return current;
  if (advance(['html'])) advance(['percent', 'html']);
  if (advance(['escapes'])) advance(['percent']);
  return current;
}

function addLeaves(from: Decoded, profile: Profile, found: Decoded[]): void {
  for (const leaf of LEAVES[profile]) {
    const next = applyAll(from, [leaf]);
    if (next.text !== from.text) found.push(next);
  }
}

/**
 * Every decoded form of a text other than the text itself, at most {@link MAX_VIEWS}, each once. Linear in its length.
 */
export function decodeForms(text: string, profile: Profile): readonly Decoded[] {
  const raw: Decoded = { text, steps: [] };
  const found: Decoded[] = [];
  const last = unwrap(raw, profile, found);
  addLeaves(last, profile, found);
  if (profile === 'value') {
    for (const base of [raw, ...found.slice(0, 1)]) {
      const inner = (['base64', 'hex'] as const).map((name) => applyAll(base, [name])).find((form) => form.text !== base.text);
      if (inner === undefined) continue;
      found.push(inner);
      addLeaves(unwrap(inner, 'text', found), 'value', found);
      break;
    }
  }
  const seen = new Set([text]);
  const distinct = found.filter((form) => !seen.has(form.text) && seen.add(form.text) !== undefined);
  return distinct.length > MAX_VIEWS ? distinct.slice(0, MAX_VIEWS) : distinct;
}
