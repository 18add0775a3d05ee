import { basename, dirname, extname, join } from 'node:path';

const COMPRESSED = /\.(?:gz|bz2|xz|zst|Z)$/;
/** What logrotate and its like put after (or before the extension of) a name: `.1`, `-20260302`, `.2026-03-02`, `.old`. */
const MARK = /^[.\-_](?:\d[\d.\-_:T]*|old|bak)$/;

export const isCompressed = (path: string): boolean => COMPRESSED.test(path);

/** The paths of which `path` may be a rotated generation, by its name: `access.log.2.gz` → `access.log.2`, `access.log`. */
export function possibleBases(path: string): string[] {
  const name = basename(path);
  const bare = name.replace(COMPRESSED, '');
  const bases = bare === name ? [] : [bare];
  const extension = extname(bare);
  for (let at = 1; at < bare.length; at += 1) {
    if (MARK.test(bare.slice(at))) bases.push(bare.slice(0, at));
    const inner = bare.slice(at, bare.length - extension.length);
    if (extension !== '' && MARK.test(inner)) bases.push(bare.slice(0, at) + extension);
  }
  return bases.map((base) => join(dirname(path), base));
}

/** True when `path` is named like a rotated generation of `base` in the same folder (compressed or not). */
export const isRotationOf = (path: string, base: string): boolean => possibleBases(path).includes(base);
