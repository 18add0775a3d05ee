import { lstatSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RoleRules } from '../actions/roles.ts';
import { t } from '../lang/lang.ts';
import { parseYaml } from './yaml-document.ts';

/** The configuration of the whole machine. */
export const SYSTEM_CONFIG = '/etc/secmon/config.yml';

/** Who may do what on this machine. */
export interface SystemRoles {
  /** Undefined where nothing counts. */
  readonly rules: RoleRules | undefined;
  /** Why the file does not count, or (with `closed`) cannot be understood; `''` otherwise. */
  readonly problem: string;
  /** It counts and cannot be understood: nobody may act until it is mended. */
  readonly closed: boolean;
}

const WRITABLE_BY_OTHERS = 0o022;
const ROOT = 0;
const NOTHING: SystemRoles = { rules: undefined, problem: '', closed: false };

/** Reads `roles` of the system-wide configuration, which counts only when root owns file and folder and nobody else may write them. */
export async function systemRoles(path: string = SYSTEM_CONFIG, owner: number = ROOT): Promise<SystemRoles> {
  const untrusted = distrust(path, owner);
  if (untrusted === undefined) return NOTHING;
  if (untrusted !== '') return { ...NOTHING, problem: untrusted };
  try {
    const { value } = await parseYaml(readFileSync(path, 'utf8'), path);
    return { ...NOTHING, rules: rulesIn(value) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') {
      const mend = `sudo chgrp secmon ${path}; sudo chmod 640 ${path}`;
      return {
        rules: undefined,
        closed: true,
        problem: t('{path} says who may act, and this user may not read it: {command}', { path, command: mend }),
      };
    }
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return {
      rules: undefined,
      closed: true,
      problem: t('{path} cannot be understood, so nobody may act until it is mended: {reason}', { path, reason }),
    };
  }
}

/** Why the file does not count; `''` when it does, undefined when there is none. */
function distrust(path: string, owner: number): string | undefined {
  try {
    const file = lstatSync(path);
    const folder = statSync(dirname(path));
    const isSafe = ({ uid, mode }: { uid: number; mode: number }): boolean => uid === owner && (mode & WRITABLE_BY_OTHERS) === 0;
    if (!file.isFile()) return t('{path} does not count, as it is no plain file', { path });
    if (isSafe(file) && isSafe(folder)) return '';
    const both = `${dirname(path)} ${path}`;
    const command = `sudo chown root: ${both}; sudo chmod go-w ${both}`;
    return t('{path} does not count, as others than root may write it: {command}', { path, command });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? undefined : t('{path} does not count, as it cannot be read ({code})', { path, code: code ?? '' });
  }
}

/** `roles` of the parsed file; undefined where it has none. Throws for what is no such setting. */
function rulesIn(value: unknown): RoleRules | undefined {
  const roles = typeof value === 'object' && value !== null ? Reflect.get(value, 'roles') : undefined;
  if (roles === undefined || roles === null) return undefined;
  if (typeof roles !== 'object') throw new Error(t('roles: expected operators and viewers'));
  const listOf = (name: string): readonly string[] => {
    const list: unknown = Reflect.get(roles, name);
    if (list === undefined || list === null) return [];
    if (!Array.isArray(list) || !list.every((item) => typeof item === 'string'))
      throw new Error(t('{setting}: expected a list of names', { setting: `roles.${name}` }));
    return list;
  };
  return { operators: listOf('operators'), viewers: listOf('viewers') };
}
