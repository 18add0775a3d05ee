import { copyText } from '../../text/copy-text.ts';
import { createEntryColumns } from './entry-columns.ts';
import type { HeldLine } from './held-line.ts';

/** What was found in a line; ordinary lines have none of it. */
type Findings = Pick<HeldLine, 'hits' | 'muted' | 'severity' | 'families' | 'outcome' | 'success' | 'note'>;

/** Lines by slot. */
export interface LineColumns {
  put(slot: number, line: HeldLine): void;
  /** A new object; undefined where nothing stands. */
  get(slot: number): HeldLine | undefined;
  /** 0 where nothing stands. */
  idAt(slot: number): number;
  isSuspicious(slot: number): boolean;
  /** Characters of the line that stands there. */
  sizeAt(slot: number): number;
  /** Says more of the line that stands there. */
  amend(slot: number, findings: Partial<Findings>): void;
  clear(slot: number): void;
}

const NO_FAMILIES: HeldLine['families'] = [];
const ORDINARY: Findings = { hits: undefined, severity: undefined, families: NO_FAMILIES, outcome: undefined, success: false, note: '' };

/** A line without hits has nothing else of it, but for a note. */
const isOrdinary = ({ hits, muted, severity, note }: Findings): boolean =>
  hits === undefined && severity === undefined && note === '' && muted === undefined;

const findingsOf = ({ hits, muted, severity, families, outcome, success, note }: Findings): Findings => ({
  hits,
  severity,
  families,
  outcome,
  success,
  note,
  ...(muted === undefined ? {} : { muted }),
});

export function createLineColumns(slots: number): LineColumns {
  const entries = createEntryColumns(slots);
  const ids = new Float64Array(slots);
  const sourceIds = new Int32Array(slots);
  const sequences = new Float64Array(slots);
  const sourceNames: string[] = new Array<string>(slots).fill('');
  const findings = new Map<number, Findings>();

  return {
    put(slot, line) {
      entries.put(slot, line.entry);
      ids[slot] = line.id;
      sourceIds[slot] = line.sourceId;
      sequences[slot] = line.sequence;
      sourceNames[slot] = line.sourceName;
      if (!isOrdinary(line)) findings.set(slot, findingsOf(line));
      else if (findings.size > 0) findings.delete(slot);
    },
    get(slot) {
      const id = ids[slot] ?? 0;
      if (id === 0) return undefined;
      const place = { id, sourceId: sourceIds[slot] ?? 0, sourceName: sourceNames[slot] ?? '', sequence: sequences[slot] ?? 0 };
      return { ...place, entry: entries.get(slot), ...(findings.get(slot) ?? ORDINARY) };
    },
    idAt: (slot) => ids[slot] ?? 0,
    isSuspicious: (slot) => findings.get(slot)?.severity !== undefined,
    sizeAt: (slot) => entries.rawAt(slot).length,
    amend: (slot, more) => void findings.set(slot, { ...(findings.get(slot) ?? ORDINARY), ...more }),
    clear(slot) {
      ids[slot] = 0;
      entries.clear(slot);
      findings.delete(slot);
    },
  };
}

/** A line that keeps nothing alive but itself. */
export const copyLine = (line: HeldLine): HeldLine => ({ ...line, entry: { ...line.entry, raw: copyText(line.entry.raw) } });
