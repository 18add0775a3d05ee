import { actionText } from '../actions/sentences.ts';
import { t } from '../lang/lang.ts';

/** Errors whose message says what a person can do about it; others are defects and show where they came from. */
const EXPECTED = new Set(['UsageError', 'ConfigError', 'ThemeError', 'RuleError']);

/** The text for a person whose command failed. Never holds a secret: typed errors take care, and others hold no configuration. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'BanError') return actionText(error.message);
  if (EXPECTED.has(error.name) || 'code' in error) return error.message;
  return `${error.stack ?? error.message}\n${t('This is a defect of secmon. Please report it with the command that you ran.')}`;
}
