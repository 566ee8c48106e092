/** Call `answer` once the browser has nothing else to do. */
export function whenIdle(answer) {
  (globalThis.requestIdleCallback ?? setTimeout)(answer);
}
