import { createInterface } from 'node:readline/promises';
import { t } from '../lang/lang.ts';
import { UsageError } from './engine-options.ts';

/** Asks at the terminal; only `y` or `yes` is a yes, Ctrl-C and Ctrl-D are a no. Throws {@link UsageError} where nobody can be asked. */
export async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new UsageError(t('Nobody can be asked here: {question} Add --yes to answer it beforehand.', { question }));
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question(`${question} [y/N] `);
    return /^y(?:es)?$/i.test(answer.trim());
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    process.stderr.write('\n');
    return false;
  } finally {
    lines.close();
  }
}
