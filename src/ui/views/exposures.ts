import { t, tn } from '../../lang/lang.ts';
import type { Exposure } from '../../model/check.ts';
import { SEVERITY_LETTER } from '../../model/detection.ts';
import { words } from '../../text/said.ts';
import { visible } from '../../text/sanitize.ts';
import { seg, wrap } from '../line.ts';
import type { StyledLine } from '../styled.ts';
import { checkTitle } from './check-words.ts';
import { severityStyle } from './drawing.ts';

/** What checks have found open where an attack goes: a sentence each. */
export function exposureLines(exposures: readonly Exposure[] | undefined, width: number): StyledLine[] {
  return (exposures ?? []).flatMap((exposure) => {
    const style = severityStyle(exposure.severity);
    return wrap(sentence(exposure), Math.max(20, width - 4), 3).map(
      (line, i): StyledLine => [seg(i === 0 ? ` ${SEVERITY_LETTER[exposure.severity]} ` : '   ', style, { bold: true }), seg(line, style)],
    );
  });
}

function sentence({ check, title, subject, because, more }: Exposure): string {
  const values = { check: checkTitle(check), title: visible(words(title)), subject: visible(subject) };
  if (because === 'update')
    return tn(
      more + 1,
      'Meanwhile {n} security update is pending: {subject}.',
      'Meanwhile {n} security updates are pending, {subject} among them.',
      values,
    );
  const found = t('Open here: {check} found "{title}" at {subject}.', values);
  return more > 0 ? tn(more, '{found} And {n} more.', '{found} And {n} more.', { found }) : found;
}
