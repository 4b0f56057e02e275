import { describe, expect, it } from "vitest";
import page from "../../index.html?raw";
import { familyOf } from "../editor/families";
import { examplesOf } from "../examples";
import { chooseLocale, I18n } from ".";
import { en } from "./en";
import { zh } from "./zh";

describe("chooseLocale", () => {
  it.each<[string | null, string[], string]>([
    [null, ["zh-CN", "en"], "zh"],
    [null, ["de", "zh-Hant-TW"], "zh"],
    [null, ["en-GB", "zh"], "en"],
    [null, ["de-DE"], "en"],
    [null, [], "en"],
    ["en", ["zh"], "en"],
    ["xx", ["zh"], "zh"],
  ])("stored %s, browser %o: %s", (stored, preferred, locale) => {
    expect(chooseLocale(stored, preferred)).toBe(locale);
  });
});

describe("messages", () => {
  it("has every text that the page's skeleton asks for", () => {
    const keys = [...page.matchAll(/data-i18n(?:-label|-placeholder)?="(\w+)"/g)].map(
      ([, key]) => key as keyof typeof en,
    );
    expect(keys.length).toBeGreaterThan(20);
    for (const key of keys) {
      expect(typeof en[key], key).toBe("string");
      expect(typeof zh[key], key).toBe("string");
    }
  });

  it("has a name for every example", () => {
    for (const family of ["javascript", "node", "python", "bash", "c", "cpp", "csharp", "java"] as const) {
      const examples = examplesOf(family);
      expect(examples[0]?.key).toBe("hello");
      expect(examples.map(({ key }) => key)).toContain("endless");
      for (const { key, code } of examples) {
        expect(en.examples[key], key).toBeDefined();
        expect(code.endsWith("\n")).toBe(true);
      }
    }
  });

  it("tells its watchers of a change", () => {
    const i18n = new I18n("en");
    const seen: string[] = [];
    i18n.watch(() => seen.push(i18n.m.run));
    i18n.set("zh");
    expect(seen).toEqual(["Run", "运行"]);
  });
});

describe("familyOf", () => {
  it.each([
    [{ id: "python", aliases: [] }, "python"],
    [{ id: "cc-20", aliases: ["C++"] }, "cpp"],
    [{ id: "node", aliases: ["nodejs"] }, "node"],
    [{ id: "dotnet", aliases: ["C#"] }, "csharp"],
    [{ id: "cobol", aliases: ["cob"] }, null],
  ])("%o", (language, family) => expect(familyOf(language)).toBe(family));
});
