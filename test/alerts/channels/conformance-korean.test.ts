import { speakKorean } from '../../lang/korean.ts';

// The same suite over every channel, in Korean: the language is set before the tests are made.
await speakKorean();
await import('./conformance.test.ts');
