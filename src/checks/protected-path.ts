/** Longer targets are refused by servers (nginx, Apache: 8 KiB). A shorter cut could hide where a path leads. */
const MAX_TARGET = 8_192;

/** Pages that anybody gets directly below a protected path: the way in itself, and what it looks like. Only there: `/admin/users.php/login` is no login page. */
const OPEN_PAGE =
  /^\/(?:log-?in|sign-?in|log-?out|static|assets|css|js|images|img|fonts|jsi18n|favicon\.ico|admin-ajax\.php|admin-post\.php|load-(?:styles|scripts)\.php)(?:[/.]|$)/;
const LOGIN_PAGE = /\/(?:log-?in|sign-?in|wp-login)(?:[/.]|$)/;

/** Nothing in it can be written otherwise: most paths of most sites. */
const SIMPLE = /^(?:\/[\w~-][\w.~-]*)+$/;

/** The path of a request target as servers understand it (RFC 3986, 5.2.4 and 6.2.2): decoded, without dot segments, double slashes, parameters and a slash at its end; `''` for none. */
export function normalPath(target: string): string {
  const bare = target.slice(0, MAX_TARGET).split(/[?#]/, 1)[0] ?? '';
  return SIMPLE.test(bare) ? bare : resolved(bare);
}

/** The same the long way. */
export function resolved(bare: string): string {
  const path = /^https?:\/\/[^/]{0,255}(\/.*)?$/i.exec(bare)?.[1] ?? bare;
  if (path === '') return '';
  const segments: string[] = [];
  for (const part of decoded(path).replaceAll('\\', '/').split('/')) {
    const segment = part.split(';', 1)[0] ?? '';
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}`;
}

/** The same in lower case: some servers do not tell `/Admin` from `/admin`. */
export const plainPath = (target: string): string => normalPath(target).toLowerCase();

/** Percent-encoding undone, byte by byte where it is no UTF-8. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
}

/** The protected path that a plain path lies at or below. */
export type Protection = (path: string) => string | undefined;

export function createProtection(paths: readonly string[]): Protection {
  const own = paths.map((path) => ({ path, plain: plainPath(path) }));
  return (path) => own.find(({ plain }) => path === plain || path.startsWith(plain === '/' ? '/' : `${plain}/`))?.path;
}

/** Whether everybody gets this page below a protected path; all three are plain. */
export const isOpenPage = (path: string, protectedPath: string): boolean => {
  const plain = plainPath(protectedPath);
  return OPEN_PAGE.test(plain === '/' ? path : path.slice(plain.length));
};

export const isLoginPage = (path: string): boolean => LOGIN_PAGE.test(path);
