/**
 * The server names its languages; the page knows families of them, for highlighting and examples. A
 * language of no known family is edited as plain text.
 */
export type Family = "javascript" | "node" | "python" | "bash" | "c" | "cpp" | "csharp" | "java";

const kFamilies: Record<string, Family> = {
  javascript: "javascript",
  js: "javascript",
  node: "node",
  nodejs: "node",
  python: "python",
  python3: "python",
  py: "python",
  bash: "bash",
  sh: "bash",
  shell: "bash",
  c: "c",
  cpp: "cpp",
  "c++": "cpp",
  cxx: "cpp",
  csharp: "csharp",
  cs: "csharp",
  "c#": "csharp",
  java: "java",
};

export function familyOf(language: { id: string; aliases: readonly string[] }): Family | null {
  for (const name of [language.id, ...language.aliases]) {
    const family = kFamilies[name.toLowerCase()];
    if (family !== undefined) return family;
  }
  return null;
}
