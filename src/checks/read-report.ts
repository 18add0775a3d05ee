import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { msg } from '../lang/lang.ts';
import { cannotDo } from './cannot.ts';

const MAX_REPORT_BYTES = 16 * 1024 * 1024;

/** The text of a report file. Throws a sentence when it is missing, unreadable, no file or too large. */
export async function readReport(path: string): Promise<string> {
  try {
    // A pipe without a writer must not hold the check.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw cannotDo(msg('{path} is no file: name the report itself.'), { path });
      if (stat.size > MAX_REPORT_BYTES) throw cannotDo(msg('The report {path} is larger than 16 MiB: make one for each part.'), { path });
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw cannotDo(msg('There is no report {path}: have it written, or correct the path under checks.'), { path });
    if (code === 'EACCES' || code === 'EPERM')
      throw cannotDo(msg('This user may not read the report {path}: give it the right to.'), { path });
    if (code !== undefined) throw cannotDo(msg('The report {path} cannot be read ({code}).'), { path, code });
    throw error;
  }
}
