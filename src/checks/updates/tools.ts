import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Where tools are looked for, whatever PATH we were given. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Whether a program is installed here. */
export async function hasTool(program: string): Promise<boolean> {
  for (const folder of PATH.split(delimiter)) {
    const found = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}
