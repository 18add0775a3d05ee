/** The YAML library, apart from its users because it is loaded only when a file is read; bundlers see its names only through a static import. */
export { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
