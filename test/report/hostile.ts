import fc from 'fast-check';

/** Texts made to break out of HTML, Markdown and CSV. */
export const HOSTILE: readonly string[] = [
  '<script>document.title="ran"</script>',
  '"><img src=x onerror="document.title=\'ran\'">',
  "' onmouseover='alert(1)",
  '</style><svg onload=alert(1)>',
  '</title></textarea><iframe srcdoc="<script>parent.document.title=1</script>">',
  '`` ` ```\n# heading\n```',
  '[click](http://evil.example/x) ![x](https://evil.example/y)',
  '| a | b |\n| - | - |',
  '@everyone @admin #123 !7 $x$ :fire:',
  '<!-- --> &lt; &#60;script&#62;',
  '\u202egnp.exe\u0000\u001b[31m\u200b',
  'javascript:alert(1)',
  '=HYPERLINK("http://evil.example")',
  '한국어 ｈｔｔｐ 漢字 🎉',
  '\ud800 lone',
];

/** The pieces above in any order, and anything else. */
export const hostileText = fc.oneof(
  fc.array(fc.constantFrom(...HOSTILE, '`', '\\', '\n', '<', '&', '|', '](', '@a'), { maxLength: 6 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
);
