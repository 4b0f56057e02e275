/**
 * What the page remembers between visits: choices and drafts, never tokens. Storage that is full or
 * switched off costs the memory, nothing else.
 */
export class Settings {
  constructor(
    private readonly storage: () => Pick<Storage, "getItem" | "setItem" | "removeItem">,
  ) {}

  get(name: string): string | null {
    try {
      return this.storage().getItem(`leash.${name}`);
    } catch {
      return null;
    }
  }

  /** `null` forgets. */
  set(name: string, value: string | null): void {
    try {
      if (value === null) this.storage().removeItem(`leash.${name}`);
      else this.storage().setItem(`leash.${name}`, value);
    } catch {
      // Not remembered, then.
    }
  }
}
