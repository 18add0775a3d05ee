declare module 'split2' {
  import type { Transform, TransformOptions } from 'node:stream';

  /** A transform from bytes to text pieces between matches of `matcher` (split2 4.2). */
  export default function split2(matcher: string | RegExp, options?: TransformOptions): Transform;
}
