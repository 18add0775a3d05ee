const STEPS = [1_024, 256, 64, 16];
const CUT = '…';

/**
 * An ECS document as JSON of at most `maxBytes`: of one that is longer the longest texts are cut, and `secmon.cut` says so. Undefined when
 * even that does not suffice, or it is no JSON object.
 */
export function fitRecord(text: string, maxBytes: number): string | undefined {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof document !== 'object' || document === null) return undefined;
  for (const longest of STEPS) {
    const cut = shortened(document, longest) as { readonly secmon?: object };
    const fitted = JSON.stringify({ ...cut, secmon: { ...cut.secmon, cut: true } });
    if (Buffer.byteLength(fitted) <= maxBytes) return fitted;
  }
  return undefined;
}

/** Texts of at most `longest` characters, lists of at most as many items as a quarter of it. */
function shortened(value: unknown, longest: number): unknown {
  if (typeof value === 'string') return value.length <= longest ? value : value.slice(0, longest).replace(/[\ud800-\udbff]$/, '') + CUT;
  if (Array.isArray(value)) return value.slice(0, Math.ceil(longest / 4)).map((item) => shortened(item, longest));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shortened(item, longest)]));
}
