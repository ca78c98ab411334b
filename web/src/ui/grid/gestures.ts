// Lazy chunk: the gestures of the grid, which are no part of the first load.
export { attachPicking } from './picking';
export { attachSwipe } from './swipe';
