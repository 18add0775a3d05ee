import { parseSpan } from '../text/span.ts';

/** What every check's settings have. */
interface Common {
  readonly every?: string | undefined;
  readonly timeout?: string | undefined;
}

export const everyOf = (settings: Common | undefined): string => settings?.every ?? '';

/** How long a run may take, milliseconds. */
export const timeoutOf = (settings: Common | undefined, usual: string): number => (parseSpan(settings?.timeout ?? usual) ?? 600) * 1_000;
