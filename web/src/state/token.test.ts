import { describe, expect, it } from "vitest";
import { tokenInFragment, TokenStore, type TokenPlaces } from "./token";

function places(hash: string, stored: Record<string, string> = {}) {
  const seen = { urls: [] as string[], stored };
  const made: TokenPlaces = {
    location: { hash, pathname: "/", search: "?x=1" },
    history: { replaceState: (_data, _unused, url) => seen.urls.push(url) },
    session: {
      getItem: (key) => seen.stored[key] ?? null,
      setItem: (key, value) => (seen.stored[key] = value),
    },
  };
  return { made, seen };
}

describe("TokenStore", () => {
  it("takes the token out of the address and keeps it for the tab", () => {
    const { made, seen } = places("#token=abc");
    expect(new TokenStore(made).value).toBe("abc");
    expect(seen.urls).toEqual(["/?x=1"]);
    expect(new TokenStore(places("", seen.stored).made).value).toBe("abc");
  });

  it("prefers the address to what was kept, and leaves other fragments alone", () => {
    expect(new TokenStore(places("#token=new", { "leash.token": "old" }).made).value).toBe("new");
    const { made, seen } = places("#section");
    expect(new TokenStore(made).value).toBeNull();
    expect(seen.urls).toEqual([]);
  });

  it("works without storage", () => {
    const { made } = places("#token=abc");
    const refuse = (): never => {
      throw new DOMException("", "SecurityError");
    };
    const store = new TokenStore({ ...made, session: { getItem: refuse, setItem: refuse } });
    expect(store.value).toBe("abc");
  });
});

describe("tokenInFragment", () => {
  it.each([
    ["#token=a-b_c", "a-b_c"],
    ["#x=1&token=t", "t"],
    ["#token=", null],
    ["#token=%20", null],
    ["", null],
  ])("%s", (hash, token) => expect(tokenInFragment(hash)).toBe(token));
});
