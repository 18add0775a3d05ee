import { userInfo } from 'node:os';

/** Who sits at this engine: the user who called sudo, else the user it runs as. */
export function operatorName(environment: Readonly<Record<string, string | undefined>>): string {
  const asked = environment['SUDO_USER'];
  if (asked !== undefined && asked !== '') return asked;
  try {
    return userInfo().username;
  } catch {
    // A container's user without an entry in /etc/passwd.
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}
