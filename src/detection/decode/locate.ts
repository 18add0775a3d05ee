import type { Span } from '../../model/entry.ts';
import type { View } from './places.ts';
import type { Offsets } from './rewrite.ts';
import { stepNamed } from './steps.ts';

/** The span before a step that became `span` after it. */
function before(span: Span, offsets: Offsets, length: number): Span {
  const start = offsets[span.start] ?? length;
  const end = offsets[span.end] ?? length;
  return { start, end: Math.max(end, start) };
}

/** One text on the way from a field as logged to a view, and where the match stands in it. */
export interface Stage {
  readonly step: string;
  readonly text: string;
  readonly match: Span;
}

/** The stages of a view, first as logged, last the view itself, with `span` (in the view) carried back through all. */
export function stagesOf(view: View, span: Span): readonly Stage[] {
  const texts = [{ step: 'as logged', text: view.origin.text }];
  const maps: Offsets[] = [];
  for (const step of view.steps) {
    const offsets: Offsets = [];
    const text = stepNamed(step)?.(texts.at(-1)?.text ?? '', offsets) ?? '';
    texts.push({ step, text });
    maps.push(offsets);
  }
  const stages: Stage[] = [];
  let match = span;
  for (let i = texts.length - 1; i >= 0; i--) {
    const stage = texts[i];
    if (stage === undefined) continue;
    stages.unshift({ ...stage, match });
    const offsets = maps[i - 1];
    if (offsets !== undefined) match = before(match, offsets, texts[i - 1]?.text.length ?? 0);
  }
  return stages;
}

/** Where a match in a view stands in the entry's field as logged. */
export function locate(view: View, span: Span): Span {
  const match = view.steps.length === 0 ? span : (stagesOf(view, span)[0]?.match ?? span);
  return { start: view.origin.start + match.start, end: view.origin.start + match.end };
}
