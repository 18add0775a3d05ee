import type { CompiledRule } from './sigma/rule.ts';

/** Reads the built-in rules as `scripts/compile-rules.mjs` wrote them at build time; the text is ours and trusted. */
export const loadBuiltInRules = (json: string): readonly CompiledRule[] => JSON.parse(json) as readonly CompiledRule[];
