import { readFileSync } from 'node:fs';
import { t } from '../lang/lang.ts';
import type { FileAccess } from './file-access.ts';

/** The code of a system error (`ENOENT`), `''` for anything else. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What an unreadable file's own numbers tell: mode bits and owning group. */
interface Ownership {
  readonly mode: number;
  readonly gid: number;
}

/** `not readable: join group adm or use sudo`: the group is named only where membership would suffice. */
function explainDenied(ownership: Ownership | undefined, groupFile = '/etc/group'): string {
  const group = ownership !== undefined && (ownership.mode & 0o040) !== 0 ? groupName(ownership.gid, groupFile) : undefined;
  if (group === undefined || group === 'root') return t('not readable: use sudo');
  return t('not readable: join group {group} or use sudo', { group });
}

export const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';

/** Why `path` could not be opened or looked at, and what to do about it. */
export async function explainFailure(error: unknown, path: string, files: FileAccess): Promise<string> {
  if (isMissing(error)) return t('no such file');
  const code = codeOf(error);
  if (code !== 'EACCES' && code !== 'EPERM') return messageOf(error);
  const stats = await files.stat(path).catch(() => undefined);
  return explainDenied(stats && { mode: Number(stats.mode), gid: Number(stats.gid) });
}

/** Why what is at `path` is not read as a log; undefined for a regular file. */
export function explainKind(stats: { isFile(): boolean; isDirectory(): boolean }, path: string): string | undefined {
  if (stats.isDirectory()) return t("is a folder: name the files in it, such as '{path}/*.log'", { path });
  return stats.isFile() ? undefined : t('is neither a file nor a pipe');
}

function groupName(gid: number, groupFile: string): string | undefined {
  try {
    for (const line of readFileSync(groupFile, 'utf8').split('\n')) {
      const fields = line.split(':');
      if (fields[2] === String(gid)) return fields[0];
    }
  } catch {
    // No group file: the advice goes without a name.
  }
  return undefined;
}
