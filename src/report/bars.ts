import type { Severity } from '../model/detection.ts';
import { SEVERITY_LETTER } from '../model/detection.ts';
import { severityWord } from '../text/model-words.ts';
import { html, type Markup } from './markup.ts';
import { linearScale } from './scale.ts';

/** The letter that stands for a level on every screen, or an empty place of the same width. */
export const badge = (severity: Severity | undefined): Markup =>
  severity === undefined
    ? html`<span class="badge"></span>`
    : html`<span class="badge ${severity}" title="${severityWord(severity)}">${SEVERITY_LETTER[severity]}</span>`;

/** One bar in a table: its length is the share of `highest`, its colour the severity, or the accent where there is none. */
export function bar(value: number, highest: number, severity: Severity | undefined): Markup {
  const width = Math.max(value > 0 ? 0.6 : 0, linearScale(0, highest)(value));
  return html`<svg class="bar" height="10" aria-hidden="true"><rect class="track" width="100%" height="10" rx="2"/><rect class="${severity ?? 'plain'}" width="${width}%" height="10" rx="2"/></svg>`;
}
