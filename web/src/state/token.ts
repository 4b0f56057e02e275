/**
 * The access token. It arrives in the address's fragment (`#token=…`, never sent to any server), is
 * taken out of the address bar at once, and is kept for this tab only.
 */
const kKey = "leash.token";

export interface TokenPlaces {
  location: { readonly hash: string; readonly pathname: string; readonly search: string };
  history: { replaceState(data: unknown, unused: string, url: string): void };
  session: Pick<Storage, "getItem" | "setItem">;
}

export class TokenStore {
  private token: string | null;

  constructor(private readonly places: TokenPlaces) {
    this.token = readStored(places.session);
    this.takeFromFragment();
  }

  get value(): string | null {
    return this.token;
  }

  /** Moves a token from the fragment to the store; true if there was one. */
  takeFromFragment(): boolean {
    const { location, history } = this.places;
    const token = tokenInFragment(location.hash);
    if (token === null) return false;
    history.replaceState(null, "", location.pathname + location.search);
    this.set(token);
    return true;
  }

  set(token: string): void {
    this.token = token;
    try {
      this.places.session.setItem(kKey, token);
    } catch {
      // Storage is off: the token lives as long as the page.
    }
  }
}

export function tokenInFragment(hash: string): string | null {
  const token = new URLSearchParams(hash.replace(/^#/, "")).get("token")?.trim();
  return token === undefined || token === "" ? null : token;
}

function readStored(session: TokenPlaces["session"]): string | null {
  try {
    return session.getItem(kKey);
  } catch {
    return null;
  }
}
