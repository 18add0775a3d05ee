import type { Size } from './state.ts';

/** A rectangle of cells; `x` and `y` from 0 at the top left. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where everything stands. Panels of the live screen include their title row; `undefined` where there is no room. */
export interface Layout {
  readonly header: Rect;
  /** Between header and prompt: what a screen other than live fills. */
  readonly body: Rect;
  readonly feed: Rect;
  /** True: addresses, status and chart stand in a column to the right of the feed. */
  readonly wide: boolean;
  readonly addresses: Rect | undefined;
  readonly status: Rect | undefined;
  readonly families: Rect | undefined;
  readonly requests: Rect | undefined;
  /** Addresses and status side by side, on screens without a right column. */
  readonly now: Rect | undefined;
  readonly incidents: Rect;
  /** Messages and the line being typed; the same row as `keys` where there is no room for both. */
  readonly prompt: Rect;
  readonly keys: Rect;
  /** Where an entry or a dialog lies over the live screen. */
  readonly overlay: Rect;
}

/** From here on a right column leaves the feed room for paths. */
const WIDE_COLUMNS = 112;

export const SMALLEST: Size = { columns: 60, rows: 15 };

/** Places of all panels; undefined when the terminal is smaller than {@link SMALLEST}. */
export function layout(size: Size): Layout | undefined {
  const { columns, rows } = size;
  if (columns < SMALLEST.columns || rows < SMALLEST.rows) return undefined;
  const roomy = rows >= 30;
  const keys = row(rows - 1, columns);
  const prompt = roomy ? row(rows - 2, columns) : keys;
  const incidentRows = rows >= 60 ? 4 : roomy ? 3 : 2;
  const incidents = { x: 0, y: prompt.y - 1 - incidentRows, width: columns, height: 1 + incidentRows };
  const main = { x: 0, y: 1, width: columns, height: incidents.y - 1 };
  const body = { x: 0, y: 1, width: columns, height: prompt.y - 1 };
  const shared = { header: row(0, columns), body, incidents, prompt, keys, overlay: overlayIn(size, body) };
  return roomy && columns >= WIDE_COLUMNS ? { ...shared, ...wideMain(main) } : { ...shared, ...narrowMain(main) };
}

const row = (y: number, width: number): Rect => ({ x: 0, y, width, height: 1 });

type Main = Pick<Layout, 'wide' | 'feed' | 'addresses' | 'status' | 'families' | 'requests' | 'now'>;

/** Feed at the left; at the right addresses, status, with enough height families, and the chart in what is left. */
function wideMain(main: Rect): Main {
  const side = Math.min(64, Math.max(36, Math.round(main.width * 0.31) + (main.width < 160 ? 5 : 0)));
  const x = main.width - side;
  const feed = { ...main, width: x - 1 };
  let y = main.y;
  const take = (height: number): Rect => {
    const rect = { x, y, width: side, height };
    y += height + 1;
    return rect;
  };
  const addresses = take(main.height >= 30 ? 11 : 7);
  const status = take(5);
  const families = main.height >= 44 ? take(9) : undefined;
  const left = main.y + main.height - y;
  return { wide: true, feed, addresses, status, families, requests: left >= 5 ? take(left) : undefined, now: undefined };
}

/** Feed at full width; below it two rows of addresses and status (four when high enough, none when very low). */
function narrowMain(main: Rect): Main {
  const nowHeight = main.height < 14 ? 0 : main.height < 30 ? 3 : 5;
  const feed = { ...main, height: main.height - nowHeight };
  const now = nowHeight > 0 ? { ...main, y: feed.y + feed.height, height: nowHeight } : undefined;
  return { wide: false, feed, addresses: undefined, status: undefined, families: undefined, requests: undefined, now };
}

/** An overlay leaves the edges of the live screen in sight where there is room, else covers the body. */
function overlayIn({ columns, rows }: Size, body: Rect): Rect {
  if (columns < 100 || rows < 30) return body;
  const width = Math.min(120, columns - 16);
  const height = Math.min(34, body.height - 8);
  return { x: Math.floor((columns - width) / 2), y: body.y + 4, width, height };
}

/** Rows of the feed that fit below its title. */
export const feedRows = (places: Layout | undefined): number => (places ? places.feed.height - 1 : 1);

/** Addresses that fit, wherever they stand. */
export const addressRows = (places: Layout | undefined): number => (places?.addresses ?? places?.now ?? { height: 3 }).height - 1;
