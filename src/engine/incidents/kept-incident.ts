import { existsSync } from 'node:fs';
import type { IncidentRecord } from '../../model/incident.ts';
import { createSqliteTables } from '../../store/sqlite-tables.ts';
import { storePath } from '../../store/state-directory.ts';

const LOOKED = 10_000;

/**
 * The incident with this id, or the only one whose id begins so, from the state that a monitor keeps, also while it runs. Undefined when
 * there is none. Rejects with an error for the person where the state cannot be read.
 */
export async function keptIncident(stateDirectory: string, id: string): Promise<IncidentRecord | undefined> {
  const path = storePath(stateDirectory);
  if (!existsSync(path)) return undefined;
  const { default: Database } = await import('libsql');
  const database = new Database(path, { timeout: 1_000 });
  try {
    const { incidents } = createSqliteTables(database, () => 0);
    const exact = incidents.get(id);
    if (exact) return exact;
    const found = new Map([...incidents.open(LOOKED), ...incidents.recent(LOOKED)].map((one) => [one.id, one]));
    const like = [...found.values()].filter((one) => one.id.startsWith(id));
    return like.length === 1 ? like[0] : undefined;
  } finally {
    database.close();
  }
}
