/** What `--incident` names: the rank in a report (1 is the worst), or an id that a monitor keeps, whole or its beginning. */
export type IncidentChoice = { readonly rank: number } | { readonly id: string };

const RANK = /^#?(\d{1,4})$/;
const ID = /^[0-9A-Za-z][0-9A-Za-z-]{3,63}$/;

/** Undefined for what is neither. */
export function incidentChoice(text: string): IncidentChoice | undefined {
  const rank = RANK.exec(text)?.[1];
  if (rank !== undefined) return Number(rank) > 0 ? { rank: Number(rank) } : undefined;
  return ID.test(text) ? { id: text } : undefined;
}
