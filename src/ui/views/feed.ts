import { t } from '../../lang/lang.ts';
import type { SourceStatus } from '../../model/snapshot.ts';
import { visible } from '../../text/sanitize.ts';
import { count } from '../../text/units.ts';
import type { Rect } from '../layout.ts';
import { seg, toHeight, wrap } from '../line.ts';
import { cursorRow, topScreen, type UiState } from '../state.ts';
import type { StyledLine } from '../styled.ts';
import { type Drawing, panelTitle } from './drawing.ts';
import { feedColumns, feedRow } from './feed-row.ts';
import { sourceLabel, sourceTags } from './source-label.ts';

/** The live feed with its title; the newest row stands at the bottom of the rows. */
export function feedView(state: UiState, rect: Rect, drawing: Drawing): StyledLine[] {
  const { snapshot } = state;
  const focused = state.focus === 'feed' && topScreen(state).kind === 'live';
  const title = panelTitle({ title: t('Feed'), note: feedNote(state, rect.width), width: rect.width, focused }, drawing);
  const rows = snapshot?.feed.rows ?? [];
  if (rows.length === 0) return toHeight([title, [], ...emptyFeed(state, rect.width)], rect.height);
  const sources = snapshot?.sources ?? [];
  const columns = feedColumns(rect.width, sources.length);
  const tags = sourceTags(
    sources.map(({ name }) => name),
    columns.source,
  );
  const names = new Map(sources.map(({ id }, i) => [id, tags[i] ?? '']));
  const cursor = cursorRow(state)?.id;
  const lines = rows
    .slice(-(rect.height - 1))
    .map((row) =>
      feedRow(
        row,
        { columns, selected: row.id === cursor, sideways: state.sideways, find: state.find, sourceName: names.get(row.sourceId) ?? '' },
        drawing,
      ),
    );
  return toHeight([title, ...lines], rect.height);
}

/** Whether it follows, how many rows came since, and what narrows it. */
function feedNote(state: UiState, width: number): string {
  const { paused, bottom, snapshot, filters, find } = state;
  const newer = bottom === 'tail' ? 0 : (snapshot?.feed.newer ?? 0);
  const place = bottom === 'tail' ? t('following') : paused ? t('paused') : t('scrolled up');
  const parts = [place];
  if (bottom !== 'tail') parts.push(t('+{n} new', { n: count(newer) }));
  if (bottom !== 'tail' && width >= 70) parts.push(t('G follows'));
  if (find !== '') parts.push(t('find {text}', { text: visible(find) }));
  parts.push(filters.length > 0 ? visible(filters.join(' + ')) : t('all'));
  return parts.join(' · ');
}

function emptyFeed(state: UiState, width: number): StyledLine[] {
  const say = (text: string): StyledLine[] => wrap(text, width - 4).map((line) => [seg(`  ${line}`, 'dim')]);
  const { snapshot, filters } = state;
  if (!snapshot) return say(t('Starting …'));
  if (snapshot.lines > 0 && filters.length > 0) {
    return [
      ...say(t('None of the lines held in memory passes the filter {filter}.', { filter: visible(filters.join(' + ')) })),
      ...say(t('Esc takes the filter away, f changes it.')),
    ];
  }
  const failed = snapshot.sources.filter((source) => source.state === 'failed');
  if (failed.length > 0)
    return failed.flatMap((source) =>
      say(t('Cannot read {source}: {reason}', { source: sourceLabel(source.name), reason: visible(t(source.detail)) })),
    );
  if (snapshot.ended) return say(t('The input ended without a line. q leaves.'));
  return say(t('Waiting for the first line from {sources} …', { sources: sourcesInWords(snapshot.sources) }));
}

function sourcesInWords(sources: readonly SourceStatus[]): string {
  const [first, ...rest] = sources;
  if (!first) return t('the sources');
  const detail = first.detail === '' ? '' : ` (${visible(t(first.detail))})`;
  const source = `${sourceLabel(first.name)}${detail}`;
  return rest.length > 0 ? t('{source} and {n} more', { source, n: rest.length }) : source;
}
