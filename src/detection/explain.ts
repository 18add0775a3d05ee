import type { Match } from '../model/detection.ts';
import type { Entry, Span } from '../model/entry.ts';
import { stagesOf } from './decode/locate.ts';
import { PLACES_OF, viewsOf } from './decode/places.ts';

/** One decoding step of a matched text: the text after it, and where the match stands in it. */
export interface ExplainedStep {
  readonly step: string;
  readonly text: string;
  readonly match: Span | undefined;
}

/**
 * The way from the field as logged to the text that a rule matched, first `as logged`. Only the piece of the field that was matched
 * (one parameter's value, the path) is shown.
 */
export function explain(entry: Entry, match: Match): readonly ExplainedStep[] {
  const views = viewsOf(entry);
  const steps = match.view.join(' ');
  for (const place of [...(PLACES_OF[match.field] ?? [])].reverse()) {
    for (const view of views.of(place)) {
      if (view.steps.join(' ') !== steps || view.origin.start > match.span.start) continue;
      for (let start = view.text.indexOf(match.text); start >= 0; start = view.text.indexOf(match.text, start + 1)) {
        const stages = stagesOf(view, { start, end: start + match.text.length });
        if ((stages[0]?.match.start ?? -1) + view.origin.start === match.span.start) return stages;
      }
    }
  }
  return [{ step: 'as logged', text: entry[match.field], match: match.span }];
}
