/** Last labels that make a dotted name a file rather than a host; leaving them readable keeps payloads readable. */
const FILE_ENDINGS = new Set([
  'php',
  'php5',
  'phtml',
  'html',
  'htm',
  'asp',
  'aspx',
  'jsp',
  'jspx',
  'cgi',
  'js',
  'css',
  'json',
  'xml',
  'yml',
  'yaml',
  'txt',
  'log',
  'ini',
  'conf',
  'cfg',
  'env',
  'bak',
  'old',
  'sql',
  'png',
  'jpg',
  'jpeg',
  'gif',
  'svg',
  'ico',
  'gz',
  'tgz',
  'tar',
  'exe',
  'dll',
]);

const SCHEME = /(h)tt(ps?)(?=:)/gi;
/** Starts only where a name starts, so that a long run of letters is read once. */
const DOTTED_NAME = /(?<![\p{L}\p{N}_-])[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+/gu;

/**
 * Text in which no mail program or chat makes a link: `http` → `hxxp`, the dots of host names and addresses → `[.]`
 * (`http://evil.example/x.php` → `hxxp://evil[.]example/x.php`). File names such as `index.php` stay. Idempotent.
 */
export function defang(text: string): string {
  return text
    .replace(SCHEME, '$1xx$2')
    .replace(DOTTED_NAME, (name: string, offset: number) => (isFile(text, name, offset) ? name : name.replaceAll('.', '[.]')));
}

function isFile(text: string, name: string, offset: number): boolean {
  const isAuthority = text.startsWith('//', offset - 2) || text.charAt(offset - 1) === '@';
  return !isAuthority && FILE_ENDINGS.has(name.slice(name.lastIndexOf('.') + 1).toLowerCase());
}
