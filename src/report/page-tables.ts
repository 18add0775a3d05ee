import { t } from '../lang/lang.ts';
import type { Detection, Match } from '../model/detection.ts';
import { displayTarget } from '../text/display-target.ts';
import { familyWord } from '../text/family-word.ts';
import { visibleSpan } from '../text/sanitize.ts';
import type { TimeFormat } from '../text/time-format.ts';
import { bytes, count } from '../text/units.ts';
import { cutAround } from '../text/width.ts';
import { badge, bar } from './bars.ts';
import { cut, html, type Markup } from './markup.ts';
import type { ReportData, ReportDetection } from './report-data.ts';
import { outcomeWords, whoWords } from './words.ts';

const MAX_FAMILIES = 14;
const MAX_ADDRESSES = 14;
const MAX_DETECTIONS = 30;
const TEXT_CELLS = 240;

/** How often each family was seen, coloured by its worst severity. */
export function familyTable({ families }: ReportData): Markup {
  const highest = Math.max(1, ...families.map((family) => family.count));
  const rows = families
    .slice(0, MAX_FAMILIES)
    .map(
      (f) =>
        html`<tr><td>${badge(f.severity)}${familyWord(f.family)}</td><td class="grow">${bar(f.count, highest, f.severity)}</td><td class="num">${count(f.count)}</td></tr>`,
    );
  return html`<table class="families"><thead><tr><th>${t('Family')}</th><th></th><th class="num">${t('Lines')}</th></tr></thead><tbody>${rows}</tbody></table>`;
}

/** The addresses with most lines. */
export function addressTable({ addresses }: ReportData): Markup {
  const highest = Math.max(1, ...addresses.map(({ hits }) => hits));
  const rows = addresses.slice(0, MAX_ADDRESSES).map((a) => {
    const known = whoWords(a.who);
    return html`<tr><td>${badge(a.severity)}<span class="log">${a.address}</span>${known === '' ? undefined : html` <span class="dim">${known}</span>`}</td><td class="grow">${bar(a.hits, highest, a.severity)}</td><td class="num">${count(a.hits)}</td><td class="num dim wide">${count(a.errors)}</td><td class="num dim wide">${bytes(a.bytes)}</td></tr>`;
  });
  return html`<table><thead><tr><th>${t('Address')}</th><th></th><th class="num">${t('Lines')}</th><th class="num wide">${t('Errors')}</th><th class="num wide">${t('Bytes')}</th></tr></thead><tbody>${rows}</tbody></table>`;
}

/** The line's text with what matched marked in place. */
function markedText({ line: { entry }, detection }: ReportDetection): Markup {
  const field = entry.kind === 'http' ? 'target' : 'message';
  const match = detection.hits.flatMap((hit): readonly Match[] => hit.matches).find((one) => one.field === field);
  const text = entry[field] || entry.raw;
  const whole = field === 'target' ? displayTarget(text, match?.span) : { text, ...(match ? { match: match.span } : {}) };
  const span = whole.match ?? { start: 0, end: 0 };
  const short = cutAround(whole.text.slice(0, 20_000), span, TEXT_CELLS);
  const { before, match: marked, after } = visibleSpan(short.text, short.span);
  return html`${entry.method === '' ? '' : `${cut(entry.method, 16)} `}${before}${marked === '' ? undefined : html`<mark>${marked}</mark>`}${after}`;
}

const ruleTitle = ({ hits: [first] }: Detection): string => (first === undefined ? '' : t(first.rule.title));

/** The strongest distinct detections, each with its line. */
export function detectionList({ strongest }: ReportData, time: TimeFormat): Markup {
  const items = strongest.slice(0, MAX_DETECTIONS).map((one) => {
    const { line, detection } = one;
    const meta = [
      line.entry.timeMs === undefined ? '' : time.dateTime(line.entry.timeMs),
      cut(line.entry.address, 60),
      ruleTitle(detection),
      outcomeWords({ ...detection, status: line.entry.status }),
      `${line.source}:${line.sequence}`,
    ].filter((part) => part !== '');
    return html`<li><span class="meta">${badge(detection.severity)}${meta.join(' · ')}</span><code class="log">${markedText(one)}</code></li>`;
  });
  return html`<ol class="payloads">${items}</ol>`;
}

/** What was read, in which format, how much of it was understood. */
export function sourceTable({ sources }: ReportData): Markup {
  const rows = sources.map(
    (s) =>
      html`<tr><td><span class="log">${s.name}</span></td><td>${s.format || '-'}${s.detail === '' ? undefined : html` <span class="dim">${s.detail}</span>`}</td><td class="num">${count(s.lines)}</td><td class="num ${s.unparsed > 0 ? '' : 'dim'}">${count(s.unparsed)}</td></tr>`,
  );
  return html`<table><thead><tr><th>${t('Source')}</th><th>${t('Format')}</th><th class="num">${t('Lines')}</th><th class="num">${t('Not parsed')}</th></tr></thead><tbody>${rows}</tbody></table>`;
}
