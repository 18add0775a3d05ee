import { layout } from './layout.ts';
import type { UiState } from './state.ts';
import { type ActorScreen, stepsOf } from './story-steps.ts';
import { storyPlaces } from './views/actor.ts';
import { furthestScroll } from './views/scroll.ts';

/** Moves the cursor through the story, then on through what stands below it; what it stands on stays in sight. */
export function moveInStory(screen: ActorScreen, by: number, state: UiState): ActorScreen {
  const last = Math.max(0, stepsOf(screen.detail).length - 1);
  const at = Math.min(screen.step, last);
  const step = Math.max(0, Math.min(last, at + by));
  const rest = by - (step - at);
  const places = layout(state.size);
  if (!places || screen.detail === 'loading') return screen;
  const furthest = furthestScroll(state);
  const scrolled = Math.max(0, Math.min(furthest, screen.scroll + (step === 0 && rest < 0 ? -furthest : rest)));
  if (rest !== 0) return { ...screen, step, scroll: scrolled };
  const line = storyPlaces(screen.detail, places.body.width)[step] ?? 0;
  const rows = places.body.height - 1;
  const scroll = Math.max(Math.min(screen.scroll, line - 1), line + 2 - rows);
  return { ...screen, step, scroll: Math.max(0, Math.min(furthest, step === 0 ? 0 : scroll)) };
}
