/** The same HTML, its `style` attributes under a name that no policy refuses. Text has no `<` in it. */
export function deferStyles(html: string): string {
  return html.replaceAll(/<[a-z][^>]*>/g, (tag) => tag.replace(/ style=(?=["'])/, " data-style="));
}

/** Gives new elements their deferred styles before the browser paints them; scripts may set styles under any policy. */
export function applyDeferredStyles(): void {
  const apply = (element: Element): void => {
    if (!(element instanceof HTMLElement) || element.dataset["style"] === undefined) return;
    // What a script has set meanwhile stays.
    element.style.cssText = `${element.dataset["style"]};${element.style.cssText}`;
    delete element.dataset["style"];
  };
  new MutationObserver((changes) => {
    for (const added of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
      if (!(added instanceof Element)) continue;
      apply(added);
      added.querySelectorAll("[data-style]").forEach(apply);
    }
  }).observe(document, { childList: true, subtree: true });
}
