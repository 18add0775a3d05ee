import { language, t } from '../lang/lang.ts';
import type { AlertMessage, Verdict } from '../model/alert.ts';
import type { Severity } from '../model/detection.ts';
import { severityLabel } from '../text/model-words.ts';
import { boundMessage } from './bounded-message.ts';
import { MAIL_STYLE } from './mail-style.ts';
import { fitted } from './markup.ts';
import { updateLabel } from './thread.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Gmail cuts a message off after 102 KB. */
const MAX_BYTES = 96 * 1_024;

/** Background of the severity's badge; white text on each has a contrast of at least 4.5 (WCAG 2.2, 1.4.3). */
const BADGE: Readonly<Record<Severity, string>> = { critical: '#b3123a', high: '#b93815', medium: '#8a5a00', low: '#475467' };

/** Text for HTML content and quoted attributes (HTML Living Standard, 13.1.2.3 and 13.1.4). */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/**
 * The message as HTML for mail: one column that fits a phone, light and dark. No link, no picture, no script, nothing loaded from anywhere.
 * Layout stands in attributes and inline styles, which every mail program honours; the style sheet adds dark colours and narrow screens.
 */
export function renderHtml(message: AlertMessage): string {
  return fitted(message, htmlOf, (html) => Buffer.byteLength(html) <= MAX_BYTES);
}

/** From texts that are harmless already, yet may hold what HTML reads as markup. */
function htmlOf(scaled: AlertMessage): string {
  const bounded = boundMessage(scaled, escapeHtml);
  const sections = [
    heading(bounded),
    outcome(bounded),
    bounded.payload === '' ? '' : section(t('Payload, decoded'), codeBox(bounded.payload)),
    bounded.steps.length === 0 ? '' : section(t('What to do next'), steps(bounded.steps)),
    bounded.note === '' ? '' : section(t('Note'), paragraph(bounded.note)),
    bounded.facts.length === 0 ? '' : section(t('Details'), facts(bounded)),
    bounded.command === undefined ? '' : section(t('Open it in secmon'), paragraph(bounded.command)),
  ];
  const footer = `${t('Seen on {origin}', { origin: bounded.origin })}<br>${t('Alert {id}', { id: escapeHtml(scaled.id) })}`;
  return page({
    preheader: bounded.outcome,
    severity: bounded.severity,
    content: sections.filter((part) => part !== '').join('\n'),
    footer,
  });
}

interface Page {
  readonly preheader: string;
  readonly severity: Severity;
  readonly content: string;
  readonly footer: string;
}

function page({ preheader, severity, content, footer }: Page): string {
  return `<!doctype html>
<html lang="${language()}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>secmon</title>
<style>
${MAIL_STYLE}
</style>
</head>
<body class="sm-page" style="margin:0;padding:0;background:#f2f4f7">
<div style="display:none;max-height:0;overflow:hidden">${preheader}</div>
<table role="presentation" class="sm-page" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#f2f4f7"><tr><td class="sm-outer" align="center" style="padding:32px 16px">
<table role="presentation" class="sm-card" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#ffffff" style="max-width:600px;background:#ffffff;border:1px solid #e4e7ec;border-radius:12px;border-collapse:separate;overflow:hidden">
<tr><td height="5" bgcolor="${BADGE[severity]}" style="height:5px;line-height:5px;font-size:0;background:${BADGE[severity]}">&nbsp;</td></tr>
<tr><td class="sm-body sm-text" align="left" style="padding:28px 32px 24px;font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:22px;color:#1d2939;word-break:break-word;overflow-wrap:anywhere">
${content}
</td></tr>
<tr><td class="sm-foot sm-muted" align="left" style="padding:16px 32px 20px;border-top:1px solid #e4e7ec;font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:12px;line-height:18px;color:#667085;word-break:break-word;overflow-wrap:anywhere">${footer}</td></tr>
</table>
</td></tr></table>
</body></html>
`;
}

function heading(message: AlertMessage): string {
  const { severity, title, who } = message;
  const label = updateLabel(message);
  const update = label === '' ? '' : `<span class="sm-muted" style="color:#667085;font-size:13px;font-weight:600">&nbsp; ${label}</span>`;
  const badge = `<span style="display:inline-block;padding:2px 10px;border-radius:11px;background:${BADGE[severity]};color:#ffffff;font-size:12px;line-height:18px;font-weight:700;letter-spacing:0.6px">${severityLabel(severity)}</span>`;
  return `<div>${badge}${update}</div>
<h1 class="sm-title" style="margin:12px 0 0;font-size:22px;line-height:29px;font-weight:700;color:#101828">${title}</h1>${who === '' ? '' : `\n<p class="sm-muted" style="margin:6px 0 0;font-size:15px;line-height:22px;color:#475467">${t('by {who}', { who })}</p>`}`;
}

const VERDICT_COLOURS: Readonly<Record<Verdict, { readonly ink: string; readonly paper: string }>> = {
  worked: { ink: '#b3123a', paper: '#fff0f3' },
  open: { ink: '#8a5a00', paper: '#fff8e6' },
  stopped: { ink: '#0b6b3a', paper: '#edfcf2' },
};

function outcome({ outcome: sentence, verdict = 'open' }: AlertMessage): string {
  if (sentence === '') return '';
  const { ink, paper } = VERDICT_COLOURS[verdict];
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:18px 0 0;border-collapse:separate"><tr>
<td class="sm-${verdict}" bgcolor="${paper}" style="padding:12px 14px;background:${paper};border-left:4px solid ${ink};border-radius:6px;font-size:15px;line-height:22px"><span class="sm-ink" style="color:${ink};font-weight:600">${sentence}</span></td>
</tr></table>`;
}

function facts(message: AlertMessage): string {
  const rows = message.facts.map(
    ([
      label,
      value,
    ]) => `<tr><td class="sm-label sm-muted sm-line" width="110" valign="top" style="width:110px;padding:8px 12px 8px 0;border-bottom:1px solid #eef0f3;font-size:13px;line-height:20px;color:#667085">${label}</td>
<td class="sm-line" valign="top" style="padding:8px 0;border-bottom:1px solid #eef0f3;font-size:15px;line-height:20px;font-variant-numeric:tabular-nums">${value}</td></tr>`,
  );
  return `<table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse">${rows.join('\n')}</table>`;
}

function section(title: string, content: string): string {
  return `<h2 class="sm-muted" style="margin:24px 0 8px;font-size:12px;line-height:18px;font-weight:700;letter-spacing:0.6px;text-transform:uppercase;color:#667085">${title}</h2>
${content}`;
}

const paragraph = (text: string): string => `<p style="margin:0;font-size:15px;line-height:22px">${text}</p>`;

function codeBox(text: string): string {
  return `<div class="sm-code" style="padding:12px 14px;background:#f6f7f9;border:1px solid #e4e7ec;border-radius:8px;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px;line-height:20px;white-space:pre-wrap;word-break:break-word;overflow-wrap:anywhere">${text}</div>`;
}

function steps(list: readonly string[]): string {
  const items = list.map((step) => `<li style="margin:0 0 6px;padding-left:4px;line-height:22px">${step}</li>`);
  return `<ol style="margin:0;padding:0 0 0 22px">${items.join('\n')}</ol>`;
}
