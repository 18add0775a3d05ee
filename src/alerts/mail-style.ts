/** Dark colours and narrow screens, for mail programs that read a style sheet; without it the mail is light and fits, too. */
export const MAIL_STYLE = `:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (max-width: 480px) {
  .sm-outer { padding: 0 !important; }
  .sm-card { border-width: 0 !important; border-radius: 0 !important; }
  .sm-body { padding: 22px 18px 20px !important; }
  .sm-foot { padding: 14px 18px 24px !important; }
  .sm-title { font-size: 20px !important; line-height: 26px !important; }
  .sm-label { width: 88px !important; }
}
@media (prefers-color-scheme: dark) {
  .sm-page { background: #0c0f14 !important; }
  .sm-card { background: #161b22 !important; border-color: #2b323c !important; }
  .sm-text { color: #d6dbe3 !important; }
  .sm-title { color: #f5f7fa !important; }
  .sm-muted { color: #98a2b3 !important; }
  .sm-line { border-color: #262d37 !important; }
  .sm-foot { border-color: #2b323c !important; }
  .sm-code { background: #0d1117 !important; border-color: #2b323c !important; }
  .sm-worked { background: #33131c !important; border-color: #ff6b8b !important; }
  .sm-worked .sm-ink { color: #ff8fa6 !important; }
  .sm-open { background: #2b220d !important; border-color: #e0a526 !important; }
  .sm-open .sm-ink { color: #f2c14e !important; }
  .sm-stopped { background: #0f2a1b !important; border-color: #34c47c !important; }
  .sm-stopped .sm-ink { color: #5fd99a !important; }
}`;
