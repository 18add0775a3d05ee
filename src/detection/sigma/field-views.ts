import { EMPTY_ENTRY, type TextField } from '../../model/entry.ts';
import { type EntryViews, isCleanField, PLACES_OF, type Place, type View, viewsOf } from '../decode/places.ts';
import type { Found, Window } from '../regex.ts';

/** A view, the gates that it passes, and what tests of its text alone found; each filled when first asked for. */
export interface ScannedView {
  readonly view: View;
  passed: readonly number[] | undefined;
  readonly found: Map<unknown, Found | undefined>;
  /** Of a text longer than a window. */
  windows: readonly ScannedWindow[] | undefined;
}

/** A window of a long text, and the gates that it passes. */
export interface ScannedWindow extends Window {
  readonly passed: readonly number[];
}

/** One field's text: the gates that it passes, and its views. Depends on nothing but the text, so that it may be kept. */
export interface FieldViews {
  /** Gates that it passes as logged: a superset of those that its pieces pass. */
  readonly gates: readonly number[];
  /** Gates that decoded forms pass, with the places where these stand. */
  readonly decoded: readonly { readonly gates: readonly number[]; readonly place: Place }[];
  of(place: Place): readonly ScannedView[];
  /** False only when no view of the place passes any of the gates. */
  mayPass(place: Place, gates: ReadonlySet<number>): boolean;
  /** Characters of all views made so far. */
  readonly size: () => number;
}

export interface FieldViewsOptions {
  /** Numbers of the gates that a text passes. */
  readonly scan: (text: string) => Scan;
  /** Decode fields that hold nothing to decode too. */
  readonly alwaysDecode: boolean;
  /** Told how many views were made. */
  readonly onViews: (count: number) => void;
}

const NO_FORMS: FieldViews['decoded'] = [];

const NONE: readonly number[] = [];
const NOTHING: Scan = { passed: NONE, windows: undefined };

/** A view with nothing known of it. */
export const scannedView = (view: View): ScannedView => ({ view, passed: undefined, found: new Map(), windows: undefined });

function overlap(passed: readonly number[], gates: ReadonlySet<number>): boolean {
  for (const gate of passed) if (gates.has(gate)) return true;
  return false;
}

/** True when nothing of the field passes any gate. */
export const isQuiet = (views: FieldViews): boolean => views.gates.length === 0 && views.decoded.length === 0;

/** Gates that a text passes, and, for one longer than a window, those that each window passes. */
export interface Scan {
  readonly passed: readonly number[];
  readonly windows: readonly ScannedWindow[] | undefined;
}

/** Scans a field's text, and what it decodes to when it is not clean. */
export function createFieldViews(field: TextField, text: string, options: FieldViewsOptions): FieldViews {
  const { scan, alwaysDecode, onViews } = options;
  const { passed: gates, windows } = scan(text);
  let views: EntryViews | undefined;
  let made: Map<Place, readonly ScannedView[]> | undefined;
  let size = 0;
  /** Of a field that passes no gate no piece does; and the whole of it was scanned already. */
  const scannedAsLogged = (view: View): Scan | undefined =>
    view.steps.length > 0
      ? undefined
      : view.text.length === text.length
        ? { passed: gates, windows }
        : gates.length === 0
          ? NOTHING
          : undefined;
  const of = (place: Place): readonly ScannedView[] => {
    made ??= new Map();
    let scanned = made.get(place);
    if (scanned === undefined) {
      views ??= viewsOf({ ...EMPTY_ENTRY, kind: 'http', [field]: text }, { alwaysDecode });
      scanned = views.of(place).map((view) => ({ ...scannedView(view), ...scannedAsLogged(view) }));
      made.set(place, scanned);
      onViews(scanned.length);
      for (const { view } of scanned) size += view.text.length;
    }
    return scanned;
  };
  const decodedGates = (scanned: ScannedView): readonly number[] => {
    if (scanned.view.steps.length === 0) return NONE;
    if (scanned.passed === undefined) Object.assign(scanned, scan(scanned.view.text));
    return scanned.passed ?? NONE;
  };
  let decoded: { gates: readonly number[]; place: Place }[] | undefined;
  if (!alwaysDecode && !isCleanField(field, text)) {
    for (const place of PLACES_OF[field] ?? []) {
      for (const scanned of of(place)) {
        const passed = decodedGates(scanned);
        if (passed.length === 0) continue;
        decoded ??= [];
        decoded.push({ gates: passed, place });
      }
    }
  }
  return {
    gates,
    decoded: decoded ?? NO_FORMS,
    of,
    mayPass: (place, wanted) =>
      overlap(gates, wanted) || (decoded ?? NO_FORMS).some((form) => form.place === place && overlap(form.gates, wanted)),
    size: () => size,
  };
}
