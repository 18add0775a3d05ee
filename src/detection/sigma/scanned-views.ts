import { EMPTY_ENTRY, type Entry, type TextField } from '../../model/entry.ts';
import { fieldOf, type Place, viewsOf } from '../decode/places.ts';
import {
  createFieldViews,
  type FieldViews,
  type FieldViewsOptions,
  type ScannedView,
  type ScannedWindow,
  scannedView,
} from './field-views.ts';
import { isScannedPlace } from './fields.ts';

const NONE: readonly number[] = [];

/** The views of one entry at a time. */
export interface ScannedViews {
  /** Goes on to another entry. */
  start(entry: Entry): void;
  field(field: TextField): FieldViews;
  /** Takes the views of a field from an earlier entry that had the same text. */
  adopt(field: TextField, views: FieldViews): void;
  /** Makes the views of a text as a field. */
  make(field: TextField, text: string): FieldViews;
  of(place: Place): readonly ScannedView[];
  /** Numbers of the gates that a view passes. */
  passed(view: ScannedView): readonly number[];
  /** The windows of a long view. */
  windows(view: ScannedView): readonly ScannedWindow[];
  /** False only when no view of the place passes any of the gates. */
  mayPass(place: Place, gates: ReadonlySet<number>): boolean;
}

/** Views of places that the prefilter reads come from their field; others are made for the entry. */
export function createScannedViews(options: FieldViewsOptions): ScannedViews {
  const { scan, onViews } = options;
  const fields = new Map<TextField, FieldViews>();
  const others = new Map<Place, readonly ScannedView[]>();
  let entry = EMPTY_ENTRY;
  const make = (field: TextField, text: string): FieldViews => createFieldViews(field, text, options);
  const ofField = (field: TextField): FieldViews => {
    let views = fields.get(field);
    if (views === undefined) {
      views = make(field, entry[field]);
      fields.set(field, views);
    }
    return views;
  };
  const unscanned = (place: Place): readonly ScannedView[] => {
    let views = others.get(place);
    if (views === undefined) {
      views = viewsOf(entry).of(place).map(scannedView);
      others.set(place, views);
      onViews(views.length);
    }
    return views;
  };
  return {
    start(next) {
      entry = next;
      if (fields.size > 0) fields.clear();
      if (others.size > 0) others.clear();
    },
    field: ofField,
    adopt: (field, views) => void fields.set(field, views),
    make,
    of: (place) => (isScannedPlace(place) ? ofField(fieldOf(place)).of(place) : unscanned(place)),
    passed(scanned) {
      if (scanned.passed === undefined) Object.assign(scanned, scan(scanned.view.text));
      return scanned.passed ?? NONE;
    },
    windows(scanned) {
      scanned.windows ??= scan(scanned.view.text).windows;
      return scanned.windows ?? [];
    },
    mayPass: (place, gates) => !isScannedPlace(place) || ofField(fieldOf(place)).mayPass(place, gates),
  };
}
