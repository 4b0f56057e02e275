/** The element with this id; the page's skeleton (index.html) promises that it is there. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`index.html has no #${id}`);
  return element as T;
}

export function setText(element: HTMLElement, text: string): void {
  // Setting the same text again would make a screen reader say it again.
  if (element.textContent !== text) element.textContent = text;
}

export function option(value: string, label: string, disabled = false): HTMLOptionElement {
  const element = document.createElement("option");
  element.value = value;
  element.textContent = label;
  element.disabled = disabled;
  return element;
}
